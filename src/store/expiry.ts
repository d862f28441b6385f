import type { MetricType } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import { bucketCells, summaryCountCell, valueCell } from '../model/layout.js';
import type { Clock } from '../platform/clock.js';
import { longestMilliseconds } from './housekeeper.js';
import { Float64Column } from './pages.js';
import type { SeriesTable } from './series-table.js';

/** What is remembered of a row: a number made of its cells, and when that last changed; NaN for a row not looked at yet. */
const fingerprintCell = 0;
const changedCell = 1;

/** Rows looked at before the time is. */
const rowsPerTimeCheck = 512;

/**
 * Finds series whose value has not changed for a while. It compares values from sweep to sweep, so that recording does nothing for it; and
 * goes on where it stopped, so that no sweep takes long.
 */
export class Expiry {
  readonly seconds: number;
  /** Series that have expired, ever. */
  expired: number;
  private readonly table: SeriesTable;
  private readonly clock: Clock;
  private readonly fingerprint: (cells: Float64Array, base: number, end: number) => number;
  /** Cells of a series that tell of recordings. */
  private readonly width: number;
  private readonly expire: (row: number, isHeld: boolean) => void;
  private seen: Float64Column;
  /** Rows that are kept out of sight because somebody holds a handle of them. */
  private readonly dormant: Set<number>;
  /** Rows whose handle was given out. */
  private readonly held: Set<number>;
  private position: number;

  /**
   * @param width the cells of a series as its type has them, without what stands after them
   * @param expire removes a row; or, where somebody holds its handle, only sets it back: it is kept out of sight until it is recorded in
   */
  constructor(table: SeriesTable, type: MetricType, width: number, seconds: number, clock: Clock, expire: (row: number, isHeld: boolean) => void) {
    this.seconds = seconds;
    this.expired = 0;
    this.table = table;
    this.clock = clock;
    this.fingerprint = fingerprints[type] ?? shownValue;
    this.width = width;
    this.expire = expire;
    this.seen = new Float64Column(2);
    this.dormant = new Set();
    this.held = new Set();
    this.position = 0;
  }

  /** Looks at rows from where it stopped, until it has seen all or `performance.now()` has passed the given time. */
  sweep(until: number = performance.now() + longestMilliseconds): void {
    const { table } = this;
    this.wake();
    const now = this.clock.monotonicSeconds();
    for (let looked = 0, most = table.positions; looked < most; looked++) {
      if (looked % rowsPerTimeCheck === rowsPerTimeCheck - 1 && performance.now() > until) return;
      if (this.position >= table.positions) this.position = 0;
      const row = table.rowAt(this.position++);
      if (row >= 0 && table.isLive(row)) this.look(row, now);
    }
  }

  /** To be called when a row has been removed: the next series there is another. */
  forget(row: number): void {
    if (this.dormant.delete(row)) this.table.show(row);
    this.held.delete(row);
    this.seen.reach(row);
    this.seen.page(row)[this.seen.base(row) + changedCell] = NaN;
  }

  /** To be called when all rows have been removed. */
  forgetAll(): void {
    this.dormant.clear();
    this.held.clear();
    this.seen = new Float64Column(2);
    this.position = 0;
  }

  /** How many series are kept out of sight. */
  get hidden(): number {
    return this.dormant.size;
  }

  private look(row: number, now: number): void {
    this.seen.reach(row);
    const page = this.seen.page(row);
    const base = this.seen.base(row);
    const value = this.fingerprintOf(row);
    const changed = page[base + changedCell]!;
    // Never seen pages are 0, which is a time as good as never: the first look starts the clock.
    if (!(changed > 0) || !Object.is(page[base + fingerprintCell]!, value) || changed > now + 1) {
      page[base + fingerprintCell] = value;
      page[base + changedCell] = now + 1;
    } else if (now + 1 - changed >= this.seconds) {
      this.expired += 1;
      page[base + changedCell] = NaN;
      const isHeld = this.held.has(row);
      // Out of sight before it is set back: readers in other threads would see it fall.
      if (isHeld) this.table.hide(row);
      this.expire(row, isHeld);
      if (!isHeld) return;
      page[base + fingerprintCell] = this.fingerprintOf(row);
      this.dormant.add(row);
    }
  }

  /** Notes that somebody has been given the row's handle, and may keep it. */
  hold(row: number): void {
    this.held.add(row);
  }

  /** Brings back into sight what has been recorded in since it went. */
  wake(): void {
    for (const row of this.dormant) {
      if (Object.is(this.fingerprintOf(row), this.seen.page(row)[this.seen.base(row) + fingerprintCell]!)) {
        // It has not begun to count anew.
        this.table.stamp(row);
        continue;
      }
      this.dormant.delete(row);
      this.table.show(row);
      this.seen.page(row)[this.seen.base(row) + changedCell] = NaN;
    }
  }

  private fingerprintOf(row: number): number {
    const { cells } = this.table;
    const base = cells.base(row);
    return this.fingerprint(cells.page(row), base, base + this.width);
  }
}

/**
 * Checks the `expireAfterSeconds` option.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkExpiry(subject: string, seconds: unknown): void {
  if (seconds === undefined || (typeof seconds === 'number' && seconds > 0)) return;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: expireAfterSeconds is ${show(seconds)}; give a number of seconds above 0, or leave it out for never`);
}

/** What tells that a series has changed; for the types that are not here, its value. */
const fingerprints: Partial<Record<MetricType, (cells: Float64Array, base: number, end: number) => number>> = {
  histogram: sumOfBuckets,
  summary: summaryCount,
  stateset: statesThatHold,
};

function sumOfBuckets(cells: Float64Array, base: number, end: number): number {
  let sum = 0;
  for (let cell = base + bucketCells; cell < end; cell++) sum += cells[cell]!;
  return sum;
}

function summaryCount(cells: Float64Array, base: number): number {
  return cells[base + summaryCountCell]!;
}

/** The value a series shows. */
function shownValue(cells: Float64Array, base: number): number {
  return cells[base + valueCell]!;
}

/** A hash of which states hold. */
function statesThatHold(cells: Float64Array, base: number, end: number): number {
  let hash = 1;
  for (let cell = base; cell < end; cell++) hash = (Math.imul(hash, 31) + cells[cell]!) | 0;
  return hash;
}
