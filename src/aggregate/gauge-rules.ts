import type { Aggregator } from '../model/shape.js';

/**
 * How a gauge's values of several threads, and then of several processes, become one: pure functions over the cells of a merged row. The order in
 * which values come makes no difference, and neither does which of them were merged before; sums only up to rounding.
 *
 * A merged row has the value that is shown first, and after it what is needed to merge it further:
 *
 * | aggregator | cells |
 * |---|---|
 * | `sum`, `min`, `max`, `perWorker` | value |
 * | `average` | mean, sum, number of values in it |
 * | `last` | value, when it was set |
 *
 * NaN means that a value is not known. `min`, `max` and `average` leave it out, and are NaN where all are. A sum with NaN is NaN: what it lacks
 * cannot be told. `last` takes NaN only where nobody has set a number.
 */
export interface GaugeRule {
  /** Cells of a merged row. */
  readonly cells: number;
  /**
   * Takes in the value of one thread.
   *
   * @param isFirst whether nothing stands in the row yet; what is in its cells is then written over
   * @param setAt when it was set, in wall-clock seconds, 0 or NaN for never; looked at by `last` only
   */
  addRaw(target: Float64Array, at: number, isFirst: boolean, value: number, setAt: number): void;
  /** Takes in a row that was merged by the same rule, as another process has it. */
  addMerged(target: Float64Array, at: number, isFirst: boolean, source: Float64Array, from: number): void;
}

/** Places in a merged row, behind the value that is shown. */
const sumPlace = 1;
const countPlace = 2;
const setAtPlace = 1;

/** The rule of an aggregator. */
export function gaugeRule(aggregator: Aggregator): GaugeRule {
  return rules[aggregator];
}

/** A rule by which two values make one. */
function binary(combine: (one: number, other: number) => number): GaugeRule {
  return {
    cells: 1,
    addRaw(target, at, isFirst, value) {
      target[at] = isFirst ? value : combine(target[at]!, value);
    },
    addMerged(target, at, isFirst, source, from) {
      target[at] = isFirst ? source[from]! : combine(target[at]!, source[from]!);
    },
  };
}

const sum: GaugeRule = binary((one, other) => one + other);

const average: GaugeRule = {
  cells: 3,
  addRaw(target, at, isFirst, value) {
    const isKnown = value === value;
    addToMean(target, at, isFirst, isKnown ? value : 0, isKnown ? 1 : 0);
  },
  addMerged(target, at, isFirst, source, from) {
    addToMean(target, at, isFirst, source[from + sumPlace]!, source[from + countPlace]!);
  },
};

const last: GaugeRule = {
  cells: 2,
  addRaw(target, at, isFirst, value, setAt) {
    // A clock that is handed in may give NaN, which is neither before nor after anything.
    const moment = setAt === setAt ? setAt : 0;
    if (!isFirst && !isRather(value, moment, target[at]!, target[at + setAtPlace]!)) return;
    target[at] = value;
    target[at + setAtPlace] = moment;
  },
  addMerged(target, at, isFirst, source, from) {
    last.addRaw(target, at, isFirst, source[from]!, source[from + setAtPlace]!);
  },
};

const rules: Readonly<Record<Aggregator, GaugeRule>> = {
  sum,
  min: binary((one, other) => (one !== one ? other : other !== other ? one : Math.min(one, other))),
  max: binary((one, other) => (one !== one ? other : other !== other ? one : Math.max(one, other))),
  average,
  last,
  // The label tells workers apart, so that there is one value a row. Of two that call themselves the same, neither may be lost.
  perWorker: sum,
};

/** The mean of numbers whose sum is beyond the largest double is infinite; with infinities of both signs it is NaN, as their sum is. */
function addToMean(target: Float64Array, at: number, isFirst: boolean, added: number, count: number): void {
  const total = isFirst ? added : target[at + sumPlace]! + added;
  const values = isFirst ? count : target[at + countPlace]! + count;
  // Of no value at all it is 0 / 0.
  target[at] = total / values;
  target[at + sumPlace] = total;
  target[at + countPlace] = values;
}

/** Whether `last` takes one value rather than another: by what is known of them, then by time, then the greater one, so that there is always one order. */
function isRather(value: number, setAt: number, otherValue: number, otherSetAt: number): boolean {
  const rank = rankOf(value, setAt);
  const otherRank = rankOf(otherValue, otherSetAt);
  if (rank !== otherRank) return rank > otherRank;
  if (setAt !== otherSetAt) return setAt > otherSetAt;
  return value > otherValue;
}

/** What somebody has set goes before what nobody has, and a number before NaN. */
function rankOf(value: number, setAt: number): number {
  return (setAt === 0 ? 0 : 2) + (value === value ? 1 : 0);
}
