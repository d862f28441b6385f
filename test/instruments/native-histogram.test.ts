import { describe, expect, test } from 'vitest';
import { Histogram, type HistogramOptions } from '../../src/instruments/histogram.js';
import type { NativeOptions } from '../../src/instruments/native-settings.js';
import type { NativeBuckets } from '../../src/model/native.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';

const help = 'Held for the test.';
const none: NativeBuckets = { schema: 0, zeroThreshold: 2 ** -128, zeroCount: 0, positive: [], negative: [] };

/** One series of schema 0, whose buckets end at powers of two, and what goes with it. */
function make(native: NativeOptions = {}, options: Partial<HistogramOptions<readonly []>> = {}) {
  const clock = new FakeClock();
  const registry = new Registry({ clock });
  const histogram = new Histogram({ name: 'size', help, registry, native: { bucketFactor: 2, ...native }, ...options });
  const handle = histogram.labels();
  return { clock, registry, histogram, handle, observe: (...values: readonly number[]) => values.forEach((value) => handle.observe(value)), blocks: () => registry.catalog.store.blocks.size };
}

/** The same with a label. */
function makeLabelled() {
  const registry = new Registry({ clock: new FakeClock() });
  const histogram = registry.histogram({ name: 'size', help, labelNames: ['x'], native: { bucketFactor: 2 }, created: true });
  return { registry, histogram, blocks: () => registry.catalog.store.blocks.size };
}

/** What a scrape of some format looks at. */
function shown(registry: Registry) {
  return registry.snapshot()[0]!.series[0]!;
}

describe('A native histogram', () => {
  test('It counts by powers of the growth, each bound in the bucket it ends, and mirrored below 0.', () => {
    const { observe, handle } = make();
    observe(1, 1.5, 2, 2.5, 1000, -1, -3, -4);
    expect(handle.get()).toEqual({
      sum: 999,
      count: 8,
      buckets: [{ le: Infinity, count: 8 }],
      native: { ...none, positive: [{ index: 0, count: 1 }, { index: 1, count: 2 }, { index: 2, count: 1 }, { index: 10, count: 1 }], negative: [{ index: 0, count: 1 }, { index: 2, count: 2 }] },
    });
  });

  test('Zeros of both signs and what is no further away than the threshold are counted as zero.', () => {
    const { observe, handle } = make({ zeroThreshold: 0.25 });
    observe(0, -0, 0.25, -0.25, 0.2500001, Number.MIN_VALUE);
    expect(handle.get().native).toEqual({ ...none, zeroThreshold: 0.25, zeroCount: 5, positive: [{ index: -1, count: 1 }] });
  });

  test('Without a threshold of its own it has 2^-128, and with 0 only zero itself is zero.', () => {
    const usual = make();
    usual.observe(2 ** -128, -(2 ** -128), 2 ** -127);
    expect(usual.handle.get().native).toEqual({ ...none, zeroCount: 2, positive: [{ index: -127, count: 1 }] });
    const exact = make({ zeroThreshold: 0 });
    exact.observe(0, Number.MIN_VALUE);
    expect(exact.handle.get().native).toEqual({ ...none, zeroThreshold: 0, zeroCount: 1, positive: [{ index: -1074, count: 1 }] });
  });

  test('Infinities are counted beyond the bucket of the largest double.', () => {
    const { observe, handle } = make();
    observe(Number.MAX_VALUE, Infinity, -Infinity);
    expect(handle.get()).toMatchObject({ count: 3, native: { positive: [{ index: 1024, count: 1 }, { index: 1025, count: 1 }], negative: [{ index: 1025, count: 1 }] } });
    expect(handle.get().sum).toBeNaN();
  });

  test('What is no number is refused by handle and by labels, and changes nothing.', () => {
    const { observe, handle, histogram } = make();
    observe(1);
    for (const wrong of [NaN, '1', null, undefined, 1n, {}] as unknown as number[]) expect(() => handle.observe(wrong)).toThrow('is not a number');
    expect(() => histogram.observe(NaN)).toThrow('is not a number');
    expect(handle.get()).toMatchObject({ sum: 1, count: 1, native: { positive: [{ index: 0, count: 1 }] } });
  });

  test('Beside classic buckets both count everything, and without the option there are no native ones.', () => {
    const { histogram, observe } = make({}, { buckets: [1, 10] });
    observe(0.5, 5, 50);
    histogram.observe(6);
    expect(histogram.get()).toMatchObject({ count: 4, buckets: [{ le: 1, count: 1 }, { le: 10, count: 3 }, { le: Infinity, count: 4 }], native: { positive: [{ index: -1 }, { index: 3, count: 2 }, { index: 6 }] } });
    expect(histogram.getAll()).toEqual([histogram.get()]);
    expect(new Histogram({ name: 'classic', help, registry: null }).get()).not.toHaveProperty('native');
  });

  test('A series shows its schema and threshold before anything is observed.', () => {
    const { registry, histogram } = makeLabelled();
    histogram.init([{ x: 'a' }]);
    expect(shown(registry)).toMatchObject({ labels: { x: 'a' }, count: 0, native: none });
  });

  test('A registry gives the same one again.', () => {
    const registry = new Registry();
    const ask = () => registry.histogram({ name: 'size', help, native: { bucketFactor: 1.2 } });
    ask().observe(3);
    expect(ask().get()!.native).toMatchObject({ schema: 2, positive: [{ index: 7, count: 1 }] });
  });

  test('Quantiles come from the native buckets, by handle and by labels, and are NaN where there is nothing.', () => {
    const { histogram, observe } = make({}, { buckets: [100] });
    expect(histogram.quantile(0.5)).toBeNaN();
    observe(2.5, 3, 3.5, 4);
    expect(histogram.quantile(0.5)).toBeCloseTo(2 * Math.SQRT2, 12);
    expect(histogram.labels().quantile(1)).toBe(4);
    const classic = new Histogram({ name: 'classic', help, labelNames: ['x'], buckets: [2, 4], registry: null });
    expect(classic.quantile({ x: 'a' }, 0.5)).toBeNaN();
    expect(classic.size).toBe(0);
    classic.observe({ x: 'a' }, 3);
    expect(classic.quantile({ x: 'a' }, 0.5)).toBe(3);
  });
});

describe('Too many native buckets', () => {
  test('The resolution is halved, as often as it takes.', () => {
    const { observe, handle, blocks } = make({ bucketFactor: 1.1, maxBuckets: 4 });
    observe(1, 1.1, 1.2, 1.3);
    expect(handle.get().native).toMatchObject({ schema: 3, positive: [{ index: 0 }, { index: 2 }, { index: 3 }, { index: 4 }] });
    observe(1.9);
    expect(handle.get().native).toMatchObject({ schema: 2, positive: [{ index: 0, count: 1 }, { index: 1, count: 1 }, { index: 2, count: 2 }, { index: 4, count: 1 }] });
    observe(1000, -1000);
    expect(handle.get().native).toEqual({ ...none, positive: [{ index: 0, count: 1 }, { index: 1, count: 4 }, { index: 10, count: 1 }], negative: [{ index: 10, count: 1 }] });
    expect(blocks()).toBe(2);
    expect(handle.get().count).toBe(7);
  });

  test('The zero bucket is widened first, as far as it may be.', () => {
    const { observe, handle } = make({ maxBuckets: 2, maxZeroThreshold: 0.5 });
    observe(-0.3, 0.2, 8);
    expect(handle.get().native).toEqual({ ...none, zeroThreshold: 0.25, zeroCount: 1, positive: [{ index: 3, count: 1 }], negative: [{ index: -1, count: 1 }] });
    observe(0.25, -0.1, 0.26);
    expect(handle.get().native).toEqual({ ...none, zeroThreshold: 0.5, zeroCount: 5, positive: [{ index: 3, count: 1 }] });
    observe(4, 2);
    expect(handle.get().native).toEqual({ ...none, schema: -1, zeroThreshold: 0.5, zeroCount: 5, positive: [{ index: 1, count: 2 }, { index: 2, count: 1 }] });
  });

  test('At the coarsest resolution there may be more than that.', () => {
    const { observe, handle } = make({ maxBuckets: 1 });
    observe(1, -1, 1e300);
    expect(handle.get().native).toMatchObject({ schema: -4, positive: [{ index: 0, count: 1 }, { index: 63, count: 1 }], negative: [{ index: 0, count: 1 }] });
  });

  test('The series begins anew if enough time has passed, with the observation that was too much; classic buckets and the time of creation with it.', () => {
    const { observe, registry, clock, blocks } = make({ maxBuckets: 2, minResetSeconds: 60 }, { buckets: [10], created: true });
    observe(1, 2);
    clock.advance(60);
    observe(2);
    expect(shown(registry)).toMatchObject({ count: 3, created: clock.wallSeconds() - 60 });
    observe(100);
    expect(shown(registry)).toEqual({
      labels: {}, sum: 100, count: 1, buckets: [{ le: 10, count: 0 }, { le: '+Inf', count: 1 }], created: clock.wallSeconds(),
      native: { ...none, positive: [{ index: 7, count: 1 }] },
    });
    expect(blocks()).toBe(1);
    observe(1, 2);
    expect(shown(registry).native).toMatchObject({ schema: -3, positive: [{ index: 0, count: 1 }, { index: 1, count: 2 }] });
  });

  test('One that was made coarser begins anew once the time has come, after a collection has shown everything.', () => {
    const { observe, registry, clock } = make({ maxBuckets: 2, minResetSeconds: 60 });
    observe(1, 2, 4);
    clock.advance(59);
    expect(shown(registry)).toMatchObject({ count: 3, native: { schema: -1 } });
    observe(1);
    clock.advance(1);
    expect(shown(registry)).toMatchObject({ count: 4 });
    expect(shown(registry)).toMatchObject({ count: 4 });
    observe(0);
    expect(shown(registry)).toMatchObject({ count: 1, sum: 0, native: { ...none, zeroCount: 1 } });
    clock.advance(600);
    observe(1);
    expect(shown(registry)).toMatchObject({ count: 2 });
  });

  test('A series that has its full resolution is left alone, however old.', () => {
    const { observe, registry, clock } = make({ maxBuckets: 2, minResetSeconds: 60 });
    observe(1, 2);
    clock.advance(1000);
    shown(registry);
    observe(1);
    expect(shown(registry)).toMatchObject({ count: 3 });
  });
});

describe('Blocks of native buckets', () => {
  test('A removal gives them back, and the handle of the series records nowhere.', () => {
    const { histogram, blocks } = makeLabelled();
    const gone = histogram.labels('a');
    gone.observe(1);
    gone.observe(-1e9);
    expect(blocks()).toBe(2);
    histogram.remove('a');
    expect(blocks()).toBe(0);
    for (const value of [0, 1, -5, Infinity]) gone.observe(value);
    expect(gone.get()).toEqual({ sum: 0, count: 0, buckets: [{ le: Infinity, count: 0 }], native: none });
    expect(gone.quantile(0.5)).toBeNaN();
    expect(blocks()).toBe(0);
    const again = histogram.labels('a');
    expect(again.get()).toMatchObject({ count: 0, native: none });
  });

  test('Reset and clear give them back.', () => {
    const { histogram, observe, blocks, handle } = make();
    for (const end of [() => histogram.reset(), () => histogram.clear()]) {
      observe(1, 1e9, -1);
      expect(blocks()).toBe(3);
      end();
      expect(blocks()).toBe(0);
      expect(handle.get()).toMatchObject({ count: 0, native: none });
    }
  });

  test('The removal of very many gives them back at once.', () => {
    const { histogram, blocks } = makeLabelled();
    const observe = (x: number) => histogram.observe({ x }, x);
    for (let x = 1; x <= 3000; x++) observe(x);
    expect(blocks()).toBe(3000);
    histogram.clear();
    expect(blocks()).toBe(0);
    for (let x = 1; x <= 3000; x++) observe(x);
    expect(blocks()).toBe(3000);
    expect(histogram.getAll().every(({ count, native }) => count === 1 && native!.positive.length === 1)).toBe(true);
  });

  test('An expired series gives them back, and comes back at full resolution by its handle.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, expireAfterSeconds: 10 });
    const histogram = registry.histogram({ name: 'size', help, labelNames: ['x'], native: { bucketFactor: 2, maxBuckets: 2 } });
    const held = histogram.labels('a');
    for (const value of [1, 2, 4]) held.observe(value);
    expect(held.get().native!.schema).toBe(-1);
    registry.collectSync();
    clock.advance(10);
    registry.collectSync();
    expect(registry.catalog.store.blocks.size).toBe(0);
    held.observe(8);
    registry.collectSync();
    expect(histogram.get('a')).toMatchObject({ count: 1, native: { schema: 0, positive: [{ index: 3, count: 1 }] } });
  });
});
