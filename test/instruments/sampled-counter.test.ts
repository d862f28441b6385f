import { describe, expect, test } from 'vitest';
import { SampledCounter } from '../../src/instruments/sampled-counter.js';

/** Uniform numbers that repeat (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const make = (sampleRate: number, random = seeded(1)) => new SampledCounter({ name: 's_total', help: 'Sampled.', labelNames: ['a'], sampleRate, random, registry: null });

describe('A sampled counter', () => {
  test.each([0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999])('It is unbiased at a rate of %d, within five standard errors.', (rate) => {
    const counter = make(rate, seeded(Math.round(rate * 1e6)));
    const calls = 400_000;
    const handle = counter.labels('x');
    for (let i = 0; i < calls; i++) i % 2 === 0 ? handle.inc() : counter.inc({ a: 'x' });
    const sigma = Math.sqrt(((1 - rate) / rate) * calls);
    expect(Math.abs(handle.get() - calls)).toBeLessThan(5 * sigma);
  });

  test('It is unbiased for amounts, too.', () => {
    const handle = make(0.2).labels('x');
    let total = 0;
    let squares = 0;
    for (let i = 0; i < 200_000; i++) {
      const amount = i % 7;
      handle.inc(amount);
      total += amount;
      squares += amount * amount;
    }
    expect(Math.abs(handle.get() - total)).toBeLessThan(5 * Math.sqrt((0.8 / 0.2) * squares));
  });

  test('The average of short runs is the true value as well.', () => {
    const random = seeded(7);
    const runs = 20_000;
    let sum = 0;
    for (let run = 0; run < runs; run++) {
      const handle = make(0.1, random).labels('x');
      for (let i = 0; i < 5; i++) handle.inc();
      sum += handle.get();
    }
    expect(Math.abs(sum / runs - 5)).toBeLessThan(5 * Math.sqrt((9 * 5) / runs));
  });

  test('At a rate of 1 it counts every call exactly.', () => {
    const handle = make(1).labels('x');
    for (let i = 0; i < 1000; i++) handle.inc(3);
    expect(handle.get()).toBe(3000);
  });

  test('A call that is not drawn makes no series, but checks its labels and amount.', () => {
    const counter = make(0.5, () => 0.999999);
    counter.inc({ a: 'x' });
    expect(counter.size).toBe(0);
    expect(() => counter.inc({ b: 'x' } as never)).toThrow('unknown label "b"');
    expect(() => counter.inc({ a: null } as never)).toThrow('label "a" is null');
    expect(() => counter.inc({ a: 'x' }, -1)).toThrow('inc(-1) is negative');
    expect(() => counter.inc({ a: 'x' }, NaN)).toThrow('inc(NaN)');
    expect(counter.size).toBe(0);
  });

  test('Refused calls do not use up a draw.', () => {
    const draws: number[] = [];
    const counter = make(0.5, () => draws.push(0) * 0);
    expect(() => counter.inc({ a: 'x' }, NaN)).toThrow();
    expect(() => counter.inc({} as never)).toThrow();
    expect(draws).toHaveLength(2);
    counter.inc({ a: 'x' });
    expect(draws).toHaveLength(4);
  });

  test('Without labels it stands at 0 from its creation, and Infinity makes it infinite.', () => {
    const counter = new SampledCounter({ name: 's_total', help: 'Sampled.', sampleRate: 1, registry: null });
    expect(counter.get()?.value).toBe(0);
    counter.inc(0);
    counter.inc(-0);
    expect(counter.get()?.value).toBe(0);
    counter.inc(Infinity);
    expect(counter.get()?.value).toBe(Infinity);
    expect(counter.sampleRate).toBe(1);
  });
});
