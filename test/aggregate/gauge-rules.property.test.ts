import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaugeRule } from '../../src/aggregate/gauge-rules.js';
import { type Aggregator, aggregators } from '../../src/model/shape.js';

/** What one thread has. */
type Raw = readonly [value: number, setAt: number];

/** Whole numbers, whose sums are exact, and what a gauge can be beside. */
const value = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -1000, max: 1000 }) }, fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.5));
/** Few moments, so that many are the same; 0 and NaN for never. */
const moment = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 4 }) }, fc.constant(NaN));
const raw: fc.Arbitrary<Raw> = fc.tuple(value, moment);
const raws = fc.array(raw, { minLength: 1, maxLength: 8 });
const rule = fc.constantFrom(...aggregators);

const offset = 2;

/** Merges what threads have; the cells before and behind are looked at, too. */
function mergeRaw(aggregator: Aggregator, values: readonly Raw[]): Float64Array {
  const { cells, addRaw } = gaugeRule(aggregator);
  // What stood there before is of no matter.
  const target = new Float64Array(offset + cells + 1).fill(7);
  values.forEach(([each, setAt], i) => addRaw(target, offset, i === 0, each, setAt));
  return own(target, cells);
}

function mergeMerged(aggregator: Aggregator, rows: readonly Float64Array[]): Float64Array {
  const { cells, addMerged } = gaugeRule(aggregator);
  const target = new Float64Array(offset + cells + 1).fill(7);
  rows.forEach((row, i) => addMerged(target, offset, i === 0, Float64Array.of(9, ...row), 1));
  return own(target, cells);
}

/** The cells of the row, with -0 as 0, which are one number; the others must be as they were. */
function own(target: Float64Array, cells: number): Float64Array {
  expect([target[0], target[1], target[offset + cells]]).toEqual([7, 7, 7]);
  return target.slice(offset, offset + cells).map((cell) => cell + 0);
}

const known = (values: readonly Raw[]): number[] => values.map(([each]) => each).filter((each) => !Number.isNaN(each));

describe('Gauges of several threads', () => {
  test('The order in which their values come makes no difference.', () => {
    fc.assert(
      fc.property(rule, raws.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), (aggregator, [all, shuffled]) => {
        expect(mergeRaw(aggregator, shuffled)).toEqual(mergeRaw(aggregator, all));
      }),
      { numRuns: 2000 },
    );
  });

  test('Whether they are merged all at once or process by process, in whatever groups and order, makes no difference.', () => {
    fc.assert(
      fc.property(rule, fc.array(raws, { minLength: 1, maxLength: 5 }), (aggregator, processes) => {
        const merged = processes.map((values) => mergeRaw(aggregator, values));
        const all = mergeRaw(aggregator, processes.flat());
        expect(mergeMerged(aggregator, merged)).toEqual(all);
        expect(mergeMerged(aggregator, [...merged].reverse())).toEqual(all);
        const [first, ...rest] = merged as [Float64Array, ...Float64Array[]];
        if (rest.length > 0) expect(mergeMerged(aggregator, [first, mergeMerged(aggregator, rest)])).toEqual(all);
      }),
      { numRuns: 2000 },
    );
  });

  test('The sum and the mean of any numbers are right up to rounding, however they are grouped.', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom<Aggregator>('sum', 'average'), fc.array(fc.array(number, { minLength: 1 }), { minLength: 1, maxLength: 5 }), (aggregator, processes) => {
        const merged = mergeMerged(aggregator, processes.map((values) => mergeRaw(aggregator, values.map((each) => [each, 1]))));
        const all = processes.flat();
        const total = all.reduce((sum, each) => sum + each, 0);
        const magnitude = all.reduce((sum, each) => sum + Math.abs(each), 0);
        const shown = aggregator === 'sum' ? merged[0]! : merged[0]! * all.length;
        expect(Math.abs(shown - total)).toBeLessThanOrEqual(magnitude * all.length * 2 ** -50);
      }),
    );
  });

  test('The sum is NaN when one value is; the least, the greatest and the mean are those of the values that are known.', () => {
    fc.assert(
      fc.property(raws, (all) => {
        const total = all.reduce((sum, [each]) => sum + each, 0);
        const some = known(all);
        expect(mergeRaw('sum', all)[0]).toBe(total);
        expect(mergeRaw('perWorker', all)[0]).toBe(total);
        expect(mergeRaw('min', all)[0]).toBe(some.length === 0 ? NaN : Math.min(...some) + 0);
        expect(mergeRaw('max', all)[0]).toBe(some.length === 0 ? NaN : Math.max(...some) + 0);
        expect(mergeRaw('average', all)[0]).toBe(some.reduce((sum, each) => sum + each, 0) / some.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('The last one is a number that was set last; NaN if only that was set; and what nobody has set only if nobody has set any.', () => {
    fc.assert(
      fc.property(raws, (all) => {
        const [shown, setAt] = mergeRaw('last', all) as unknown as Raw;
        const isSet = (each: Raw): boolean => each[1] > 0;
        const candidates = [all.filter((each) => isSet(each) && !Number.isNaN(each[0])), all.filter(isSet), all.map(([each]): Raw => [each, 0])].find((some) => some.length > 0)!;
        expect(setAt).toBe(Math.max(...candidates.map((each) => each[1])));
        const latest = known(candidates.filter((each) => each[1] === setAt));
        expect(shown).toBe(latest.length === 0 ? NaN : Math.max(...latest) + 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('What is shown stands in the first cell, and one value alone is shown as it is.', () => {
    fc.assert(fc.property(rule, raw, (aggregator, one) => Object.is(mergeRaw(aggregator, [one])[0], one[0] + 0)));
    expect(aggregators.map((aggregator) => gaugeRule(aggregator).cells)).toEqual([1, 1, 1, 3, 2, 1]);
  });
});
