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
