import { quantileRank } from './quantiles.js';

/** All values of several lists, ascending. @param lists each of numbers, none of them NaN */
export function mergeSamples(lists: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let size = 0;
  for (const list of lists) {
    values.set(list, size);
    size += list.length;
  }
  return values.sort();
}

/** What is in a list and not in another one, all of which is in the first; both ascending. */
export function subtractSamples(all: Float64Array, some: Float64Array = new Float64Array(0)): Float64Array {
  const rest = new Float64Array(Math.max(0, all.length - some.length));
  let size = 0;
  let next = 0;
  for (const value of all) {
    // -0 and 0 stand beside each other in any order.
    if (next < some.length && value === some[next]) next += 1;
    else if (size < rest.length) rest[size++] = value;
  }
  return rest;
}

/**
 * The values of the nearest-rank quantiles; NaN where there are no values.
 *
 * @param sorted ascending
 * @param quantiles from 0 to 1
 */
export function sampleQuantiles(sorted: Float64Array, quantiles: readonly number[]): number[] {
  return quantiles.map((quantile) => (sorted.length === 0 ? NaN : sorted[quantileRank(quantile, sorted.length) - 1]!));
}
