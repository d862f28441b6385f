import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitOf, fits } from '../../src/cli/budget.js';
import { verdict } from '../../src/cli/report.js';
import { stepOf } from './steps.js';

const steps = [1000, 10_000, 100_000].map((series) => stepOf(series));

describe('What fits a budget', () => {
  test('A cost that grows as a power of the series is hit exactly between two steps.', () => {
    const costs = fc.tuple(fc.double({ min: 0.001, max: 1000, noNaN: true }), fc.double({ min: 0.2, max: 3, noNaN: true }), fc.double({ min: 1000, max: 100_000, noNaN: true }));
    fc.assert(
      fc.property(costs, ([factor, power, series]) => {
        const cost = (n: number): number => factor * n ** power;
        const fit = fitOf([1000, 3000, 10_000, 30_000, 100_000].map((n) => [n, cost(n)]), cost(series));
        if (fit.reached === 'within') expect(Math.abs(fit.series / series - 1)).toBeLessThan(0.002);
        else expect(series > 99_999 || series < 1001).toBe(true);
      }),
    );
  });

  test('More budget never fits fewer series, whatever was measured.', () => {
    const points = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 8 }).map((all) => all.map((cost, i) => [1000 * 3 ** i, cost] as const));
    const order = { below: 0, within: 1, above: 2 };
    const allowed = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(points, allowed, allowed, (measured, a, b) => {
        const [less, more] = [fitOf(measured, Math.min(a, b)), fitOf(measured, Math.max(a, b))];
        expect(less.series).toBeLessThanOrEqual(more.series);
        expect(order[less.reached]).toBeLessThanOrEqual(order[more.reached]);
        expect(less.series).toBeGreaterThanOrEqual(measured[0]![0]);
        expect(more.series).toBeLessThanOrEqual(measured.at(-1)![0]);
      }),
    );
  });

  test('A single disturbed step does not count when a later one was cheaper.', () => {
    expect(fitOf([[1000, 50], [10_000, 1], [100_000, 2]], 10)).toEqual({ series: 100_000, reached: 'above' });
    expect(fitOf([[1000, 5], [10_000, 50], [100_000, 5]], 4)).toEqual({ series: 1000, reached: 'below' });
  });

  test('A cost of nothing is passed over on the way to one of something.', () => {
    const { series, reached } = fitOf([[1000, 0], [10_000, 100]], 10);
    expect(reached).toBe('within');
    expect(series).toBeGreaterThan(1000);
    expect(series).toBeLessThan(10_000);
  });

  test('The budget that binds comes first, and is named.', () => {
    const found = fits(steps, { memoryBytes: 3.2e6, scrapeMilliseconds: 2, delayMilliseconds: 5 });
    expect(found.map(({ budget, series, reached }) => [budget, series, reached])).toEqual([
      ['scrape time', 20_000, 'within'],
      ['memory', 50_000, 'within'],
      ['delay', 100_000, 'above'],
    ]);
    expect(verdict({ steps, fits: found })).toEqual([
      'scrape time 2 ms: about 20 000 series',
      'memory 3.2 MB: about 50 000 series',
      'delay 5 ms: at least 100 000 series',
      'Within these budgets fit about 20 000 series; scrape time binds.',
    ]);
  });

  test('A budget that the first step breaks, one that none reaches, and none at all are told apart.', () => {
    expect(verdict({ steps, fits: fits(steps, { memoryBytes: 100 }) })).toEqual(['memory 100 B: fewer than 1 000 series', 'Within this budget fit fewer than 1 000 series; memory binds.']);
    expect(verdict({ steps, fits: fits(steps, { delayMilliseconds: 1000 }) })).toEqual(['delay 1 s: at least 100 000 series', 'No budget is reached with 100 000 series, the most that were measured.']);
    expect(verdict({ steps, fits: fits(steps, {}) })).toEqual([]);
    expect(fits([], { memoryBytes: 100 })).toEqual([]);
  });
});
