import type { BoundFinder } from '../distribution/bound-finder.js';
import { checkQuantile, classicQuantile, nativeQuantile } from '../distribution/histogram-quantile.js';
import { type RecordedExemplar, checkTimedExemplar } from '../model/exemplar.js';
import { addTo, bucketCells, sumAt } from '../model/layout.js';
import type { NativeBuckets } from '../model/native.js';
import type { Clock } from '../platform/clock.js';
import { DistributionHandle, refuseObservation } from './distribution-instrument.js';
import type { ExemplarStore } from './exemplar-store.js';
import { exemplarsOfPage, wastePage } from './handle.js';
import type { NativeSeries } from './native-series.js';
import { type StopTimer, checkRun, startTimer, whenOver } from './timer.js';

/** What a histogram series holds. */
export interface HistogramValue {
  readonly sum: number;
  /** Number of observations: the count of the last bucket. */
  readonly count: number;
  /** Cumulative: each counts what is at or below its upper bound `le`. The last one is +Inf. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  /** Only of a histogram with the option `native`. */
  readonly native?: NativeBuckets;
}

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

  /**
   * A quantile of everything the series holds, computed as PromQL's `histogram_quantile` does: from the native buckets where there are any, in which case it
   * is off by at most their growth; else from the classic ones, by interpolation between two bounds.
   *
   * @param quantile from 0 to 1
   * @returns NaN when there is nothing to compute it from, as once the series has been removed
   * @throws TallystickError `INVALID_QUANTILES`
   */
  quantile(quantile: number): number {
    return quantileOf(this.get(), checkQuantile(this.subject, quantile));
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

/** A histogram's handle in a registry that keeps nothing. */
export class NullHistogramHandle extends HistogramHandle {
  override observe(): void {}
}

/** A histogram's handle in a registry that has a supplier of exemplars. */
export class SuppliedHistogramHandle extends HistogramHandle {
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

/** One series of a histogram with native buckets. */
export class NativeHistogramHandle extends HistogramHandle {
  readonly native: NativeSeries;
  protected readonly row: number;
  private readonly restart: (row: number) => void;

  /** @param restart has the series of a row begin anew */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock, bounds: BoundFinder, native: NativeSeries, row: number, restart: (row: number) => void) {
    super(values, index, subject, clock, bounds);
    this.native = native;
    this.row = row;
    this.restart = restart;
  }

  override observe(value: number, exemplar?: RecordedExemplar): void {
    super.observe(value, exemplar);
    // Comes back without one.
    if (exemplar !== undefined) return;
    if (!this.native.count(value)) this.insert(value);
  }

  override get(): HistogramValue {
    return { ...super.get(), native: this.native.read() };
  }

  override detach(): void {
    this.native.close();
    super.detach();
  }

  private insert(value: number): void {
    if (this.native.insert(value)) return;
    this.restart(this.row);
    this.observe(value);
  }
}

/** The same in a registry that has a supplier of exemplars. */
export class SuppliedNativeHandle extends NativeHistogramHandle {
  private readonly exemplars: ExemplarStore;
  private isLive: boolean;

  constructor(values: Float64Array, index: number, subject: string, clock: Clock, bounds: BoundFinder, native: NativeSeries, row: number, restart: (row: number) => void, exemplars: ExemplarStore) {
    super(values, index, subject, clock, bounds, native, row, restart);
    this.exemplars = exemplars;
    this.isLive = true;
  }

  override observe(value: number, exemplar?: RecordedExemplar): void {
    super.observe(value, exemplar);
    if (exemplar === undefined && this.isLive) this.exemplars.sample(this.row, this.bounds.find(value), value);
  }

  override detach(): void {
    super.detach();
    this.isLive = false;
  }
}

/** A quantile of what was read, from native buckets where there are any. */
export function quantileOf({ native, buckets }: HistogramValue, quantile: number): number {
  return native === undefined ? classicQuantile(buckets, quantile) : nativeQuantile(native, quantile);
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
