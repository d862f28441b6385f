/** Rows of a page: so many times the memory of what a log says of one row may be taken for it, whatever its number. */
const pageShift = 6;
const pageRows = 1 << pageShift;

/** Integers by rows whose numbers somebody else has given: pages are made where rows are, so that a number that is damaged costs no memory. */
export class SparseRows {
  private readonly stride: number;
  private readonly pages: Map<number, Int32Array>;

  constructor(stride: number) {
    this.stride = stride;
    this.pages = new Map();
  }

  /** The page of a row, made if there is none, all 0. */
  reach(row: number): Int32Array {
    const number = row >>> pageShift;
    let page = this.pages.get(number);
    if (page === undefined) this.pages.set(number, (page = new Int32Array(pageRows * this.stride)));
    return page;
  }

  /** The page of a row; undefined where none of its rows was ever reached. */
  page(row: number): Int32Array | undefined {
    return this.pages.get(row >>> pageShift);
  }

  /** Where the row's integers begin in its page. */
  base(row: number): number {
    return (row & (pageRows - 1)) * this.stride;
  }
}
