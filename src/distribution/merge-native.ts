import type { NativeBucket, NativeBuckets } from '../model/native.js';
import { coarserIndex, nativeScale } from './native-buckets.js';

/**
 * Puts two native histograms together, as Prometheus does when it adds them: at the coarser of the two schemas and the wider of the two zero buckets, which takes in
 * what lies within it. The result is what one histogram of that schema and threshold would have counted of all observations. Where a bucket of the
 * narrower one would have to be cut to tell what lies within, the zero bucket is widened to where a bucket of the result ends.
 *
 * Prometheus widens only where something is in that bucket. It then depends on the order in which three are added how wide the bucket gets; here it does not.
 * A histogram that counts nothing changes nothing, whatever its schema.
 */
export function mergeNative(one: NativeBuckets, other: NativeBuckets): NativeBuckets {
  const isOneEmpty = isEmpty(one);
  const isOtherEmpty = isEmpty(other);
  if (isOneEmpty !== isOtherEmpty) return isOneEmpty ? other : one;
  const schema = Math.min(one.schema, other.schema);
  const zeroThreshold = commonThreshold(one, other, schema);
  return {
    schema,
    zeroThreshold,
    zeroCount: one.zeroCount + countWithin(one, zeroThreshold) + (other.zeroCount + countWithin(other, zeroThreshold)),
    positive: merge(beyond(one.positive, one.schema, zeroThreshold, schema), beyond(other.positive, other.schema, zeroThreshold, schema)),
    negative: merge(beyond(one.negative, one.schema, zeroThreshold, schema), beyond(other.negative, other.schema, zeroThreshold, schema)),
  };
}

function isEmpty({ zeroCount, positive, negative }: NativeBuckets): boolean {
  return zeroCount === 0 && positive.length === 0 && negative.length === 0;
}

/** The least threshold not below either, of which both can say what lies within: it is their own, or one of their buckets ends there. */
function commonThreshold(one: NativeBuckets, other: NativeBuckets, schema: number): number {
  const threshold = Math.max(one.zeroThreshold, other.zeroThreshold);
  return endsAt(one, threshold) && endsAt(other, threshold) ? threshold : boundAbove(schema, threshold);
}

function endsAt({ schema, zeroThreshold }: NativeBuckets, threshold: number): boolean {
  return zeroThreshold === threshold || boundAbove(schema, threshold) === threshold;
}

/** The end of the bucket that has a value above 0. */
function boundAbove(schema: number, value: number): number {
  const scale = nativeScale(schema);
  return scale.upperBound(scale.indexOf(value));
}

/** Observations in buckets that lie within a threshold. */
function countWithin({ schema, positive, negative }: NativeBuckets, threshold: number): number {
  const last = lastWithin(schema, threshold);
  let sum = 0;
  for (let place = 0; place < positive.length && positive[place]!.index <= last; place++) sum += positive[place]!.count;
  for (let place = 0; place < negative.length && negative[place]!.index <= last; place++) sum += negative[place]!.count;
  return sum;
}

/** The buckets that do not, at a coarser schema. */
function beyond(buckets: readonly NativeBucket[], schema: number, threshold: number, coarser: number): NativeBucket[] {
  const last = lastWithin(schema, threshold);
  const joined: NativeBucket[] = [];
  for (const bucket of buckets) {
    if (bucket.index <= last) continue;
    let { index } = bucket;
    for (let step = schema; step > coarser; step--) index = coarserIndex(index);
    const before = joined.at(-1);
    if (before?.index === index) joined[joined.length - 1] = { index, count: before.count + bucket.count };
    else joined.push({ index, count: bucket.count });
  }
  return joined;
}

/** The last bucket that ends at or below a threshold. */
function lastWithin(schema: number, threshold: number): number {
  if (threshold === 0) return -Infinity;
  const scale = nativeScale(schema);
  const index = scale.indexOf(threshold);
  return scale.upperBound(index) <= threshold ? index : index - 1;
}

/** Buckets of the same schema, added up. */
function merge(one: readonly NativeBucket[], other: readonly NativeBucket[]): NativeBucket[] {
  const merged: NativeBucket[] = [];
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    const left = one[i]?.index ?? Infinity;
    const right = other[j]?.index ?? Infinity;
    const count = (left <= right ? one[i++]!.count : 0) + (right <= left ? other[j++]!.count : 0);
    merged.push({ index: Math.min(left, right), count });
  }
  return merged;
}
