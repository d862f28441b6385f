/**
 * What stands in the cells of a series, by type. Recording writes it, every reader and writer of formats reads it.
 *
 * - counter, gauge, unknown, info: one cell, the value.
 * - histogram: sum, its compensation, then one count for each bucket by itself (not cumulative), the one up to +Inf last. There is no
 *   cell for the number of observations: it is the sum of the buckets, so the two cannot disagree.
 * - summary: sum, its compensation, the number of observations, then the value of each quantile as of the last reading.
 * - state set: one cell a state, 0 or 1.
 *
 * Beside these, where a {@link FamilyView} says so: the native buckets of a histogram ({@link nativeCells} cells), the window of a summary, the time
 * of its creation and of its sample (a cell each, seconds since the Unix epoch, NaN for none).
 */
export const valueCell = 0;
export const sumCell = 0;
export const compensationCell = 1;
export const bucketCells = 2;
export const summaryCountCell = 2;
export const quantileCells = 3;

/**
 * Native buckets of a histogram series, counted from the first cell of theirs: schema, zero threshold, count of the zero bucket, and where the
 * blocks with the positive and the negative buckets begin in the store's block arena: the first block of the chain plus 1, 0 for none. A
 * block counts the 16 buckets whose index is `16 · key` and up. The number of observations is that of the classic buckets, of which there
 * is at least the one up to +Inf.
 */
export const schemaCell = 0;
export const zeroThresholdCell = 1;
export const zeroCountCell = 2;
export const positiveChainCell = 3;
export const negativeChainCell = 4;
export const nativeCells = 5;

/**
 * What a summary series remembers of late, counted from the first cell of its window; it leads to blocks in the store's block arena.
 *
 * - A sketch: the current age bucket (from 0), when it began (monotonic seconds of who records), then for each age bucket the first block of its chain
 *   plus 1, 0 for none. A block counts the 16 buckets from `16 · key` on, see `distribution/relative-buckets.ts`.
 * - Samples: how many were ever written, then the first block of a chain plus 1. The block with key k has the ring's places from `8 · k` on, two cells
 *   each: when (monotonic seconds of who records), and what.
 */
export const currentCell = 0;
export const beganCell = 1;
export const ageChainCells = 2;
export const writtenCell = 0;
export const sampleChainCell = 1;
export const sampleWindowCells = 2;
export const samplesPerBlock = 8;
export const sampleCells = 2;
export const whenAt = 0;
export const whatAt = 1;

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
