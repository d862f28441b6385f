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

/**
 * The values of the nearest-rank quantiles; NaN where there are no values.
 *
 * @param sorted ascending
 * @param quantiles from 0 to 1
 */
export function sampleQuantiles(sorted: Float64Array, quantiles: readonly number[]): number[] {
  return quantiles.map((quantile) => (sorted.length === 0 ? NaN : sorted[quantileRank(quantile, sorted.length) - 1]!));
}
