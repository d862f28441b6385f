import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultBuckets } from '../../src/distribution/bounds.js';
import { Histogram } from '../../src/instruments/histogram.js';

const make = (buckets: readonly number[] = [-1, 0, 1, 10]) => new Histogram({ name: 'size', help: 'Size.', labelNames: ['a'], buckets, registry: null });

describe('A histogram', () => {
  test('It counts a value in the first bucket whose bound is not below it, cumulatively.', () => {
    const size = make();
    for (const value of [-5, -1, -0, 0, 0.5, 1, 1.5, 10, 11]) size.observe({ a: 'x' }, value);
    expect(size.get('x')).toMatchObject({
      sum: 18,
      count: 9,
      buckets: [{ le: -1, count: 2 }, { le: 0, count: 4 }, { le: 1, count: 6 }, { le: 10, count: 8 }, { le: Infinity, count: 9 }],
    });
  });

  test('By handle and by labels it is the same series.', () => {
    const size = make();
    const handle = size.labels('x');
    handle.observe(0.5);
    size.observe({ a: 'x' }, 0.5);
    expect(handle.get()).toEqual({ sum: 1, count: 2, buckets: [{ le: -1, count: 0 }, { le: 0, count: 0 }, { le: 1, count: 2 }, { le: 10, count: 2 }, { le: Infinity, count: 2 }] });
    expect(handle.get().count).toBe(size.get('x')?.count);
  });

  test('Infinities are the largest and the smallest value, and make the sum what adding them would.', () => {
    const size = make();
    const handle = size.labels('x');
    handle.observe(Infinity);
    expect(handle.get()).toMatchObject({ sum: Infinity, count: 1 });
    handle.observe(1);
    expect(handle.get().sum).toBe(Infinity);
    handle.observe(-Infinity);
    const read = handle.get();
    expect(read.sum).toBeNaN();
    expect(read.buckets.map(({ count }) => count)).toEqual([1, 1, 2, 2, 3]);
  });

  test('NaN and what is no number are refused by handle and by labels, and change nothing.', () => {
    const size = make();
    const handle = size.labels('x');
    handle.observe(1);
    for (const wrong of [NaN, '1', null, undefined, 1n, {}, Symbol('one')] as unknown as number[]) {
      expect(() => handle.observe(wrong)).toThrow('is not a number');
      expect(() => size.observe({ a: 'x' }, wrong)).toThrow('is not a number');
      expect(() => size.observe({ a: 'new' }, wrong)).toThrow('is not a number');
    }
    expect(handle.get()).toMatchObject({ sum: 1, count: 1 });
    expect(size.size).toBe(1);
  });

  test('A last bound of +Inf is the same as none, and without buckets it has the default ones.', () => {
    expect(make([1, Infinity]).descriptor.bounds).toEqual([1]);
    expect(new Histogram({ name: 'd', help: 'Default.', registry: null }).descriptor.bounds).toEqual(defaultBuckets);
  });

  test('An array of buckets that its owner changes later changes nothing.', () => {
    const buckets = [1, 2];
    const size = make(buckets);
    buckets[0] = 100;
    size.observe({ a: 'x' }, 1.5);
    expect(size.get('x')?.buckets).toEqual([{ le: 1, count: 0 }, { le: 2, count: 1 }, { le: Infinity, count: 1 }]);
  });

  test('The sum loses nothing to rounding.', () => {
    const handle = make().labels('x');
    for (let i = 0; i < 100_000; i++) handle.observe(0.1);
    expect(handle.get().sum).toBe(10_000);
  });

  test('Its buckets do not fall, end in its count, and each counts what is not above its bound.', () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(-1, 0, -0, 1, 10, Infinity, -Infinity));
    const bounds = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }).map((bound) => bound + 0), { minLength: 1, maxLength: 12 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 }), bounds, (others, buckets) => {
        // The bounds themselves are observed as well: each belongs to its own bucket.
        const values = [...others, ...buckets];
        const size = make(buckets);
        const handle = size.labels('x');
        for (const [i, value] of values.entries()) i % 2 === 0 ? handle.observe(value) : size.observe({ a: 'x' }, value);
        const read = handle.get();
        expect(read.buckets.map(({ le, count }) => [le, count])).toEqual([...buckets, Infinity].map((le) => [le, values.filter((value) => value <= le).length]));
        expect(read.count).toBe(values.length);
      }),
      { seed: 20_240_602, numRuns: 300 },
    );
  });
});
