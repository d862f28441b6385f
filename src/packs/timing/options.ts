import type { Histogram } from '../../instruments/histogram.js';
import type { InProgress } from '../../instruments/gauge-handle.js';
import type { Summary } from '../../instruments/summary.js';
import type { LabelValue, Labels } from '../../model/labels.js';
import type { Clock } from '../../platform/clock.js';
import type { Registry } from '../../registry/registry.js';

/** Labels by name. */
export type TimingLabels = Readonly<Record<string, LabelValue>>;

/** The labels that are filled in where an instrument has them: whether it went well, and the name of the error if it did not. */
export type FilledLabels = 'success' | 'error_type';

/** What counts calls or errors: a `Counter` of any labels. */
export interface CallCounter {
  readonly name: string;
  readonly labelNames: readonly string[];
  inc(...labelsAndAmount: never[]): void;
}

/** What counts calls under way: a `Gauge` without labels, or the handle of one with labels. */
export interface InFlightGauge {
  startInProgress(): InProgress;
}

/** A call that is over, for what finds its labels. */
export interface TimedCall<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** What it was called with. */
  readonly args: Args;
  /** Its `this`. */
  readonly self: unknown;
  /** What it returned, a promise's value, a generator's return value or what the callback was given; undefined when it failed. */
  readonly result: Result | undefined;
  /** What it threw, a promise's reason or the callback's first argument; undefined when it did not fail. */
  readonly error: unknown;
  readonly success: boolean;
  /** How long it took, 0 or more. */
  readonly seconds: number;
}

/** The labels that a histogram needs beside those that are filled in; others may be given for the counter and for `record`. */
export type NeededLabels<Names extends readonly string[], Sets> = Omit<Labels<Names, Sets>, FilledLabels> & TimingLabels;

/** What {@link trackDuration} and {@link timed} have in common. At least one of `histogram`, `counter` and `record` is needed. */
export interface TimingOptions<Names extends readonly string[] = readonly string[], Sets = object> {
  /** Takes the seconds; its labels `success` and `error_type` are filled in. */
  readonly histogram?: Histogram<Names, Sets> | Summary<Names, Sets>;
  /** Counts one for each that is over, with those of the labels that it has. */
  readonly counter?: CallCounter;
  /** Counts one for each that failed, with those of the labels that it has; `error_type` is the name of the error. */
  readonly errors?: CallCounter;
  /** Counts what is under way. */
  readonly inFlight?: InFlightGauge;
  /** Takes the seconds and all labels, `success` among them, to record in ways of its own; what it throws is noted, and goes no further. */
  readonly record?: (seconds: number, labels: TimingLabels) => void;
  /** Reads the time, once at the start and once at the end; the platform's monotonic clock when left out. */
  readonly clock?: Clock;
  /** Where faults of measuring are counted and logged once a cause; the default registry when left out. */
  readonly registry?: Registry;
}

/** Options of {@link trackDuration}. */
export interface TrackOptions<Names extends readonly string[] = readonly string[], Sets = object, Args extends readonly unknown[] = readonly unknown[], Result = unknown>
  extends TimingOptions<Names, Sets> {
  /**
   * The labels, or what finds them when the call is over. It must name all that the histogram has, but `success` and `error_type`, which it may
   * name. What it throws is noted, and the call is not recorded.
   */
  readonly labels?: NeededLabels<Names, Sets> | LabelFunction<Names, Sets, Args, Result>['find'];
  /** Whether the last argument is a callback `(error, result)`, whose call ends the measuring; default no. */
  readonly callback?: boolean;
}

/** Written as a method, so that a function which expects certain arguments may be given where they are not known. */
export interface LabelFunction<Names extends readonly string[], Sets, Args extends readonly unknown[], Result> {
  find(call: TimedCall<Args, Result>): NeededLabels<Names, Sets>;
}

/** Options of {@link timed}. */
export interface TimedOptions<Names extends readonly string[] = readonly string[], Sets = object> extends TimingOptions<Names, Sets> {
  /** Labels that are known at the start; others come by `addLabel`. */
  readonly labels?: TimingLabels;
  /** What counts until `setSuccess` says otherwise; default true. */
  readonly success?: boolean;
}
