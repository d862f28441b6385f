import { BoundFinder } from '../distribution/bound-finder.js';
import { checkBounds, defaultBuckets } from '../distribution/bounds.js';
import { checkQuantile, classicQuantile, nativeQuantile } from '../distribution/histogram-quantile.js';
import { type Settings, subjectFrom } from '../model/descriptor.js';
import type { Labels } from '../model/labels.js';
import { addTo, bucketCells, nativeCells, sumAt } from '../model/layout.js';
import type { NativeBuckets } from '../model/native.js';
import type { Clock } from '../platform/clock.js';
import { FamilyView } from '../store/family-view.js';
import { DistributionHandle, DistributionInstrument, refuseObservation } from './distribution-instrument.js';
import { wastePage } from './handle.js';
import type { InstrumentOptions, Reading } from './instrument.js';
import { type NativeKind, NativeSeries } from './native-series.js';
import { type NativeOptions, type NativeSettings, nativeSettings } from './native-settings.js';

export interface HistogramOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /**
   * Upper bounds, rising; +Inf is implied. Default: {@link defaultBuckets}, for latencies in seconds; none with `native`. Fixed once the histogram is made.
   */
  readonly buckets?: readonly number[];
  /** Counts in native buckets: of equal relative width, over all numbers, made where something is observed. Beside `buckets`, or alone; `{}` for the defaults. */
  readonly native?: NativeOptions;
}

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

export interface HistogramReading extends HistogramValue, Reading {}

/** One series of a histogram, ready to record: keep it in hot code. */
export class HistogramHandle extends DistributionHandle {
  private readonly bounds: BoundFinder;

  /** Handles come from {@link Histogram.labels}. */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock, bounds: BoundFinder) {
    super(values, index, subject, clock);
    this.bounds = bounds;
  }

  override observe(value: number): void {
    if (typeof value !== 'number' || value !== value) refuseObservation(this.subject, value);
    const { values, index } = this;
    values[index + bucketCells + this.bounds.find(value)]! += 1;
    addTo(values, index, value);
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
}

/** One series of a histogram with native buckets. */
class NativeHistogramHandle extends HistogramHandle {
  readonly native: NativeSeries;
  private readonly row: number;
  private readonly restart: (row: number) => void;

  /** @param restart has the series of a row begin anew */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock, bounds: BoundFinder, native: NativeSeries, row: number, restart: (row: number) => void) {
    super(values, index, subject, clock, bounds);
    this.native = native;
    this.row = row;
    this.restart = restart;
  }

  override observe(value: number): void {
    super.observe(value);
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
  private readonly bounds: BoundFinder;
  /** Undefined for classic buckets only. */
  private readonly native: NativeKind | undefined;
  private readonly restart: (row: number) => void;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: HistogramOptions<Names, Sets>) {
    const subject = subjectFrom('histogram', options);
    const native = options.native === undefined ? undefined : nativeSettings(subject, options.native);
    const bounds = options.buckets === undefined && native !== undefined ? [] : checkBounds(subject, options.buckets ?? defaultBuckets);
    const shape = { type: 'histogram', bounds, settings: namedSettings(native), options: ['buckets', 'native'] } as const;
    super('histogram', options, shape, bucketCells + bounds.length + 1, native === undefined ? 0 : nativeCells);
    this.bounds = new BoundFinder(bounds);
    this.native = native && { settings: native, blocks: this.store.blocks, clock: this.store.clock };
    this.restart = (row) => this.resetRow(row);
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.enter(options.registry);
  }

  /**
   * A quantile of everything a series holds; see {@link HistogramHandle.quantile}.
   *
   * @param labels all labels of the series; left out for a histogram without labels
   * @param quantile from 0 to 1
   * @returns NaN also when there is no such series
   * @throws TallystickError `INVALID_QUANTILES`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`
   */
  quantile(this: Histogram<readonly [], Sets>, quantile: number): number;
  quantile(labels: Labels<Names, Sets>, quantile: number): number;
  quantile(labelsOrQuantile: unknown, quantile?: unknown): number {
    if (this.single !== undefined && (typeof labelsOrQuantile !== 'object' || labelsOrQuantile === null)) return this.single.quantile(labelsOrQuantile as number);
    const row = this.finder.find(labelsOrQuantile);
    const checked = checkQuantile(this.subject, quantile);
    return row < 0 ? NaN : quantileOf(this.read(row), checked);
  }

  override view(): FamilyView {
    const { native } = this;
    if (native === undefined) return super.view();
    const mayBeginAnew = native.settings.minResetSeconds < Infinity;
    return new FamilyView(this.descriptor, this.table, {
      ...this.extras,
      native: { cell: this.firstNativeCell, blocks: native.blocks },
      prepare: mayBeginAnew ? (row) => this.nativeOf(row)?.collected() : undefined,
    });
  }

  protected override record(row: number, value: number): void {
    if (this.native !== undefined) return this.handleOf(row).observe(value);
    const cells = this.table.cells.page(row);
    const base = this.table.cells.base(row);
    cells[base + bucketCells + this.bounds.find(value)]! += 1;
    addTo(cells, base, value);
  }

  /** A series of native buckets begins with a schema and a zero threshold. */
  protected override open(row: number): void {
    if (this.native !== undefined) this.handleOf(row);
  }

  protected override resetRow(row: number): void {
    const native = this.nativeOf(row);
    native?.clear();
    super.resetRow(row);
    native?.begin();
  }

  protected override createHandle(row: number, cells: Float64Array, base: number): HistogramHandle {
    const { subject, bounds, native } = this;
    const { clock } = this.store;
    if (native === undefined) return new HistogramHandle(cells, base, subject, clock, bounds);
    return new NativeHistogramHandle(cells, base, subject, clock, bounds, new NativeSeries(native, cells, base + this.firstNativeCell), row, this.restart);
  }

  protected override read(row: number): HistogramReading {
    const native = this.nativeOf(row)?.read();
    return {
      labels: this.labelsOf(row),
      ...readHistogram(this.table.cells.page(row), this.table.cells.base(row), this.bounds.bounds),
      ...(native === undefined ? {} : { native }),
      timestamp: this.store.clock.wallSeconds(),
    };
  }

  private get firstNativeCell(): number {
    return bucketCells + this.bounds.bounds.length + 1;
  }

  private nativeOf(row: number): NativeSeries | undefined {
    if (this.native === undefined) return undefined;
    const handle = this.handleOf(row);
    return handle instanceof NativeHistogramHandle ? handle.native : undefined;
  }
}

/** What is compared where a histogram is asked for again. */
function namedSettings(native: NativeSettings | undefined): Settings {
  return native === undefined ? {} : Object.fromEntries(Object.entries(native).map(([name, value]) => [`native ${name}`, value]));
}

function quantileOf({ native, buckets }: HistogramValue, quantile: number): number {
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
