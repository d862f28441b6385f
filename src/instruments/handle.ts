import { allocateFloat64 } from '../platform/memory.js';
import type { ExemplarStore } from './exemplar-store.js';

/** More cells than any series has. */
export const mostCells = 16_384;

/**
 * Where the handles of removed series record: a page that nobody reads, so that recording goes on without a check and without harm.
 */
export const wastePage: Float64Array = /* @__PURE__ */ allocateFloat64(mostCells);

/** Where the exemplars of the series go whose cells stand in a page. */
const stores = /* @__PURE__ */ new WeakMap<Float64Array, ExemplarStore>();

/** Has {@link exemplarsOfPage} and {@link subjectOfPage} know the metric of a page, so that not every handle need know it. */
export function notePage(page: Float64Array, exemplars: ExemplarStore): void {
  if (!stores.has(page)) stores.set(page, exemplars);
}

/** Where exemplars go of what is recorded in a page; undefined for {@link wastePage}. */
export function exemplarsOfPage(page: Float64Array): ExemplarStore | undefined {
  return stores.get(page);
}

/** How errors call the metric whose handle records in a page. */
export function subjectOfPage(page: Float64Array): string {
  return stores.get(page)?.subject ?? 'a removed series';
}

/** What a handle of one series is to its instrument: something that can be cut off. */
export interface Handle {
  /** Points the handle at {@link wastePage}, for good. */
  detach(): void;
}

/** The handle of a series whose first cell is its value. */
export abstract class CellHandle implements Handle {
  protected values: Float64Array;
  protected index: number;

  /** Handles come from `labels(...)`. */
  constructor(values: Float64Array, index: number) {
    this.values = values;
    this.index = index | 0;
  }

  /** The value a scrape would show; 0 once the series has been removed. */
  get(): number {
    return this.values === wastePage ? 0 : this.values[this.index]!;
  }

  detach(): void {
    this.values = wastePage;
    this.index = 0;
  }
}

const handlesPerPage = 256;

/** The handles given out, by row. Rows nobody asked a handle for take no room but their place in a page. */
export class HandleTable<H extends Handle> {
  private readonly pages: ((H | undefined)[] | undefined)[];

  constructor() {
    this.pages = [];
  }

  get(row: number): H | undefined {
    return this.pages[row >>> 8]?.[row & (handlesPerPage - 1)];
  }

  set(row: number, handle: H): void {
    const page = row >>> 8;
    while (this.pages.length <= page) this.pages.push(undefined);
    (this.pages[page] ??= new Array<H | undefined>(handlesPerPage).fill(undefined))[row & (handlesPerPage - 1)] = handle;
  }

  /** Cuts off the row's handle, if one was given out. */
  detach(row: number): void {
    const page = this.pages[row >>> 8];
    const handle = page?.[row & (handlesPerPage - 1)];
    if (page === undefined || handle === undefined) return;
    page[row & (handlesPerPage - 1)] = undefined;
    handle.detach();
  }

  /** Cuts off every handle. */
  detachAll(): void {
    for (const page of this.pages) if (page !== undefined) for (const handle of page) handle?.detach();
    this.pages.length = 0;
  }
}
