import { TallystickError, show } from '../model/errors.js';

/** The upper bounds of a histogram that is given none; they suit latencies in seconds from 5 ms to 10 s. */
export const defaultBuckets: readonly number[] = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);

/** No exposition of more buckets than this is sane, and a typing mistake (1e9 linear buckets) must not take the process down. */
const mostBuckets = 10_000;

/**
 * Checks the upper bounds of a histogram and returns them without the last one if that is +Inf, which is implied.
 *
 * @throws TallystickError `INVALID_BUCKETS` unless they are numbers, at least one of them finite, rising, none NaN or -Inf
 */
export function checkBounds(subject: string, buckets: unknown): readonly number[] {
  const refuse = (what: string, way: string): never => {
    throw new TallystickError('INVALID_BUCKETS', `${subject}: ${what}; ${way}`);
  };
  if (!Array.isArray(buckets)) return refuse(`buckets is ${show(buckets)}`, 'give an array of upper bounds, for instance [0.1, 1, 10]');
  const given: readonly unknown[] = buckets;
  const bounds: number[] = [];
  for (const [place, bound] of given.entries()) {
    if (typeof bound !== 'number' || Number.isNaN(bound) || bound === -Infinity) {
      return refuse(`bucket bound ${show(bound)} at place ${place} is not a finite number`, 'give upper bounds as numbers; +Inf may come last');
    }
    if (bound === Infinity && place === given.length - 1) break;
    if (bound === Infinity) return refuse(`bucket bound Infinity at place ${place} is not the last`, '+Inf may only come last, and may be left out');
    const previous = bounds.at(-1);
    if (previous !== undefined && !(bound > previous)) {
      return bound === previous
        ? refuse(`bucket bound ${show(bound)} comes twice`, 'give each bound once')
        : refuse(`bucket bounds ${show(previous)} and ${show(bound)} are not rising`, 'sort them');
    }
    // +0 and -0 are one bound, written "0".
    bounds.push(bound + 0);
  }
  if (bounds.length === 0) return refuse('buckets has no finite bound', 'give at least one, or leave buckets out for the default ones');
  if (bounds.length > mostBuckets) return refuse(`buckets has ${bounds.length} bounds`, `at most ${mostBuckets} are allowed`);
  return bounds;
}

/**
 * Upper bounds with equal distances: `linearBuckets(0.1, 0.1, 3)` is `[0.1, 0.2, 0.3]`.
 *
 * @param start the first bound; any finite number
 * @param width the distance; above 0
 * @param count how many; a whole number from 1 to 10 000
 * @throws TallystickError `INVALID_BUCKETS`
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  checkArguments('linearBuckets', count, [
    ['start', start, Number.isFinite(start), 'a finite number'],
    ['width', width, Number.isFinite(width) && width > 0, 'a finite number above 0'],
  ]);
  // Multiplied, not added up, and freed from what binary fractions leave in the last digits: 0.3, not 0.30000000000000004.
  return rising('linearBuckets', Array.from({ length: count }, (_, i) => tidy(start + i * width)));
}

/**
 * Upper bounds with equal ratios: `exponentialBuckets(1, 2, 4)` is `[1, 2, 4, 8]`.
 *
 * @param start the first bound; above 0
 * @param factor the ratio; above 1
 * @param count how many; a whole number from 1 to 10 000
 * @throws TallystickError `INVALID_BUCKETS`, also when the last bound would be infinite
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  checkArguments('exponentialBuckets', count, [
    ['start', start, Number.isFinite(start) && start > 0, 'a finite number above 0'],
    ['factor', factor, Number.isFinite(factor) && factor > 1, 'a finite number above 1'],
  ]);
  return rising('exponentialBuckets', Array.from({ length: count }, (_, i) => tidy(start * factor ** i)));
}

/**
 * Upper bounds with equal ratios between two ends, both included: `exponentialBucketsRange(1, 100, 3)` is `[1, 10, 100]`.
 *
 * @param min the first bound; above 0
 * @param max the last bound; above `min`
 * @param count how many; a whole number from 2 to 10 000
 * @throws TallystickError `INVALID_BUCKETS`
 */
export function exponentialBucketsRange(min: number, max: number, count: number): number[] {
  checkArguments('exponentialBucketsRange', count, [
    ['min', min, Number.isFinite(min) && min > 0, 'a finite number above 0'],
    ['max', max, Number.isFinite(max) && max > min, 'a finite number above min'],
    ['count', count, count >= 2, 'at least 2'],
  ]);
  // Not by max / min, which may be infinite.
  const bounds = Array.from({ length: count }, (_, i) => tidy(min ** (1 - i / (count - 1)) * max ** (i / (count - 1))));
  bounds[0] = min;
  bounds[count - 1] = max;
  return rising('exponentialBucketsRange', bounds);
}

function checkArguments(name: string, count: unknown, rules: readonly (readonly [string, unknown, boolean, string])[]): void {
  if (!Number.isInteger(count) || (count as number) < 1 || (count as number) > mostBuckets) {
    throw new TallystickError('INVALID_BUCKETS', `${name}: count is ${show(count)}; give a whole number from 1 to ${mostBuckets}`);
  }
  for (const [argument, value, holds, rule] of rules) {
    if (!holds) throw new TallystickError('INVALID_BUCKETS', `${name}: ${argument} is ${show(value)}; give ${rule}`);
  }
}

/** Takes away what binary fractions leave in the last digits, and only that. */
function tidy(bound: number): number {
  const short = Number(bound.toPrecision(12));
  return Math.abs(short - bound) <= 1e-14 * Math.abs(bound) ? short : bound;
}

function rising(name: string, bounds: number[]): number[] {
  const bad = bounds.findIndex((bound, i) => !Number.isFinite(bound) || (i > 0 && !(bound > bounds[i - 1]!)));
  if (bad >= 0) {
    throw new TallystickError('INVALID_BUCKETS', `${name}: bound ${show(bounds[bad])} at place ${bad} is infinite or does not rise; choose a larger step, or fewer bounds if they have become infinite`);
  }
  return bounds;
}
