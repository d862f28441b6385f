import { TallystickError, show } from '../model/errors.js';
import { Counter, type CounterOptions } from '../instruments/counter.js';
import { Gauge, type GaugeOptions } from '../instruments/gauge.js';
import { Histogram, type HistogramOptions } from '../instruments/histogram.js';
import { Info, type InfoOptions } from '../instruments/info.js';
import type { InstrumentOptions } from '../instruments/instrument-options.js';
import { RateLimitedGauge, type RateLimitedGaugeOptions } from '../instruments/rate-limited-gauge.js';
import { SampledCounter, type SampledCounterOptions } from '../instruments/sampled-counter.js';
import { StateSet, type StateSetOptions } from '../instruments/state-set.js';
import { Summary, type SummaryOptions } from '../instruments/summary.js';
import { Catalog, type Collectable, type Registrar } from '../store/catalog.js';
import type { FamilyView } from '../store/family-view.js';
import { type Cardinality, cardinalityOf } from './cardinality.js';
import { type Built, type CollectOptions, type RegistryOptions, checkTimeout, compose, defaultBuilt } from './composition.js';
import type { FaultReason } from './faults.js';
import type { Gatherer } from './gatherer.js';
import { differences } from './same-shape.js';
import type { PushMetrics } from './push-metrics.js';
import type { ScrapeMetrics } from './scrape-metrics.js';
import { share } from './sharing.js';
import { type FamilySnapshot, snapshotOf } from './snapshot.js';
import { type Collector, CollectorSource, type FamilySource } from './sources.js';

/** How an instrument is made with its registry already known. */
type Without<Options> = Omit<Options, 'registry'>;

/**
 * Finds and collects instruments: what a scrape shows.
 *
 * It is longer than other files, as all that an application may ask of a registry stands here once; what it does stands in the parts it is made of.
 *
 * @example
 * const registry = new Registry();
 * const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs done.' });
 * jobs.inc();
 */
export class Registry implements Registrar {
  readonly catalog: Catalog;
  private readonly gatherer: Gatherer;
  private readonly closers: (() => void | Promise<void>)[];

  /** @throws TypeError when `clock` is none */
  constructor(options: RegistryOptions = {}) {
    const built = (options as InternalOptions | null)?.[existing] ?? compose(options);
    this.catalog = built.catalog;
    this.gatherer = built.gatherer;
    this.closers = built.closers;
  }

  /**
   * A registry that shows what others hold at each collection, and may have instruments of its own.
   *
   * @throws TallystickError `DUPLICATE_NAME` when two of them have the same metric now. If they come to have so later, the first one's shows,
   *   and `tallystick_collector_errors_total` tells. `INVALID_OPTIONS` when there is none
   */
  static merge(registries: readonly Registry[], options: RegistryOptions = {}): Registry {
    if (!Array.isArray(registries) || registries.length === 0) throw new TallystickError('INVALID_OPTIONS', `registry: nothing to merge in ${show(registries)}; give an array of at least one registry`);
    registries.forEach(checkRegistry);
    if (new Set(registries).size < registries.length) throw new TallystickError('INVALID_OPTIONS', 'registry: the same registry is given twice; give each once');
    const all = new Catalog();
    for (const registry of registries) for (const member of registry.gatherer.allMembers()) all.add(member);
    // It was for the names only.
    all.store.housekeeper.stop();
    return new Registry({ [existing]: compose(options, registries.map((registry) => registry.gatherer)) } as InternalOptions);
  }

  /** The counter of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  counter<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<CounterOptions<Names, Sets>>): Counter<Names, Sets> {
    return this.getOrCreate('counter', options, (all) => new Counter<Names, Sets>(all as CounterOptions<Names, Sets>));
  }

  /** The gauge of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  gauge<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<GaugeOptions<Names, Sets>>): Gauge<Names, Sets> {
    return this.getOrCreate('gauge', options, (all) => new Gauge<Names, Sets>(all as GaugeOptions<Names, Sets>));
  }

  /** The histogram of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  histogram<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<HistogramOptions<Names, Sets>>): Histogram<Names, Sets> {
    return this.getOrCreate('histogram', options, (all) => new Histogram<Names, Sets>(all as HistogramOptions<Names, Sets>));
  }

  /** The summary of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  summary<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<SummaryOptions<Names, Sets>>): Summary<Names, Sets> {
    return this.getOrCreate('summary', options, (all) => new Summary<Names, Sets>(all as SummaryOptions<Names, Sets>));
  }

  /** The sampled counter of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  sampledCounter<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<SampledCounterOptions<Names, Sets>>): SampledCounter<Names, Sets> {
    return this.getOrCreate('sampled counter', options, (all) => new SampledCounter<Names, Sets>(all as SampledCounterOptions<Names, Sets>));
  }

  /** The rate-limited gauge of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  rateLimitedGauge<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<RateLimitedGaugeOptions<Names, Sets>>): RateLimitedGauge<Names, Sets> {
    return this.getOrCreate('rate-limited gauge', options, (all) => new RateLimitedGauge<Names, Sets>(all as RateLimitedGaugeOptions<Names, Sets>));
  }

  /** The info of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  info<const Names extends readonly string[] = readonly [], const Sets = object>(options: Without<InfoOptions<Names, Sets>>): Info<Names, Sets> {
    return this.getOrCreate('info', options, (all) => new Info<Names, Sets>(all as InfoOptions<Names, Sets>));
  }

  /** The state set of that name, made if there is none. @throws TallystickError `SHAPE_MISMATCH` when the name has another shape */
  stateSet<const States extends readonly string[], const Names extends readonly string[] = readonly [], const Sets = object>(
    options: Without<StateSetOptions<States, Names, Sets>>,
  ): StateSet<States, Names, Sets> {
    return this.getOrCreate('state set', options, (all) => new StateSet<States, Names, Sets>(all as StateSetOptions<States, Names, Sets>));
  }

  /**
   * Adds an instrument that was made for another registry or none, or a collector that yields families of its own.
   *
   * @throws TallystickError `DUPLICATE_NAME`, `INVALID_OPTIONS`
   */
  register(member: Collectable | Collector): void {
    if (typeof (member as Partial<Collectable> | undefined)?.view === 'function') {
      this.catalog.add(member as Collectable);
      return;
    }
    const source = new CollectorSource(member as Collector, this.catalog.store.nameValidation);
    if (this.gatherer.sources.some((other) => other.name === source.name)) {
      throw new TallystickError('DUPLICATE_NAME', `registry: a collector ${show(source.name)} is registered already; unregister it first, or take another name`);
    }
    this.gatherer.sources.push(source);
  }

  /** Adds what gives whole families without copying them; for what puts together the numbers of others. */
  addSource(source: FamilySource): void {
    this.gatherer.sources.push(source);
  }

  /** What the registry tells of itself, and of the faults it has counted. */
  ownViews(): readonly FamilyView[] {
    return this.gatherer.ownViews();
  }

  /**
   * Takes an instrument or a collector out, by itself or by name. It goes on working, but is not collected.
   *
   * @returns false when it was not there
   */
  unregister(member: Collectable | Collector | string): boolean {
    const name = typeof member === 'string' ? member : undefined;
    const instrument = name === undefined ? (member as Collectable) : this.catalog.get(name);
    if (instrument?.descriptor !== undefined && this.catalog.remove(instrument)) return true;
    const place = this.gatherer.sources.findIndex((source) => source.member === member || source.name === name);
    if (place >= 0) this.gatherer.sources.splice(place, 1);
    return place >= 0;
  }

  /** Takes every instrument and collector out. They go on working, but are not collected. */
  clear(): void {
    for (const member of this.catalog.sorted()) this.catalog.remove(member);
    this.gatherer.sources.length = 0;
  }

  /** The instrument of that full name. */
  get(name: string): Collectable | undefined {
    return this.catalog.get(name);
  }

  /** All instruments, sorted by name. */
  instruments(): readonly Collectable[] {
    return this.catalog.sorted();
  }

  /**
   * Reads every function and collector, waiting for the asynchronous ones, and gives the families sorted by name. One that throws is left
   * out, one that is late shows as last known; both are counted in `tallystick_collector_errors_total` and logged once.
   */
  async collect(options: CollectOptions = {}): Promise<readonly FamilyView[]> {
    if (typeof options !== 'object' || options === null) throw new TallystickError('INVALID_OPTIONS', `registry: collect(${show(options)}); give an object, for instance { timeoutSeconds: 1 }`);
    const { timeoutSeconds, wanted } = options;
    if (wanted !== undefined && typeof wanted !== 'function') throw new TallystickError('INVALID_OPTIONS', `registry: wanted is ${show(wanted)}; give a function, or leave it out for all families`);
    return this.gatherer.collect(checkTimeout(timeoutSeconds), wanted);
  }

  /**
   * The same without waiting: what is asynchronous is asked, and shows what it gave last.
   */
  collectSync(): readonly FamilyView[] {
    return this.gatherer.collectSync();
  }

  /** Every family as plain data, ready for `JSON.stringify`; functions are read as by {@link collectSync}. */
  snapshot(): FamilySnapshot[] {
    return this.collectSync().map(snapshotOf);
  }

  /**
   * What the labels of its metrics cost, metric by metric: series, distinct values, bytes. Looks at every series once, 50 ns a series and
   * label.
   */
  cardinality(): Cardinality {
    return cardinalityOf(this.gatherer.allMembers(), this.gatherer.allStores());
  }

  /** Sets every series of every instrument back to where it began, and keeps it. */
  reset(): void {
    for (const member of this.catalog.sorted()) member.reset();
  }

  /** Counts and logs a fault of what serves or sends this registry's metrics, as those of collectors are. */
  noteFault(where: string, error: unknown, reason: FaultReason = 'serving'): void {
    this.gatherer.faults.note(where, reason, error);
  }

  /** Where what serves this registry's metrics notes how; undefined where the registry was not asked for metrics of its own. */
  get scrapes(): ScrapeMetrics | undefined {
    return this.gatherer.scrapes;
  }

  /** Logs a fault of which another thread has told, once, in its words; that thread has counted it. */
  relayFault(message: string, error: unknown): void {
    this.gatherer.faults.relay(message, error);
  }

  /** Logs something once, as faults are logged: for what counts its own faults. */
  warn(what: string, error: unknown): void {
    this.gatherer.faults.say(what, error);
  }

  /** Where what pushes this registry's metrics notes how. */
  get pushes(): PushMetrics {
    return this.gatherer.pushes;
  }

  /**
   * Has a function called by {@link shutdown}; for what serves or sends this registry's metrics.
   *
   * @returns what takes that back, for what has ended before
   */
  onShutdown(close: () => void | Promise<void>): () => void {
    this.closers.push(close);
    return () => {
      const place = this.closers.indexOf(close);
      if (place >= 0) this.closers.splice(place, 1);
    };
  }

  /**
   * Ends what was started for this registry, such as timers, all at once, and waits for it; may be called more than once. Instruments go on
   * working and can still be read.
   */
  async shutdown(): Promise<void> {
    this.catalog.store.coarseClock.stop();
    this.catalog.store.housekeeper.stop();
    const closed = this.closers.splice(0).map(async (close) => {
      try {
        await close();
      } catch (error) {
        this.noteFault('shutdown', error);
      }
    });
    await Promise.all(closed);
  }

  /**
   * Shares what is recorded with the aggregation thread of this process that bears the name; it may be there already, or come later. Until the
   * answer is called, or the registry is shut down. A registry that is shared under one name more than once counts once.
   */
  share(name: string, thread?: number): () => void {
    const end = share(this.gatherer, name, thread);
    const forget = this.onShutdown(end);
    return () => {
      forget();
      end();
    };
  }

  private getOrCreate<I extends Collectable>(kind: string, options: InstrumentOptions, create: (options: InstrumentOptions) => I): I {
    if (options?.registry !== undefined && options.registry !== this) {
      throw new TallystickError('INVALID_OPTIONS', `${kind} ${show(options.name)}: registry is given to a method of a registry; leave it out`);
    }
    const known = this.catalog.get(fullNameOf(options));
    // Made apart from the registry: whatever is wrong with the options is said before the two are compared.
    if (known === undefined) {
      const foreign = this.gatherer.foreign(fullNameOf(options));
      if (foreign !== undefined) throw new TallystickError('DUPLICATE_NAME', `${foreign.subject}: belongs to a registry that was merged into this one; ask that one for it`);
      return create({ ...options, registry: this });
    }
    const { expireAfterSeconds: _, ...shape } = options;
    const asked = create({ ...shape, nameValidation: options.nameValidation ?? this.catalog.store.nameValidation, registry: null });
    const unlike = known.kind === kind ? differences(known, asked) : [`it is a ${known.kind}, asked for was a ${kind}`];
    if (unlike.length > 0) {
      throw new TallystickError('SHAPE_MISMATCH', `${asked.subject}: the registry has ${known.subject} with another shape: ${unlike.join('; ')}. Ask for the same shape, or take another name`);
    }
    return known as I;
  }
}

/** Names the one who makes a registry of parts that exist already. */
const existing: unique symbol = Symbol('existing');

interface InternalOptions extends RegistryOptions {
  readonly [existing]?: Built;
}

/** The name that options come to, checked when the instrument is made. */
function fullNameOf(options: InstrumentOptions | undefined): string {
  return [options?.namespace, options?.subsystem, options?.name].filter((part) => part !== undefined && part !== '').join('_');
}

/** The registry that instruments enter when they are given none; one for the program, even when the package is loaded twice. */
export const defaultRegistry: Registry = /* @__PURE__ */ new Registry({ [existing]: /* @__PURE__ */ defaultBuilt() } as InternalOptions);

function checkRegistry(registry: Registry): void {
  if (typeof registry?.collectSync === 'function' && typeof registry.catalog?.add === 'function') return;
  throw new TallystickError('INVALID_OPTIONS', `registry: ${show(registry)} is none; give a Registry or an array of them`);
}

/** Fails for what is neither a registry nor an array of them; else one registry that shows all. */
export function oneRegistry(registries: Registry | readonly Registry[]): Registry {
  const all = asArray(registries);
  all.forEach(checkRegistry);
  return all.length === 1 ? all[0]! : Registry.merge(all);
}

/** One registry or several, as several. */
export function asArray(registries: Registry | readonly Registry[]): readonly Registry[] {
  return Array.isArray(registries) ? (registries as readonly Registry[]) : [registries as Registry];
}
