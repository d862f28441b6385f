import { checkQuantiles, defaultQuantiles } from '../distribution/quantiles.js';
import { RelativeBuckets } from '../distribution/relative-buckets.js';
import { subjectFrom } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import { addTo, ageChainCells, quantileCells, sampleWindowCells, sumAt, summaryCountCell } from '../model/layout.js';
import type { Clock } from '../platform/clock.js';
import { FamilyView } from '../store/family-view.js';
import { DistributionHandle, DistributionInstrument, refuseObservation } from './distribution-instrument.js';
import { wastePage } from './handle.js';
import type { InstrumentOptions, Reading } from './instrument-options.js';
import { type ObservationWindow, type WindowClock, closedWindow } from './observation-window.js';
import { type SampleKind, SampleWindow } from './sample-window.js';
import { type SketchKind, SketchWindow } from './sketch-window.js';

export interface SummaryOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /** From 0 to 1; default 0.5, 0.9, 0.95 and 0.99. None: sum and count only. */
  readonly quantiles?: readonly number[];
  /** How long an observation counts for the quantiles, in seconds; above 0, default 60. */
  readonly maxAgeSeconds?: number;
  /** In how many steps the window forgets; 1 to 1000, default 5. An observation is forgotten at most `maxAgeSeconds / ageBuckets` early, never late. */
  readonly ageBuckets?: number;
  /** By how much, relatively, a quantile may be off; 0.00001 to 0.5, default 0.01. */
  readonly relativeAccuracy?: number;
  /**
   * Exact mode: quantiles over the observations themselves, of which at most so many are kept, the latest ones; 1 to 1 000 000. Takes the
   * place of `relativeAccuracy` and `ageBuckets`.
   */
  readonly maxSamples?: number;
}

/** What a summary series holds. */
export interface SummaryValue {
  /** Of all observations ever, not only those of the window. */
  readonly sum: number;
  /** Of all observations ever. */
  readonly count: number;
  /** The nearest-rank quantiles of the window; NaN when it is empty. */
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export interface SummaryReading extends SummaryValue, Reading {}

/** Windows that forget in shorter steps than this read the clock at every observation. */
const coarsestStepSeconds = 1;

/** One series of a summary, ready to record: keep it in hot code. */
export class SummaryHandle extends DistributionHandle {
  /** What the series remembers of late. */
  window: ObservationWindow;
  private readonly quantiles: readonly number[];

  /** Handles come from {@link Summary.labels}. */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock, window: ObservationWindow, quantiles: readonly number[]) {
    super(values, index, subject, clock);
    this.window = window;
    this.quantiles = quantiles;
  }

  override observe(value: number): void {
    if (typeof value !== 'number' || value !== value) refuseObservation(this.subject, value);
    const { values, index } = this;
    addTo(values, index, value);
    values[index + summaryCountCell]! += 1;
    this.window.observe(value);
  }

  /** What was recorded, with the quantiles of this moment; zeros and NaN once the series has been removed. */
  get(): SummaryValue {
    if (this.values === wastePage) return { sum: 0, count: 0, quantiles: this.quantiles.map((quantile) => ({ quantile, value: NaN })) };
    const { values, index } = this;
    this.refresh();
    return {
      sum: sumAt(values, index),
      count: values[index + summaryCountCell]!,
      quantiles: this.quantiles.map((quantile, i) => ({ quantile, value: values[index + quantileCells + i]! })),
    };
  }

  /** Writes the quantiles of this moment to their cells. */
  refresh(): void {
    this.window.read(this.quantiles, this.values, this.index + quantileCells);
  }

  override detach(): void {
    this.values = wastePage;
    this.index = 0;
    this.window.clear();
    this.window = closedWindow;
  }
}

/** A summary's handle in a registry that keeps nothing. */
class NullSummaryHandle extends SummaryHandle {
  override observe(): void {}
}

/**
 * Quantiles of what was observed in the last minute or so, computed here: the median latency, the 99th percentile. They cannot be added up
 * over processes; use a {@link Histogram} for that.
 *
 * By default the quantiles come from a sketch: off by at most `relativeAccuracy` from the observation of that rank, for every stream of
 * numbers, in memory that grows with the range of the values and not with their number. With `maxSamples` they are exact.
 *
 * @example
 * const latency = new Summary({ name: 'rpc_duration_seconds', help: 'Time an RPC took.', labelNames: ['method'], quantiles: [0.5, 0.99] });
 * latency.observe({ method: 'Get' }, 0.012);
 *
 * Source: OpenMetrics 1.0, "Summary"; Prometheus, "Writing client libraries".
 */
export class Summary<const Names extends readonly string[] = readonly [], const Sets = object> extends DistributionInstrument<Names, Sets, SummaryHandle, SummaryReading> {
  protected override readonly single: SummaryHandle | undefined;
  private readonly window: SketchKind | SampleKind;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: SummaryOptions<Names, Sets>) {
    const subject = subjectFrom('summary', options);
    const quantiles = checkQuantiles(subject, options.quantiles ?? defaultQuantiles);
    const settings = windowSettings(subject, options);
    const { maxAgeSeconds, ageBuckets, maxSamples, sketch } = settings;
    const shown = maxSamples === undefined ? { maxAgeSeconds, ageBuckets, relativeError: sketch.relativeError } : { maxAgeSeconds, maxSamples };
    const shape = { type: 'summary', quantiles, settings: shown, options: ['quantiles', 'maxAgeSeconds', 'ageBuckets', 'relativeAccuracy', 'maxSamples'] } as const;
    const cells = quantileCells + quantiles.length;
    super('summary', options, shape, cells, maxSamples === undefined ? ageChainCells + ageBuckets : sampleWindowCells);
    this.window = this.windowKind(settings, cells);
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.enter(options.registry);
  }

  override view(): FamilyView {
    return new FamilyView(this.descriptor, this.table, { ...this.extras, window: this.window.place, prepare: (row) => this.handleOf(row).refresh() });
  }

  protected override record(row: number, value: number): void {
    this.handleOf(row).observe(value);
  }

  protected override zeroRow(row: number): void {
    const { window } = this.handleOf(row);
    window.clear();
    super.zeroRow(row);
    window.begin();
  }

  protected override createHandle(row: number, cells: Float64Array, base: number): SummaryHandle {
    return new SummaryHandle(cells, base, this.subject, this.store.clock, openWindow(this.window, row, cells, base), this.descriptor.quantiles);
  }

  protected override createNullHandle(): SummaryHandle {
    return new NullSummaryHandle(wastePage, 0, this.subject, this.store.clock, closedWindow, this.descriptor.quantiles);
  }

  protected override read(row: number): SummaryReading {
    return { labels: this.labelsOf(row), ...this.handleOf(row).get(), timestamp: this.store.clock.wallSeconds() };
  }

  /** What the windows of its series have in common. @param cell the first one of a window */
  private windowKind({ maxAgeSeconds, ageBuckets, maxSamples, sketch }: WindowSettings, cell: number): SketchKind | SampleKind {
    const secondsEach = maxAgeSeconds / ageBuckets;
    const { clock, coarseClock, blocks } = this.store;
    const precise: WindowClock = { read: () => clock.monotonicSeconds(), refresh: () => clock.monotonicSeconds() };
    const common = { blocks, states: this.table.states, clock: secondsEach >= coarsestStepSeconds ? coarseClock : precise };
    if (maxSamples !== undefined) return { ...common, place: { kind: 'samples', cell, places: maxSamples, maxAgeSeconds } };
    return { ...common, buckets: sketch, place: { kind: 'sketch', cell, ageBuckets, secondsEach, relativeAccuracy: sketch.relativeAccuracy } };
  }
}

function openWindow(kind: SketchKind | SampleKind, row: number, cells: Float64Array, base: number): ObservationWindow {
  return 'buckets' in kind ? new SketchWindow(kind, row, cells, base) : new SampleWindow(kind, row, cells, base);
}

interface WindowSettings {
  readonly maxAgeSeconds: number;
  readonly ageBuckets: number;
  readonly maxSamples: number | undefined;
  readonly sketch: RelativeBuckets;
}

function windowSettings(subject: string, options: SummaryOptions): WindowSettings {
  const { maxAgeSeconds = 60, ageBuckets = 5, relativeAccuracy = 0.01, maxSamples } = options;
  if (typeof maxAgeSeconds !== 'number' || !(maxAgeSeconds > 0)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: maxAgeSeconds is ${show(maxAgeSeconds)}; give a number of seconds above 0`);
  }
  checkWhole(subject, 'ageBuckets', ageBuckets, 1000);
  if (maxSamples !== undefined) checkWhole(subject, 'maxSamples', maxSamples, 1_000_000);
  return { maxAgeSeconds, ageBuckets, maxSamples, sketch: new RelativeBuckets(subject, relativeAccuracy) };
}

function checkWhole(subject: string, option: string, value: unknown, most: number): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(value)}; give a whole number from 1 to ${most}`);
}
