import { canonicalBoundText } from '../numbers.js';
import { blank } from './characters.js';
import type { Source } from './source.js';

/** Where a token ends: at a blank or at the end of the line. */
export function wordEnd({ bytes }: Source, start: number): number {
  let at = start;
  while (bytes[at]! > blank) at++;
  return at;
}

/** Refuses a count that nothing could have. @param start where it stands */
export function checkCount(source: Source, start: number, count: number): void {
  if (!(count >= 0 && count < Infinity)) throw source.errorIn(start, wordEnd(source, start), 'a count, finite and at least 0');
}

/**
 * Whether a bound or quantile is spelt as OpenMetrics 1.0 wants it ("Canonical numbers"). It names the numbers for which that matters: from 0 to
 * 10 in steps of 0.001, powers of ten from 1e-10 to 1e+10, and +Inf; others must not be refused for how they are spelt. A whole number may lack
 * its `.0`, as in the examples of the specification.
 */
export function isCanonical(text: string, value: number): boolean {
  if (!isNamed(value)) return true;
  const canonical = canonicalBoundText(value);
  return text === canonical || `${text}.0` === canonical;
}

function isNamed(value: number): boolean {
  if (value === Infinity) return true;
  if (value >= 0 && value <= 10 && Math.round(value * 1000) / 1000 === value) return true;
  return value >= 1e-10 && value <= 1e10 && Number(`1e${Math.round(Math.log10(value))}`) === value;
}
