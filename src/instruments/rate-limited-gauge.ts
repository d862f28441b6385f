import { TallystickError, show } from '../model/errors.js';
import type { Labels } from '../model/labels.js';
import { valueCell } from '../model/layout.js';
import type { Aggregator } from '../model/shape.js';
import type { Clock } from '../platform/clock.js';
import type { FamilyExtras } from '../store/family-view.js';
import { type AggregationOptions, aggregatorCells, aggregatorSettings, checkAggregator } from './aggregation.js';
import type { ValueReading } from './counter.js';
import { refuseValue } from './gauge-handle.js';
import { CellHandle, wastePage } from './handle.js';
import { Instrument } from './instrument.js';
import type { InstrumentOptions } from './instrument-options.js';

export interface RateLimitedGaugeOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets>, AggregationOptions {
  /** After a value was taken, others are ignored for so long, series by series; 0 or more, default 0.1 s. */
  readonly minIntervalSeconds?: number;
  /** Whether a scrape shows the last value that was ignored, if one was (default), or only values that were taken. */
  readonly trailing?: boolean;
}

/** Beside the value that is shown: 1 + the monotonic time at which one was taken last, 0 for never. */
const timeCell = 1;
const cellsEach = 2;
/** Behind them, where its aggregator is `last`: the wall-clock time at which the value that is shown was set; 0 for never. */
const setAtCell = cellsEach;

/** What the handles of a rate-limited gauge share. */
interface Limit {
  readonly seconds: number;
  readonly trailing: boolean;
  readonly clock: Clock;
}

/** One series of a rate-limited gauge, ready to record. */
export class RateLimitedGaugeHandle extends CellHandle {
  private readonly subject: string;
  protected readonly limit: Limit;

  /** Handles come from {@link RateLimitedGauge.labels}. */
  constructor(values: Float64Array, index: number, subject: string, limit: Limit) {
    super(values, index);
    this.subject = subject;
    this.limit = limit;
  }

  /**
   * Sets the value, unless one was taken less than the interval ago.
   *
   * @param value any number, NaN and the infinities among them
   * @returns whether the value was taken
   * @throws TallystickError `INVALID_AMOUNT` for what is no number
   */
  set(value: number): boolean {
    if (typeof value !== 'number') refuseValue(this.subject, 'set', value);
    return take(this.limit, this.values, this.index, value);
  }
}

/** The handle of one whose aggregator is `last`. */
class LastRateLimitedGaugeHandle extends RateLimitedGaugeHandle {
  override set(value: number): boolean {
    const isTaken = super.set(value);
    stamp(this.limit, this.values, this.index, isTaken);
    return isTaken;
  }
}

/** A rate-limited gauge's handle in a registry that keeps nothing: no value is ever taken. */
class NullRateLimitedGaugeHandle extends RateLimitedGaugeHandle {
  override set(): boolean {
    return false;
  }
}

/**
 * A gauge that takes a value at most so often, series by series, for sources that report far more often than anybody looks.
 *
 * Whoever acts on the value that was taken (`set` returns whether it was) sees a steady rate; a scrape sees the latest value all the same,
 * unless `trailing` is false. When the clock steps back, the next value is taken.
 *
 * @example
 * const depth = new RateLimitedGauge({ name: 'queue_depth', help: 'Entries in the queue.', minIntervalSeconds: 1 });
 * depth.set(12);
 */
export class RateLimitedGauge<const Names extends readonly string[] = readonly [], const Sets = object> extends Instrument<Names, Sets, RateLimitedGaugeHandle, ValueReading> {
  private readonly rule: Aggregator;
  /** Whether each change is followed by its time. */
  private readonly isStamped: boolean;
  private readonly limit: Limit;
  private readonly single: RateLimitedGaugeHandle | undefined;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: RateLimitedGaugeOptions<Names, Sets>) {
    const { minIntervalSeconds = 0.1, trailing = true, aggregator } = options ?? {};
    const settings = { minIntervalSeconds, trailing, ...aggregatorSettings(aggregator) };
    super('rate-limited gauge', options, { type: 'gauge', settings, options: ['minIntervalSeconds', 'trailing', 'aggregator'] }, cellsEach, aggregatorCells(aggregator));
    if (typeof minIntervalSeconds !== 'number' || !(minIntervalSeconds >= 0 && minIntervalSeconds < Infinity)) {
      throw new TallystickError('INVALID_OPTIONS', `${this.subject}: minIntervalSeconds is ${show(minIntervalSeconds)}; give a finite number of seconds, 0 or more`);
    }
    if (typeof trailing !== 'boolean') throw new TallystickError('INVALID_OPTIONS', `${this.subject}: trailing is ${show(trailing)}; give true or false`);
    this.rule = checkAggregator(this.subject, aggregator, this.descriptor);
    this.isStamped = this.rule === 'last';
    this.limit = { seconds: minIntervalSeconds, trailing, clock: this.store.clock };
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.enter(options.registry);
  }

  /**
   * Sets the value, unless one was taken less than the interval ago.
   *
   * @param labels all labels of the series; left out for a gauge without labels
   * @param value any number, NaN and the infinities among them
   * @returns whether the value was taken
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`; nothing is changed
   */
  set(this: RateLimitedGauge<readonly [], Sets>, value: number): boolean;
  set(labels: Labels<Names, Sets>, value: number): boolean;
  set(labelsOrValue: unknown, value?: unknown): boolean {
    if (this.single !== undefined && (typeof labelsOrValue !== 'object' || labelsOrValue === null)) return this.single.set(labelsOrValue as number);
    if (typeof value !== 'number') {
      this.finder.check(labelsOrValue);
      refuseValue(this.subject, 'set', value);
    }
    const row = this.finder.row(labelsOrValue);
    const isTaken = take(this.limit, this.table.cells.page(row), this.table.cells.base(row), value);
    if (this.isStamped) stamp(this.limit, this.table.cells.page(row), this.table.cells.base(row), isTaken);
    return isTaken;
  }

  override get aggregator(): Aggregator {
    return this.rule;
  }

  protected override get shownExtras(): FamilyExtras {
    return this.isStamped ? { ...super.shownExtras, setAtCell } : super.shownExtras;
  }

  protected override createHandle(_row: number, cells: Float64Array, base: number): RateLimitedGaugeHandle {
    const Kind = this.isStamped ? LastRateLimitedGaugeHandle : RateLimitedGaugeHandle;
    return new Kind(cells, base, this.subject, this.limit);
  }

  protected override createNullHandle(): RateLimitedGaugeHandle {
    return new NullRateLimitedGaugeHandle(wastePage, 0, this.subject, this.limit);
  }

  protected override read(row: number): ValueReading {
    return { labels: this.labelsOf(row), value: this.table.cells.page(row)[this.table.cells.base(row) + valueCell]!, timestamp: this.store.clock.wallSeconds() };
  }
}

function take(limit: Limit, cells: Float64Array, base: number, value: number): boolean {
  const now = 1 + limit.clock.monotonicSeconds();
  const before = cells[base + timeCell]!;
  if (limit.trailing) cells[base + valueCell] = value;
  if (before !== 0 && now >= before && now - before < limit.seconds) return false;
  cells[base + valueCell] = value;
  cells[base + timeCell] = now;
  return true;
}

/** Notes when the value that is shown was set; one that was ignored, and is not shown, does not count. */
function stamp(limit: Limit, cells: Float64Array, base: number, isTaken: boolean): void {
  if (isTaken || limit.trailing) cells[base + setAtCell] = limit.clock.wallSeconds();
}
