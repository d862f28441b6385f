import { TallystickError, show } from '../model/errors.js';

/** What a summary shows when nothing else was asked for. */
export const defaultQuantiles: readonly number[] = Object.freeze([0.5, 0.9, 0.95, 0.99]);

/**
 * Checks quantiles and returns them in rising order.
 *
 * @throws TallystickError `INVALID_QUANTILES` unless they are numbers from 0 to 1, each once
 */
export function checkQuantiles(subject: string, quantiles: unknown): readonly number[] {
  if (!Array.isArray(quantiles)) {
    throw new TallystickError('INVALID_QUANTILES', `${subject}: quantiles is ${show(quantiles)}; give an array of numbers from 0 to 1, or [] for none`);
  }
  for (const quantile of quantiles as readonly unknown[]) {
    if (typeof quantile !== 'number' || !(quantile >= 0 && quantile <= 1)) {
      throw new TallystickError('INVALID_QUANTILES', `${subject}: quantile ${show(quantile)} is not a number from 0 to 1; the 95th percentile is 0.95`);
    }
  }
  const sorted = (quantiles as number[]).map((quantile) => quantile + 0).sort((a, b) => a - b);
  const twice = sorted.find((quantile, i) => i > 0 && quantile === sorted[i - 1]);
  if (twice !== undefined) throw new TallystickError('INVALID_QUANTILES', `${subject}: quantile ${show(twice)} comes twice; give each once`);
  return sorted;
}

/** Takes back what rounding added: 0.55 × 100 is 55.00000000000001, and means 55. */
const roundingSlack = 1 - 2 ** -50;

/**
 * Which of `count` observations in rising order the quantile is, from 1 to `count`: the nearest rank, ⌈q·n⌉.
 *
 * @param quantile from 0 to 1; 0 is the smallest observation, 1 the largest
 */
export function quantileRank(quantile: number, count: number): number {
  return Math.min(count, Math.max(1, Math.ceil(quantile * count * roundingSlack)));
}
