import { type Descriptor, type Settings, subjectOf } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import { sampleNames } from '../model/sample-names.js';
import type { Aggregator } from '../model/shape.js';
import type { FamilyView } from './family-view.js';
import type { Expiry } from './expiry.js';
import type { Refusals } from './refusals.js';
import type { SeriesTable } from './series-table.js';
import { Store, type StoreOptions } from './store.js';

/** What is known of how a member keeps its series. */
export interface Keeping {
  /** Where its label values and blocks stand: that of its registry, or of the one it was made for. */
  readonly store: Store;
  readonly table: SeriesTable;
  readonly refusals: Refusals;
  /** Undefined where series never expire. */
  readonly expiry: Expiry | undefined;
}

/** What a registry holds: every instrument is one. */
export interface Collectable {
  readonly descriptor: Descriptor;
  /** Which kind of instrument, for instance `sampled counter`. */
  readonly kind: string;
  /** What else tells it from one of the same name, for instance a sample rate. */
  readonly settings: Settings;
  /** How its values of several threads or processes become one. */
  readonly aggregator: Aggregator;
  /** How errors call it, for instance `counter "jobs_total"`. */
  readonly subject: string;
  /** That function, if it has one: two instruments that ask for different ones are not alike. */
  readonly collectFunction: unknown;
  /**
   * Brings the series up to date, and reads what is computed by a function; a promise only where that function is asynchronous.
   *
   * @param until how long, by `performance.now()`, it may free what was removed; left out where nobody else looks for what has expired
   */
  refresh(until?: number): void | Promise<void>;
  /** The series as they are. */
  view(): FamilyView;
  /** What its limits have refused, and what has expired; for what a registry tells of itself. */
  readonly keeping: Keeping;
  /** Sets every series back to where it began. */
  reset(): void;
}

export interface CatalogWatcher {
  added(member: Collectable): void;
  removed(member: Collectable): void;
}

/**
 * The members of a registry, the names they take, and the store they share. It stands below the instruments, so that an instrument can
 * enter it without knowing a registry.
 */
export class Catalog {
  readonly store: Store;
  private readonly members: Map<string, Collectable>;
  /** Sample and family names that are taken, and by which member. */
  private readonly taken: Map<string, Collectable>;
  /** Told of every member that comes or goes; for who has readers in other threads. */
  readonly watchers: Set<CatalogWatcher>;

  constructor(options: StoreOptions = {}) {
    this.store = new Store(options);
    this.members = new Map();
    this.taken = new Map();
    this.watchers = new Set();
  }

  /**
   * Refuses a descriptor whose samples would share a name with those of a member.
   *
   * @throws TallystickError `DUPLICATE_NAME`
   */
  check(descriptor: Pick<Descriptor, 'name' | 'type'>, subject: string): void {
    const same = this.members.get(descriptor.name);
    if (same?.descriptor === descriptor) throw new TallystickError('DUPLICATE_NAME', `${subject}: is in this registry already; nothing needs to be done`);
    if (same !== undefined) {
      throw new TallystickError('DUPLICATE_NAME', `${subject}: the registry already has ${same.subject}; take another name, or ask the registry for the existing one, which its methods for making metrics give`);
    }
    for (const name of sampleNames(descriptor)) {
      const other = this.taken.get(name);
      if (other === undefined) continue;
      throw new TallystickError('DUPLICATE_NAME', `${subject}: would share the name ${show(name)} with ${other.subject}; rename one of the two`);
    }
  }

  /**
   * Adds a member.
   *
   * @throws TallystickError `DUPLICATE_NAME`
   */
  add(member: Collectable): void {
    this.check(member.descriptor, member.subject);
    this.members.set(member.descriptor.name, member);
    for (const name of sampleNames(member.descriptor)) this.taken.set(name, member);
    if (member.keeping.expiry !== undefined) this.store.housekeeper.add(member.keeping.expiry);
    for (const watcher of this.watchers) watcher.added(member);
  }

  /** Takes a member out; false when it is not there. */
  remove(member: Collectable): boolean {
    if (this.members.get(member.descriptor.name) !== member) return false;
    this.members.delete(member.descriptor.name);
    for (const name of sampleNames(member.descriptor)) this.taken.delete(name);
    if (member.keeping.expiry !== undefined) this.store.housekeeper.remove(member.keeping.expiry);
    for (const watcher of this.watchers) watcher.removed(member);
    return true;
  }

  get(name: string): Collectable | undefined {
    return this.members.get(name);
  }

  /** All members, sorted by name: the order does not depend on which module was loaded first. */
  sorted(): Collectable[] {
    return [...this.members.values()].sort((a, b) => (a.descriptor.name < b.descriptor.name ? -1 : 1));
  }
}

/** Where an instrument enters: a registry, which has a catalog. */
export interface Registrar {
  readonly catalog: Catalog;
}

/** Changes when what two copies of the package share changes its form. */
const defaultCatalogKey = /* @__PURE__ */ Symbol.for('tallystick.catalog.1');

/** The catalog of the default registry: one for the program, even when the package is loaded twice. */
export function defaultCatalog(): Catalog {
  const shared = globalThis as { [defaultCatalogKey]?: Catalog };
  return (shared[defaultCatalogKey] ??= new Catalog());
}

/**
 * The catalog that an instrument's `registry` option means.
 *
 * @param registry a registry, `null` for none, `undefined` for the default one
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function catalogOf(registry: Registrar | null | undefined, kind: string, name: unknown): Catalog | undefined {
  if (registry === undefined) return defaultCatalog();
  if (registry === null) return undefined;
  const { catalog } = registry;
  if (typeof catalog?.add !== 'function') {
    throw new TallystickError('INVALID_OPTIONS', `${subjectOf(kind, String(name))}: registry is ${show(registry)}; give a Registry, null for none, or leave it out for the default one`);
  }
  return catalog;
}
