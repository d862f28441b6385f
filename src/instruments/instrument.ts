import { type Descriptor, type MetricType, type Settings, type Shape, describe, subjectOf } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import type { LabelArguments, LabelProduct, Labels, PartialLabels } from '../model/labels.js';
import { type Aggregator, defaultAggregator } from '../model/shape.js';
import { Budget, checkLimits, metricDefaults } from '../store/budget.js';
import { type Catalog, type Collectable, type Keeping, type Registrar, catalogOf } from '../store/catalog.js';
import { Expiry, checkExpiry } from '../store/expiry.js';
import { type FamilyExtras, FamilyView } from '../store/family-view.js';
import { longestMilliseconds } from '../store/housekeeper.js';
import { SeriesTable } from '../store/series-table.js';
import { Store } from '../store/store.js';
import { type DeclaredValues, combinations as combinationsOf, declaredValues } from './declared-values.js';
import { ExemplarStore } from './exemplar-store.js';
import { Gate } from './gate.js';
import { type Handle, HandleTable, notePage } from './handle.js';
import type { InstrumentOptions, Reading } from './instrument-options.js';
import { NullFinder } from './null-finder.js';
import { SeriesFinder } from './series-finder.js';

/** What counts from a beginning (OpenMetrics 1.0, "Counter", "Histogram", "Summary": Created). */
const typesWithCreated: readonly MetricType[] = ['counter', 'histogram', 'summary'];

/** Removed series that are freed before there is a look at the time. */
const purgedPerTimeCheck = 256;
/** Of the series that are removed in one call, so many are freed in it; the rest is spread out. */
const freedAtOnce = 1000;

/**
 * What counters, gauges, histograms and their kin have in common: a name, labels, series, and a place in a registry.
 *
 * A series is made by the first recording with its labels, by {@link labels} or by {@link init}. An instrument without labels has its one
 * series from the beginning.
 *
 * It is longer than other files, as every method of an instrument that is no recording stands here once; what they do stands in the
 * parts that the constructor puts together.
 */
export abstract class Instrument<const Names extends readonly string[], Sets, H extends Handle, R extends Reading> implements Collectable {
  readonly descriptor: Descriptor;
  readonly kind: string;
  readonly settings: Settings;
  readonly subject: string;
  protected readonly table: SeriesTable;
  /** What its series have beside their values. */
  protected readonly extras: FamilyExtras;
  protected readonly finder: SeriesFinder;
  protected readonly store: Store;
  /** Undefined for kinds whose recordings take none. */
  protected readonly exemplars: ExemplarStore | undefined;
  /** Whether a recording that brings no exemplar asks for one. */
  protected readonly isSupplied: boolean;
  protected readonly handles: HandleTable<H>;
  private readonly declared: DeclaredValues;
  private readonly gate: Gate;
  private readonly expiry: Expiry | undefined;

  /**
   * @param kind how errors call this instrument, for instance `counter`
   * @param cells what a series needs of them for its type, see `model/layout.ts`
   * @param beside cells that it needs beside, after those
   */
  protected constructor(kind: string, options: InstrumentOptions<Names, Sets>, shape: Shape, cells: number, beside: number = 0) {
    const catalog = catalogOf(options?.registry, kind, options?.name);
    this.descriptor = describe(kind, options, shape, catalog?.store.nameValidation);
    this.kind = kind;
    this.subject = subjectOf(kind, this.descriptor.name);
    const limits = checkLimits(this.subject, options.limits, metricDefaults);
    checkExpiry(this.subject, options.expireAfterSeconds);
    catalog?.check(this.descriptor, this.subject);
    this.declared = declaredValues(this.subject, this.descriptor.labelNames, options.labelValues);
    const labelValues = this.declared.some(Boolean) ? { labelValues: this.declared.map((values) => (values === undefined ? null : [...values].sort().join(', '))) } : {};
    this.settings = { ...labelValues, ...shape.settings };
    this.store = catalog?.store ?? new Store();
    const created = this.keepsCreated(options.created);
    const ownCells = cells + beside;
    this.extras = created ? { createdCell: ownCells } : {};
    const stamp = created ? { cell: ownCells, now: () => this.store.clock.wallSeconds() } : undefined;
    this.table = new SeriesTable(this.store.labels, this.descriptor.labelNames.length, ownCells + (created ? 1 : 0), stamp);
    this.exemplars = shape.exemplars === undefined ? undefined : new ExemplarStore(this.subject, this.table, this.descriptor.bounds, shape.exemplars === 'spread', this.store);
    this.isSupplied = this.exemplars?.supply !== undefined;
    this.gate = new Gate(this.subject, this.table, new Budget(limits, this.store.coarseClock, this.store.budget), limits.onLimit);
    const Finder = this.store.keepsNothing ? NullFinder : SeriesFinder;
    this.finder = new Finder(this.subject, this.descriptor.labelNames, this.table, this.gate, this.declared);
    this.handles = new HandleTable();
    this.expiry = this.createExpiry(cells, options.expireAfterSeconds);
  }

  /** The metric's full name. */
  get name(): string {
    return this.descriptor.name;
  }

  /** What the metric measures, as shown. */
  get help(): string {
    return this.descriptor.help;
  }

  /** The names of its labels. */
  get labelNames(): readonly string[] {
    return this.descriptor.labelNames;
  }

  /** How many series it has. */
  get size(): number {
    return this.table.size;
  }

  /**
   * The handle of one series, made if it is new. Keep it where the labels are known in advance: recording through it looks nothing up.
   * The same labels give the same handle as long as the series lives.
   *
   * @param args the label values in the order of the label names, or all labels in an object
   * @throws TallystickError `INVALID_LABELS`, `INVALID_LABEL_VALUE`
   */
  labels(...args: LabelArguments<Names, Sets>): H {
    const first: unknown = args[0];
    const row = typeof first === 'object' && first !== null ? this.rowOfObject(args) : this.finder.rowOfValues(args);
    this.expiry?.hold(row);
    return this.handleOf(row);
  }

  /**
   * Reads one series.
   *
   * @param args as for {@link labels}; nothing for a metric without labels
   * @returns `undefined` when there is no such series
   */
  get(...args: LabelArguments<Names, Sets> | []): R | undefined {
    const row = this.existing(args);
    return row < 0 ? undefined : this.readKept(row);
  }

  /** Reads every series, in the order of their creation. */
  getAll(): R[] {
    const readings: R[] = [];
    this.table.forEachRow((row) => readings.push(this.readKept(row)));
    return readings;
  }

  /**
   * Removes one series. Its handle, if one was given out, from then on records nowhere; the same labels make a new series from zero.
   *
   * @returns false when there was no such series
   * @throws TallystickError `INVALID_LABELS` also for a metric without labels: its one series stays, see {@link clear}
   */
  remove(...args: LabelArguments<Names, Sets>): boolean {
    if (this.descriptor.labelNames.length === 0) {
      throw new TallystickError('INVALID_LABELS', `${this.subject}: remove() takes away a series with labels, and this metric has none; unregister it, or set it back with reset()`);
    }
    const row = this.existing(args);
    if (row < 0) return false;
    this.removeRow(row);
    return true;
  }

  /**
   * Removes every series that carries all of the given labels, for instance `removeMatching({ tenant: 'gone' })`.
   *
   * @returns how many were removed
   */
  removeMatching(labels: PartialLabels<Names, Sets>): number {
    const { places, ids } = this.finder.pattern(labels);
    if (this.descriptor.labelNames.length === 0) {
      throw new TallystickError('INVALID_LABELS', `${this.subject}: removeMatching() takes away series with labels, and this metric has none; set it back with reset()`);
    }
    if (places.length === 0) {
      const all = this.table.size + (this.expiry?.hidden ?? 0);
      this.clear();
      return all;
    }
    let uncounted = 0;
    const removed = this.table.condemnCarrying(places, ids, (row) => {
      this.cutOff(row);
      if (this.gate.closeOverflow(row)) uncounted = 1;
    });
    if (removed > 0) this.finder.forget();
    this.gate.budget.release(removed - uncounted);
    this.table.purge(Math.min(removed, freedAtOnce));
    return removed;
  }

  /** Removes every series; that of a metric without labels is set back to where it began. */
  clear(): void {
    if (this.descriptor.labelNames.length === 0) {
      this.reset();
      return;
    }
    this.expiry?.forgetAll();
    // First, so that readers in other threads know before anything is given back that the cells lead to.
    this.table.clear();
    this.handles.detachAll();
    this.exemplars?.forgetAll();
    this.finder.forget();
    this.gate.releaseAll();
    this.table.purge(freedAtOnce);
  }

  /** Sets every series back to where it began, and keeps it. */
  reset(): void {
    this.table.forEachStored((row) => this.resetRow(row));
  }

  /**
   * Makes series before anything is recorded, so that they show from the first scrape on.
   *
   * @param combinations label objects; or for each label the values to combine with all others; or nothing, when `labelValues` declares
   *   the values of every label
   * @throws TallystickError before anything is made
   */
  init(combinations?: Iterable<Labels<Names, Sets>> | LabelProduct<Names, Sets>): void {
    const all = combinationsOf(this.subject, this.descriptor.labelNames, this.declared, combinations, (labels) => this.finder.check(labels));
    for (const labels of all) this.finder.checkValues(labels);
    this.gate.checkRoom(all.filter((labels) => this.finder.find(labels) < 0).length);
    for (const labels of all) this.open(this.finder.row(labels));
  }

  /** How its values of several threads or processes become one. */
  get aggregator(): Aggregator {
    return defaultAggregator;
  }

  /** The function it was given to be read at collections. */
  get collectFunction(): unknown {
    return undefined;
  }

  /** What its limits have refused and what has expired. */
  get keeping(): Keeping {
    return { store: this.store, table: this.table, refusals: this.gate.refusals, expiry: this.expiry };
  }

  /**
   * Brings the series up to date for a collection: what has expired goes, what was removed is freed, functions are read.
   *
   * @param until the time, as `performance.now()` gives it, until which removed series may be freed; given by a collection, which has looked
   *   for what has expired. When left out, both are done here, for two milliseconds each at most.
   */
  refresh(until?: number): void | Promise<void> {
    if (until === undefined) this.expiry?.sweep();
    const stop = until ?? performance.now() + longestMilliseconds;
    while (this.table.hasRemoved && performance.now() < stop) this.table.purge(purgedPerTimeCheck);
    const reading = this.readFunction();
    // What the function has recorded shows at once.
    this.expiry?.wake();
    return reading?.then(() => this.expiry?.wake());
  }

  view(): FamilyView {
    return new FamilyView(this.descriptor, this.table, this.shownExtras);
  }

  /** What its series have beside their values at this moment: writers look for exemplars only where there are some. */
  protected get shownExtras(): FamilyExtras {
    const { extras, exemplars } = this;
    return exemplars === undefined || exemplars.isEmpty ? extras : { ...extras, exemplars };
  }

  /** The handle of a row, made when asked for the first time. */
  protected handleOf(row: number): H {
    const known = this.handles.get(row);
    if (known !== undefined) return known;
    if (this.store.keepsNothing) {
      const handle = this.createNullHandle();
      this.handles.set(row, handle);
      return handle;
    }
    const cells = this.table.cells.page(row);
    if (this.exemplars !== undefined) notePage(cells, this.exemplars);
    const handle = this.createHandle(row, cells, this.table.cells.base(row));
    this.handles.set(row, handle);
    return handle;
  }

  /** Puts the finished instrument into its registry; the last thing a constructor does. */
  protected enter(registry: Registrar | null | undefined): void {
    const catalog: Catalog | undefined = catalogOf(registry, this.subject, this.descriptor.name);
    catalog?.add(this);
  }

  protected removeRow(row: number): void {
    this.letGo(row);
    this.table.remove(row);
  }

  /** Forgets whatever leads to a row. */
  private letGo(row: number): void {
    this.cutOff(row);
    this.finder.forget();
    this.gate.release(row);
  }

  /** Forgets what is kept for a row apart from its series. */
  private cutOff(row: number): void {
    this.expiry?.forget(row);
    // Before anything is given back that its cells lead to.
    this.table.states.retire(row);
    this.handles.detach(row);
    if (this.exemplars?.isEmpty === false) this.exemplars.forget(row);
  }

  /** Sets one series back to where it began. */
  protected resetRow(row: number): void {
    const { states } = this.table;
    const isShown = states.change(row);
    this.zeroRow(row);
    if (isShown) states.settle(row);
    this.exemplars?.forget(row);
  }

  /** Has the cells of a row, and what they lead to, begin anew; readers in other threads look away meanwhile. */
  protected zeroRow(row: number): void {
    this.table.zero(row);
  }

  /** Reads a row; where nothing is kept, what has gone there all the same is forgotten first. */
  private readKept(row: number): R {
    if (this.store.keepsNothing) this.resetRow(row);
    return this.read(row);
  }

  /** Reads the function the instrument was given, if it was; a promise only where that is asynchronous. */
  protected readFunction(): void | Promise<void> {}

  /** Called for series that `init` makes. */
  protected open(row: number): void {
    void row;
  }

  protected labelsOf(row: number): Record<string, string> {
    const labels: Record<string, string> = {};
    for (const [place, name] of this.descriptor.labelNames.entries()) labels[name] = this.table.labelText(row, place);
    return labels;
  }

  /** What a reading of the row shows of them. */
  protected exemplarsOf(row: number): Pick<Reading, 'exemplars'> {
    const all = this.exemplars?.all(row) ?? [];
    return all.length === 0 ? {} : { exemplars: all };
  }

  protected abstract createHandle(row: number, cells: Float64Array, base: number): H;
  /** A handle that records nothing and reads as one of a removed series, for a registry that keeps nothing. */
  protected abstract createNullHandle(): H;
  protected abstract read(row: number): R;

  /** Whether the series keep their times of creation. */
  private keepsCreated(created: unknown = this.store.keepsCreated): boolean {
    if (typeof created !== 'boolean') throw new TallystickError('INVALID_OPTIONS', `${this.subject}: created is ${show(created)}; give true or false`);
    return created && typesWithCreated.includes(this.descriptor.type);
  }

  private createExpiry(width: number, seconds: number | undefined = this.store.expireAfterSeconds): Expiry | undefined {
    const { type, labelNames } = this.descriptor;
    // Facts do not change, and the one series of a metric without labels always exists.
    if (seconds === undefined || type === 'info' || labelNames.length === 0 || this.store.keepsNothing) return undefined;
    return new Expiry(this.table, type, width, seconds, this.store.clock, (row, isHeld) => (isHeld ? this.resetRow(row) : this.removeRow(row)));
  }

  /** The row that `get` or `remove` mean, or -1. */
  private existing(args: readonly unknown[]): number {
    const first = args[0];
    return typeof first === 'object' && first !== null ? this.finder.find(this.onlyObject(args)) : this.finder.findValues(args);
  }

  private rowOfObject(args: readonly unknown[]): number {
    return this.finder.row(this.onlyObject(args));
  }

  private onlyObject(args: readonly unknown[]): unknown {
    if (args.length === 1) return args[0];
    throw new TallystickError('INVALID_LABELS', `${this.subject}: ${args.length} arguments, the first an object; give either one object or the values in order`);
  }
}

// What `console.log` shows in Node, Bun and Deno: not the pages.
Object.defineProperty(Instrument.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Collectable): string {
    return `${this.subject} (${this.keeping.table.size} series)`;
  },
});
