import { unitMask, unitShift } from '../store/byte-blocks.js';
import { type LabelTable, lengthColumn, startColumn, valueColumns } from '../store/label-table.js';
import { Int32Column, pageOf, slotOf } from '../store/pages.js';

/**
 * From the integers of another thread's label values to those of the merged ones. What an integer stood for when it was looked up last is only where the
 * search begins: the bytes are compared each time, as an integer there may stand for another value now. Every integer it remembers is retained here, so
 * that it stands for the same value as long as it is remembered.
 */
export class LabelMap {
  private readonly values: readonly Int32Array[];
  private readonly words: readonly Int32Array[];
  private readonly labels: LabelTable;
  /** The integer here plus 1, by the integer there; 0 for none. */
  private readonly known: Int32Column;
  private ids: number;
  /** The bytes of one value as they were at one moment: where they are read from they may change, and be found under one hash and kept as another value. */
  private copy: Int32Array;

  /**
   * @param values the pages of the other table's values, and the bytes of these by words of four; pages may be added
   * @param labels the table of the merged ones
   */
  constructor(values: readonly Int32Array[], words: readonly Int32Array[], labels: LabelTable) {
    this.values = values;
    this.words = words;
    this.labels = labels;
    this.known = new Int32Column(1);
    this.ids = 0;
    this.copy = new Int32Array(64);
  }

  /**
   * The integer here of a value there; -1 where what is read makes no sense, as it is being written or its page is not known yet. It stands for bytes that
   * were there: whether they belong together is for the caller to find out, by the state of the row.
   */
  idOf(there: number): number {
    const page = there < 0 ? undefined : this.values[pageOf(there)];
    if (page === undefined) return -1;
    const base = Math.imul(slotOf(there), valueColumns);
    const start = page[base + startColumn]!;
    const length = page[base + lengthColumn]!;
    const words = start < 0 ? undefined : this.words[start >>> unitShift];
    const from = start & unitMask;
    const count = ((length >>> 1) + 3) >>> 2;
    if (words === undefined || length < 0 || from + count > words.length) return -1;
    if (count > this.copy.length) this.copy = new Int32Array(count * 2);
    const { copy } = this;
    for (let i = 0; i < count; i++) copy[i] = words[from + i]!;
    this.known.reach(there);
    const known = this.known.page(there);
    const at = this.known.base(there);
    if (known[at] !== 0 && this.labels.hasWords(known[at]! - 1, copy, length)) return known[at]! - 1;
    const id = this.labels.internWords(copy, 0, length);
    this.labels.retain(id);
    if (known[at] !== 0) this.labels.release(known[at]! - 1);
    known[at] = id + 1;
    this.ids = Math.max(this.ids, there + 1);
    return id;
  }

  /** Gives all integers back. */
  close(): void {
    for (let there = 0; there < this.ids; there++) {
      const known = this.known.page(there);
      const at = this.known.base(there);
      if (known[at] !== 0) this.labels.release(known[at]! - 1);
      known[at] = 0;
    }
  }
}
