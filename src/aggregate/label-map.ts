import { unitMask, unitShift } from '../store/byte-blocks.js';
import { type LabelTable, generationColumn, lengthColumn, startColumn, valueColumns } from '../store/label-table.js';
import { Int32Column, pageOf, slotOf } from '../store/pages.js';

/** What is remembered of a label value: its integer here plus 1, and the generation it had there. */
const idColumn = 0;
const seenColumn = 1;

/**
 * From the integers of another thread's label values to those of the merged ones. Every integer it remembers is retained here, so that it stands
 * for the same value as long as it is remembered.
 */
export class LabelMap {
  private readonly values: readonly Int32Array[];
  private readonly words: readonly Int32Array[];
  private readonly labels: LabelTable;
  private readonly known: Int32Column;
  private ids: number;
  /** The bytes of the value that was read last. */
  private scratch: Int32Array;

  /**
   * @param values the pages of the other table's values, and the bytes of these by words of four; pages may be added
   * @param labels the table of the merged ones
   */
  constructor(values: readonly Int32Array[], words: readonly Int32Array[], labels: LabelTable) {
    this.values = values;
    this.words = words;
    this.labels = labels;
    this.known = new Int32Column(2);
    this.ids = 0;
    this.scratch = new Int32Array(16);
  }

  /**
   * The integer here of a value there; -1 where what is read makes no sense, as it is being written or its page is not known yet. Whoever finds
   * that the row it belongs to has changed meanwhile calls {@link forget}.
   */
  idOf(there: number): number {
    const page = there < 0 ? undefined : this.values[pageOf(there)];
    if (page === undefined) return -1;
    const base = Math.imul(slotOf(there), valueColumns);
    const generation = page[base + generationColumn]!;
    this.known.reach(there);
    const known = this.known.page(there);
    const at = this.known.base(there);
    if (known[at + idColumn] !== 0 && known[at + seenColumn] === generation) return known[at + idColumn]! - 1;
    const start = page[base + startColumn]!;
    const length = page[base + lengthColumn]!;
    const words = start < 0 ? undefined : this.words[start >>> unitShift];
    const from = start & unitMask;
    if (words === undefined || length < 0 || from + ((length >>> 1) + 3 >>> 2) > words.length) return -1;
    const id = this.labels.internWords(this.copy(words, from, (length >>> 1) + 3 >>> 2), 0, length);
    this.labels.retain(id);
    this.release(known, at);
    known[at + idColumn] = id + 1;
    known[at + seenColumn] = generation;
    this.ids = Math.max(this.ids, there + 1);
    return id;
  }

  /** Forgets what stands for a value there: it was read while it changed. */
  forget(there: number): void {
    if (there < 0 || there >= this.ids) return;
    this.release(this.known.page(there), this.known.base(there));
  }

  /** Gives all integers back. */
  close(): void {
    for (let there = 0; there < this.ids; there++) this.forget(there);
  }

  /** What is being written may change from one look to the next: so there is one look only. */
  private copy(words: Int32Array, from: number, count: number): Int32Array {
    if (count > this.scratch.length) this.scratch = new Int32Array(count);
    for (let i = 0; i < count; i++) this.scratch[i] = words[from + i]!;
    return this.scratch;
  }

  private release(known: Int32Array, at: number): void {
    if (known[at + idColumn] === 0) return;
    this.labels.release(known[at + idColumn]! - 1);
    known[at + idColumn] = 0;
  }
}
