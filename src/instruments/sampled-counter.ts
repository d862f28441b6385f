import { GeometricSampler } from '../distribution/geometric-sampler.js';
import { TallystickError, show } from '../model/errors.js';
import type { Labels } from '../model/labels.js';
import { valueCell } from '../model/layout.js';
import { type ValueReading, refuseAmount } from './counter.js';
import { CellHandle, wastePage } from './handle.js';
import { Instrument, type InstrumentOptions } from './instrument.js';

export interface SampledCounterOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /** The share of calls that are counted, above 0 and at most 1. */
  readonly sampleRate: number;
  /** Uniform numbers in [0, 1); `Math.random` when left out. For tests that must repeat. */
  readonly random?: () => number;
}

/** One series of a sampled counter, ready to record. */
export class SampledCounterHandle extends CellHandle {
  private readonly subject: string;
  private readonly sampler: GeometricSampler;
  private readonly weight: number;

  /** Handles come from {@link SampledCounter.labels}. */
  constructor(values: Float64Array, index: number, subject: string, sampler: GeometricSampler, weight: number) {
    super(values, index);
    this.subject = subject;
    this.sampler = sampler;
    this.weight = weight;
  }

  /**
   * Counts, if the draw says so.
   *
   * @param amount 0 or more, 1 when left out
   * @throws TallystickError `INVALID_AMOUNT` as a counter does, whether drawn or not
   */
  inc(amount = 1): void {
    if (typeof amount !== 'number' || !(amount >= 0)) refuseAmount(this.subject, amount);
    if (this.sampler.take()) this.values[this.index]! += amount * this.weight;
  }
}

/** A sampled counter's handle in a registry that keeps nothing. */
class NullSampledCounterHandle extends SampledCounterHandle {
  override inc(): void {}
}

/**
 * A counter for places so hot that even a look-up of labels is too much: each call is counted with probability `sampleRate`, and then by
 * `amount / sampleRate`. The value is unbiased for every rate: on average it is the true one. After n calls with equal amounts its relative
 * standard error is √((1 − rate) / (rate · n)): for a rate of 0.01, 10 % after 10⁴ calls and 1 % after 10⁶.
 *
 * Calls that are not drawn check their labels, but make no series: a series appears with the first call that is drawn.
 *
 * @example
 * const packets = new SampledCounter({ name: 'packets_total', help: 'Packets seen.', sampleRate: 0.01 });
 * packets.inc();
 */
export class SampledCounter<const Names extends readonly string[] = readonly [], const Sets = object> extends Instrument<Names, Sets, SampledCounterHandle, ValueReading> {
  /** The share of calls that are counted. */
  readonly sampleRate: number;
  private readonly sampler: GeometricSampler;
  private readonly single: SampledCounterHandle | undefined;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: SampledCounterOptions<Names, Sets>) {
    super('sampled counter', options, { type: 'counter', settings: { sampleRate: options?.sampleRate }, options: ['sampleRate', 'random'] }, 1);
    const { sampleRate, random = Math.random } = options;
    if (typeof sampleRate !== 'number' || !(sampleRate > 0 && sampleRate <= 1 && 1 / sampleRate < Infinity)) {
      throw new TallystickError('INVALID_OPTIONS', `${this.subject}: sampleRate is ${show(sampleRate)}; give a number above 0 and at most 1`);
    }
    if (typeof random !== 'function') throw new TallystickError('INVALID_OPTIONS', `${this.subject}: random is ${show(random)}; give a function, or leave it out`);
    this.sampleRate = sampleRate;
    this.sampler = new GeometricSampler(sampleRate, random);
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.enter(options.registry);
  }

  /**
   * Counts, if the draw says so.
   *
   * @param labels all labels of the series; left out for a counter without labels
   * @param amount 0 or more, 1 when left out
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`; nothing is changed
   */
  inc(this: SampledCounter<readonly [], Sets>, amount?: number): void;
  inc(labels: Labels<Names, Sets>, amount?: number): void;
  inc(labelsOrAmount?: unknown, amount: unknown = 1): void {
    if (this.single !== undefined && (typeof labelsOrAmount !== 'object' || labelsOrAmount === null)) {
      this.single.inc(labelsOrAmount as number | undefined);
      return;
    }
    if (typeof amount !== 'number' || !(amount >= 0)) {
      this.finder.check(labelsOrAmount);
      refuseAmount(this.subject, amount);
    }
    this.finder.checkValues(labelsOrAmount);
    if (!this.sampler.take()) return;
    const row = this.finder.row(labelsOrAmount);
    this.table.cells.page(row)[this.table.cells.base(row)]! += amount / this.sampleRate;
  }

  protected override createHandle(_row: number, cells: Float64Array, base: number): SampledCounterHandle {
    return new SampledCounterHandle(cells, base, this.subject, this.sampler, 1 / this.sampleRate);
  }

  protected override createNullHandle(): SampledCounterHandle {
    return new NullSampledCounterHandle(wastePage, 0, this.subject, this.sampler, 1);
  }

  protected override read(row: number): ValueReading {
    return { labels: this.labelsOf(row), value: this.table.cells.page(row)[this.table.cells.base(row) + valueCell]!, timestamp: this.store.clock.wallSeconds() };
  }
}
