import { describe, expect, test } from 'vitest';
import { Summary } from '../../src/instruments/summary.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from './fake-clock.js';

type Mode = readonly [name: string, options: { readonly maxSamples?: number; readonly relativeAccuracy?: number }];
const modes: readonly Mode[] = [['sketch', { relativeAccuracy: 0.001 }], ['exact', { maxSamples: 1000 }]];

/** A window of 60 s in 6 steps, on a clock that the test moves. */
function make(options: Mode[1], clock = new FakeClock()) {
  const summary = new Registry({ clock }).summary({ name: 'wait', help: 'Wait.', labelNames: ['a'], quantiles: [0, 0.5, 1], maxAgeSeconds: 60, ageBuckets: 6, ...options });
  const handle = summary.labels('x');
  return { clock, summary, handle, shown: () => handle.get().quantiles.map(({ value }) => value) };
}

describe.each(modes)('A summary in %s mode', (_name, options) => {
  test('It shows quantiles of the nearest rank, the sum and the count.', () => {
    const { handle } = make(options);
    for (const value of [4, 1, 3, 2]) handle.observe(value);
    const { sum, count, quantiles } = handle.get();
    expect([sum, count]).toEqual([10, 4]);
    for (const [place, exact] of [1, 2, 4].entries()) expect(Math.abs(quantiles[place]!.value - exact)).toBeLessThanOrEqual(exact * 0.001);
    expect(quantiles.map(({ quantile }) => quantile)).toEqual([0, 0.5, 1]);
  });

  test('While it is empty its quantiles are NaN, its sum and count 0.', () => {
    const { summary } = make(options);
    expect(summary.get('x')).toMatchObject({ sum: 0, count: 0, quantiles: [{ value: NaN }, { value: NaN }, { value: NaN }] });
  });

  test('It ages though nobody observes, and its sum and count run on.', () => {
    const { clock, handle, shown } = make(options);
    handle.observe(0);
    expect(shown()).toEqual([0, 0, 0]);
    clock.advance(61);
    expect(shown()).toEqual([NaN, NaN, NaN]);
    handle.observe(0);
    expect(handle.get()).toMatchObject({ sum: 0, count: 2, quantiles: [{ value: 0 }, { value: 0 }, { value: 0 }] });
    clock.advance(1e9);
    expect(shown()).toEqual([NaN, NaN, NaN]);
    expect(handle.get().count).toBe(2);
  });

  test('Infinities and -0 are values; NaN and what is no number are refused and change nothing.', () => {
    const { handle, summary, shown } = make(options);
    for (const value of [Infinity, -0, -Infinity]) handle.observe(value);
    expect(shown()).toEqual([-Infinity, 0, Infinity]);
    expect(Object.is(shown()[1], 0)).toBe(true);
    expect(handle.get().sum).toBeNaN();
    for (const wrong of [NaN, '1', null, undefined, 1n, {}, Symbol('one')] as unknown as number[]) {
      expect(() => handle.observe(wrong)).toThrow('is not a number');
      expect(() => summary.observe({ a: 'new' }, wrong)).toThrow('is not a number');
    }
    expect(handle.get().count).toBe(3);
    expect(summary.size).toBe(1);
  });

  test('A clock that steps back loses nothing at once, and the window forgets again when it runs on.', () => {
    const { clock, handle, shown } = make(options);
    handle.observe(0);
    clock.advance(-500);
    expect(shown()).toEqual([0, 0, 0]);
    handle.observe(0);
    clock.advance(50);
    expect(shown()).toEqual([0, 0, 0]);
    clock.advance(560);
    expect(shown()).toEqual([NaN, NaN, NaN]);
  });

  test('After a step back of the clock an observation is kept no longer than maxAgeSeconds of running time.', () => {
    const { clock, handle, shown } = make(options);
    handle.observe(0);
    clock.advance(-500);
    shown();
    clock.advance(61);
    expect(shown()).toEqual([NaN, NaN, NaN]);
  });

  test('A reset forgets the window, the sum and the count, and it goes on.', () => {
    const { handle, summary, shown } = make(options);
    handle.observe(7);
    summary.reset();
    expect(handle.get()).toMatchObject({ sum: 0, count: 0 });
    expect(shown()).toEqual([NaN, NaN, NaN]);
    handle.observe(0);
    expect(shown()).toEqual([0, 0, 0]);
    expect(summary.labels('x')).toBe(handle);
  });

  test('A removed series leaves nothing in the window of the one that reuses its row.', () => {
    const { handle, summary } = make(options);
    handle.observe(5);
    summary.remove('x');
    const next = summary.labels('next');
    expect(next.get().quantiles.map(({ value }) => value)).toEqual([NaN, NaN, NaN]);
    handle.observe(9);
    next.observe(0);
    expect(next.get()).toMatchObject({ sum: 0, count: 1, quantiles: [{ value: 0 }, { value: 0 }, { value: 0 }] });
    expect(handle.get()).toMatchObject({ sum: 0, count: 0, quantiles: [{ value: NaN }, { value: NaN }, { value: NaN }] });
  });

  test('Series have windows of their own.', () => {
    const { handle, summary, shown } = make(options);
    handle.observe(0);
    summary.observe({ a: 'other' }, Infinity);
    expect(shown()).toEqual([0, 0, 0]);
  });
});

describe('The options of a summary', () => {
  test('Quantiles come out in rising order, and none at all are allowed.', () => {
    expect(new Summary({ name: 's', help: 'S.', quantiles: [0.9, 0.1], registry: null }).descriptor.quantiles).toEqual([0.1, 0.9]);
    const bare = new Summary({ name: 's', help: 'S.', quantiles: [], registry: null });
    bare.observe(3);
    expect(bare.get()).toMatchObject({ sum: 3, count: 1, quantiles: [] });
  });

  test('Exact mode sorts the latest observations, as many as it may keep.', () => {
    const { handle, shown } = make({ maxSamples: 3 });
    for (const value of [100, -100, 3, 1, 2]) handle.observe(value);
    expect(shown()).toEqual([1, 2, 3]);
    expect(handle.get()).toMatchObject({ sum: 6, count: 5 });
  });
});
