import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tally, median, random } from '../../src/cli/statistics.js';

describe('A tally of timings', () => {
  test('Its quantiles are those of the sorted values to 1.1 %, and its maximum is exact.', () => {
    const values = fc.array(fc.double({ min: 0.001, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
        const tally = new Tally();
        for (const value of all) tally.add(value);
        const exact = [...all].sort((a, b) => a - b)[Math.max(1, Math.ceil(q * all.length)) - 1]!;
        expect(tally.max).toBe(Math.max(...all));
        expect(tally.count).toBe(all.length);
        expect(Math.abs(tally.quantile(q) / exact - 1)).toBeLessThan(0.011);
      }),
    );
  });

  test('Nothing but zeros has quantiles of 0; nothing at all has none.', () => {
    const tally = new Tally();
    expect(tally.quantile(0.5)).toBeNaN();
    tally.add(0);
    expect([tally.quantile(0), tally.quantile(1), tally.max]).toEqual([0, 0, 0]);
  });

  test('The median is the middle value, or between the two in the middle.', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7]);
    expect(median([])).toBeNaN();
  });

  test('Random numbers are the same for the same seed, and lie in [0, 1).', () => {
    const [a, b] = [random(5), random(5)];
    const drawn = Array.from({ length: 1000 }, a);
    expect(drawn).toEqual(Array.from({ length: 1000 }, b));
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
