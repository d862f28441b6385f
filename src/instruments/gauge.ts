import type { Labels, PartialLabels } from '../model/labels.js';
import { valueCell } from '../model/layout.js';
import type { Aggregator } from '../model/shape.js';
import type { FamilyExtras } from '../store/family-view.js';
import { type AggregationOptions, aggregatorCells, aggregatorSettings, checkAggregator } from './aggregation.js';
import type { ValueReading } from './counter.js';
import { GaugeHandle, type InProgress, LastGaugeHandle, NullGaugeHandle, gaugeSetAtCell, refuseValue } from './gauge-handle.js';
import { wastePage } from './handle.js';
import { Instrument } from './instrument.js';
import type { InstrumentOptions } from './instrument-options.js';
import { type CollectFunction, Observed } from './observed.js';
import { type StopTimer, runOf, startTimer } from './timer.js';

export interface GaugeOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets>, AggregationOptions {
  /** Called when the metric is collected. It returns the present value or a promise of it; or calls `this.set` and returns nothing. */
  readonly collect?: CollectFunction<Gauge<Names, Sets>>;
}

/**
 * A value that goes up and down: memory in use, requests under way, a temperature.
 *
 * @example
 * const queued = new Gauge({ name: 'jobs_queued', help: 'Jobs waiting to be run.', labelNames: ['queue'] });
 * queued.set({ queue: 'mail' }, 12);
 * queued.labels('mail').dec();
 *
 * Source: OpenMetrics 1.0, "Gauge"; Prometheus, "Writing client libraries".
 */
export class Gauge<const Names extends readonly string[] = readonly [], const Sets = object> extends Instrument<Names, Sets, GaugeHandle, ValueReading> {
  private readonly single: GaugeHandle | undefined;
  private readonly observed: Observed<Gauge<Names, Sets>> | undefined;
  private readonly rule: Aggregator;
  /** Whether each change is followed by its time. */
  private readonly isStamped: boolean;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: GaugeOptions<Names, Sets>) {
    const aggregator: unknown = options?.aggregator;
    super('gauge', options, { type: 'gauge', settings: aggregatorSettings(aggregator), options: ['collect', 'aggregator'] }, 1, aggregatorCells(aggregator));
    this.rule = checkAggregator(this.subject, aggregator, this.descriptor);
    this.isStamped = this.rule === 'last';
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    const { single } = this;
    this.observed = options.collect === undefined ? undefined : new Observed(this.subject, options.collect, single && ((value) => single.set(value)));
    this.enter(options.registry);
  }

  /**
   * Sets the value.
   *
   * @param labels all labels of the series; left out for a gauge without labels
   * @param value any number, NaN and the infinities among them
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`; nothing is changed
   */
  set(this: Gauge<readonly [], Sets>, value: number): void;
  set(labels: Labels<Names, Sets>, value: number): void;
  set(labelsOrValue: unknown, value?: unknown): void {
    if (this.single !== undefined && (typeof labelsOrValue !== 'object' || labelsOrValue === null)) {
      this.single.set(labelsOrValue as number);
      return;
    }
    if (typeof value !== 'number') {
      // Whoever has forgotten the labels is told of the labels.
      this.finder.check(labelsOrValue);
      refuseValue(this.subject, 'set', value);
    }
    const row = this.finder.row(labelsOrValue);
    this.table.cells.page(row)[this.table.cells.base(row)] = value;
    if (this.isStamped) this.stamp(row);
  }

  /** Raises the value by any number, 1 when left out; labels as for {@link set}. */
  inc(this: Gauge<readonly [], Sets>, amount?: number): void;
  inc(labels: Labels<Names, Sets>, amount?: number): void;
  inc(labelsOrAmount?: unknown, amount: unknown = 1): void {
    this.add('inc', labelsOrAmount, amount, 1);
  }

  /** Lowers the value by any number, 1 when left out; labels as for {@link set}. */
  dec(this: Gauge<readonly [], Sets>, amount?: number): void;
  dec(labels: Labels<Names, Sets>, amount?: number): void;
  dec(labelsOrAmount?: unknown, amount: unknown = 1): void {
    this.add('dec', labelsOrAmount, amount, -1);
  }

  /** Sets the value to the wall-clock time in seconds since the Unix epoch; labels as for {@link set}. */
  setToCurrentTime(this: Gauge<readonly [], Sets>): void;
  setToCurrentTime(labels: Labels<Names, Sets>): void;
  setToCurrentTime(labels: unknown = {}): void {
    this.handleOf(this.finder.row(labels)).setToCurrentTime();
  }

  /**
   * Starts a timer whose end sets the gauge to the seconds that have passed. Labels may be given now, at the end, or some of them at each.
   */
  startTimer(labels: PartialLabels<Names, Sets> = {} as PartialLabels<Names, Sets>): StopTimer<[labels?: PartialLabels<Names, Sets>]> {
    const begun = this.finder.checkPartial(labels);
    return startTimer(this.store.clock, (seconds, rest?: PartialLabels<Names, Sets>) => this.set({ ...begun, ...rest } as unknown as Labels<Names, Sets>, seconds));
  }

  /** Runs a function and sets the gauge to the seconds it took, a promise's settling included; labels as for {@link set}. */
  time<T>(this: Gauge<readonly [], Sets>, run: () => T): T;
  time<T>(labels: Labels<Names, Sets>, run: () => T): T;
  time<T>(labelsOrRun: unknown, run?: () => T): T {
    const timed = runOf(this.subject, 'time', labelsOrRun, run);
    return this.handleOf(this.finder.row(timed === labelsOrRun ? {} : labelsOrRun)).time(timed);
  }

  /** Counts one more thing under way, and one less when the answer is called or its `using` block is left; labels as for {@link set}. */
  startInProgress(this: Gauge<readonly [], Sets>): InProgress;
  startInProgress(labels: Labels<Names, Sets>): InProgress;
  startInProgress(labels: unknown = {}): InProgress {
    return this.handleOf(this.finder.row(labels)).startInProgress();
  }

  /** Counts a function as under way while it runs, a promise's settling included; labels as for {@link set}. */
  trackInProgress<T>(this: Gauge<readonly [], Sets>, run: () => T): T;
  trackInProgress<T>(labels: Labels<Names, Sets>, run: () => T): T;
  trackInProgress<T>(labelsOrRun: unknown, run?: () => T): T {
    const tracked = runOf(this.subject, 'trackInProgress', labelsOrRun, run);
    return this.handleOf(this.finder.row(tracked === labelsOrRun ? {} : labelsOrRun)).trackInProgress(tracked);
  }

  override get aggregator(): Aggregator {
    return this.rule;
  }

  override get collectFunction(): unknown {
    return this.observed?.collect;
  }

  protected override get shownExtras(): FamilyExtras {
    return this.isStamped ? { ...super.shownExtras, setAtCell: gaugeSetAtCell } : super.shownExtras;
  }

  protected override resetRow(row: number): void {
    super.resetRow(row);
    this.handles.get(row)?.noteReset();
  }

  protected override readFunction(): void | Promise<void> {
    return this.observed?.refresh(this);
  }

  protected override createHandle(_row: number, cells: Float64Array, base: number): GaugeHandle {
    return this.isStamped ? new LastGaugeHandle(cells, base, this.subject, this.store.clock) : new GaugeHandle(cells, base, this.subject, this.store.clock);
  }

  protected override createNullHandle(): GaugeHandle {
    return new NullGaugeHandle(wastePage, 0, this.subject, this.store.clock);
  }

  protected override read(row: number): ValueReading {
    return { labels: this.labelsOf(row), value: this.table.cells.page(row)[this.table.cells.base(row) + valueCell]!, timestamp: this.store.clock.wallSeconds() };
  }

  private stamp(row: number): void {
    this.table.cells.page(row)[this.table.cells.base(row) + gaugeSetAtCell] = this.store.clock.wallSeconds();
  }

  private add(method: string, labelsOrAmount: unknown, amount: unknown, sign: number): void {
    const direct = this.single !== undefined && (typeof labelsOrAmount !== 'object' || labelsOrAmount === null);
    const by = direct ? (labelsOrAmount === undefined ? 1 : labelsOrAmount) : amount;
    if (typeof by !== 'number') {
      if (!direct) this.finder.check(labelsOrAmount);
      refuseValue(this.subject, method, by);
    }
    const row = direct ? 0 : this.finder.row(labelsOrAmount);
    this.table.cells.page(row)[this.table.cells.base(row)]! += sign * by;
    if (this.isStamped) this.stamp(row);
  }
}
