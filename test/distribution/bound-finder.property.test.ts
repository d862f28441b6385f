import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundFinder } from '../../src/distribution/bound-finder.js';
import { anyNumber, nextDown, nextUp, risingBounds } from '../support/doubles.js';

function linearSearch(bounds: readonly number[], value: number): number {
  const place = bounds.findIndex((bound) => value <= bound);
  return place < 0 ? bounds.length : place;
}

function checkAll(bounds: readonly number[], values: readonly number[]): void {
  const finder = new BoundFinder(bounds);
  for (const value of values) {
    const found = finder.find(value);
    if (found !== linearSearch(bounds, value)) expect.fail(`${value} was put in bucket ${found}, not ${linearSearch(bounds, value)}`);
    // The law itself: lower < value <= upper.
    if (!((bounds[found - 1] ?? -Infinity) < value || value === -Infinity) || !(value <= (bounds[found] ?? Infinity))) expect.fail(`${value} is not between the ends of bucket ${found}`);
  }
}

/** Every bound, its neighbours, and what lies between; the ends of the number line. */
function tellingValues(bounds: readonly number[]): number[] {
  const near = bounds.flatMap((bound, i) => [bound, nextUp(bound), nextDown(bound), (bound + (bounds[i + 1] ?? bound)) / 2, -bound]);
  return [...near, 0, -0, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE];
}

describe('a bound finder', () => {
  it('finds what a linear search finds, for any bounds and any values', () => {
    fc.assert(
      fc.property(risingBounds(), fc.array(anyNumber, { maxLength: 50 }), (bounds, values) => checkAll(bounds, [...values, ...tellingValues(bounds)])),
      { numRuns: 2000 },
    );
  });

  it('finds powers of two and subnormal numbers among bounds that are such numbers', () => {
    checkAll(Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074)), tellingValues(Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074))));
    const subnormal = Array.from({ length: 100 }, (_, i) => (i + 1) * Number.MIN_VALUE);
    checkAll(subnormal, tellingValues(subnormal));
  });

  const many = 10_000;
  const layouts: [string, number[]][] = [
    ['equal distances', Array.from({ length: many }, (_, i) => i + 1)],
    ['equal distances around zero', Array.from({ length: many }, (_, i) => (i - many / 2) / 8)],
    ['equal ratios', Array.from({ length: many }, (_, i) => 1e-300 * 1.1 ** i).filter((bound) => bound < 1e300)],
    ['neighbours of 1', Array.from({ length: many }, (_, i) => 1 + i * Number.EPSILON)],
    ['most of them at the upper end', [1e-9, 1, ...Array.from({ length: many - 2 }, (_, i) => 1024 + i * 2 ** -40)]],
    ['most of them at the lower end', [...Array.from({ length: many - 2 }, (_, i) => 1 + i * 2 ** -40), 1000, 1e9]],
  ];

  it.each(layouts)('finds what lies at and next to each of thousands of bounds with %s', (_, bounds) => {
    const finder = new BoundFinder(bounds);
    bounds.forEach((bound, place) => {
      if (finder.find(bound) !== place || finder.find(nextUp(bound)) !== place + 1 || finder.find(nextDown(bound)) < place - 1) expect.fail(`bound ${place}, ${bound}, is found at ${finder.find(bound)}`);
    });
    expect([finder.find(-Infinity), finder.find(Infinity)]).toEqual([0, bounds.length]);
  });

  it.each(layouts)('looks at no more than 24 of thousands of bounds with %s', (_, bounds) => {
    const finder = new BoundFinder(bounds);
    let looks = 0;
    const watched = new Proxy(finder.bounds, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
        return Reflect.get(target, key, target) as unknown;
      },
    });
    Object.defineProperty(finder, 'bounds', { value: watched });
    let most = 0;
    for (let place = 0; place < bounds.length; place += 97) {
      looks = 0;
      finder.find(bounds[place]!);
      most = Math.max(most, looks);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(24);
  });
});
