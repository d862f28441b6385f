import type { CollectedFamily } from '../model/collected.js';
import type { Exemplar } from '../model/exemplar.js';
import type { FamilyShape } from '../model/shape.js';

/**
 * What a thread tells of the registries it shares. Messages carry what is rarely new: a metric, a page of memory. The numbers themselves stand in
 * the pages, which the reader reads when it likes, whatever the thread that writes them is doing.
 */

/** Changes when a reader of another version would misread what is published: pages, messages or cells. */
export const protocolVersion = 1;

/** The columns that make up what a source has: label values and blocks are of a whole store, the others of a family. */
export type ColumnName = 'labelValues' | 'labelBytes' | 'blockCells' | 'blockLinks' | 'ids' | 'cells' | 'states';

/** One page of a column, on shared memory. */
export interface PageNews {
  readonly column: ColumnName;
  /** -1 for the columns of the store. */
  readonly family: number;
  /** Its place among the pages of the column. */
  readonly number: number;
  readonly page: Float64Array | Int32Array | Uint8Array;
}

export interface FamilyNews {
  /** Counts up within the source; never used twice. */
  readonly family: number;
  readonly shape: FamilyShape;
  /** See `store/row-states.ts`. */
  readonly cleared: Int32Array;
  readonly pages: readonly PageNews[];
}

export type Announcement =
  /** A source as it is: the first message, and the answer to a hello. It takes the place of all that was said of the source before. */
  | {
      readonly kind: 'open';
      readonly version: number;
      readonly source: string;
      readonly thread: number;
      /** Threads with which this one ends, the main one left out: when such a one is terminated, nobody is left to tell of the end of this one. */
      readonly ancestors?: readonly number[];
      /** By what its monotonic clock is behind that of `performance.timeOrigin`; NaN for a clock of the application's own. */
      readonly timeOrigin: number;
      /** The first integer is not 0 as long as there is something to ask the thread for. */
      readonly flags: Int32Array;
      readonly families: readonly FamilyNews[];
      readonly pages: readonly PageNews[];
    }
  | { readonly kind: 'family'; readonly source: string; readonly news: FamilyNews }
  | { readonly kind: 'page'; readonly source: string; readonly news: PageNews }
  /** The metric was unregistered. */
  | { readonly kind: 'withdrawn'; readonly source: string; readonly family: number }
  /** The source is shared no more, and what it counted stands. */
  | { readonly kind: 'closed'; readonly source: string }
  /** The thread has ended, as whoever started it has seen; all its sources are closed. */
  | { readonly kind: 'ended'; readonly thread: number }
  | { readonly kind: 'answer'; readonly source: string; readonly question: number; readonly answer: Answer };

/** What a reader says to itself where threads tell: when it hears that, it has heard all that was said before. */
export interface Echo {
  readonly kind: 'echo';
  readonly reader: string;
  readonly echo: number;
}

/** What a thread answers when it is asked for what only it can compute. Functions given to gauges and counters have been read into their cells by then. */
export interface Answer {
  /** What collectors gave, and what the registry tells of itself; undefined from one who has only exemplars to add. */
  readonly families: readonly CollectedFamily[] | undefined;
  /** Exemplars that are new since the last answer. */
  readonly exemplars: readonly RowExemplars[];
}

/** All exemplars of one row: a newer one for the same row takes its place. */
export interface RowExemplars {
  readonly family: number;
  readonly row: number;
  /** The state of the row at the time, by which one who has taken its place can be told apart. */
  readonly state: number;
  readonly slots: readonly (Exemplar | undefined)[];
  readonly spread: readonly Exemplar[];
}

/** What a reader says to all threads. */
export type Question =
  /** Whoever shares something, say all of it. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'ask'; readonly question: number; readonly seconds: number };
