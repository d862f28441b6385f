import type { MetricOptions } from '../model/descriptor.js';
import type { Exemplar } from '../model/exemplar.js';
import type { LabelValueSets } from '../model/labels.js';
import type { Limits } from '../store/budget.js';
import type { Registrar } from '../store/catalog.js';

/** What every instrument is made from. */
export interface InstrumentOptions<Names extends readonly string[] = readonly string[], Sets = object> extends MetricOptions<Names> {
  /**
   * For some or all labels, every value they may take. A label that is declared here takes no other: the compiler refuses one that it
   * can see, the instrument refuses the rest.
   */
  readonly labelValues?: Sets & LabelValueSets<Names> & { readonly [Name in Exclude<keyof Sets, Names[number]>]: never };
  /** Bounds on its series; see {@link Limits}. What is refused is counted in `tallystick_refused_recordings_total`. */
  readonly limits?: Limits;
  /**
   * Removes series whose value has not changed for so long; above 0. Never, when left out and the registry says nothing. The value is
   * looked at now and then, so recording costs nothing more, and a series may live a little longer. A series of which a handle is kept
   * goes out of sight only, and comes back from zero with the next recording that changes it.
   */
  readonly expireAfterSeconds?: number;
  /**
   * Whether its series keep the time at which they began to count, for the formats that show it: counters, histograms and summaries. A reset
   * and a re-creation renew it. As the registry says, when left out.
   */
  readonly created?: boolean;
  /** The registry to enter; the default one when left out, none when `null`. */
  readonly registry?: Registrar | null;
}

/** What all readings have: whose they are and when they were taken. */
export interface Reading {
  /** The series' labels; empty for a metric without labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Wall-clock time of the reading, in seconds since the Unix epoch. */
  readonly timestamp: number;
  /** Those of a counter or histogram, where there are any: one for each bucket at most. */
  readonly exemplars?: readonly Exemplar[];
}
