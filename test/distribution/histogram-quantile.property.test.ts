import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classicQuantile, nativeQuantile } from '../../src/distribution/histogram-quantile.js';
import { coarsestSchema, finestSchema, nativeScale } from '../../src/distribution/native-buckets.js';
import { quantileRank } from '../../src/distribution/quantiles.js';
import type { NativeBucket, NativeBuckets } from '../../src/model/native.js';
import { anyNumber } from '../support/doubles.js';

/** The native buckets of some values, counted in the plainest way. */
function nativeOf(values: readonly number[], schema: number, zeroThreshold: number): NativeBuckets {
  const scale = nativeScale(schema);
  const bucketsOf = (some: readonly number[]): NativeBucket[] => {
    const counts = new Map<number, number>();
    for (const value of some) counts.set(scale.indexOf(value), (counts.get(scale.indexOf(value)) ?? 0) + 1);
    return [...counts].map(([index, count]) => ({ index, count })).sort((a, b) => a.index - b.index);
  };
  return {
    schema,
    zeroThreshold,
    zeroCount: values.filter((value) => Math.abs(value) <= zeroThreshold).length,
    positive: bucketsOf(values.filter((value) => value > zeroThreshold)),
    negative: bucketsOf(values.filter((value) => -value > zeroThreshold).map((value) => -value)),
  };
}

const quantile = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 0.9, 0.99, 1));

describe('A quantile from native buckets', () => {
  it('lies in the bucket of the observation of that rank.', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 60 }), fc.integer({ min: coarsestSchema, max: finestSchema }), fc.constantFrom(0, 2 ** -128, 1), quantile, (values, schema, zeroThreshold, q) => {
        const scale = nativeScale(schema);
        const nearest = [...values].sort((a, b) => a - b)[quantileRank(q, values.length) - 1]!;
        const found = nativeQuantile(nativeOf(values, schema, zeroThreshold), q);
        if (Math.abs(nearest) <= zeroThreshold) {
          expect(Math.abs(found)).toBeLessThanOrEqual(zeroThreshold);
          return;
        }
        // 0 where the smallest double would have to be halved.
        expect(found * Math.sign(nearest)).toBeGreaterThanOrEqual(0);
        const index = scale.indexOf(Math.abs(nearest));
        expect(Math.abs(found)).toBeGreaterThanOrEqual(scale.upperBound(index - 1));
        expect(Math.abs(found)).toBeLessThanOrEqual(scale.upperBound(index));
      }),
      { numRuns: 2000 },
    );
  });

  it('is off by less than the growth of its buckets.', () => {
    const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), fc.integer({ min: 0, max: finestSchema }), quantile, (values, schema, q) => {
        const nearest = values.sort((a, b) => a - b)[quantileRank(q, values.length) - 1]!;
        const ratio = nativeQuantile(nativeOf(values, schema, 2 ** -128), q) / nearest;
        const growth = nativeScale(schema).upperBound(1) * (1 + 1e-12);
        expect(ratio).toBeLessThanOrEqual(growth);
        expect(ratio).toBeGreaterThanOrEqual(1 / growth);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not fall as the quantile rises.', () => {
    fc.assert(
      fc.property(fc.array(anyNumber.filter(Number.isFinite), { minLength: 1 }), quantile, quantile, (values, one, other) => {
        const native = nativeOf(values, 2, 2 ** -128);
        expect(nativeQuantile(native, Math.min(one, other))).toBeLessThanOrEqual(nativeQuantile(native, Math.max(one, other)));
      }),
    );
  });

  it('goes by logarithms within a bucket, and straight within the zero bucket.', () => {
    const bare = { schema: 0, zeroThreshold: 0.5, zeroCount: 0, positive: [], negative: [] };
    expect(nativeQuantile({ ...bare, positive: [{ index: 2, count: 4 }] }, 0.5)).toBeCloseTo(2 * Math.SQRT2, 12);
    expect(nativeQuantile({ ...bare, negative: [{ index: 2, count: 4 }] }, 0.25)).toBeCloseTo(-(2 ** 1.75), 12);
    expect(nativeQuantile({ ...bare, zeroCount: 4 }, 0.75)).toBe(0.25);
    // Where there are values of one sign only, zero counts as the end of the other.
    expect(nativeQuantile({ ...bare, zeroCount: 4, positive: [{ index: 2, count: 4 }] }, 0.25)).toBe(0.25);
    expect(nativeQuantile({ ...bare, zeroCount: 4, negative: [{ index: 2, count: 4 }] }, 0.75)).toBe(-0.25);
    expect(nativeQuantile({ ...bare, zeroThreshold: 1.5, positive: [{ index: 1, count: 1 }] }, 0)).toBe(1.5);
  });

  it('is infinite where the observation is, and NaN where there is none.', () => {
    expect(nativeQuantile(nativeOf([1, Infinity], 3, 0), 1)).toBe(Infinity);
    expect(nativeQuantile(nativeOf([1, -Infinity], 3, 0), 0)).toBe(-Infinity);
    expect(nativeQuantile(nativeOf([], 3, 0), 0.5)).toBeNaN();
  });
});

describe('A quantile from classic buckets', () => {
  const buckets = (...counts: readonly (readonly [le: number, count: number])[]) => counts.map(([le, count]) => ({ le, count }));

  it('goes straight from the bound below to the bound above.', () => {
    expect(classicQuantile(buckets([1, 0], [2, 4], [Infinity, 4]), 0.5)).toBe(1.5);
    expect(classicQuantile(buckets([1, 2], [2, 2], [4, 6], [Infinity, 6]), 2 / 3)).toBe(3);
    expect(classicQuantile(buckets([-4, 1], [-2, 3], [Infinity, 3]), 1)).toBe(-2);
  });

  it('begins at 0 in a first bucket above 0, and is the bound of one that is not.', () => {
    expect(classicQuantile(buckets([10, 4], [Infinity, 4]), 0.25)).toBe(2.5);
    expect(classicQuantile(buckets([-1, 4], [Infinity, 4]), 0.25)).toBe(-1);
    expect(classicQuantile(buckets([0, 4], [Infinity, 4]), 0.5)).toBe(0);
  });

  it('is the last bound where the observation lies beyond, and NaN where nothing is known.', () => {
    expect(classicQuantile(buckets([1, 1], [2, 1], [Infinity, 9]), 0.9)).toBe(2);
    expect(classicQuantile(buckets([1, 0], [Infinity, 0]), 0.5)).toBeNaN();
    expect(classicQuantile(buckets([Infinity, 3]), 0.5)).toBeNaN();
    expect(classicQuantile([], 0.5)).toBeNaN();
  });

  it('lies in the bucket of the observation of that rank.', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1 }), quantile, (values, q) => {
        const bounds = [-16, -8, -1, 0, 1, 3, 10, 20];
        const nearest = values.sort((a, b) => a - b)[quantileRank(q, values.length) - 1]!;
        const found = classicQuantile([...bounds, Infinity].map((le) => ({ le, count: values.filter((value) => value <= le).length })), q);
        const place = bounds.findIndex((bound) => nearest <= bound);
        expect(found).toBeLessThanOrEqual(bounds[place]!);
        expect(found).toBeGreaterThanOrEqual(place === 0 ? bounds[0]! : bounds[place - 1]!);
      }),
      { numRuns: 1000 },
    );
  });
});
