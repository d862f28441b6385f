import { firstRowOf } from '../../store/pages.js';
import { kindMask, live } from '../../store/row-states.js';
import type { MergedFamily } from '../merged-family.js';

/** What came and went in a merged family since it was looked at last. */
export interface RowChanges {
  readonly come: number[];
  readonly gone: number[];
}

/** Remembers which series a merged family has shown, by the states that rows have for readers. */
export class FamilyRows {
  /** Rows ever used. */
  rows: number;
  /** Rows that held a series when they were looked at last. */
  live: number;
  private readonly family: MergedFamily;
  /** The state of each row that held a series, 0 for the others. A state is another one for each series that a row holds. */
  private seen: Int32Array;

  constructor(family: MergedFamily) {
    this.family = family;
    this.rows = 0;
    this.live = 0;
    this.seen = new Int32Array(0);
  }

  /** A row in which one series followed another is in both lists. */
  changes(): RowChanges {
    const come: number[] = [];
    const gone: number[] = [];
    const { family } = this;
    const { table } = family;
    const { pages } = table.states.column;
    for (let number = 0; number < pages.length; number++) {
      const page = pages[number]!;
      const first = firstRowOf(number);
      this.reach(first + page.length);
      const { seen } = this;
      for (let i = 0; i < page.length; i++) {
        const state = page[i]!;
        // Rows are used in order.
        if (state === 0) return this.counted(first + i, come, gone);
        const row = first + i;
        const now = (state & kindMask) === live && table.isLive(row) && family.isShown(row) ? state : 0;
        const before = seen[row]!;
        if (now === before) continue;
        if (before !== 0) gone.push(row);
        if (now !== 0) come.push(row);
        seen[row] = now;
      }
      this.rows = first + page.length;
    }
    return this.counted(this.rows, come, gone);
  }

  private counted(rows: number, come: number[], gone: number[]): RowChanges {
    this.rows = rows;
    this.live += come.length - gone.length;
    return { come, gone };
  }

  private reach(rows: number): void {
    if (rows <= this.seen.length) return;
    const grown = new Int32Array(rows);
    grown.set(this.seen);
    this.seen = grown;
  }
}
