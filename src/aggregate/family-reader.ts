import { performance } from 'node:perf_hooks';
import { bucketCells, sumAt } from '../model/layout.js';
import type { NativeBuckets } from '../model/native.js';
import { readNativePages } from '../store/native-chains.js';
import type { RowExemplars } from '../registry/announcement.js';
import { firstRowOf, pageOf, slotOf } from '../store/pages.js';
import { clearedEnd, clearedStart, clearedVersion, dead, kindMask, lifeOf } from '../store/row-states.js';
import { readSamples, readSketch } from '../store/window-reader.js';
import { fence } from './fence.js';
import type { LabelMap } from './label-map.js';
import type { MergedFamily } from './merged-family.js';
import type { FamilyPages, ThreadPages } from './thread-pages.js';

/** Rows that are copied before it is made sure that they belong together. */
const batchRows = 256;
/** How often a row is read again that changes while it is read. Its writer may have been stopped in the middle of a change. */
const mostAttempts = 100;

/** What is known of a row: where it stands here plus 1, and for which series. Pages as those of the table that is read. */
interface Known {
  readonly rows: Int32Array;
  readonly lives: Int32Array;
}

/**
 * Reads a family of another thread, row by row, while that thread goes on writing. What is known of a row — to which merged row it belongs — is
 * looked up once in its life; afterwards reading it is a copy and a comparison.
 */
export class FamilyReader {
  private readonly pages: FamilyPages;
  private readonly thread: ThreadPages;
  private readonly labels: LabelMap;
  private readonly target: MergedFamily;
  /** The integer of the label that tells workers apart; -1 for none. */
  private readonly worker: number;
  private readonly known: Known[];
  private readonly states: Int32Array;
  private readonly scratch: Float64Array;
  private readonly single: Float64Array;

  constructor(pages: FamilyPages, thread: ThreadPages, labels: LabelMap, target: MergedFamily, worker: number) {
    this.pages = pages;
    this.thread = thread;
    this.labels = labels;
    this.target = target;
    this.worker = worker;
    this.known = [];
    this.states = new Int32Array(batchRows);
    this.scratch = new Float64Array(batchRows * pages.shape.places.stride);
    this.single = new Float64Array(pages.shape.places.stride);
  }

  /** Adds every row to the merged family. */
  contribute(): void {
    const { cleared, states, cells } = this.pages;
    const [start, end] = clearedRows(cleared);
    for (let number = 0; number < states.length && states[number] !== undefined && cells[number] !== undefined; number++) {
      if (!this.contributePage(number, start, end)) return;
    }
  }

  /** Adds what has been told of exemplars, for rows that are still the same series. */
  contributeExemplars(told: Iterable<RowExemplars>): void {
    for (const { row, state, slots, spread } of told) {
      const slot = slotOf(row);
      const known = this.known[pageOf(row)];
      if (known === undefined || known.rows[slot] === 0 || known.lives[slot] !== lifeOf(state) || lifeOf(this.pages.states[pageOf(row)]![slot]!) !== lifeOf(state)) continue;
      this.target.addExemplars(known.rows[slot]! - 1, { slots, spread });
    }
  }

  /** Looks up what is new, so that the next {@link contribute} has less to do. */
  catchUp(until: number): boolean {
    const { states, cells } = this.pages;
    for (let number = 0; number < states.length && states[number] !== undefined && cells[number] !== undefined; number++) {
      const page = states[number]!;
      const known = this.knownPage(number, page.length);
      for (let slot = 0; slot < page.length; slot++) {
        const state = page[slot]!;
        if (state === 0) return true;
        if (known.lives[slot] === lifeOf(state) || (state & kindMask) !== 0) continue;
        this.resolve(number, slot, known);
        if ((slot & 0xff) === 0xff && performance.now() > until) return false;
      }
    }
    return true;
  }

  /** @returns false after the last row that was ever used */
  private contributePage(number: number, clearedFrom: number, clearedTo: number): boolean {
    const { stride } = this.pages.shape.places;
    const page = this.pages.states[number]!;
    const cells = this.pages.cells[number]!;
    const known = this.knownPage(number, page.length);
    const first = firstRowOf(number);
    const isPlain = !this.target.isSparse;
    for (let from = 0; from < page.length; from += batchRows) {
      const rows = Math.min(batchRows, page.length - from);
      this.states.set(page.subarray(from, from + rows));
      fence();
      this.scratch.set(cells.subarray(from * stride, (from + rows) * stride));
      fence();
      for (let i = 0; i < rows; i++) {
        const slot = from + i;
        const state = this.states[i]!;
        if (state === 0) return false;
        if ((state & kindMask) === dead) continue;
        const row = first + slot;
        if (row >= clearedFrom && row < clearedTo) continue;
        if (isPlain && page[slot] === state && known.lives[slot] === lifeOf(state)) this.target.addRaw(known.rows[slot]! - 1, this.scratch, i * stride, this.pages.shape.places);
        else this.contributeRow(number, slot, known);
      }
    }
    return true;
  }

  /** Adds one row that has more than cells, is new, or was changing when it was read. */
  private contributeRow(number: number, slot: number, known: Known): void {
    const { places } = this.pages.shape;
    const page = this.pages.states[number]!;
    const cells = this.pages.cells[number]!;
    const at = slot * places.stride;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const state = Atomics.load(page, slot);
      if ((state & kindMask) === dead) return;
      if ((state & kindMask) !== 0) continue;
      if (known.lives[slot] !== lifeOf(state) && !this.resolve(number, slot, known)) continue;
      this.single.set(cells.subarray(at, at + places.stride));
      const sparse = this.target.isSparse ? this.readSparse(this.single) : nothingSparse;
      fence();
      if (sparse === undefined || Atomics.load(page, slot) !== state) continue;
      if (sparse.native !== undefined && !this.reconcile(sparse.native)) continue;
      const row = known.rows[slot]! - 1;
      this.target.addRaw(row, this.single, 0, places);
      if (sparse.native !== undefined) this.target.addNative(row, sparse.native);
      if (sparse.sketch !== undefined) this.target.addSketch(row, sparse.sketch);
      if (sparse.samples !== undefined) this.target.addSamples(row, sparse.samples);
      return;
    }
    // It stays as it was known: its writer was stopped while it changed it.
    if (known.rows[slot] !== 0) this.target.keep(known.rows[slot]! - 1);
  }

  /**
   * Has the classic buckets of the row that was read count as many observations as the native ones, which were read later: those that came in between
   * are above the last finite bound, for now, so that nothing that is cumulative goes down later.
   *
   * @returns false where an observation was counted in the classic ones only: read again
   */
  private reconcile({ zeroCount, positive, negative }: NativeBuckets): boolean {
    const { single } = this;
    const last = bucketCells + this.pages.shape.descriptor.bounds.length;
    let missing = zeroCount;
    for (const { count } of positive) missing += count;
    for (const { count } of negative) missing += count;
    for (let cell = bucketCells; cell <= last; cell++) missing -= single[cell]!;
    // What is not a number is in no native bucket, and shows in the sum.
    if (missing < 0) return Number.isNaN(sumAt(single, 0));
    single[last]! += missing;
    return true;
  }

  /** What the cells of a row lead to; undefined where it must be read again. */
  private readSparse(cells: Float64Array): Sparse | undefined {
    const { native, window } = this.pages.shape.places;
    const blocks = { cells: this.thread.blockCells, links: this.thread.blockLinks };
    const buckets = native < 0 ? undefined : readNativePages(cells, native, blocks);
    if (native >= 0 && buckets === undefined) return undefined;
    if (window === undefined) return { native: buckets, sketch: undefined, samples: undefined };
    const now = (performance.timeOrigin + performance.now() - this.thread.timeOrigin) / 1000;
    if (window.kind === 'sketch') {
      const sketch = readSketch(cells, 0, window, blocks, now);
      return sketch && { native: buckets, sketch, samples: undefined };
    }
    const samples = readSamples(cells, 0, window, blocks, now);
    return samples && { native: buckets, sketch: undefined, samples };
  }

  /** Finds the merged row of a row; false where what was read does not belong together. */
  private resolve(number: number, slot: number, known: Known): boolean {
    const { labelNames } = this.pages.shape.descriptor;
    const { table } = this.target;
    const page = this.pages.states[number]!;
    const state = Atomics.load(page, slot);
    if ((state & kindMask) !== 0) return false;
    const ids = this.pages.ids[number];
    const from = slot * labelNames.length;
    if (ids === undefined && labelNames.length > 0) return false;
    let isComplete = true;
    for (let place = 0; place < labelNames.length; place++) {
      const id = this.labels.idOf(ids![from + place]!);
      if (id < 0) isComplete = false;
      table.wanted[place] = id;
    }
    fence();
    if (!isComplete || Atomics.load(page, slot) !== state) {
      // What was read is of no label value; it must not be taken for one later.
      for (let place = 0; place < labelNames.length; place++) this.labels.forget(ids![from + place]!);
      return false;
    }
    if (this.worker >= 0) table.wanted[labelNames.length] = this.worker;
    known.rows[slot] = this.target.row() + 1;
    known.lives[slot] = lifeOf(state);
    return true;
  }

  private knownPage(number: number, rows: number): Known {
    return (this.known[number] ??= { rows: new Int32Array(rows), lives: new Int32Array(rows) });
  }
}

interface Sparse {
  readonly native: ReturnType<typeof readNativePages>;
  readonly sketch: ReturnType<typeof readSketch>;
  readonly samples: Float64Array | undefined;
}

const nothingSparse: Sparse = { native: undefined, sketch: undefined, samples: undefined };

/** The rows that the table was cleared of and that are not freed yet: from, to. */
function clearedRows(cleared: Int32Array): readonly [number, number] {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const version = Atomics.load(cleared, clearedVersion);
    const start = Atomics.load(cleared, clearedStart);
    const end = Atomics.load(cleared, clearedEnd);
    if ((version & 1) === 0 && Atomics.load(cleared, clearedVersion) === version) return [start, end];
  }
  return [0, 0];
}
