import { Int32Column } from './pages.js';

/** Stale positions looked at for each one added, once there are many: enough to finish before as many again have come. */
const compactedPerReuse = 4;
/** Below so many positions nothing is compacted. */
const compactedFrom = 64;

/**
 * The order in which the series of a metric were created.
 *
 * As long as no freed row has been used again, that is the order of the rows, and nothing is kept. From the first reuse on, the order is
 * written down: a position holds a row, and a row knows its latest position, so an earlier one of the same row is stale. Stale positions
 * are squeezed out a few at each reuse, never all at once.
 */
export class RowOrder {
  /** Row by position; -1 where there is none any more. Undefined as long as position and row are the same. */
  private rows: Int32Column | undefined;
  /** Latest position by row. */
  private positions: Int32Column | undefined;
  private count: number;
  private stale: number;
  /** While squeezing: positions before `write` are dense, those from `write` to `read` are empty. */
  private read: number;
  private write: number;
  /** Positions below, but for those that squeezing has made dense, are of rows that were cleared. */
  private floor: number;
  /** Readers who come back to a position later, so that none may move. */
  private readers: number;

  constructor() {
    this.rows = undefined;
    this.positions = undefined;
    this.count = 0;
    this.stale = 0;
    this.read = 0;
    this.write = 0;
    this.floor = 0;
    this.readers = 0;
  }

  /** Keeps positions where they are until {@link release} has been called as often. */
  hold(): void {
    this.readers += 1;
  }

  release(): void {
    this.readers -= 1;
  }

  /** Positions in use; `rows` is the number of rows ever used. */
  length(rows: number): number {
    return this.rows === undefined ? rows : this.count;
  }

  /** The row at a position, or -1. The row may have been removed since. */
  rowAt(position: number): number {
    if (this.rows === undefined) return position;
    if (position < this.floor && position >= this.write) return -1;
    const row = get(this.rows, position);
    return row >= 0 && get(this.positions!, row) === position ? row : -1;
  }

  /** A row never used before comes last. */
  append(row: number): void {
    if (this.rows !== undefined) this.put(row);
  }

  /** One row has been freed. */
  remove(): void {
    this.stale += 1;
  }

  /** A freed row is used again, and comes last. */
  reuse(row: number, rows: number): void {
    if (this.rows === undefined) this.writeDown(rows);
    this.put(row);
    this.squeeze();
  }

  /**
   * All rows are gone at once. What comes from now on stands first; but after all that was there, as long as somebody walks: whoever has seen a
   * series is not to see it again when it is made anew.
   */
  clear(rows: number): void {
    if (this.rows === undefined) {
      this.rows = new Int32Column(1);
      this.positions = new Int32Column(1);
      this.count = rows;
    }
    if (this.readers === 0) this.count = 0;
    this.stale = this.count;
    this.floor = this.count;
    this.read = 0;
    this.write = 0;
  }

  /** Takes a row out of the order; {@link append} or {@link reuse} puts it back at the end. */
  hide(row: number, rows: number): void {
    if (this.rows === undefined) this.writeDown(rows);
    set(this.positions!, row, -1);
    this.stale += 1;
  }

  bytesHeld(): number {
    return (this.rows?.byteLength() ?? 0) + (this.positions?.byteLength() ?? 0);
  }

  private writeDown(rows: number): void {
    this.rows = new Int32Column(1);
    this.positions = new Int32Column(1);
    this.count = 0;
    for (let row = 0; row < rows; row++) this.put(row);
  }

  private put(row: number): void {
    const rows = this.rows!;
    const positions = this.positions!;
    rows.reach(this.count);
    positions.reach(row);
    set(rows, this.count, row);
    set(positions, row, this.count);
    this.count += 1;
  }

  private squeeze(): void {
    if (this.readers > 0 || (this.read === 0 && (this.count < compactedFrom || this.stale * 2 < this.count))) return;
    for (let step = 0; step < compactedPerReuse && this.read < this.count; step++) {
      const row = this.rowAt(this.read);
      set(this.rows!, this.read, -1);
      this.read += 1;
      if (row < 0) continue;
      set(this.rows!, this.write, row);
      set(this.positions!, row, this.write);
      this.write += 1;
    }
    if (this.read < this.count) return;
    this.stale = 0;
    this.floor = 0;
    this.count = this.write;
    this.read = 0;
    this.write = 0;
  }
}

function get(column: Int32Column, row: number): number {
  return column.page(row)[column.base(row)]!;
}

function set(column: Int32Column, row: number, value: number): void {
  column.page(row)[column.base(row)] = value;
}
