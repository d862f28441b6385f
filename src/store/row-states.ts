import { allocateInt32 } from '../platform/memory.js';
import { Int32Column } from './pages.js';

/**
 * What readers in other threads are told of each row, in one integer: which series it is, as a number that rises each time the row is used anew (the
 * upper 20 bits); how often what its cells lead to was rebuilt (10 bits); and in the two lowest bits what the row is.
 *
 * The protocol, with one writer: a row's label values and cells are written plainly, and then the row is *published* by one atomic store. Before
 * anything of a published row but its counts is changed again, the row is marked by an atomic store, and an atomic load after it keeps the plain
 * stores that follow from being seen before the mark. A reader loads the state, reads, and loads the state again: when the two are equal and
 * the row was live, what it has read belongs together. See `docs/design.md`, "Memory order".
 */
export const kindMask = 3;
/** A series stands here. */
export const live = 0;
/** A series stood here, or never one that is to be seen. */
export const dead = 1;
/** A series stands here, and what its cells lead to is being rebuilt: it will be live again at once. */
export const changing = 2;

const changeStep = 4;
const lifeShift = 12;
const changeMask = (1 << lifeShift) - 1;

/** Which series of all that a row has been it is; two states of one series have the same. */
export function lifeOf(state: number): number {
  return state >>> lifeShift;
}

/** Where in {@link RowStates.cleared} what stands. */
export const clearedVersion = 0;
export const clearedStart = 1;
export const clearedEnd = 2;

/** The states of a table's rows; 0 for a row that was never used. Rows are used in order, so that there is none after the first of these. */
export class RowStates {
  readonly column: Int32Column;
  /** Rows from the start to the end were there when the table was cleared, and are dead, whatever their state says. The version is odd while they change. */
  readonly cleared: Int32Array;
  /** Whether there is, or ever was, a reader in another thread. */
  private isShared: boolean;

  constructor() {
    this.column = new Int32Column(1);
    this.cleared = allocateInt32(3);
    this.isShared = false;
  }

  /** To be called before the pages are given to a reader in another thread: by then, what stands there is complete. */
  share(): void {
    this.isShared = true;
  }

  /** Makes sure that there is room for the row. */
  reach(row: number): void {
    this.column.reach(row);
  }

  /** The row is a new series, and complete: readers may look at it. */
  publish(row: number): void {
    const page = this.column.page(row);
    const at = this.column.base(row);
    // Never 0, which is that of a row that was never used.
    const state = (lifeOf(page[at]!) + 1) << lifeShift || 1 << lifeShift;
    // An atomic store waits for all stores to memory that was never touched before: 30 of 900 ns for a new series (`npm run bench`, case `create`, Node 20).
    if (this.isShared) Atomics.store(page, at, state);
    else page[at] = state;
  }

  /** The row is no series any more, or not to be seen for the time being; to be called before it is changed. */
  retire(row: number): void {
    this.mark(row, dead);
  }

  /**
   * What the row's cells lead to is about to be rebuilt; {@link settle} ends it.
   *
   * @returns false where readers do not look at the row anyway, as it is dead or being changed already: then it is not to be settled for this
   */
  change(row: number): boolean {
    if ((this.column.page(row)[this.column.base(row)]! & kindMask) !== live) return false;
    this.mark(row, changing);
    return true;
  }

  /** What {@link change} announced is done: the row is the same series as before. */
  settle(row: number): void {
    const page = this.column.page(row);
    const at = this.column.base(row);
    const state = page[at]!;
    // Of what is no series nobody reads anything.
    if ((state & kindMask) === changing) Atomics.store(page, at, (state & ~changeMask) | ((state + changeStep) & changeMask & ~kindMask));
  }

  /** Says which rows the last clearing took away and nobody has freed yet. */
  setCleared(start: number, end: number): void {
    const { cleared } = this;
    Atomics.store(cleared, clearedVersion, cleared[clearedVersion]! + 1);
    Atomics.store(cleared, clearedStart, start);
    Atomics.store(cleared, clearedEnd, end);
    Atomics.store(cleared, clearedVersion, cleared[clearedVersion]! + 1);
  }

  byteLength(): number {
    return this.column.byteLength();
  }

  private mark(row: number, kind: number): void {
    const page = this.column.page(row);
    const at = this.column.base(row);
    Atomics.store(page, at, (page[at]! & ~kindMask) | kind);
    // Loads after an atomic store are ordered, and plain stores after an atomic load.
    Atomics.load(page, at);
  }
}
