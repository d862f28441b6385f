import type { Descriptor, Settings } from './descriptor.js';

/**
 * How a gauge's values of several threads or processes become one: added up (default), the least, the greatest, the mean, the one that was set
 * last, or each by itself under a label `worker`. Counters, histograms and summaries are always added up; of a state set a state holds where it
 * holds for anyone.
 */
export type Aggregator = 'sum' | 'min' | 'max' | 'average' | 'last' | 'perWorker';

/** What a gauge has that was given none. */
export const defaultAggregator: Aggregator = 'sum';

export const aggregators: readonly Aggregator[] = ['sum', 'min', 'max', 'average', 'last', 'perWorker'];

/** The label that tells the series of a gauge apart whose aggregator is `perWorker`. */
export const workerLabel = 'worker';

/**
 * Where the cells of a summary series lead to what it remembers, as blocks in the store's arena.
 *
 * - A sketch: the current age bucket (from 0), when it began (monotonic seconds of the writer), then for each age bucket the first block of its
 *   chain plus 1, 0 for none. A block counts the 16 buckets from `16 · key` on, see `RelativeBuckets`.
 * - Samples: how many were ever written, then the first block of a chain plus 1. The block with key k has the ring's places from `8 · k` on, two cells
 *   each: when (monotonic seconds of the writer), and what.
 */
export type WindowPlace =
  | { readonly kind: 'sketch'; readonly cell: number; readonly ageBuckets: number; readonly secondsEach: number; readonly relativeAccuracy: number }
  | { readonly kind: 'samples'; readonly cell: number; readonly places: number; readonly maxAgeSeconds: number };

/** Where in the cells of a row stands what not every family of its type has; -1 for nowhere. See `model/layout.ts`. */
export interface CellPlaces {
  /** Cells of a row, all of them. */
  readonly stride: number;
  /** Those that the type always has; they come first. */
  readonly width: number;
  readonly created: number;
  readonly native: number;
  /** When a gauge was set last, in wall-clock seconds; only where its aggregator is `last`. */
  readonly setAt: number;
  readonly window: WindowPlace | undefined;
}

/** All that must be alike before the numbers of two writers can be put together, and where these stand. */
export interface FamilyShape {
  readonly descriptor: Descriptor;
  readonly kind: string;
  readonly settings: Settings;
  readonly aggregator: Aggregator;
  readonly places: CellPlaces;
}
