import { bucketRules } from './bucket-rules.js';
import { cardinalityRules } from './cardinality-rules.js';
import { helpRules } from './help-rules.js';
import { labelRules } from './label-rules.js';
import { nameRules } from './name-rules.js';
import type { Rule } from './rule.js';
import { suffixRules } from './suffix-rules.js';
import { unitRules } from './unit-rules.js';
import { valueRules } from './value-rules.js';

/** Every rule there is, in the order in which the documentation lists them. */
export const rules: readonly Rule[] = /* @__PURE__ */ [nameRules, suffixRules, unitRules, helpRules, labelRules, cardinalityRules, bucketRules, valueRules].flat();
