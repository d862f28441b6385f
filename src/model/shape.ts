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

/** Where the window of a summary series stands among its cells, and what is in it; see `model/layout.ts`. */
export type WindowPlace = SketchPlace | SamplePlace;

/** A sketch for each age bucket. */
export interface SketchPlace {
  readonly kind: 'sketch';
  readonly cell: number;
  readonly ageBuckets: number;
  /** How long each is the current one. */
  readonly secondsEach: number;
  /** What `RelativeBuckets` is to be made with; two that count in the same buckets have the same number here. */
  readonly relativeAccuracy: number;
}

/** The latest observations themselves. */
export interface SamplePlace {
  readonly kind: 'samples';
  readonly cell: number;
  /** How many there is room for. */
  readonly places: number;
  readonly maxAgeSeconds: number;
}

/** Where in the cells of a row stands what not every family of its type has; -1 for nowhere. See `model/layout.ts`. */
export interface CellPlaces {
  /** Cells of a row, all of them. */
  readonly stride: number;
  /** Those that the type always has; they come first. */
  readonly width: number;
  readonly created: number;
  /** When a series was measured; only where a collector says it of any. */
  readonly timestamp?: number;
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

/** How long what a summary has observed counts for its quantiles; 0 without a window. */
export function windowSeconds(window: WindowPlace | undefined): number {
  if (window === undefined) return 0;
  return window.kind === 'sketch' ? window.ageBuckets * window.secondsEach : window.maxAgeSeconds;
}

/** Whether the cells of a row lead to blocks: to native buckets, or to what a summary remembers. */
export function hasBlocks({ native, window }: CellPlaces): boolean {
  return native >= 0 || window !== undefined;
}
