// @ts-check
/** Runs one case for one library in this process and prints what it measured as one line of JSON: `node bench/case.js <case> <library>`. */
import { findCase } from './cases.js';

const [caseId = '', library = 'tallystick'] = process.argv.slice(2);
const measured = await findCase(caseId).run(library);
const { samples, details } = Array.isArray(measured) ? { samples: measured, details: undefined } : measured;
console.log(JSON.stringify({ case: caseId, library, samples, details }));
// A peer may keep timers; what was asked for has been measured.
process.exit(0);
