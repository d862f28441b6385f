import { TallystickError, show } from '../model/errors.js';
import type { Labels, PartialLabels } from '../model/labels.js';
import { valueCell } from '../model/layout.js';
import type { Clock } from '../platform/clock.js';
import type { ValueReading } from './counter.js';
import { CellHandle, wastePage } from './handle.js';
import { Instrument, type InstrumentOptions } from './instrument.js';
import { type CollectFunction, Observed } from './observed.js';
import { type StopTimer, checkRun, dispose, runOf, startTimer, whenOver } from './timer.js';

export interface GaugeOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /** Called when the metric is collected. It returns the present value or a promise of it; or calls `this.set` and returns nothing. */
  readonly collect?: CollectFunction<Gauge<Names, Sets>>;
}

/** One series of a gauge, ready to record: keep it in hot code. */
export class GaugeHandle extends CellHandle {
  private readonly subject: string;
  private readonly clock: Clock;
  /** How often the series has been set back: what was under way before is no longer counted, and its end counts nothing down. */
  private resets: number;

  /** Handles come from {@link Gauge.labels}. */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock) {
    super(values, index);
    this.subject = subject;
    this.clock = clock;
    this.resets = 0;
  }

  /**
   * Sets the value.
   *
   * @param value any number, NaN and the infinities among them
   * @throws TallystickError `INVALID_AMOUNT` for what is no number
   */
  set(value: number): void {
    if (typeof value !== 'number') refuseValue(this.subject, 'set', value);
    this.values[this.index] = value;
  }

  /** Raises the value by any number, 1 when left out. */
  inc(amount = 1): void {
    if (typeof amount !== 'number') refuseValue(this.subject, 'inc', amount);
    this.values[this.index]! += amount;
  }

  /** Lowers the value by any number, 1 when left out. */
  dec(amount = 1): void {
    if (typeof amount !== 'number') refuseValue(this.subject, 'dec', amount);
    this.values[this.index]! -= amount;
  }

  /** Sets the value to the wall-clock time in seconds since the Unix epoch. */
  setToCurrentTime(): void {
    this.values[this.index] = this.clock.wallSeconds();
  }

  /** Starts a timer whose end sets the gauge to the seconds that have passed. */
  startTimer(): StopTimer {
    return startTimer(this.clock, (seconds) => this.set(seconds));
  }

  /** Runs a function and sets the gauge to the seconds it took, a promise's settling included. */
  time<T>(run: () => T): T {
    checkRun(this.subject, 'time', run);
    return whenOver(run, this.startTimer());
  }

  /**
   * Counts one more thing under way, and one less when the answer is called or its `using` block is left. After a reset of the series the
   * answer does nothing: it would count down what is no longer counted.
   */
  startInProgress(): InProgress {
    this.inc();
    const { resets } = this;
    let over = false;
    const end = (): void => {
      if (!over && this.resets === resets) this.dec();
      over = true;
    };
    return Object.assign(end, { [dispose]: end });
  }

  /** Counts a function as under way while it runs, a promise's settling included. */
  trackInProgress<T>(run: () => T): T {
    checkRun(this.subject, 'trackInProgress', run);
    return whenOver(run, this.startInProgress());
  }

  /** To be called when the series has been set back to where it began. */
  noteReset(): void {
    this.resets += 1;
  }
}

/** A gauge's handle in a registry that keeps nothing. */
class NullGaugeHandle extends GaugeHandle {
  override set(): void {}
  override inc(): void {}
  override dec(): void {}
  override setToCurrentTime(): void {}
}

/** Ends what {@link GaugeHandle.startInProgress} has begun; a second call does nothing. */
export interface InProgress {
  (): void;
  [Symbol.dispose](): void;
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

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: GaugeOptions<Names, Sets>) {
    super('gauge', options, { type: 'gauge', options: ['collect'] }, 1);
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

  override get collectFunction(): unknown {
    return this.observed?.collect;
  }

  protected override resetRow(row: number): void {
    super.resetRow(row);
    this.handles.get(row)?.noteReset();
  }

  protected override readFunction(): void | Promise<void> {
    return this.observed?.refresh(this);
  }

  protected override createHandle(_row: number, cells: Float64Array, base: number): GaugeHandle {
    return new GaugeHandle(cells, base, this.subject, this.store.clock);
  }

  protected override createNullHandle(): GaugeHandle {
    return new NullGaugeHandle(wastePage, 0, this.subject, this.store.clock);
  }

  protected override read(row: number): ValueReading {
    return { labels: this.labelsOf(row), value: this.table.cells.page(row)[this.table.cells.base(row) + valueCell]!, timestamp: this.store.clock.wallSeconds() };
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
  }
}

/** What is no number can't be a gauge's value. */
export function refuseValue(subject: string, method: string, value: unknown): never {
  throw new TallystickError('INVALID_AMOUNT', `${subject}: ${method}(${show(value)}) is not a number; give one, NaN for a value that is not known`);
}
