import { describe, expect, it } from 'vitest';
import { GeometricSampler } from '../../src/distribution/geometric-sampler.js';
import { seededRandom } from '../support/random.js';

const rates = [1, 0.9, 0.5, 0.3, 0.07, 0.01, 0.001];
const calls = 1_000_000;

function taken(rate: number, seed: number): number[] {
  const sampler = new GeometricSampler(rate, seededRandom(seed));
  const places: number[] = [];
  for (let call = 0; call < calls; call++) if (sampler.take()) places.push(call);
  return places;
}

describe.each(rates)('a sampler of rate %d', (rate) => {
  it('lets that share of calls through, within five standard deviations', () => {
    for (const seed of [1, 2, 3]) {
      const deviation = Math.sqrt(calls * rate * (1 - rate));
      expect(Math.abs(taken(rate, seed).length - calls * rate)).toBeLessThanOrEqual(5 * deviation);
    }
  });

  it('lets the first call through as often as any other', () => {
    const random = seededRandom(17);
    const rounds = 50_000;
    const first = [0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      const sampler = new GeometricSampler(rate, random);
      for (let call = 0; call < first.length; call++) if (sampler.take()) first[call]! += 1;
    }
    for (const count of first) expect(Math.abs(count - rounds * rate)).toBeLessThanOrEqual(5 * Math.sqrt(rounds * rate * (1 - rate)));
  });

  it('leaves out runs of calls whose lengths have the geometric distribution', () => {
    const places = taken(rate, 23);
    const gaps = places.slice(1).map((place, i) => place - places[i]! - 1);
    // Lengths in up to ten classes of at least 5 % each, the last one open; chi-square against their expected numbers.
    const edges: number[] = [];
    for (let share = 1; share > 0.05 && edges.length < 10; ) {
      const from = edges.at(-1) ?? 0;
      let to = from;
      do to += 1;
      while ((1 - rate) ** from - (1 - rate) ** to < 0.05 && to - from < 100_000);
      edges.push(to);
      share = (1 - rate) ** to;
    }
    const expected = [...edges.map((to, i) => (1 - rate) ** (edges[i - 1] ?? 0) - (1 - rate) ** to), (1 - rate) ** edges.at(-1)!].map((share) => share * gaps.length);
    const observed = expected.map((_, i) => gaps.filter((gap) => gap >= (edges[i - 1] ?? 0) && gap < (edges[i] ?? Infinity)).length);
    const chiSquare = expected.reduce((sum, number, i) => sum + (number > 0 ? (observed[i]! - number) ** 2 / number : 0), 0);
    const freedom = Math.max(1, expected.length - 1);
    expect(observed.reduce((sum, number) => sum + number, 0)).toBe(gaps.length);
    expect(chiSquare).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom));
  });
});

describe('a sampler', () => {
  it('lets every call through at rate 1, whatever the random numbers', () => {
    for (const number of [0, 0.5, 1 - 2 ** -53]) {
      const sampler = new GeometricSampler(1, () => number);
      expect(Array.from({ length: 100 }, () => sampler.take())).toEqual(new Array(100).fill(true));
    }
  });

  it('draws two numbers for each call that it lets through, and two at first', () => {
    let draws = 0;
    const random = seededRandom(1);
    const sampler = new GeometricSampler(0.1, () => {
      draws += 1;
      return random();
    });
    let through = 0;
    for (let call = 0; call < 10_000; call++) if (sampler.take()) through += 1;
    expect(draws).toBe(2 * (through + 1));
  });
});
