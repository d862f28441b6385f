import { TallystickError, show } from '../model/errors.js';
import type { NativeBucket, NativeBuckets } from '../model/native.js';
import { nativeScale } from './native-buckets.js';
import { quantileRank } from './quantiles.js';

/** A bucket with its own count. */
interface Stretch {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * Refuses what is no quantile.
 *
 * @throws TallystickError `INVALID_QUANTILES`
 */
export function checkQuantile(subject: string, quantile: unknown): number {
  if (typeof quantile === 'number' && quantile >= 0 && quantile <= 1) return quantile;
  throw new TallystickError('INVALID_QUANTILES', `${subject}: quantile(${show(quantile)}) is not a number from 0 to 1; the 95th percentile is 0.95`);
}

/**
 * A quantile from classic buckets, as PromQL's `histogram_quantile` computes it: within the bucket of that rank observations are taken to lie evenly, the
 * first one begins at 0 unless it ends at or below 0, and of the one up to +Inf nothing is known but its lower bound.
 *
 * @param buckets cumulative, the last one +Inf
 * @returns NaN when there are no observations, or no bucket but the one up to +Inf
 */
export function classicQuantile(buckets: readonly { readonly le: number; readonly count: number }[], quantile: number): number {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0 || buckets.length === 1) return NaN;
  const rank = quantileRank(quantile, total);
  const place = buckets.findIndex(({ count }) => count >= rank);
  const upper = buckets[place]!.le;
  if (upper === Infinity) return buckets[place - 1]!.le;
  if (place === 0 && upper <= 0) return upper;
  const before = place === 0 ? 0 : buckets[place - 1]!.count;
  const lower = place === 0 ? 0 : buckets[place - 1]!.le;
  return between(lower, upper, share(quantile * total - before, buckets[place]!.count - before));
}

/**
 * A quantile from native buckets, as PromQL's `histogram_quantile` computes it: within a bucket the logarithms of the observations are taken to lie
 * evenly, within the zero bucket the observations themselves. It lies in the bucket of the nearest rank, and so is off by no more than that bucket is wide.
 *
 * @returns NaN when there are no observations; an infinity where they are
 */
export function nativeQuantile(native: NativeBuckets, quantile: number): number {
  const stretches = stretchesOf(native);
  const total = stretches.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return NaN;
  const rank = quantileRank(quantile, total);
  let before = 0;
  let place = 0;
  while (before + stretches[place]!.count < rank) before += stretches[place++]!.count;
  const { lower, upper, count } = stretches[place]!;
  const part = share(quantile * total - before, count);
  if (lower <= 0 && upper >= 0) return between(lower, upper, part);
  return upper < 0 ? -geometric(-upper, -lower, 1 - part) : geometric(lower, upper, part);
}

/** All buckets by rising value. */
function stretchesOf({ schema, zeroThreshold, zeroCount, positive, negative }: NativeBuckets): Stretch[] {
  const scale = nativeScale(schema);
  const upper = ({ index }: NativeBucket): number => scale.upperBound(index);
  // The zero bucket may have grown into a bucket next to it.
  const lower = ({ index }: NativeBucket): number => Math.max(scale.upperBound(index - 1), zeroThreshold);
  const zero: Stretch = {
    lower: negative.length === 0 && positive.length > 0 ? 0 : -zeroThreshold,
    upper: positive.length === 0 && negative.length > 0 ? 0 : zeroThreshold,
    count: zeroCount,
  };
  return [
    ...negative.map((bucket) => ({ lower: -upper(bucket), upper: -lower(bucket), count: bucket.count })).reverse(),
    zero,
    ...positive.map((bucket) => ({ lower: lower(bucket), upper: upper(bucket), count: bucket.count })),
  ];
}

/** What part of a bucket lies below a rank. */
function share(rank: number, count: number): number {
  return Math.min(1, Math.max(0, rank / count));
}

function between(lower: number, upper: number, part: number): number {
  // Not by their distance, which may be infinite.
  return Math.min(upper, Math.max(lower, lower * (1 - part) + upper * part));
}

function geometric(lower: number, upper: number, part: number): number {
  if (upper === Infinity) return Infinity;
  return Math.min(upper, Math.max(lower, lower * (upper / lower) ** part));
}
