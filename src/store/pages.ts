import { allocateFloat64, allocateInt32 } from '../platform/memory.js';

/**
 * Rows in pages. A page never moves and never grows, so whoever holds `{page, offset}` holds it for ever. The first page has 16 rows and
 * each next one doubles what there is, until pages have reached their full size; so a metric of one series costs 16 rows and a metric of
 * a million costs at most one page too much.
 *
 * Full pages hold 2^shift rows. For shift = 6: rows 0–15, 16–31, 32–63, then 64–127, 128–191 …
 */

const firstPageShift = 4;
/** Cells in a full page: 64 KiB of Float64. */
const pageCells = 8192;

/** log2 of the rows in a full page, for rows of `stride` cells. */
export function pageShift(stride: number): number {
  return Math.max(0, Math.floor(Math.log2(pageCells / Math.max(1, stride))));
}

/** The page that holds a row. */
export function pageOf(row: number, shift: number): number {
  if (row >>> shift !== 0) return (shift > firstPageShift ? shift - firstPageShift : 0) + (row >>> shift);
  return row >>> firstPageShift === 0 || shift <= firstPageShift ? 0 : 28 - Math.clz32(row);
}

/** The row's place in its page, counted in rows. */
export function slotOf(row: number, shift: number): number {
  if (row >>> shift !== 0) return row & ((1 << shift) - 1);
  return row >>> firstPageShift === 0 || shift <= firstPageShift ? row : row & ~(1 << (31 - Math.clz32(row)));
}

/** How many rows a page holds. */
function rowsOfPage(page: number, shift: number): number {
  if (shift <= firstPageShift) return 1 << shift;
  if (page > shift - firstPageShift) return 1 << shift;
  return page === 0 ? 1 << firstPageShift : 1 << (firstPageShift + page - 1);
}

/** How many rows the first `pages` pages hold together. */
function rowsOfPages(pages: number, shift: number): number {
  let rows = 0;
  for (let page = 0; page < pages; page++) rows += rowsOfPage(page, shift);
  return rows;
}

/** What {@link Float64Column} and {@link Int32Column} share: rows of `stride` cells in pages. */
abstract class Column<Page extends Float64Array | Int32Array> {
  readonly stride: number;
  readonly shift: number;
  readonly pages: Page[];
  /** Rows there is room for. */
  private capacity: number;

  constructor(stride: number) {
    this.stride = stride;
    this.shift = pageShift(stride);
    this.pages = [];
    this.capacity = 0;
  }

  /** Makes sure that the row's page exists. */
  reach(row: number): void {
    while (row >= this.capacity) {
      const rows = rowsOfPage(this.pages.length, this.shift);
      this.pages.push(this.allocate(rows * this.stride));
      this.capacity += rows;
    }
  }

  /** The page of a row that has been reached. */
  page(row: number): Page {
    return this.pages[pageOf(row, this.shift)]!;
  }

  /** Where the row's cells begin in its page. */
  base(row: number): number {
    return slotOf(row, this.shift) * this.stride;
  }

  /** Bytes of all pages. */
  byteLength(): number {
    return rowsOfPages(this.pages.length, this.shift) * this.stride * this.bytesPerCell();
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
