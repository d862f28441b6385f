import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeNative } from '../../src/distribution/merge-native.js';
import { coarsestSchema, finestSchema, nativeScale } from '../../src/distribution/native-buckets.js';
import type { NativeBucket, NativeBuckets } from '../../src/model/native.js';
import { anyNumber } from '../support/doubles.js';

/** What a histogram of this schema and threshold counts of these observations, without any limit. */
function recorded(schema: number, zeroThreshold: number, values: readonly number[]): NativeBuckets {
  const side = (all: readonly number[]): NativeBucket[] => {
    const counts = new Map<number, number>();
    for (const value of all) {
      if (!(value > zeroThreshold)) continue;
      const index = nativeScale(schema).indexOf(value);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return [...counts].map(([index, count]) => ({ index, count })).sort((a, b) => a.index - b.index);
  };
  const zeroCount = values.filter((value) => Math.abs(value) <= zeroThreshold).length;
  return { schema, zeroThreshold, zeroCount, positive: side(values), negative: side(values.map((value) => -value)) };
}

const schema = fc.integer({ min: coarsestSchema, max: finestSchema });
const near = fc.record({ exponent: fc.integer({ min: -800, max: 800 }), negative: fc.boolean() }).map(({ exponent, negative }) => 2 ** (exponent / 100) * (negative ? -1 : 1));
const values = fc.array(fc.oneof({ weight: 5, arbitrary: near }, { weight: 1, arbitrary: anyNumber }), { maxLength: 40 });
/** None, the default, such as an application gives, such as a bucket ends at. */
const threshold = fc.oneof(
  fc.constantFrom(0, 2 ** -128, 0.01, 0.5, 1, 1.5, Number.MIN_VALUE, 1e-310),
  near.map(Math.abs),
  fc.record({ of: schema, exponent: fc.integer({ min: -3, max: 3 }) }).map(({ of, exponent }) => nativeScale(of).upperBound(exponent)),
);
const source = fc.record({ schema, threshold, values });
const histogramOf = (one: { schema: number; threshold: number; values: readonly number[] }): NativeBuckets => recorded(one.schema, one.threshold, one.values);

describe('Native histograms put together', () => {
  test('They are what one histogram of their schema and threshold would have counted of everything.', () => {
    fc.assert(
      fc.property(schema, threshold, values, values, (of, zero, one, other) => {
        const all = [...one, ...other];
        if (all.length > 0) expect(mergeNative(recorded(of, zero, one), recorded(of, zero, other))).toEqual(recorded(of, zero, all));
      }),
    );
  });

  test('Of different schemas and thresholds, they are what the coarser schema and at least the wider threshold would have counted.', () => {
    fc.assert(
      fc.property(source, source, (one, other) => {
        fc.pre(one.values.length > 0 && other.values.length > 0);
        const merged = mergeNative(histogramOf(one), histogramOf(other));
        expect(merged.schema).toBe(Math.min(one.schema, other.schema));
        const wider = Math.max(one.threshold, other.threshold);
        expect(merged.zeroThreshold).toBeGreaterThanOrEqual(wider);
        // No wider than the bucket in which the threshold lies.
        const scale = nativeScale(merged.schema);
        if (wider > 0) expect(merged.zeroThreshold).toBeLessThanOrEqual(Math.max(wider, scale.upperBound(scale.indexOf(wider))));
        expect(merged).toEqual(recorded(merged.schema, merged.zeroThreshold, [...one.values, ...other.values]));
      }),
      { numRuns: 1000 },
    );
  });

  test('The order and the grouping make no difference.', () => {
    fc.assert(
      fc.property(source, source, source, (a, b, c) => {
        const [x, y, z] = [histogramOf(a), histogramOf(b), histogramOf(c)] as const;
        expect(mergeNative(y, x)).toEqual(mergeNative(x, y));
        expect(mergeNative(mergeNative(x, y), z)).toEqual(mergeNative(x, mergeNative(y, z)));
      }),
      { numRuns: 2000 },
    );
  });

  test('One that has counted nothing changes nothing, however coarse it is.', () => {
    fc.assert(
      fc.property(source, schema, threshold, (one, of, zero) => {
        fc.pre(one.values.length > 0);
        expect(mergeNative(histogramOf(one), recorded(of, zero, []))).toEqual(histogramOf(one));
        expect(mergeNative(recorded(of, zero, []), histogramOf(one))).toEqual(histogramOf(one));
      }),
    );
  });

  test('A bucket that the wider threshold cuts goes into the zero bucket, which is widened to its end.', () => {
    // Buckets of schema 0 end at 1, 2, 4.
    const merged = mergeNative(recorded(0, 0.5, [1.2, 3]), recorded(0, 1.5, [1.4, 1.8, -5]));
    expect(merged).toEqual({ schema: 0, zeroThreshold: 2, zeroCount: 3, positive: [{ index: 2, count: 1 }], negative: [{ index: 3, count: 1 }] });
  });
});
