import type { Catalog, CatalogWatcher, Collectable } from '../store/catalog.js';
import type { Chore } from '../store/housekeeper.js';
import type { PageListener } from '../store/pages.js';
import { memoryIsShared } from '../platform/memory.js';
import { type Announcement, type ColumnName, type FamilyNews, type PageNews, protocolVersion } from './announcement.js';
import { shapeOf } from './family-shape.js';

type AnyPage = PageNews['page'];

/** A column that grows by pages, of whichever kind. */
interface Paged {
  listeners: readonly PageListener<never>[];
}

export interface PublicationOptions {
  /** Tells this source from all others of the process. */
  readonly source: string;
  readonly thread: number;
  /** See `Announcement`. */
  readonly timeOrigin: number;
  readonly post: (announcement: Announcement) => void;
  /** Whether there is anything that only this thread can compute. */
  readonly isAskable: () => boolean;
}

/**
 * Tells a reader in another thread where the numbers of a catalog stand, and goes on telling as metrics and pages are added. Recording knows
 * nothing of it: what is said is said when a page is added.
 */
export class Publication implements CatalogWatcher, Chore {
  private readonly catalog: Catalog;
  private readonly options: PublicationOptions;
  private readonly flags: Int32Array;
  private readonly numbers: Map<Collectable, number>;
  private nextNumber: number;
  /** Takes away what listens to each column, by family; -1 for those of the store. */
  private readonly deaf: Map<number, (() => void)[]>;

  constructor(catalog: Catalog, options: PublicationOptions) {
    this.catalog = catalog;
    this.options = options;
    this.flags = new Int32Array(memoryIsShared ? new SharedArrayBuffer(4) : new ArrayBuffer(4));
    this.numbers = new Map();
    this.nextNumber = 0;
    this.deaf = new Map();
    for (const member of catalog.sorted()) this.numbers.set(member, this.nextNumber++);
    for (const [column, paged] of this.storeColumns()) this.listen(-1, column, paged);
    for (const [member, number] of this.numbers) this.share(member, number);
    catalog.watchers.add(this);
    catalog.store.housekeeper.add(this);
    this.announce();
  }

  /** Says all there is: at first, and whenever a reader asks anew. */
  announce(): void {
    const { source, thread, timeOrigin, post } = this.options;
    this.sweep();
    const families = [...this.numbers].map(([member, number]) => newsOf(member, number));
    const pages = this.storeColumns().flatMap(([column, { pages: all }]) => dump(column, -1, all));
    post({ kind: 'open', version: protocolVersion, source, thread, timeOrigin, flags: this.flags, families, pages });
  }

  added(member: Collectable): void {
    const number = this.nextNumber++;
    this.numbers.set(member, number);
    this.share(member, number);
    this.options.post({ kind: 'family', source: this.options.source, news: newsOf(member, number) });
    this.sweep();
  }

  removed(member: Collectable): void {
    const number = this.numbers.get(member);
    if (number === undefined) return;
    this.numbers.delete(member);
    this.unlisten(number);
    this.options.post({ kind: 'withdrawn', source: this.options.source, family: number });
  }

  /** The number by which readers know a member. */
  numberOf(member: Collectable): number | undefined {
    return this.numbers.get(member);
  }

  /** Tells readers whether there is anything to ask for. */
  sweep(): void {
    Atomics.store(this.flags, 0, this.options.isAskable() ? 1 : 0);
  }

  /** Tells no more; what has been told stands. */
  close(): void {
    this.catalog.watchers.delete(this);
    this.catalog.store.housekeeper.remove(this);
    for (const number of [...this.deaf.keys()]) this.unlisten(number);
    this.options.post({ kind: 'closed', source: this.options.source });
  }

  private storeColumns(): readonly (readonly [ColumnName, Paged & { readonly pages: readonly AnyPage[] }])[] {
    const { labels, blocks } = this.catalog.store;
    return [
      ['labelValues', labels.values],
      ['labelBytes', labels.blocks],
      ['blockCells', blocks.cells],
      ['blockLinks', blocks.links],
    ];
  }

  private share(member: Collectable, number: number): void {
    member.keeping.table.states.share();
    for (const [column, paged] of familyColumns(member)) this.listen(number, column, paged);
  }

  private listen(family: number, column: ColumnName, paged: Paged): void {
    const { source, post } = this.options;
    const listener = (page: AnyPage, number: number): void => post({ kind: 'page', source, news: { column, family, number, page } });
    paged.listeners = [...paged.listeners, listener];
    const undo = (): void => {
      paged.listeners = paged.listeners.filter((other) => other !== listener);
    };
    this.deaf.set(family, [...(this.deaf.get(family) ?? []), undo]);
  }

  private unlisten(family: number): void {
    for (const undo of this.deaf.get(family) ?? []) undo();
    this.deaf.delete(family);
  }
}

function familyColumns({ keeping: { table } }: Collectable): readonly (readonly [ColumnName, Paged & { readonly pages: readonly AnyPage[] }])[] {
  return [
    ['ids', table.labelIds],
    ['cells', table.cells],
    ['states', table.states.column],
  ];
}

function newsOf(member: Collectable, family: number): FamilyNews {
  const pages = familyColumns(member).flatMap(([column, { pages: all }]) => dump(column, family, all));
  return { family, shape: shapeOf(member), cleared: member.keeping.table.states.cleared, pages };
}

function dump(column: ColumnName, family: number, pages: readonly AnyPage[]): PageNews[] {
  return pages.map((page, number) => ({ column, family, number, page }));
}
