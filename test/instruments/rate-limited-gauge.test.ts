import { describe, expect, test } from 'vitest';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from './fake-clock.js';

function make(options: { readonly minIntervalSeconds?: number; readonly trailing?: boolean } = {}) {
  const clock = new FakeClock();
  const gauge = new Registry({ clock }).rateLimitedGauge({ name: 'depth', help: 'Depth.', labelNames: ['queue'], ...options });
  return { clock, gauge, shown: (queue: string) => gauge.get(queue)?.value };
}

describe('A rate-limited gauge', () => {
  test('It takes one value an interval, 0.1 s when none is given.', () => {
    const { clock, gauge } = make();
    const taken: boolean[] = [];
    for (let i = 0; i < 10; i++) {
      taken.push(gauge.set({ queue: 'a' }, i));
      clock.advance(0.03125);
    }
    expect(taken).toEqual([true, false, false, false, true, false, false, false, true, false]);
  });

  test('It shows the last value given, whether taken or not.', () => {
    const { gauge, shown } = make();
    expect([gauge.set({ queue: 'a' }, 1), gauge.set({ queue: 'a' }, 2)]).toEqual([true, false]);
    expect(shown('a')).toBe(2);
    expect(gauge.labels('a').get()).toBe(2);
  });

  test('With trailing false it shows only what was taken.', () => {
    const { clock, gauge, shown } = make({ trailing: false, minIntervalSeconds: 1 });
    gauge.set({ queue: 'a' }, 1);
    clock.advance(0.5);
    gauge.set({ queue: 'a' }, 2);
    expect(shown('a')).toBe(1);
    clock.advance(0.5);
    expect(gauge.set({ queue: 'a' }, 3)).toBe(true);
    expect(shown('a')).toBe(3);
  });

  test('Each set of labels has an interval of its own, shared by its handle.', () => {
    const { gauge } = make();
    expect(gauge.set({ queue: 'a' }, 1)).toBe(true);
    expect(gauge.set({ queue: 'b' }, 1)).toBe(true);
    expect(gauge.labels('a').set(2)).toBe(false);
    expect(gauge.labels('c').set(2)).toBe(true);
    expect(gauge.set({ queue: 'c' }, 3)).toBe(false);
  });

  test('When the clock steps back, the next value is taken, and the interval counts from there.', () => {
    const { clock, gauge } = make();
    gauge.set({ queue: 'a' }, 1);
    clock.advance(-100);
    expect(gauge.set({ queue: 'a' }, 2)).toBe(true);
    expect(gauge.set({ queue: 'a' }, 3)).toBe(false);
    clock.advance(0.125);
    expect(gauge.set({ queue: 'a' }, 4)).toBe(true);
  });

  test('An interval of 0 takes every value.', () => {
    const { gauge } = make({ minIntervalSeconds: 0 });
    expect([gauge.set({ queue: 'a' }, 1), gauge.set({ queue: 'a' }, 2)]).toEqual([true, true]);
  });

  test('It takes NaN, infinities and -0, and refuses what is no number, without a series.', () => {
    const { gauge, shown } = make({ minIntervalSeconds: 0 });
    for (const value of [NaN, Infinity, -Infinity, -0]) {
      gauge.set({ queue: 'a' }, value);
      expect(shown('a')).toBe(value);
    }
    for (const wrong of ['1', null, undefined, 1n, Symbol('one')] as unknown as number[]) {
      expect(() => gauge.set({ queue: 'new' }, wrong)).toThrow('is not a number');
      expect(() => gauge.labels('a').set(wrong)).toThrow('is not a number');
    }
    expect(gauge.size).toBe(1);
  });

  test('A series that was removed or reset takes the next value at once.', () => {
    const { gauge, shown } = make();
    gauge.set({ queue: 'a' }, 1);
    gauge.reset();
    expect(shown('a')).toBe(0);
    expect(gauge.set({ queue: 'a' }, 2)).toBe(true);
    gauge.remove('a');
    expect(gauge.set({ queue: 'a' }, 3)).toBe(true);
  });
});
