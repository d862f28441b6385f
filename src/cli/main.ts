#!/usr/bin/env node
import { cardinality } from './cardinality.js';
import { processConsole } from './console.js';
import { dispatch } from './dispatch.js';
import { generate } from './generate.js';
import { lint } from './lint.js';
import { serve } from './serve.js';
import { types } from './types.js';

// The status is set, not forced: what was written to a pipe must get out first.
process.exitCode = await dispatch(process.argv.slice(2), { cardinality, generate, lint, serve, types }, processConsole);
