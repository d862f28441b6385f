import { quantileRank } from './quantiles.js';
import type { RelativeBuckets } from './relative-buckets.js';

/**
 * What was observed by buckets of equal relative width (see {@link RelativeBuckets}), as plain data. Two sketches of the same accuracy can be put together, and the
 * result is the sketch of all observations of both: nothing is lost.
 */
export interface Sketch {
  /** Those that count something, rising. */
  readonly buckets: Int32Array;
  /** How many observations each has; above 0. */
  readonly counts: Float64Array;
}

/** Of no observation. */
export const emptySketch: Sketch = /* @__PURE__ */ Object.freeze({ buckets: new Int32Array(0), counts: new Float64Array(0) });

/** The sketch of all observations of several, which must be of the same accuracy. */
export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  return sketches.reduce(mergeTwo, emptySketch);
}

/**
 * The values of the nearest-rank quantiles, each off by at most the relative error of the buckets; NaN for all where the sketch is empty.
 *
 * @param quantiles from 0 to 1, rising
 */
export function sketchQuantiles(scale: RelativeBuckets, { buckets, counts }: Sketch, quantiles: readonly number[]): number[] {
  if (buckets.length === 0) return quantiles.map(() => NaN);
  let total = 0;
  for (let place = 0; place < counts.length; place++) total += counts[place]!;
  let place = 0;
  let upTo = counts[0]!;
  return quantiles.map((quantile) => {
    const rank = quantileRank(quantile, total);
    while (upTo < rank) upTo += counts[++place]!;
    return scale.estimate(buckets[place]!);
  });
}

/** What is in a sketch and not in another one, all of which is in the first. */
export function subtractSketch(all: Sketch, some: Sketch = emptySketch): Sketch {
  const counts = all.counts.slice();
  for (let i = 0, j = 0; i < counts.length && j < some.buckets.length; i++) if (all.buckets[i] === some.buckets[j]) counts[i]! -= some.counts[j++]!;
  return { buckets: all.buckets.filter((_, place) => counts[place]! > 0), counts: counts.filter((count) => count > 0) };
}

function mergeTwo(one: Sketch, other: Sketch): Sketch {
  if (one.buckets.length === 0) return other;
  if (other.buckets.length === 0) return one;
  const most = one.buckets.length + other.buckets.length;
  const buckets = new Int32Array(most);
  const counts = new Float64Array(most);
  let size = 0;
  for (let i = 0, j = 0; i < one.buckets.length || j < other.buckets.length; size++) {
    const left = i < one.buckets.length ? one.buckets[i]! : Infinity;
    const right = j < other.buckets.length ? other.buckets[j]! : Infinity;
    buckets[size] = Math.min(left, right);
    counts[size] = (left <= right ? one.counts[i++]! : 0) + (right <= left ? other.counts[j++]! : 0);
  }
  return { buckets: buckets.slice(0, size), counts: counts.slice(0, size) };
}
