import { systemClock } from '../platform/clock.js';
import type { Catalog, CatalogWatcher, Collectable } from '../store/catalog.js';
import type { Chore } from '../store/housekeeper.js';
import type { Store } from '../store/store.js';
import { StorePublication, type StorePublicationOptions } from './store-publication.js';

export interface PublicationOptions extends StorePublicationOptions {
  /** Whether there is anything that only this thread can compute. */
  readonly isAskable: () => boolean;
}

/**
 * Tells a reader in another thread where the numbers of a catalog stand, and goes on telling as metrics and pages are added. Recording knows
 * nothing of it: what is said is said when a page is added.
 *
 * A metric that was made for another registry or none keeps the store of its own. Readers know each store as a source of its own.
 */
export class Publication implements CatalogWatcher, Chore {
  private readonly catalog: Catalog;
  private readonly options: PublicationOptions;
  private readonly own: StorePublication;
  private readonly foreign: Map<Store, StorePublication>;
  /** Counts the other stores there have been. */
  private stores: number;

  constructor(catalog: Catalog, options: PublicationOptions) {
    this.catalog = catalog;
    this.options = options;
    const members = catalog.sorted();
    this.own = new StorePublication(catalog.store, members.filter(({ keeping }) => keeping.store === catalog.store), options);
    this.foreign = new Map();
    this.stores = 0;
    catalog.watchers.add(this);
    catalog.store.housekeeper.add(this);
    this.sweep();
    this.own.announce();
    for (const member of members) if (member.keeping.store !== catalog.store) this.added(member);
  }

  /** What is told of each store. */
  get parts(): readonly StorePublication[] {
    return [this.own, ...this.foreign.values()];
  }

  /** Says all there is: at first, and whenever a reader asks anew. */
  announce(): void {
    this.sweep();
    for (const part of this.parts) part.announce();
  }

  added(member: Collectable): void {
    const { store } = member.keeping;
    const known = store === this.catalog.store ? this.own : this.foreign.get(store);
    if (known === undefined) this.open(store, member);
    else known.add(member);
    this.sweep();
  }

  removed(member: Collectable): void {
    const { store } = member.keeping;
    const part = store === this.catalog.store ? this.own : this.foreign.get(store);
    part?.remove(member);
    if (part === this.own || part?.isEmpty !== true) return;
    part.close();
    this.foreign.delete(store);
  }

  /** The number by which readers know a member, within the source of its store. */
  numberOf(member: Collectable): number | undefined {
    return this.parts.map((part) => part.numberOf(member)).find((number) => number !== undefined);
  }

  /** Tells readers whether there is anything to ask for. */
  sweep(): void {
    Atomics.store(this.own.flags, 0, this.options.isAskable() ? 1 : 0);
  }

  /** Tells no more; what has been told stands. */
  close(): void {
    this.catalog.watchers.delete(this);
    this.catalog.store.housekeeper.remove(this);
    for (const part of this.parts) part.close();
  }

  private open(store: Store, member: Collectable): void {
    const { source, thread, ancestors = [], post } = this.options;
    const timeOrigin = store.clock === systemClock ? performance.timeOrigin : NaN;
    const part = new StorePublication(store, [member], { source: `${source}.${++this.stores}`, thread, ancestors, timeOrigin, post });
    this.foreign.set(store, part);
    part.announce();
  }
}
