import { allocateFloat64, allocateInt32 } from '../platform/memory.js';

/**
 * Rows in pages. A page never moves and never grows, so whoever holds `{page, offset}` holds it for ever. The first page has 16 rows, and
 * every further one as many as all before it together: rows 0–15, 16–31, 32–63, 64–127 … So a metric of one series costs 16 rows, one of
 * a million has 17 pages, and a row's page is the position of its highest bit: no table, no branch. Memory that was never written to is
 * reserved but not resident, so a last page that is half empty costs nothing.
 */

/** Rows in the first page. A power of two. */
const firstPageRows = 16;

/** The page that holds a row. */
export function pageOf(row: number): number {
  return 28 - Math.clz32(row | (firstPageRows - 1));
}

/** The first row of a page. */
export function firstRowOf(page: number): number {
  return (8 << page) & ~(firstPageRows - 1);
}

/** The row's place in its page, counted in rows. */
export function slotOf(row: number): number {
  return row - firstRowOf(pageOf(row));
}

export type PageListener<Page> = (page: Page, number: number) => void;
export const noListeners: readonly never[] = [];

/** What {@link Float64Column} and {@link Int32Column} share: rows of `stride` cells in pages. */
abstract class Column<Page extends Float64Array | Int32Array> {
  readonly stride: number;
  readonly pages: Page[];
  /** Told of every page that is added, before anything stands in it; for who has readers in other threads. */
  listeners: readonly PageListener<Page>[];
  /** Rows there is room for. */
  private capacity: number;

  constructor(stride: number) {
    this.stride = stride;
    this.pages = [];
    this.listeners = noListeners;
    this.capacity = 0;
  }

  /** Makes sure that the row's page exists. */
  reach(row: number): void {
    // Apart, so that this is compiled into callers: five columns are reached for a new series.
    if (row >= this.capacity) this.grow(row);
  }

  /** The page of a row that has been reached. */
  page(row: number): Page {
    return this.pages[pageOf(row)]!;
  }

  /** Where the row's cells begin in its page. */
  base(row: number): number {
    // `Math.imul` gives a small integer for certain; a product may be kept as a double, which every reader would have to convert back.
    return Math.imul(slotOf(row), this.stride);
  }

  /** The row whose cells include this one. Not for hot code. */
  rowAt(page: Page, index: number): number {
    return firstRowOf(this.pages.indexOf(page)) + Math.floor(index / this.stride);
  }

  /** Bytes of all pages, resident or not. */
  byteLength(): number {
    return this.capacity * this.stride * this.bytesPerCell();
  }

  private grow(row: number): void {
    while (row >= this.capacity) {
      const rows = Math.max(firstPageRows, this.capacity);
      const page = this.allocate(rows * this.stride);
      for (const listener of this.listeners) listener(page, this.pages.length);
      this.pages.push(page);
      this.capacity += rows;
    }
  }

  protected abstract allocate(cells: number): Page;
  protected abstract bytesPerCell(): number;
}

export class Float64Column extends Column<Float64Array> {
  protected override allocate(cells: number): Float64Array {
    return allocateFloat64(cells);
  }
  protected override bytesPerCell(): number {
    return 8;
  }
}

export class Int32Column extends Column<Int32Array> {
  protected override allocate(cells: number): Int32Array {
    return allocateInt32(cells);
  }
  protected override bytesPerCell(): number {
    return 4;
  }
}
