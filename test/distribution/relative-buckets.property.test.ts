import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RelativeBuckets } from '../../src/distribution/relative-buckets.js';
import { anyNumber, nextDown, nextUp } from '../support/doubles.js';

const accuracies = [0.5, 0.3, 0.1, 0.05, 0.01, 0.001, 0.0001, 0.00001];

/** The error bound, with one rounding of the arithmetic; among subnormal numbers an estimate is rounded to one of them. */
function checkEstimate(buckets: RelativeBuckets, value: number): void {
  const estimate = buckets.estimate(buckets.bucketOf(value));
  if (!Number.isFinite(value) || value === 0) {
    expect(estimate).toBe(value + 0);
    return;
  }
  const allowed = buckets.relativeError * Math.abs(value) * (1 + 2 ** -40) + (Math.abs(value) < 2 ** -1020 ? Number.MIN_VALUE : 0);
  const error = Math.abs(estimate - value);
  if (!(error <= allowed)) expect.fail(`${value} is estimated as ${estimate}, off by ${error / Math.abs(value)}; ${buckets.relativeError} is allowed`);
}

describe.each(accuracies)('buckets of relative accuracy %d', (accuracy) => {
  const buckets = new RelativeBuckets('summary', accuracy);

  it('promise no larger error than was asked for', () => {
    expect(buckets.relativeError).toBeGreaterThan(0);
    expect(buckets.relativeError).toBeLessThanOrEqual(accuracy);
  });

  it('keep the promise for every double', () => {
    fc.assert(fc.property(anyNumber, (value) => checkEstimate(buckets, value)), { numRuns: 3000 });
  });

  it('keep it for every power of two, its neighbours, and the values in between', () => {
    for (let exponent = -1074; exponent < 1024; exponent++) {
      const power = 2 ** exponent;
      for (const value of [power, nextUp(power), nextDown(power), power * 1.25, power * 1.5, power * 1.999, -power]) checkEstimate(buckets, value);
    }
    checkEstimate(buckets, Number.MAX_VALUE);
    checkEstimate(buckets, -Number.MAX_VALUE);
  });

  it.each([-1074, -1060, -1023, -1022, -1, 0, 1, 1023])('keep it at both ends of every bucket from 2^%i on', (exponent) => {
    // The narrowest buckets are 2^-17 of an octave wide, so that every end of a bucket is among these.
    for (let step = 1; step <= 2 ** 17; step++) {
      const end = 2 ** exponent * (1 + step / 2 ** 17);
      checkEstimate(buckets, Math.min(end, Number.MAX_VALUE));
      checkEstimate(buckets, nextDown(end));
    }
  });

  it('rise with the values, and so do their estimates', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const [first, second] = [buckets.bucketOf(low), buckets.bucketOf(high)];
        expect(first).toBeLessThanOrEqual(second);
        expect(buckets.estimate(first)).toBeLessThanOrEqual(buckets.estimate(second));
        expect(Number.isSafeInteger(first)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same for a value and its opposite, but for the sign', () => {
    fc.assert(
      fc.property(anyNumber, (value) => {
        expect(buckets.bucketOf(-value) + buckets.bucketOf(value)).toBe(0);
        expect(buckets.estimate(-buckets.bucketOf(value)) + 0).toBe(0 - buckets.estimate(buckets.bucketOf(value)));
      }),
    );
  });

  it('follow one another without a gap where subnormal numbers end', () => {
    const smallest = 2 ** -1022;
    expect(buckets.bucketOf(smallest) - buckets.bucketOf(nextDown(smallest))).toBe(1);
  });
});

describe('the accuracy of buckets', () => {
  it.each([0, -0.1, 0.51, 0.000009, NaN, Infinity, '0.01', null])('is refused when it is %s', (accuracy) => {
    expect(() => new RelativeBuckets('summary', accuracy)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
