import { HashIndex, firstPlace } from './hash-index.js';
import type { LabelTable } from './label-table.js';
import { Float64Column, Int32Column, firstRowOf } from './pages.js';
import { RowOrder } from './row-order.js';
import { RowStates } from './row-states.js';

/** In a freed row the first label's place holds -(next free row) - 2; -1 ends the list as -(-1) - 2. */
const firstLabel = 0;
/** A condemned row holds this minus the first label's integer there: negative like a freed one, and the integer can be had back. */
const condemnedMark = -(2 ** 30);
const purgedPerInsert = 2;

/**
 * The series of one metric: each is a row of label-value integers and a row of cells. Rows are found by hashing the integers, freed rows
 * are used again, and neither a row nor its cells ever move.
 *
 * A metric without labels has the one row 0, which always exists.
 *
 * It is longer than other files, as finding, adding, hiding, condemning and freeing a row are all about the same few numbers in its first cells.
 */
export class SeriesTable {
  readonly labels: LabelTable;
  readonly labelCount: number;
  /** The label-value integers of each row. */
  readonly labelIds: Int32Column;
  /** What each series has counted; the instrument decides what stands where. */
  cells: Float64Column;
  /** What other threads are told of each row. */
  readonly states: RowStates;
  /** Scratch for {@link find} and {@link insert}: the integers asked for, in the order of the label names. */
  readonly wanted: Int32Array;
  /** Series that exist. */
  size: number;
  private index: HashIndex;
  private order: RowOrder;
  /** Rows ever used. */
  private rows: number;
  private firstFreeRow: number;
  /** Rows that are condemned, and how many. */
  private readonly condemnedRows: Int32Column;
  private condemned: number;
  /** Rows from here on, below `limboEnd`, were there when the table was cleared: whatever stands in them is gone, but not yet freed. */
  private limboStart: number;
  private limboEnd: number;
  /** Writes the time of its creation to a series; undefined where nobody asks for it. */
  private readonly created: Stamp | undefined;

  constructor(labels: LabelTable, labelCount: number, stride: number, created?: Stamp) {
    this.labels = labels;
    this.labelCount = labelCount;
    this.labelIds = new Int32Column(labelCount);
    this.cells = new Float64Column(stride);
    this.states = new RowStates();
    this.wanted = new Int32Array(labelCount);
    this.size = 0;
    this.index = new HashIndex();
    this.order = new RowOrder();
    this.rows = 0;
    this.firstFreeRow = -1;
    this.condemnedRows = new Int32Column(1);
    this.condemned = 0;
    this.limboStart = 0;
    this.limboEnd = 0;
    this.created = created;
    if (labelCount === 0) this.states.publish(this.append());
  }

  /** The row of the series with the label values in {@link wanted}, or -1. An integer of -1 there is a value no series carries. */
  find(): number {
    const { wanted, labelCount } = this;
    if (labelCount === 0) return 0;
    const hash = hashIds(wanted, 0, labelCount);
    const segment = this.index.segmentOf(hash);
    const mask = segment.length - 1;
    for (let at = firstPlace(segment, hash); segment[at + 1] !== 0; at = (at + 2) & mask) {
      if (segment[at] !== hash) continue;
      const row = segment[at + 1]! - 1;
      const ids = this.labelIds.page(row);
      const base = this.labelIds.base(row);
      let i = 0;
      while (i < labelCount && ids[base + i] === wanted[i]) i++;
      if (i === labelCount) return row;
    }
    return -1;
  }

  /** Adds the series with the label values in {@link wanted}, all of them interned and the series not yet there; its cells are 0. */
  insert(): number {
    const { wanted, labelCount } = this;
    for (let i = 0; i < labelCount; i++) this.labels.retain(wanted[i]!);
    // Frees label values, too: those of this series are counted by now. And before a row is taken, or there would be one more each time.
    if (this.hasRemoved) this.purge(purgedPerInsert);
    const row = this.firstFreeRow >= 0 ? this.takeFreeRow() : this.append();
    const ids = this.labelIds.page(row);
    const base = this.labelIds.base(row);
    for (let i = 0; i < labelCount; i++) ids[base + i] = wanted[i]!;
    this.states.publish(row);
    this.index.insertLater(hashIds(wanted, 0, labelCount), row);
    return row;
  }

  /** Removes a series: its labels are released, its cells set to 0 and given to the next one. */
  remove(row: number): void {
    this.order.remove();
    this.size -= 1;
    this.free(row);
  }

  /**
   * Removes a series as {@link remove} does, but leaves the work for {@link purge}: a marked row is neither found nor walked over. For the
   * removal of very many at once, which would keep the caller waiting.
   */
  condemn(row: number): void {
    this.states.retire(row);
    const ids = this.labelIds.page(row);
    const base = this.labelIds.base(row);
    ids[base + firstLabel] = condemnedMark - ids[base + firstLabel]!;
    this.order.remove();
    this.size -= 1;
    this.condemnedRows.reach(this.condemned);
    this.condemnedRows.page(this.condemned)[this.condemnedRows.base(this.condemned)] = row;
    this.condemned += 1;
  }

  /**
   * Removes every series at once, however many there are: they are neither found nor walked over any more, and {@link purge} frees them.
   * What was hidden or condemned goes with them.
   */
  clear(): void {
    this.size = 0;
    this.index = new HashIndex();
    this.order.clear(this.rows);
    this.firstFreeRow = -1;
    this.condemned = 0;
    this.setLimbo(0, this.rows);
  }

  /** Whether there are rows that were condemned or cleared, and not freed yet. */
  get hasRemoved(): boolean {
    return this.condemned > 0 || this.limboEnd > 0;
  }

  /** Frees some of the rows that were condemned or cleared. Every insertion frees two, so that memory does not grow where there are any. */
  purge(most: number): void {
    let left = most;
    for (; left > 0 && this.condemned > 0; left--) {
      this.condemned -= 1;
      const row = this.condemnedRows.page(this.condemned)[this.condemnedRows.base(this.condemned)]!;
      this.pardon(row);
      this.free(row);
    }
    if (left === 0 || this.limboEnd === 0) return;
    for (; left > 0 && this.limboStart < this.limboEnd; left--) {
      const row = this.limboStart++;
      this.pardon(row);
      this.releaseRow(row);
    }
    if (this.limboStart === this.limboEnd) this.setLimbo(0, 0);
    else this.setLimbo(this.limboStart, this.limboEnd);
  }

  /**
   * Condemns every row that carries these label values at these places, hidden ones among them.
   *
   * @param places at least one
   * @param visit called with each row before
   * @returns how many there were
   */
  condemnCarrying(places: readonly number[], ids: readonly number[], visit: (row: number) => void): number {
    const { labelCount } = this;
    const place = places[0]!;
    const id = ids[0]!;
    let found = 0;
    for (const [number, page] of this.labelIds.pages.entries()) {
      const first = firstRowOf(number);
      const end = Math.min(page.length, (this.rows - first) * labelCount);
      // Six times as fast as a call for every row, which adds up over a million of them.
      for (let at = place; at < end; at += labelCount) {
        if (page[at] !== id) continue;
        const base = at - place;
        const row = first + base / labelCount;
        let i = 1;
        while (i < places.length && page[base + places[i]!] === ids[i]) i++;
        if (i < places.length || !this.isLive(row)) continue;
        visit(row);
        this.condemn(row);
        found += 1;
      }
    }
    return found;
  }

  /** Adds a row that is no series: nothing finds it and nobody sees it, but it can be recorded in. */
  insertHidden(): number {
    const row = this.append();
    this.states.retire(row);
    this.labelIds.page(row)[this.labelIds.base(row) + firstLabel] = -1;
    this.size -= 1;
    return row;
  }

  /** Takes a series out of sight: it is found as before, but no longer walked over. */
  hide(row: number): void {
    this.states.retire(row);
    this.order.hide(row, this.rows);
    this.size -= 1;
  }

  /** Brings a hidden series back, as the one created last. */
  show(row: number): void {
    this.order.reuse(row, this.rows);
    this.size += 1;
    this.states.publish(row);
  }

  /** Gives the series other cells, of as many rows at least, all at once; the ones they had are the caller's. */
  exchange(cells: Float64Column): Float64Column {
    const before = this.cells;
    this.cells = cells;
    return before;
  }

  /** Sets the cells of a series to 0: it begins anew. */
  zero(row: number): void {
    const base = this.cells.base(row);
    this.cells.page(row).fill(0, base, base + this.cells.stride);
    this.stamp(row);
  }

  /** Notes that a series begins to count now, where that is kept. */
  stamp(row: number): void {
    if (this.created !== undefined) this.cells.page(row)[this.cells.base(row) + this.created.cell] = this.created.now();
  }

  /** Whether the row holds a series. */
  isLive(row: number): boolean {
    if (row >= this.rows || (row < this.limboEnd && row >= this.limboStart)) return false;
    return this.labelCount === 0 || this.labelIds.page(row)[this.labelIds.base(row)]! >= 0;
  }

  /** The label value at this place of a row's series. */
  labelText(row: number, place: number): string {
    return this.labels.text(this.labelIds.page(row)[this.labelIds.base(row) + place]!);
  }

  /** How many positions there are in the order of creation. Not every one holds a series. */
  get positions(): number {
    return this.order.length(this.rows);
  }

  /** The row at a position, or -1; it may have been freed, see {@link isLive}. */
  rowAt(position: number): number {
    return this.order.rowAt(position);
  }

  /** Keeps positions where they are while somebody walks over them in several turns; {@link release} ends it. */
  hold(): void {
    this.order.hold();
  }

  release(): void {
    this.order.release();
  }

  /** Calls `visit` with every row that holds a series, hidden ones among them, in no order. Series may be removed meanwhile. */
  forEachStored(visit: (row: number) => void): void {
    for (let row = 0; row < this.rows; row++) if (this.isLive(row)) visit(row);
  }

  /** Calls `visit` with every row, in the order in which the series were created. Series may be removed meanwhile. */
  forEachRow(visit: (row: number) => void): void {
    for (let position = 0; position < this.positions; position++) {
      const row = this.rowAt(position);
      if (row >= 0 && this.isLive(row)) visit(row);
    }
  }

  /** Bytes held for rows, cells and look-up; label values are counted by their table. */
  bytesHeld(): number {
    return this.labelIds.byteLength() + this.cells.byteLength() + this.states.byteLength() + this.index.byteLength() + this.order.bytesHeld() + this.condemnedRows.byteLength();
  }

  private free(row: number): void {
    this.index.remove(hashIds(this.labelIds.page(row), this.labelIds.base(row), this.labelCount), row);
    this.releaseRow(row);
  }

  /** Takes the mark of a condemned row away, if it has one. */
  private pardon(row: number): void {
    const ids = this.labelIds.page(row);
    const base = this.labelIds.base(row);
    if (ids[base + firstLabel]! <= condemnedMark) ids[base + firstLabel] = condemnedMark - ids[base + firstLabel]!;
  }

  /** Gives a row that the index does not know any more to the next series. */
  private releaseRow(row: number): void {
    const { labelCount } = this;
    const ids = this.labelIds.page(row);
    const base = this.labelIds.base(row);
    this.states.retire(row);
    // What was free or hidden carries no label values.
    if (ids[base + firstLabel]! >= 0) for (let i = 0; i < labelCount; i++) this.labels.release(ids[base + i]!);
    ids[base + firstLabel] = -this.firstFreeRow - 2;
    this.firstFreeRow = row;
    this.zero(row);
  }

  private setLimbo(start: number, end: number): void {
    this.limboStart = start;
    this.limboEnd = end;
    this.states.setCleared(start, end);
  }

  private append(): number {
    const row = this.rows;
    this.labelIds.reach(row);
    this.cells.reach(row);
    this.states.reach(row);
    this.order.append(row);
    this.rows = row + 1;
    this.size += 1;
    this.stamp(row);
    return row;
  }

  private takeFreeRow(): number {
    const row = this.firstFreeRow;
    this.firstFreeRow = -this.labelIds.page(row)[this.labelIds.base(row) + firstLabel]! - 2;
    this.order.reuse(row, this.rows);
    this.size += 1;
    this.stamp(row);
    return row;
  }

}

/** Where in its cells a series says when it was created, and the clock for it: seconds since the Unix epoch. */
export interface Stamp {
  readonly cell: number;
  now(): number;
}

/** Multiplies each integer by an odd number of its own, so that the products need not wait for each other, and mixes the sum. */
function hashIds(ids: Int32Array, from: number, count: number): number {
  let hash = 0;
  let multiplier = 0x9e3779b1;
  for (let i = 0; i < count; i++) {
    hash = (hash + Math.imul(ids[from + i]! + 1, multiplier)) | 0;
    multiplier = Math.imul(multiplier, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
