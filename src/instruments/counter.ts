import { TallystickError, show } from '../model/errors.js';
import type { RecordedExemplar } from '../model/exemplar.js';
import type { Labels } from '../model/labels.js';
import { valueCell } from '../model/layout.js';
import type { ExemplarStore } from './exemplar-store.js';
import { CellHandle, exemplarsOfPage, subjectOfPage, wastePage } from './handle.js';
import { Instrument, type InstrumentOptions, type Reading } from './instrument.js';
import { type CollectFunction, Observed } from './observed.js';

export interface CounterOptions<Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /**
   * Called when the metric is collected. It returns the present total of something counted elsewhere, at least 0, or a promise of it; or
   * calls `this.inc` and returns nothing. What it returns replaces the value.
   */
  readonly collect?: CollectFunction<Counter<Names, Sets>>;
}

/** One series of a counter or gauge as read. */
export interface ValueReading extends Reading {
  readonly value: number;
}

/**
 * One series of a counter, ready to record: keep it in hot code. It is a page and an index and nothing else: with a third field, 600
 * handles do not fit in the processor's first cache (`npm run bench`, case `inc-handle`).
 */
export class CounterHandle extends CellHandle {
  /**
   * Counts: an addition to one cell of an array, which allocates nothing.
   *
   * @param amount how much, 0 or more, 1 when left out. Whole numbers are exact up to 2^53. +Infinity makes the counter infinite for good.
   * @param exemplar what leads to more about this recording, for instance `{ labels: { trace_id } }`; it replaces the last one
   * @throws TallystickError `INVALID_AMOUNT` for a negative amount, NaN, or what is no number, `INVALID_EXEMPLAR`; the counter is unchanged
   */
  inc(amount?: number, exemplar?: RecordedExemplar): void {
    if (exemplar !== undefined) {
      incWithExemplar(this.values, this.index, amount, exemplar);
      return;
    }
    // Apart, as the check of a number that is known costs a third of the whole (`npm run bench`, case `handle inc`, Node 20 and 24).
    if (amount === undefined) {
      this.values[this.index]! += 1;
      return;
    }
    if (typeof amount !== 'number' || !(amount >= 0)) refuseAmount(subjectOfPage(this.values), amount);
    this.values[this.index]! += amount;
  }
}

/** A counter's handle in a registry that has a supplier of exemplars. */
class SuppliedCounterHandle extends CounterHandle {
  private readonly exemplars: ExemplarStore;
  private row: number;

  constructor(values: Float64Array, index: number, exemplars: ExemplarStore, row: number) {
    super(values, index);
    this.exemplars = exemplars;
    this.row = row;
  }

  override inc(amount: number = 1, exemplar?: RecordedExemplar): void {
    super.inc(amount, exemplar);
    if (exemplar === undefined && amount > 0) this.exemplars.sample(this.row, 0, amount);
  }

  override detach(): void {
    super.detach();
    this.row = -1;
  }
}

/** A counter's handle in a registry that keeps nothing. */
class NullCounterHandle extends CounterHandle {
  override inc(): void {}
}

/**
 * A value that only rises, from 0, until the process ends or the series is reset: requests, errors, bytes sent.
 *
 * @example
 * const requests = new Counter({ name: 'http_requests_total', help: 'HTTP requests served.', labelNames: ['method', 'status'] });
 * requests.inc({ method: 'GET', status: '200' });
 * const notFound = requests.labels('GET', '404');
 * notFound.inc();
 *
 * Source: OpenMetrics 1.0, "Counter"; Prometheus, "Writing client libraries".
 */
export class Counter<const Names extends readonly string[] = readonly [], const Sets = object> extends Instrument<Names, Sets, CounterHandle, ValueReading> {
  /** The one series of a counter without labels. */
  private readonly single: CounterHandle | undefined;
  declare protected readonly exemplars: ExemplarStore;
  private readonly observed: Observed<Counter<Names, Sets>> | undefined;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: CounterOptions<Names, Sets>) {
    super('counter', options, { type: 'counter', exemplars: 'slots', options: ['collect'] }, 1);
    this.single = this.descriptor.labelNames.length === 0 ? this.handleOf(0) : undefined;
    this.observed = options.collect === undefined ? undefined : new Observed(this.subject, options.collect, this.single && ((total) => this.replace(total)));
    this.enter(options.registry);
  }

  /**
   * Counts.
   *
   * @param labels all labels of the series; left out for a counter without labels
   * @param amount how much, 0 or more, 1 when left out
   * @param exemplar what leads to more about this recording, for instance `{ labels: { trace_id } }`; it replaces the last one
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`, `INVALID_EXEMPLAR`; nothing is changed
   */
  inc(this: Counter<readonly [], Sets>, amount?: number, exemplar?: RecordedExemplar): void;
  inc(labels: Labels<Names, Sets>, amount?: number, exemplar?: RecordedExemplar): void;
  inc(labelsOrAmount?: unknown, given?: unknown, exemplar?: unknown): void {
    if (this.single !== undefined && (typeof labelsOrAmount !== 'object' || labelsOrAmount === null)) {
      this.single.inc(labelsOrAmount as number | undefined, given as RecordedExemplar | undefined);
      return;
    }
    const amount = given === undefined ? 1 : given;
    if (typeof amount !== 'number' || !(amount >= 0)) {
      // Whoever has forgotten the labels is told of the labels.
      this.finder.check(labelsOrAmount);
      refuseAmount(this.subject, amount);
    }
    const checked = exemplar === undefined ? undefined : this.exemplars.check(exemplar, amount);
    const row = this.finder.row(labelsOrAmount);
    this.table.cells.page(row)[this.table.cells.base(row)]! += amount;
    if (checked !== undefined) this.exemplars.note(row, 0, checked);
    else if (this.isSupplied && amount > 0) this.exemplars.sample(row, 0, amount);
  }

  override get collectFunction(): unknown {
    return this.observed?.collect;
  }

  protected override readFunction(): void | Promise<void> {
    return this.observed?.refresh(this);
  }

  protected override createHandle(row: number, cells: Float64Array, base: number): CounterHandle {
    return this.isSupplied ? new SuppliedCounterHandle(cells, base, this.exemplars, row) : new CounterHandle(cells, base);
  }

  protected override createNullHandle(): CounterHandle {
    return new NullCounterHandle(wastePage, 0);
  }

  protected override read(row: number): ValueReading {
    return { labels: this.labelsOf(row), value: this.table.cells.page(row)[this.table.cells.base(row) + valueCell]!, ...this.exemplarsOf(row), timestamp: this.store.clock.wallSeconds() };
  }

  private replace(total: number): void {
    if (!(total >= 0)) throw new TallystickError('INVALID_AMOUNT', `${this.subject}: collect returned ${show(total)}; a counter's total is 0 or more, use a gauge`);
    this.table.cells.page(0)[this.table.cells.base(0) + valueCell] = total;
  }
}

/** `inc` with an exemplar; whose cells they are is known by their page. */
function incWithExemplar(values: Float64Array, index: number, amount: unknown = 1, given: unknown): void {
  if (typeof amount !== 'number' || !(amount >= 0)) refuseAmount(subjectOfPage(values), amount);
  const exemplars = exemplarsOfPage(values);
  const exemplar = exemplars?.check(given, amount);
  values[index]! += amount;
  if (exemplar !== undefined) exemplars!.noteAt(values, index, 0, exemplar);
}

/** The cold half of `inc`. */
export function refuseAmount(subject: string, amount: unknown): never {
  const fault = typeof amount !== 'number' ? 'is not a number; give one of at least 0' : amount < 0 ? 'is negative; a counter only rises, use a gauge' : 'is not a number; check where the amount comes from';
  throw new TallystickError('INVALID_AMOUNT', `${subject}: inc(${show(amount)}) ${fault}`);
}
