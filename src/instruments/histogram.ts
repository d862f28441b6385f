import { BoundFinder } from '../distribution/bound-finder.js';
import { checkBounds, defaultBuckets } from '../distribution/bounds.js';
import { subjectFrom } from '../model/descriptor.js';
import { addTo, bucketCells, sumAt } from '../model/layout.js';
import type { Clock } from '../platform/clock.js';
import { DistributionHandle, DistributionInstrument, refuseObservation } from './distribution-instrument.js';
import { wastePage } from './handle.js';
import type { InstrumentOptions, Reading } from './instrument.js';

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

  override detach(): void {
    this.values = wastePage;
    this.index = 0;
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

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: HistogramOptions<Names, Sets>) {
    const bounds = checkBounds(subjectFrom('histogram', options), options.buckets ?? defaultBuckets);
    super('histogram', options, { type: 'histogram', bounds, options: ['buckets'] }, bucketCells + bounds.length + 1);
    this.bounds = new BoundFinder(bounds);
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.enter(options.registry);
  }

  protected override record(row: number, value: number): void {
    const cells = this.table.cells.page(row);
    const base = this.table.cells.base(row);
    cells[base + bucketCells + this.bounds.find(value)]! += 1;
    addTo(cells, base, value);
  }

  protected override createHandle(_row: number, cells: Float64Array, base: number): HistogramHandle {
    return new HistogramHandle(cells, base, this.subject, this.store.clock, this.bounds);
  }

  protected override read(row: number): HistogramReading {
    return { labels: this.labelsOf(row), ...readHistogram(this.table.cells.page(row), this.table.cells.base(row), this.bounds.bounds), timestamp: this.store.clock.wallSeconds() };
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
