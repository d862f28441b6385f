import { describe, expect, test } from 'vitest';
import { CoarseClock } from '../../src/platform/coarse-clock.js';
import { Budget, type Limits, checkLimits, metricDefaults, registryDefaults } from '../../src/store/budget.js';
import { FakeClock } from '../support/fake-clock.js';

function budgetOf(clock: FakeClock, limits: Partial<Limits>, shared?: Budget): Budget {
  return new Budget({ ...registryDefaults, ...limits }, new CoarseClock(clock), shared);
}

/** How many are let in when many ask at once. */
function burst(budget: Budget): number {
  let admitted = 0;
  for (let i = 0; i < 200; i++) if (budget.admit() === undefined) admitted += 1;
  return admitted;
}

describe('A budget', () => {
  test('It lets in as many as it may, tells why it refuses more, and lets one in for each that goes.', () => {
    const budget = budgetOf(new FakeClock(), { series: 3 });
    expect(burst(budget)).toBe(3);
    expect(budget.isFull).toBe(true);
    expect(budget.admit()).toBe('series');
    budget.release(1);
    expect(budget.isFull).toBe(false);
    expect(budget.admit()).toBeUndefined();
    expect(budget.admit()).toBe('series');
    expect(budget.size).toBe(3);
  });

  test('A budget of none lets nothing in, and one of Infinity everything.', () => {
    expect(budgetOf(new FakeClock(), { series: 0 }).admit()).toBe('series');
    expect(burst(budgetOf(new FakeClock(), { series: Infinity }))).toBe(200);
  });

  test('Two budgets that draw on a third have no more together than that, and give back to it.', () => {
    const clock = new FakeClock();
    const shared = budgetOf(clock, { series: 5 });
    const one = budgetOf(clock, { series: 4 }, shared);
    const other = budgetOf(clock, { series: 4 }, shared);
    expect(burst(one)).toBe(4);
    expect(burst(other)).toBe(1);
    expect(other.isFull).toBe(true);
    expect([one.size, other.size, shared.size]).toEqual([4, 1, 5]);
    one.release(1);
    expect(other.admit()).toBeUndefined();
    expect(one.admit()).toBe('series');
    expect([one.size, other.size, shared.size]).toEqual([3, 2, 5]);
  });

  test('A rate gives a burst of one second’s worth, then as many as time has brought, and saves no more than that.', () => {
    const clock = new FakeClock();
    const budget = budgetOf(clock, { newSeriesPerSecond: 10 });
    expect(burst(budget)).toBe(10);
    expect(budget.admit()).toBe('rate');
    clock.advance(0.5);
    expect(burst(budget)).toBe(5);
    clock.advance(0.25);
    expect(burst(budget)).toBe(2);
    clock.advance(3600);
    expect(burst(budget)).toBe(10);
  });

  test('A rate below one a second lets one in at first, and the next as soon as its time has passed, however seldom it is asked.', () => {
    const clock = new FakeClock();
    const budget = budgetOf(clock, { newSeriesPerSecond: 0.1 });
    expect(burst(budget)).toBe(1);
    clock.advance(9);
    expect(budget.admit()).toBe('rate');
    clock.advance(1.001);
    expect(budget.admit()).toBeUndefined();
    clock.advance(100);
    expect(burst(budget)).toBe(1);
  });

  test('A clock that steps back gives nothing, and time counts from there.', () => {
    const clock = new FakeClock();
    const budget = budgetOf(clock, { newSeriesPerSecond: 4 });
    expect(burst(budget)).toBe(4);
    clock.advance(-500);
    expect(burst(budget)).toBe(0);
    clock.advance(0.5);
    expect(burst(budget)).toBe(2);
  });

  test('What the shared rate refuses costs the metric’s own rate nothing, and the other way round.', () => {
    const clock = new FakeClock();
    const shared = budgetOf(clock, { newSeriesPerSecond: 6 });
    const one = budgetOf(clock, { newSeriesPerSecond: 4 }, shared);
    const other = budgetOf(clock, { newSeriesPerSecond: 4 }, shared);
    expect(burst(one)).toBe(4);
    expect(burst(other)).toBe(2);
    expect(shared.size).toBe(6);
    clock.advance(0.5);
    expect(burst(other)).toBe(3);
    expect(burst(one)).toBe(0);
  });

  test('The shorter limit of label values holds, the metric’s or the registry’s.', () => {
    const clock = new FakeClock();
    expect(budgetOf(clock, { labelValueBytes: 10 }, budgetOf(clock, { labelValueBytes: 5 })).labelValueBytes).toBe(5);
    expect(budgetOf(clock, { labelValueBytes: 5 }, budgetOf(clock, { labelValueBytes: 10 })).labelValueBytes).toBe(5);
  });
});

describe('Limits as given', () => {
  test('What is left out or undefined is the default.', () => {
    expect(checkLimits('counter "c"', undefined, metricDefaults)).toEqual({ series: 10_000, newSeriesPerSecond: Infinity, labelValueBytes: 2048, onLimit: 'overflow' });
    expect(checkLimits('counter "c"', { series: 5, onLimit: undefined }, metricDefaults)).toEqual({ series: 5, newSeriesPerSecond: Infinity, labelValueBytes: 2048, onLimit: 'overflow' });
    expect(checkLimits('registry', {}, registryDefaults)).toEqual({ series: 1_000_000, newSeriesPerSecond: Infinity, labelValueBytes: Infinity });
  });

  test('What every object has from its prototype is no limit either.', () => {
    expect(() => checkLimits('counter "c"', { constructor: 5 }, metricDefaults)).toThrow('counter "c": limits.constructor is no limit');
  });
});
