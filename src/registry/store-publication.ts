import { allocateInt32 } from '../platform/memory.js';
import type { Collectable } from '../store/catalog.js';
import type { PageListener } from '../store/pages.js';
import type { Store } from '../store/store.js';
import { type Announcement, type ColumnName, type FamilyNews, type PageNews, protocolVersion } from './announcement.js';
import { shapeOf } from './family-shape.js';

type AnyPage = PageNews['page'];

/** A column that grows by pages, of whichever kind. */
interface Paged {
  listeners: readonly PageListener<never>[];
}

export interface StorePublicationOptions {
  /** Tells this source from all others of the process. */
  readonly source: string;
  readonly thread: number;
  /** See `Announcement`. */
  readonly ancestors?: readonly number[];
  readonly timeOrigin: number;
  readonly post: (announcement: Announcement) => void;
}

/** Tells of the metrics of one store: their rows lead to its label values and blocks, and to no others. */
export class StorePublication {
  readonly source: string;
  /** The first integer says whether there is anything that only this thread can compute. */
  readonly flags: Int32Array;
  private readonly store: Store;
  private readonly options: StorePublicationOptions;
  /** The numbers by which readers know the metrics. */
  private readonly numbers: Map<Collectable, number>;
  private nextNumber: number;
  /** Takes away what listens to each column, by family; -1 for those of the store. */
  private readonly deaf: Map<number, (() => void)[]>;

  constructor(store: Store, members: readonly Collectable[], options: StorePublicationOptions) {
    this.source = options.source;
    this.flags = allocateInt32(1);
    this.store = store;
    this.options = options;
    this.numbers = new Map();
    this.nextNumber = 0;
    this.deaf = new Map();
    for (const [column, paged] of this.storeColumns()) this.listen(-1, column, paged);
    for (const member of members) this.share(member);
  }

  get members(): Iterable<Collectable> {
    return this.numbers.keys();
  }

  get isEmpty(): boolean {
    return this.numbers.size === 0;
  }

  /** Says all there is: at first, and whenever a reader asks anew. */
  announce(): void {
    const { source, thread, ancestors = [], timeOrigin, post } = this.options;
    const families = [...this.numbers].map(([member, number]) => newsOf(member, number));
    const pages = this.storeColumns().flatMap(([column, { pages: all }]) => dump(column, -1, all));
    post({ kind: 'open', version: protocolVersion, source, thread, ancestors, timeOrigin, flags: this.flags, families, pages });
  }

  add(member: Collectable): void {
    const number = this.share(member);
    this.options.post({ kind: 'family', source: this.source, news: newsOf(member, number) });
  }

  remove(member: Collectable): void {
    const number = this.numbers.get(member);
    if (number === undefined) return;
    this.numbers.delete(member);
    this.unlisten(number);
    this.options.post({ kind: 'withdrawn', source: this.source, family: number });
  }

  /** The number by which readers know a member. */
  numberOf(member: Collectable): number | undefined {
    return this.numbers.get(member);
  }

  /** Tells no more; what has been told stands. */
  close(): void {
    for (const number of [...this.deaf.keys()]) this.unlisten(number);
    this.options.post({ kind: 'closed', source: this.source });
  }

  private share(member: Collectable): number {
    const number = this.nextNumber++;
    this.numbers.set(member, number);
    member.keeping.table.states.share();
    for (const [column, paged] of familyColumns(member)) this.listen(number, column, paged);
    return number;
  }

  private storeColumns(): readonly (readonly [ColumnName, Paged & { readonly pages: readonly AnyPage[] }])[] {
    const { labels, blocks } = this.store;
    return [
      ['labelValues', labels.values],
      ['labelBytes', labels.blocks],
      ['blockCells', blocks.cells],
      ['blockLinks', blocks.links],
    ];
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
