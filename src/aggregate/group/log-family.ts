import type { FamilyShape } from '../../model/shape.js';
import type { MergedFamily } from '../merged-family.js';
import { SparseRows } from './sparse-rows.js';

/** The row is to be looked up by its label values; no series stands in it. */
export const unresolved = 0;
export const absent = -1;

/** A family as another process has it: its series, and where they are put together with those of others. */
export class LogFamily {
  readonly shape: FamilyShape;
  readonly labelCount: number;
  /** By row of the other process: {@link unresolved}, {@link absent}, or the merged row plus 1. */
  targets: Int32Array;
  /** Whose rows the targets are. */
  target: MergedFamily | undefined;
  /** Of each row 1 where a series stands in it, then where its label values stand in the log, counted in words. */
  private readonly rows: SparseRows;

  constructor(shape: FamilyShape) {
    this.shape = shape;
    this.labelCount = shape.descriptor.labelNames.length;
    this.targets = new Int32Array(0);
    this.target = undefined;
    this.rows = new SparseRows(this.labelCount + 1);
  }

  /** A series has come to a row. @param labelAt where each of its label values stands in the log */
  add(row: number, labelAt: (place: number) => number): void {
    const page = this.rows.reach(row);
    const base = this.rows.base(row);
    for (let place = 0; place < this.labelCount; place++) page[base + 1 + place] = labelAt(place);
    page[base] = 1;
    if (row < this.targets.length) this.targets[row] = unresolved;
  }

  /** A series has gone. */
  remove(row: number): void {
    const page = this.rows.page(row);
    if (page !== undefined) page[this.rows.base(row)] = 0;
    if (row < this.targets.length) this.targets[row] = absent;
  }

  has(row: number): boolean {
    return this.rows.page(row)?.[this.rows.base(row)] === 1;
  }

  /** Where a label value of a series stands in the log, counted in words. */
  labelAt(row: number, place: number): number {
    return this.rows.page(row)![this.rows.base(row) + 1 + place]!;
  }

  /** Makes room for the targets of so many rows, and forgets all of them where they are of another merged family. */
  aim(target: MergedFamily, rows: number): Int32Array {
    if (this.target !== target) {
      this.target = target;
      this.targets.fill(unresolved);
    }
    if (rows > this.targets.length) {
      const grown = new Int32Array(rows);
      grown.set(this.targets);
      this.targets = grown;
    }
    return this.targets;
  }
}
