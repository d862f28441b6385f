import { BoundFinder } from '../distribution/bound-finder.js';
import { checkBounds, defaultBuckets } from '../distribution/bounds.js';
import { checkQuantile } from '../distribution/histogram-quantile.js';
import { type Settings, subjectFrom } from '../model/descriptor.js';
import { type Exemplar, type RecordedExemplar, checkTimedExemplar } from '../model/exemplar.js';
import type { Labels, PartialLabels } from '../model/labels.js';
import { addTo, bucketCells, nativeCells } from '../model/layout.js';
import { FamilyView } from '../store/family-view.js';
import { DistributionInstrument } from './distribution-instrument.js';
import type { ExemplarStore } from './exemplar-store.js';
import { wastePage } from './handle.js';
import { HistogramHandle, type HistogramValue, NativeHistogramHandle, NullHistogramHandle, SuppliedHistogramHandle, SuppliedNativeHandle, quantileOf, readHistogram } from './histogram-handle.js';
import type { InstrumentOptions, Reading } from './instrument-options.js';
import { type NativeKind, NativeSeries } from './native-series.js';
import { type NativeOptions, type NativeSettings, nativeSettings } from './native-settings.js';
import { type StopTimer, runOf } from './timer.js';

export interface HistogramOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /**
   * Upper bounds, rising; +Inf is implied. Default: {@link defaultBuckets}, for latencies in seconds; none with `native`. Fixed once the histogram is made.
   */
  readonly buckets?: readonly number[];
  /** Counts in native buckets: of equal relative width, over all numbers, made where something is observed. Beside `buckets`, or alone; `{}` for the defaults. */
  readonly native?: NativeOptions;
}

export interface HistogramReading extends HistogramValue, Reading {}

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
  /** Undefined for classic buckets only. */
  private readonly native: NativeKind | undefined;
  private readonly restart: (row: number) => void;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: HistogramOptions<Names, Sets>) {
    const subject = subjectFrom('histogram', options);
    const native = options.native === undefined ? undefined : nativeSettings(subject, options.native);
    const bounds = options.buckets === undefined && native !== undefined ? [] : checkBounds(subject, options.buckets ?? defaultBuckets);
    const shape = { type: 'histogram', bounds, exemplars: native === undefined ? 'slots' : 'spread', settings: namedSettings(native), options: ['buckets', 'native'] } as const;
    super('histogram', options, shape, bucketCells + bounds.length + 1, native === undefined ? 0 : nativeCells);
    this.bounds = new BoundFinder(bounds);
    this.native = native && { settings: native, blocks: this.store.blocks, clock: this.store.clock, states: this.table.states };
    this.restart = (row) => this.resetRow(row);
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
      ...this.shownExtras,
      native: { cell: this.firstNativeCell, blocks: native.blocks },
      prepare: mayBeginAnew ? (row) => this.nativeOf(row)?.collected() : undefined,
    });
  }

  protected override record(row: number, value: number, exemplar: Exemplar | undefined): void {
    if (this.native !== undefined) return this.handleOf(row).observe(value, exemplar);
    const cells = this.table.cells.page(row);
    const base = this.table.cells.base(row);
    const bucket = this.bounds.find(value);
    cells[base + bucketCells + bucket]! += 1;
    addTo(cells, base, value);
    if (exemplar !== undefined) this.exemplars.note(row, bucket, exemplar);
    else if (this.isSupplied) this.exemplars.sample(row, bucket, value);
  }

  /** A series of native buckets begins with a schema and a zero threshold. */
  protected override open(row: number): void {
    if (this.native !== undefined) this.handleOf(row);
  }

  protected override zeroRow(row: number): void {
    const native = this.nativeOf(row);
    native?.clear();
    super.zeroRow(row);
    native?.begin();
  }

  protected override createHandle(row: number, cells: Float64Array, base: number): HistogramHandle {
    const { subject, bounds, native } = this;
    const { clock } = this.store;
    if (native === undefined) return this.isSupplied ? new SuppliedHistogramHandle(cells, base, subject, clock, bounds, this.exemplars, row) : new HistogramHandle(cells, base, subject, clock, bounds);
    const series = new NativeSeries(native, row, cells, base + this.firstNativeCell);
    if (this.isSupplied) return new SuppliedNativeHandle(cells, base, subject, clock, bounds, series, row, this.restart, this.exemplars);
    return new NativeHistogramHandle(cells, base, subject, clock, bounds, series, row, this.restart);
  }

  protected override createNullHandle(): HistogramHandle {
    return new NullHistogramHandle(wastePage, 0, this.subject, this.store.clock, this.bounds);
  }

  protected override read(row: number): HistogramReading {
    const native = this.nativeOf(row)?.read();
    return {
      labels: this.labelsOf(row),
      ...readHistogram(this.table.cells.page(row), this.table.cells.base(row), this.bounds.bounds),
      ...(native === undefined ? {} : { native }),
      ...this.exemplarsOf(row),
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
