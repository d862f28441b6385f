import { BoundFinder } from '../distribution/bound-finder.js';
import { checkBounds, defaultBuckets } from '../distribution/bounds.js';
import { subjectFrom } from '../model/descriptor.js';
import { type Exemplar, type RecordedExemplar, checkTimedExemplar } from '../model/exemplar.js';
import type { Labels, PartialLabels } from '../model/labels.js';
import { addTo, bucketCells, sumAt } from '../model/layout.js';
import type { Clock } from '../platform/clock.js';
import { DistributionHandle, DistributionInstrument, refuseObservation } from './distribution-instrument.js';
import type { ExemplarStore } from './exemplar-store.js';
import { exemplarsOfPage, wastePage } from './handle.js';
import type { InstrumentOptions, Reading } from './instrument.js';
import { type StopTimer, checkRun, runOf, startTimer, whenOver } from './timer.js';

export interface HistogramOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /** Upper bounds, rising; +Inf is implied. Default: {@link defaultBuckets}, for latencies in seconds. Fixed once the histogram is made. */
  readonly buckets?: readonly number[];
}

/** What a histogram series holds. */
export interface HistogramValue {
  readonly sum: number;
  /** Number of observations: the count of the last bucket. */
  readonly count: number;
  /** Cumulative: each counts what is at or below its upper bound `le`. The last one is +Inf. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

export interface HistogramReading extends HistogramValue, Reading {}

/** One series of a histogram, ready to record: keep it in hot code. */
export class HistogramHandle extends DistributionHandle {
  protected readonly bounds: BoundFinder;

  /** Handles come from {@link Histogram.labels}. */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock, bounds: BoundFinder) {
    super(values, index, subject, clock);
    this.bounds = bounds;
  }

  /**
   * Records one observation; allocates nothing unless an exemplar comes with it.
   *
   * @param value any number but NaN; see {@link DistributionHandle.observe}
   * @param exemplar what leads to more about this observation, for instance `{ labels: { trace_id } }`; it replaces the last one of its bucket
   * @throws TallystickError `INVALID_AMOUNT` for NaN or what is no number, `INVALID_EXEMPLAR`; nothing is changed
   */
  override observe(value: number, exemplar?: RecordedExemplar): void {
    if (typeof value !== 'number' || value !== value) refuseObservation(this.subject, value);
    if (exemplar !== undefined) {
      this.observeWithExemplar(value, exemplar);
      return;
    }
    const { values, index } = this;
    values[index + bucketCells + this.bounds.find(value)]! += 1;
    addTo(values, index, value);
  }

  /** Starts a timer whose end records the seconds that have passed, with an exemplar if it is given one. */
  override startTimer(): StopTimer<[exemplar?: RecordedExemplar]> {
    return startTimer(this.clock, (seconds, exemplar?: RecordedExemplar) => this.observe(seconds, exemplar));
  }

  /**
   * Runs a function and records the seconds it took, whether it returned or threw, a promise's settling included.
   *
   * @param exemplar comes with the recording; it has no value, as that is what will be measured
   */
  override time<T>(run: () => T, exemplar?: RecordedExemplar): T {
    checkRun(this.subject, 'time', run);
    const checked = exemplar === undefined ? undefined : checkTimedExemplar(this.subject, exemplar);
    const stop = this.startTimer();
    return whenOver(run, () => void stop(checked));
  }

  /** What was recorded; zeros once the series has been removed. */
  get(): HistogramValue {
    return readHistogram(this.values === wastePage ? new Float64Array(this.bounds.bounds.length + bucketCells + 1) : this.values, this.values === wastePage ? 0 : this.index, this.bounds.bounds);
  }

  override detach(): void {
    this.values = wastePage;
    this.index = 0;
  }

  private observeWithExemplar(value: number, given: RecordedExemplar): void {
    const { values, index } = this;
    const exemplars = exemplarsOfPage(values);
    const exemplar = exemplars?.check(given, value);
    // First, so that nobody is asked for another.
    if (exemplar !== undefined) exemplars!.noteAt(values, index, this.bounds.find(value), exemplar);
    this.observe(value);
  }
}

/** A histogram's handle in a registry that has a supplier of exemplars. */
class SuppliedHistogramHandle extends HistogramHandle {
  private readonly exemplars: ExemplarStore;
  private row: number;

  constructor(values: Float64Array, index: number, subject: string, clock: Clock, bounds: BoundFinder, exemplars: ExemplarStore, row: number) {
    super(values, index, subject, clock, bounds);
    this.exemplars = exemplars;
    this.row = row;
  }

  override observe(value: number, exemplar?: RecordedExemplar): void {
    super.observe(value, exemplar);
    if (exemplar === undefined) this.exemplars.sample(this.row, this.bounds.find(value), value);
  }

  override detach(): void {
    super.detach();
    this.row = -1;
  }
}

/**
 * Counts observations by size: how many requests took up to 5 ms, up to 10 ms, and so on. Quantiles can be computed from it over any time
 * and any number of processes, where it is queried.
 *
 * @example
 * const latency = new Histogram({ name: 'http_request_duration_seconds', help: 'Time to answer.', labelNames: ['route'], buckets: [0.01, 0.1, 1] });
 * latency.observe({ route: '/' }, 0.012);
 * const stop = latency.labels('/').startTimer();
 * stop();
 *
 * Source: OpenMetrics 1.0, "Histogram"; Prometheus, "Writing client libraries".
 */
export class Histogram<const Names extends readonly string[] = readonly [], const Sets = object> extends DistributionInstrument<Names, Sets, HistogramHandle, HistogramReading> {
  protected override readonly single: HistogramHandle | undefined;
  declare protected readonly exemplars: ExemplarStore;
  private readonly bounds: BoundFinder;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: HistogramOptions<Names, Sets>) {
    const bounds = checkBounds(subjectFrom('histogram', options), options.buckets ?? defaultBuckets);
    super('histogram', options, { type: 'histogram', bounds, exemplars: 'slots', options: ['buckets'] }, bucketCells + bounds.length + 1);
    this.bounds = new BoundFinder(bounds);
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.enter(options.registry);
  }

  /**
   * Records one observation.
   *
   * @param labels all labels of the series; left out for an instrument without labels
   * @param value any number but NaN; see {@link HistogramHandle.observe}
   * @param exemplar what leads to more about this observation, for instance `{ labels: { trace_id } }`; it replaces the last one of its bucket
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`, `INVALID_EXEMPLAR`; nothing is changed
   */
  override observe(this: Histogram<readonly [], Sets>, value: number, exemplar?: RecordedExemplar): void;
  override observe(labels: Labels<Names, Sets>, value: number, exemplar?: RecordedExemplar): void;
  override observe(labelsOrValue: unknown, value?: unknown, exemplar?: unknown): void {
    this.take(labelsOrValue, value, exemplar);
  }

  /**
   * Starts a timer whose end records the seconds that have passed, with an exemplar if it is given one. Labels may be given now, at the end, or
   * some of them at each.
   */
  override startTimer(labels: PartialLabels<Names, Sets> = {} as PartialLabels<Names, Sets>): StopTimer<[labels?: PartialLabels<Names, Sets>, exemplar?: RecordedExemplar]> {
    return super.startTimer(labels) as StopTimer<[labels?: PartialLabels<Names, Sets>, exemplar?: RecordedExemplar]>;
  }

  /**
   * Runs a function and records the seconds it took, whether it returned or threw, a promise's settling included.
   *
   * @param exemplar comes with the recording; it has no value, as that is what will be measured
   */
  override time<T>(this: Histogram<readonly [], Sets>, run: () => T, exemplar?: RecordedExemplar): T;
  override time<T>(labels: Labels<Names, Sets>, run: () => T, exemplar?: RecordedExemplar): T;
  override time<T>(labelsOrRun: unknown, runOrExemplar?: unknown, exemplar?: RecordedExemplar): T {
    const isDirect = typeof labelsOrRun === 'function';
    const timed = runOf(this.subject, 'time', labelsOrRun, isDirect ? undefined : (runOrExemplar as (() => T) | undefined));
    const given = isDirect ? (runOrExemplar as RecordedExemplar | undefined) : exemplar;
    const checked = given === undefined ? undefined : checkTimedExemplar(this.subject, given);
    return this.handleOf(this.finder.row(isDirect ? {} : labelsOrRun)).time(timed, checked);
  }

  protected override record(row: number, value: number, exemplar: Exemplar | undefined): void {
    const cells = this.table.cells.page(row);
    const base = this.table.cells.base(row);
    const bucket = this.bounds.find(value);
    cells[base + bucketCells + bucket]! += 1;
    addTo(cells, base, value);
    if (exemplar !== undefined) this.exemplars.note(row, bucket, exemplar);
    else if (this.isSupplied) this.exemplars.sample(row, bucket, value);
  }

  protected override createHandle(row: number, cells: Float64Array, base: number): HistogramHandle {
    if (this.isSupplied) return new SuppliedHistogramHandle(cells, base, this.subject, this.store.clock, this.bounds, this.exemplars, row);
    return new HistogramHandle(cells, base, this.subject, this.store.clock, this.bounds);
  }

  protected override read(row: number): HistogramReading {
    return { labels: this.labelsOf(row), ...readHistogram(this.table.cells.page(row), this.table.cells.base(row), this.bounds.bounds), ...this.exemplarsOf(row), timestamp: this.store.clock.wallSeconds() };
  }
}

/** Adds up the buckets of a histogram's cells. */
export function readHistogram(cells: Float64Array, base: number, bounds: ArrayLike<number>): HistogramValue {
  let count = 0;
  const buckets: { le: number; count: number }[] = [];
  for (let i = 0; i <= bounds.length; i++) {
    count += cells[base + bucketCells + i]!;
    buckets.push({ le: i < bounds.length ? bounds[i]! : Infinity, count });
  }
  return { sum: sumAt(cells, base), count, buckets };
}
