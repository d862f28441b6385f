import type { FamilyShape } from '../model/shape.js';
import type { LabelTable } from '../store/label-table.js';
import type { MergedFamily } from './merged-family.js';

/** What sources add to: a merger, as far as they need it. */
export interface MergeTarget {
  /** The label values of all merged families. */
  readonly labels: LabelTable;
  readonly families: ReadonlyMap<string, MergedFamily>;
  /**
   * The family that numbers of this shape belong to, made if there is none.
   *
   * @param origin whose they are
   * @returns undefined where others have a metric of that name with another shape; it is noted, and costs only these numbers
   */
  family(shape: FamilyShape, origin: string): MergedFamily | undefined;
}

/** Whoever has numbers to put together: a thread, another process, what ended threads have left. */
export interface Source {
  /** How errors call it: `thread 3`, `process 4711`. */
  readonly origin: string;
  /** Adds all it has; called once in each pass, synchronously. */
  contribute(target: MergeTarget): void;
  /** Forgets to which rows its numbers go: it was left out of a pass, and these rows may be gone. */
  forget?(): void;
}
