import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantileRank } from '../../src/distribution/quantiles.js';
import { RelativeBuckets } from '../../src/distribution/relative-buckets.js';
import { mergeSamples, sampleQuantiles } from '../../src/distribution/samples.js';
import { type Sketch, emptySketch, mergeSketches, sketchQuantiles } from '../../src/distribution/sketch.js';
import { anyNumber, finiteNumber } from '../support/doubles.js';

const quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1];
const scale = new RelativeBuckets('summary "s"', 0.05);
const values = fc.array(fc.oneof(anyNumber, fc.constantFrom(1, 1.01, 2, -1, 0)), { maxLength: 60 });

/** The sketch of these observations, as its definition has it. */
function sketchOf(observed: readonly number[]): Sketch {
  const counts = new Map<number, number>();
  for (const value of observed) counts.set(scale.bucketOf(value), (counts.get(scale.bucketOf(value)) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return { buckets: Int32Array.from(sorted, ([bucket]) => bucket), counts: Float64Array.from(sorted, ([, count]) => count) };
}

describe('Sketches', () => {
  test('Those of several streams put together are the sketch of all they observed.', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 6 }), (streams) => {
        expect(mergeSketches(streams.map(sketchOf))).toEqual(sketchOf(streams.flat()));
      }),
    );
  });

  test('The order and the grouping in which they are put together make no difference.', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [sketchOf(a), sketchOf(b), sketchOf(c)] as const;
        expect(mergeSketches([y, x])).toEqual(mergeSketches([x, y]));
        expect(mergeSketches([mergeSketches([x, y]), z])).toEqual(mergeSketches([x, mergeSketches([y, z])]));
        expect(mergeSketches([x, emptySketch])).toEqual(x);
      }),
    );
  });

  test('Quantiles of what was put together are within the relative error of sorting all observations.', () => {
    fc.assert(
      fc.property(fc.array(fc.array(finiteNumber.filter((value) => value === 0 || Math.abs(value) > 1e-300), { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }), (streams) => {
        const sorted = Float64Array.from(streams.flat()).sort();
        const shown = sketchQuantiles(scale, mergeSketches(streams.map(sketchOf)), quantiles);
        for (const [place, quantile] of quantiles.entries()) {
          const exact = sorted[quantileRank(quantile, sorted.length) - 1]!;
          expect(Math.abs(shown[place]! - exact)).toBeLessThanOrEqual(Math.abs(exact) * scale.relativeError * (1 + 1e-12));
        }
      }),
    );
  });

  test('Without observations every quantile is NaN, and without quantiles nothing is shown.', () => {
    expect(sketchQuantiles(scale, emptySketch, [0.5, 1])).toEqual([NaN, NaN]);
    expect(sketchQuantiles(scale, sketchOf([1]), [])).toEqual([]);
    expect(mergeSketches([])).toEqual(emptySketch);
  });

  test('Every accuracy names the buckets it gets, and so does what it names.', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.00001, max: 0.5, noNaN: true }), (asked) => {
        const made = new RelativeBuckets('summary "s"', asked);
        const again = new RelativeBuckets('summary "s"', made.relativeAccuracy);
        expect(again.relativeError).toBe(made.relativeError);
        expect(again.relativeAccuracy).toBe(made.relativeAccuracy);
      }),
    );
    expect(new RelativeBuckets('summary "s"', 0.00001).relativeAccuracy).toBe(0.00001);
  });
});

describe('Samples', () => {
  test('Those of several windows put together are all of them, ascending, and their quantiles are those of sorting.', () => {
    fc.assert(
      fc.property(fc.array(fc.array(finiteNumber.map((value) => value + 0), { maxLength: 30 }), { maxLength: 5 }), (lists) => {
        const sorted = Float64Array.from(lists.flat()).sort();
        const merged = mergeSamples(lists.map((list) => Float64Array.from(list).sort()));
        expect(merged).toEqual(sorted);
        expect(sampleQuantiles(merged, quantiles)).toEqual(quantiles.map((quantile) => (sorted.length === 0 ? NaN : sorted[quantileRank(quantile, sorted.length) - 1])));
      }),
    );
  });
});
