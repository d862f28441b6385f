import { performance } from 'node:perf_hooks';
import type { RowExemplars } from '../registry/announcement.js';
import { firstRowOf, pageOf, slotOf } from '../store/pages.js';
import { clearedEnd, clearedStart, clearedVersion, dead, kindMask, lifeOf, live } from '../store/row-states.js';
import { fence } from './fence.js';
import type { LabelMap } from './label-map.js';
import type { MergedFamily } from './merged-family.js';
import { RowReader } from './row-reader.js';
import type { RowReading } from './row-reading.js';
import type { FamilyPages, ThreadPages } from './thread-pages.js';

/** Rows that are copied before it is made sure that they belong together. */
const batchRows = 256;
/** How often a row is read again that changes while it is read; then with pauses, as many in one pass, and so long. */
const attemptsWithoutPause = 10;
const mostPauses = 50;
const pauseMilliseconds = 0.1;

/** Rows that are looked up before there is a look at the time. */
const resolvedPerTimeCheck = 256;

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
  private readonly rows: RowReader;
  /** Rows that the table was cleared of: from, to. */
  private clearedFrom: number;
  private clearedTo: number;
  private pausesLeft: number;

  constructor(pages: FamilyPages, thread: ThreadPages, labels: LabelMap, target: MergedFamily, worker: number) {
    this.pages = pages;
    this.thread = thread;
    this.labels = labels;
    this.target = target;
    this.worker = worker;
    this.known = [];
    this.states = new Int32Array(batchRows);
    this.scratch = new Float64Array(batchRows * pages.shape.places.stride);
    this.rows = new RowReader(pages, thread);
    this.clearedFrom = 0;
    this.clearedTo = 0;
    this.pausesLeft = 0;
  }

  /** Adds every row to the merged family. */
  contribute(): void {
    const { states, cells } = this.pages;
    this.pausesLeft = mostPauses;
    this.lookForCleared();
    for (let number = 0; number < states.length && states[number] !== undefined && cells[number] !== undefined; number++) {
      if (!this.contributePage(number)) return;
    }
  }

  /** Adds what has been told of exemplars, for rows that are still the same series. */
  contributeExemplars(told: Iterable<RowExemplars>): void {
    for (const { row, state, slots, spread } of told) {
      const slot = slotOf(row);
      const known = this.known[pageOf(row)];
      if (known === undefined || known.rows[slot] === 0 || known.lives[slot] !== lifeOf(state)) continue;
      // The merged row of a series that is gone may be another's by now.
      const present = this.pages.states[pageOf(row)]![slot]!;
      const isGone = (present & kindMask) === dead || lifeOf(present) !== lifeOf(state) || this.isCleared(row);
      if (!isGone) this.target.addExemplars(known.rows[slot]! - 1, { slots, spread });
    }
  }

  /** Looks up what is new, so that the next {@link contribute} has less to do. */
  catchUp(until: number): boolean {
    const { states, cells } = this.pages;
    this.lookForCleared();
    let resolved = 0;
    for (let number = 0; number < states.length && states[number] !== undefined && cells[number] !== undefined; number++) {
      const page = states[number]!;
      const known = this.knownPage(number, page.length);
      const first = firstRowOf(number);
      for (let slot = 0; slot < page.length; slot++) {
        const state = page[slot]!;
        if (state === 0) return true;
        if (known.lives[slot] === lifeOf(state) || (state & kindMask) !== live) continue;
        if (this.isCleared(first + slot)) continue;
        this.resolve(number, slot, known);
        if (++resolved % resolvedPerTimeCheck === 0 && performance.now() > until) return false;
      }
    }
    return true;
  }

  /** @returns false after the last row that was ever used */
  private contributePage(number: number): boolean {
    const { stride } = this.pages.shape.places;
    const page = this.pages.states[number]!;
    const cells = this.pages.cells[number]!;
    const known = this.knownPage(number, page.length);
    const first = firstRowOf(number);
    const isPlain = !this.target.isSparse;
    const { readings } = this.pages;
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
        const row = first + slot;
        if ((state & kindMask) === dead || this.isCleared(row)) {
          if (readings.size > 0) readings.delete(row);
          // Its merged row goes, as nobody adds to it.
          known.lives[slot] = 0;
          continue;
        }
        if (isPlain && (state & kindMask) === live && page[slot] === state && known.lives[slot] === lifeOf(state)) this.target.addRaw(known.rows[slot]! - 1, this.scratch, i * stride, this.pages.shape.places);
        else this.contributeRow(number, slot, known);
      }
    }
    return true;
  }

  /** Adds one row that has more than cells, is new, or was changing when it was read. */
  private contributeRow(number: number, slot: number, known: Known): void {
    const page = this.pages.states[number]!;
    for (let attempt = 0; attempt < attemptsWithoutPause || this.pausesLeft > 0; attempt++) {
      const state = Atomics.load(page, slot);
      if ((state & kindMask) === dead) return;
      if (known.lives[slot] !== lifeOf(state)) {
        const resolved = this.resolve(number, slot, known);
        if (resolved === 'unknown') return;
        if (resolved === 'changed') continue;
      }
      const reading = (state & kindMask) === live ? this.rows.read(number, slot, state) : undefined;
      if (reading !== undefined) {
        this.add(known.rows[slot]! - 1, reading);
        return;
      }
      if (attempt >= attemptsWithoutPause) this.pause(page, slot, state);
    }
    const life = lifeOf(Atomics.load(page, slot));
    if (known.lives[slot] !== life) return;
    // It shows what it had before; one that is new is still to come, unless nobody goes on writing.
    const reading = this.thread.isOver ? this.rows.salvage(number, slot, life) : this.rows.last(number, slot, life);
    fence();
    // What stands in a row that is changing may by now be another series' already.
    const after = Atomics.load(page, slot);
    if ((after & kindMask) === dead || lifeOf(after) !== life) return;
    if (reading !== undefined) this.add(known.rows[slot]! - 1, reading);
    // A merged row that nobody adds to goes, and another series may take its place.
    else known.lives[slot] = 0;
  }

  /** Lets the writer of a row go on, that may have been stopped in the middle of a change, and wait for the very processor that this thread keeps busy. */
  private pause(page: Int32Array, slot: number, state: number): void {
    this.pausesLeft -= 1;
    if (!this.thread.isOver) Atomics.wait(page, slot, state, pauseMilliseconds);
  }

  private add(row: number, { cells, native, sketch, samples }: RowReading): void {
    this.target.addRaw(row, cells, 0, this.pages.shape.places);
    if (native !== undefined) this.target.addNative(row, native);
    if (sketch !== undefined) this.target.addSketch(row, sketch);
    if (samples !== undefined) this.target.addSamples(row, samples);
  }

  /** Finds the merged row of a row, unless the row has changed meanwhile, or its labels stand in pages that are not known here yet. */
  private resolve(number: number, slot: number, known: Known): 'done' | 'changed' | 'unknown' {
    const { labelNames } = this.pages.shape.descriptor;
    const { table } = this.target;
    const page = this.pages.states[number]!;
    const life = lifeOf(Atomics.load(page, slot));
    const ids = this.pages.ids[number];
    const from = slot * labelNames.length;
    if (ids === undefined && labelNames.length > 0) return 'unknown';
    let isComplete = true;
    for (let place = 0; place < labelNames.length; place++) {
      const id = this.labels.idOf(ids![from + place]!);
      if (id < 0) isComplete = false;
      table.wanted[place] = id;
    }
    fence();
    const after = Atomics.load(page, slot);
    const isSame = (after & kindMask) !== dead && lifeOf(after) === life;
    if (!isComplete || !isSame) return isSame ? 'unknown' : 'changed';
    if (this.worker >= 0) table.wanted[labelNames.length] = this.worker;
    known.rows[slot] = this.target.row() + 1;
    known.lives[slot] = life;
    return 'done';
  }

  /** Looks which rows the table was cleared of and that are not freed yet. While that changes, what was known before is as true. */
  private lookForCleared(): void {
    const { cleared } = this.pages;
    for (let attempt = 0; attempt < attemptsWithoutPause; attempt++) {
      const version = Atomics.load(cleared, clearedVersion);
      const start = Atomics.load(cleared, clearedStart);
      const end = Atomics.load(cleared, clearedEnd);
      if ((version & 1) !== 0 || Atomics.load(cleared, clearedVersion) !== version) continue;
      this.clearedFrom = start;
      this.clearedTo = end;
      return;
    }
  }

  private isCleared(row: number): boolean {
    return row >= this.clearedFrom && row < this.clearedTo;
  }

  private knownPage(number: number, rows: number): Known {
    return (this.known[number] ??= { rows: new Int32Array(rows), lives: new Int32Array(rows) });
  }
}
