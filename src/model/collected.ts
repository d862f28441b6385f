import type { MetricType } from './descriptor.js';
import type { Exemplar } from './exemplar.js';
import type { LabelValue } from './labels.js';
import type { NativeBuckets } from './native.js';

/** One series that a collector yields. Which numbers it has depends on the family's type. */
export interface CollectedSeries {
  /** Every series of a family has the same label names. */
  readonly labels?: Readonly<Record<string, LabelValue>>;
  /** Counters (at least 0), gauges, unknown; info has none, it is 1. */
  readonly value?: number;
  /** Histograms, gauge histograms and summaries. */
  readonly sum?: number;
  /** Summaries; and histograms that have native buckets only. Another histogram's is that of its last bucket. */
  readonly count?: number;
  /** Histograms and gauge histograms: cumulative counts by upper bound, rising, the last one +Inf. All series of a family have the same bounds. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[];
  /** Summaries: all series of a family have the same quantiles. */
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  /** State sets: the states that hold. */
  readonly states?: readonly string[];
  /** Histograms and gauge histograms: native buckets, beside the classic ones or alone. All series of a family have them, or none. */
  readonly native?: NativeBuckets;
  /** Counters: one at most. Histograms: one for each bucket at most, each within its bucket; the last one counts. */
  readonly exemplars?: readonly Exemplar[];
  /** Counters, histograms and summaries: when counting began, in seconds since the Unix epoch. */
  readonly created?: number;
  /** When the numbers were taken, in seconds since the Unix epoch, where that is not the time of the scrape. */
  readonly timestamp?: number;
}

/** A whole family, as a collector yields it. */
export interface CollectedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly unit?: string;
  readonly series: readonly CollectedSeries[];
  /** State sets: every state there is, and the label that names them. */
  readonly states?: readonly string[];
  readonly stateLabel?: string;
}
