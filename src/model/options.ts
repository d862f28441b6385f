import { TallystickError, list, show } from './errors.js';

/**
 * Refuses what is no object of options, and names that are no options: a misspelt one would be ignored without a word.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkOptions(subject: string, options: unknown, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: options are ${show(options)}; give an object`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || allowed.includes(name)) continue;
    throw new TallystickError('INVALID_OPTIONS', `${subject}: unknown option ${show(name)}; the options are ${list(allowed)}`);
  }
}
