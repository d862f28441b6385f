import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExemplarSpread, mostSpread } from '../../src/instruments/exemplar-spread.js';
import { anyNumber } from '../support/doubles.js';

const exemplar = (value: number, id = 'x') => ({ labels: { id }, value, timestamp: 1 });

describe('The exemplars of a native histogram', () => {
  test('They are at most ten, in the order of their values, and each is one that was added.', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ value: anyNumber, wait: fc.integer({ min: -10, max: 400 }) }), { minLength: 1, maxLength: 60 }), (additions) => {
        const spread = new ExemplarSpread();
        let now = 1000;
        const added = new Set<object>();
        for (const { value, wait } of additions) {
          const one = exemplar(value);
          added.add(one);
          spread.add(one, (now += wait));
          const shown = spread.exemplars();
          expect(shown).toHaveLength(Math.min(added.size, mostSpread));
          expect(shown.every((each, i) => added.has(each) && (i === 0 || shown[i - 1]!.value <= each.value))).toBe(true);
        }
      }),
    );
  });

  test('As long as none is out of date, the smallest and the largest value keep theirs.', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(anyNumber, { minLength: 1, maxLength: 60 }), fc.array(anyNumber, { minLength: 1, maxLength: 60 }).map((values) => values.sort((a, b) => a - b))), (values) => {
        const spread = new ExemplarSpread();
        for (const value of values) spread.add(exemplar(value), 1);
        const shown = spread.exemplars().map(({ value }) => value);
        expect(shown[0]! + 0).toBe(Math.min(...values) + 0);
        expect(shown.at(-1)! + 0).toBe(Math.max(...values) + 0);
      }),
    );
  });

  test('Ten decades are covered by one each, whatever else is observed between them.', () => {
    const spread = new ExemplarSpread();
    let now = 0;
    for (let round = 0; round < 200; round++) {
      for (let decade = -5; decade < 5; decade++) spread.add(exemplar(10 ** decade * (1 + (round % 7) / 100)), (now += 0.001));
    }
    expect(spread.exemplars().map(({ value }) => Math.round(Math.log10(value)))).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4]);
  });

  test('One that is out of date makes room first, wherever it lies.', () => {
    const spread = new ExemplarSpread();
    spread.add(exemplar(1e-9, 'old'), 0);
    for (let i = 1; i < mostSpread; i++) spread.add(exemplar(2 ** i), 200);
    spread.add(exemplar(3), 299);
    expect(spread.exemplars()[0]!.labels).toEqual({ id: 'old' });
    spread.add(exemplar(5), 300);
    expect(spread.exemplars()[0]!.labels).toEqual({ id: 'x' });
  });

  test('Of two that lie closest together the older one goes.', () => {
    const spread = new ExemplarSpread();
    for (let i = 0; i < mostSpread; i++) spread.add(exemplar(4 ** i, `${i}`), 1);
    spread.add(exemplar(4.1, 'new'), 1);
    expect(spread.exemplars().map(({ labels }) => labels.id)).toEqual(['0', 'new', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('Another is due where none is fresh within a factor of two, and not at once after the last.', () => {
    const spread = new ExemplarSpread();
    expect(spread.isDue(1, 100)).toBe(true);
    spread.add(exemplar(1), 100);
    expect([spread.isDue(100, 100.4), spread.isDue(100, 100.5), spread.isDue(1.9, 104.9), spread.isDue(1.9, 105), spread.isDue(-1, 101), spread.isDue(0, 101)]).toEqual([false, true, false, true, true, true]);
    // The clock was set back.
    expect(spread.isDue(1, 50)).toBe(true);
  });
});
