import type { Counter } from '../instruments/counter.js';
import type { Gauge } from '../instruments/gauge.js';
import type { Histogram } from '../instruments/histogram.js';
import type { Summary } from '../instruments/summary.js';
import type { LabelValue } from '../model/labels.js';
import type { Aggregator } from '../model/shape.js';
import type { MetricsConfig } from './parse-config.js';

/** The labels of each metric by name, by kind: what `npx tallystick types` writes for a file. */
export interface MetricsShape {
  readonly counters: object;
  readonly gauges: object;
  readonly histograms: object;
  readonly summaries: object;
}

/** Any labels. */
export type MetricLabels = Readonly<Record<string, LabelValue>>;

/** Metrics of any name, with any labels: where no types were written. */
export interface AnyMetrics {
  readonly counters: Readonly<Record<string, MetricLabels>>;
  readonly gauges: Readonly<Record<string, MetricLabels>>;
  readonly histograms: Readonly<Record<string, MetricLabels>>;
  readonly summaries: Readonly<Record<string, MetricLabels>>;
}

/** The names of a kind. */
export type NamesOf<Kind> = keyof Kind & string;

/** The label names of an instrument with these labels. */
export type LabelNamesOf<L> = [L[keyof L]] extends [never] ? readonly [] : readonly (keyof L & string)[];

/** What no labels at all are. */
type Nothing = Record<never, never>;

/** Amount and labels of a recording; the labels may be left out where there need be none. */
export type CountArguments<L> = Nothing extends L ? [amount?: number, labels?: L] : [amount: number, labels: L];

/** Value and labels of a recording. */
export type ValueArguments<L> = Nothing extends L ? [value: number, labels?: L] : [value: number, labels: L];

/** Labels of any kind's metric of that name. */
export type AnyLabelsOf<M extends MetricsShape, Name> =
  Name extends keyof M['counters'] ? M['counters'][Name] : Name extends keyof M['gauges'] ? M['gauges'][Name] : Name extends keyof M['histograms'] ? M['histograms'][Name] : Name extends keyof M['summaries'] ? M['summaries'][Name] : never;

/** The names of all kinds. */
export type AnyNameOf<M extends MetricsShape> = NamesOf<M['counters']> | NamesOf<M['gauges']> | NamesOf<M['histograms']> | NamesOf<M['summaries']>;

/** A metric that the program declares itself. */
export interface CreateOptions {
  readonly description: string;
  readonly unit?: string;
  /** False registers nothing. */
  readonly capture?: boolean;
  readonly labels?: readonly string[];
  readonly labelValues?: Readonly<Record<string, readonly string[]>>;
  readonly limits?: object;
  readonly expireAfterSeconds?: number;
}

/** Gauges: how those of several threads or processes become one, too. */
export interface CreateGaugeOptions extends CreateOptions {
  readonly aggregator?: Aggregator;
}

/** Histograms: their buckets, too. */
export interface CreateHistogramOptions extends CreateOptions {
  readonly buckets?: readonly number[];
  readonly native?: boolean | object;
}

/** Summaries: their quantiles, too. */
export interface CreateSummaryOptions extends CreateOptions {
  readonly quantiles?: readonly number[];
  readonly maxAgeSeconds?: number;
  readonly ageBuckets?: number;
  readonly maxSamples?: number;
}

/**
 * Metrics by name. No method throws: what cannot be done is counted in `tallystick_collector_errors_total` and logged, once a cause. Recording
 * a metric that is not captured does nothing.
 */
export interface MetricsClient<M extends MetricsShape = AnyMetrics> {
  readonly service: string;
  /** Counts; the amount is 0 or more, 1 when left out. */
  recordCounter<Name extends NamesOf<M['counters']>>(name: Name, ...given: CountArguments<M['counters'][Name]>): void;
  /** Sets a gauge, to any number. */
  recordGauge<Name extends NamesOf<M['gauges']>>(name: Name, ...given: ValueArguments<M['gauges'][Name]>): void;
  /** Observes; any number but NaN. */
  recordHistogram<Name extends NamesOf<M['histograms']>>(name: Name, ...given: ValueArguments<M['histograms'][Name]>): void;
  /** Observes; any number but NaN. */
  recordSummary<Name extends NamesOf<M['summaries']>>(name: Name, ...given: ValueArguments<M['summaries'][Name]>): void;
  /** Counts, sets or observes, whatever the metric of that name is. */
  recordMetric<Name extends AnyNameOf<M>>(name: Name, ...given: ValueArguments<AnyLabelsOf<M, Name>>): void;
  /** The instrument itself, which does throw; undefined when there is none, or none is captured. */
  getCounter<Name extends NamesOf<M['counters']>>(name: Name): Counter<LabelNamesOf<M['counters'][Name]>> | undefined;
  getGauge<Name extends NamesOf<M['gauges']>>(name: Name): Gauge<LabelNamesOf<M['gauges'][Name]>> | undefined;
  getHistogram<Name extends NamesOf<M['histograms']>>(name: Name): Histogram<LabelNamesOf<M['histograms'][Name]>> | undefined;
  getSummary<Name extends NamesOf<M['summaries']>>(name: Name): Summary<LabelNamesOf<M['summaries'][Name]>> | undefined;
  /** Declares a metric that the file does not, or finds one of the same shape; undefined when that cannot be, or it is not captured. */
  createCounter(name: string, options: CreateOptions): Counter<readonly string[]> | undefined;
  createGauge(name: string, options: CreateGaugeOptions): Gauge<readonly string[]> | undefined;
  createHistogram(name: string, options: CreateHistogramOptions): Histogram<readonly string[]> | undefined;
  createSummary(name: string, options: CreateSummaryOptions): Summary<readonly string[]> | undefined;
  /**
   * Takes another configuration in place of the present one. Metrics that both have keep their counts; what is new comes, what is gone goes, and goes on
   * where it was should it come back. What the program created stays.
   *
   * @returns false when the configuration has faults: then nothing has changed
   */
  reload(config: MetricsConfig | object): boolean;
}
