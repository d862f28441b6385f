/**
 * What stands in the cells of a series, by type. Recording writes it, every reader and writer of formats reads it.
 *
 * - counter, gauge, unknown, info: one cell, the value.
 * - histogram: sum, its compensation, then one count for each bucket by itself (not cumulative), the one up to +Inf last. There is no
 *   cell for the number of observations: it is the sum of the buckets, so the two cannot disagree.
 * - summary: sum, its compensation, the number of observations, then the value of each quantile as of the last reading.
 * - state set: one cell a state, 0 or 1.
 */
export const valueCell = 0;
export const sumCell = 0;
export const compensationCell = 1;
export const bucketCells = 2;
export const summaryCountCell = 2;
export const quantileCells = 3;

/**
 * A sum with its compensation: what two cells hold after {@link addTo}. Once the sum is infinite or NaN it says so, as IEEE 754 arithmetic
 * would.
 */
export function sumAt(cells: Float64Array, base: number): number {
  const sum = cells[base + sumCell]!;
  const compensation = cells[base + compensationCell]!;
  return compensation === compensation ? sum + compensation : sum;
}

/**
 * Adds to a compensated sum (Knuth's TwoSum, accumulated as Neumaier does): the result is as if added with twice the precision, so that
 * 10⁸ additions lose nothing that a double could show. A plain sum of 10⁸ times 0.1 is off in the ninth digit. It costs 1 to 2 ns
 * (`npm run bench`, case `histogram observe`).
 */
export function addTo(cells: Float64Array, base: number, value: number): void {
  const sum = cells[base + sumCell]!;
  const total = sum + value;
  const added = total - sum;
  cells[base + sumCell] = total;
  cells[base + compensationCell]! += sum - (total - added) + (value - added);
}
