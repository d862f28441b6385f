import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBounds, defaultBuckets, exponentialBuckets, exponentialBucketsRange, linearBuckets } from '../../src/distribution/bounds.js';
import { finiteNumber, risingBounds } from '../support/doubles.js';

const code = expect.objectContaining({ code: 'INVALID_BUCKETS' });

function rises(bounds: readonly number[]): boolean {
  return bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > bounds[i - 1]!));
}

/** A copy with an item put in the place of `drop` others. */
function spliced(bounds: readonly unknown[], place: number, drop: number, item: unknown): unknown[] {
  return [...bounds.slice(0, place), item, ...bounds.slice(place + drop)];
}

describe('the check of bounds', () => {
  it('takes rising finite bounds as they are, with +Inf last or without, as a copy', () => {
    fc.assert(
      fc.property(risingBounds(), (bounds) => {
        const checked = checkBounds('histogram', bounds);
        expect(checked).toEqual(bounds);
        expect(checked).not.toBe(bounds);
        expect(checkBounds('histogram', [...bounds, Infinity])).toEqual(bounds);
      }),
    );
  });

  it('refuses bounds in any other order, bounds that come twice, and bounds that are no finite numbers', () => {
    const bad = fc.constantFrom<unknown>(NaN, -Infinity, '1', null, undefined, {}, 1n);
    fc.assert(
      fc.property(risingBounds(10), fc.nat(), bad, (bounds, nat, other) => {
        const place = nat % bounds.length;
        expect(() => checkBounds('histogram', spliced(bounds, place, 0, bounds[place]))).toThrow(code);
        expect(() => checkBounds('histogram', spliced(bounds, place, 1, other))).toThrow(code);
        expect(() => checkBounds('histogram', spliced(bounds, place, 0, Infinity))).toThrow(code);
        if (bounds.length > 1) expect(() => checkBounds('histogram', [...bounds].reverse())).toThrow(code);
      }),
    );
  });

  it('makes -0 the bound 0, and refuses both beside each other', () => {
    expect(checkBounds('histogram', [-0, 1]).map((bound) => Object.is(bound, -0))).toEqual([false, false]);
    expect(() => checkBounds('histogram', [-0, 0])).toThrow(code);
  });

  it.each([[[]], [[Infinity]], [undefined], ['1,2'], [new Float64Array([1])], [Array.from({ length: 10_001 }, (_, i) => i)]])('refuses %o', (buckets) => {
    expect(() => checkBounds('histogram', buckets)).toThrow(code);
  });

  it('takes ten thousand bounds, and the default ones', () => {
    expect(checkBounds('histogram', Array.from({ length: 10_000 }, (_, i) => i))).toHaveLength(10_000);
    expect(checkBounds('histogram', defaultBuckets)).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
  });
});

describe('bounds that are computed', () => {
  it('are the round numbers that were meant', () => {
    expect(linearBuckets(0.1, 0.1, 5)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(linearBuckets(-10, 5, 5)).toEqual([-10, -5, 0, 5, 10]);
    expect(exponentialBuckets(1, 2, 4)).toEqual([1, 2, 4, 8]);
    expect(exponentialBuckets(0.001, 10, 5)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(exponentialBucketsRange(1, 100, 3)).toEqual([1, 10, 100]);
  });

  it('have equal ratios in a range', () => {
    exponentialBucketsRange(0.001, 1000, 7).forEach((bound, i) => expect(Math.abs(bound / 10 ** (i - 3) - 1)).toBeLessThan(1e-14));
  });

  it('are exact whole numbers as far as doubles are', () => {
    expect(exponentialBuckets(1, 2, 53)).toEqual(Array.from({ length: 53 }, (_, i) => 2 ** i));
    expect(linearBuckets(2 ** 52, 1, 3)).toEqual([2 ** 52, 2 ** 52 + 1, 2 ** 52 + 2]);
  });

  it('have both ends of the range they were asked for', () => {
    fc.assert(
      fc.property(finiteNumber.map(Math.abs), finiteNumber.map(Math.abs), fc.integer({ min: 2, max: 20 }), (one, other, count) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)];
        // Below, there may not be enough doubles between the ends.
        fc.pre(min > 1e-300 && max / min > 1.001);
        const bounds = exponentialBucketsRange(min, max, count);
        expect([bounds[0], bounds.at(-1)]).toEqual([min, max]);
        expect(bounds).toHaveLength(count);
        expect(rises(bounds)).toBe(true);
      }),
    );
  });

  it('rise with the distance that was asked for', () => {
    const argument = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), argument, fc.integer({ min: 1, max: 50 }), (start, width, count) => {
        const bounds = linearBuckets(start, width, count);
        expect(bounds).toHaveLength(count);
        expect(rises(bounds)).toBe(true);
        bounds.forEach((bound, i) => expect(Math.abs(bound - (start + i * width))).toBeLessThanOrEqual(1e-14 * (Math.abs(start) + i * width)));
      }),
    );
  });

  it('rise with the ratio that was asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), fc.double({ min: 1.001, max: 20, noNaN: true }), fc.integer({ min: 1, max: 50 }), (start, factor, count) => {
        const bounds = exponentialBuckets(start, factor, count);
        expect(bounds).toHaveLength(count);
        expect(rises(bounds)).toBe(true);
        bounds.forEach((bound, i) => expect(Math.abs(bound / (start * factor ** i) - 1)).toBeLessThan(1e-14));
      }),
    );
  });

  it.each([
    ['linearBuckets of no bound', () => linearBuckets(0, 1, 0)],
    ['linearBuckets of half a bound', () => linearBuckets(0, 1, 1.5)],
    ['linearBuckets of too many bounds', () => linearBuckets(0, 1, 10_001)],
    ['linearBuckets with no width', () => linearBuckets(0, 0, 3)],
    ['linearBuckets with a negative width', () => linearBuckets(0, -1, 3)],
    ['linearBuckets from NaN', () => linearBuckets(NaN, 1, 3)],
    ['linearBuckets that cannot rise', () => linearBuckets(1e300, 1, 3)],
    ['linearBuckets beyond the doubles', () => linearBuckets(1e308, 1e308, 3)],
    ['exponentialBuckets from 0', () => exponentialBuckets(0, 2, 3)],
    ['exponentialBuckets with factor 1', () => exponentialBuckets(1, 1, 3)],
    ['exponentialBuckets with factor Infinity', () => exponentialBuckets(1, Infinity, 3)],
    ['exponentialBuckets beyond the doubles', () => exponentialBuckets(1, 10, 400)],
    ['exponentialBucketsRange of one bound', () => exponentialBucketsRange(1, 2, 1)],
    ['exponentialBucketsRange from 0', () => exponentialBucketsRange(0, 2, 3)],
    ['exponentialBucketsRange downwards', () => exponentialBucketsRange(2, 1, 3)],
    ['exponentialBucketsRange to Infinity', () => exponentialBucketsRange(1, Infinity, 3)],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(code);
  });
});
