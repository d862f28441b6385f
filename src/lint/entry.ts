/**
 * What `tallystick/lint` exports. Nothing else imports this file.
 *
 * @module
 */
export { lint, type LintOptions } from './lint.js';
export type { Finding, Severity } from './finding.js';
export type { LintThresholds } from './thresholds.js';
export type { LintableFamily } from './family.js';
