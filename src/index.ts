/**
 * The core: instruments, registries and the text format.
 *
 * @module
 */
export { type Clock, systemClock } from './platform/clock.js';
export { TallystickError, type ErrorCode } from './model/errors.js';
export type { Descriptor, MetricOptions, MetricType } from './model/descriptor.js';
export type { Aggregator } from './model/shape.js';
export type { LabelArguments, LabelProduct, LabelTuple, LabelValue, LabelValueSets, Labels, PartialLabels } from './model/labels.js';
export { defaultBuckets, exponentialBuckets, exponentialBucketsRange, linearBuckets } from './distribution/bounds.js';
export { defaultQuantiles } from './distribution/quantiles.js';
export type { Collectable, Registrar } from './store/catalog.js';
export type { FamilyView, SeriesCursor } from './store/family-view.js';
export type { CollectFunction } from './instruments/observed.js';
export { Instrument } from './instruments/instrument.js';
export type { InstrumentOptions, Reading } from './instruments/instrument-options.js';
export type { InProgress } from './instruments/gauge-handle.js';
export type { StopTimer } from './instruments/timer.js';
export { Counter, type CounterHandle, type CounterOptions, type ValueReading } from './instruments/counter.js';
export { Gauge, type GaugeOptions } from './instruments/gauge.js';
export type { GaugeHandle } from './instruments/gauge-handle.js';
export { Histogram, type HistogramOptions, type HistogramReading } from './instruments/histogram.js';
export type { HistogramHandle, HistogramValue } from './instruments/histogram-handle.js';
export type { NativeOptions } from './instruments/native-settings.js';
export { Summary, type SummaryHandle, type SummaryOptions, type SummaryReading, type SummaryValue } from './instruments/summary.js';
export { SampledCounter, type SampledCounterHandle, type SampledCounterOptions } from './instruments/sampled-counter.js';
export { RateLimitedGauge, type RateLimitedGaugeHandle, type RateLimitedGaugeOptions } from './instruments/rate-limited-gauge.js';
export { Info, type InfoHandle, type InfoOptions, type InfoReading } from './instruments/info.js';
export { StateSet, type StateReading, type StateSetHandle, type StateSetOptions } from './instruments/state-set.js';
export type { CollectOptions, RegistryOptions } from './registry/composition.js';
export { Registry, defaultRegistry } from './registry/registry.js';
export type { Limits, OnLimit } from './store/budget.js';
export type { Cardinality, MetricCardinality } from './registry/cardinality.js';
export type { FaultLogger } from './registry/faults.js';
export type { Collector } from './registry/sources.js';
export type { CollectedFamily, CollectedSeries } from './model/collected.js';
export type { Exemplar, ExemplarLabels, ExemplarSupplier, RecordedExemplar } from './model/exemplar.js';
export type { NameValidation } from './model/names.js';
export type { NativeBucket, NativeBuckets } from './model/native.js';
export type { ExemplarSnapshot, FamilySnapshot, JsonNumber, SeriesSnapshot } from './registry/snapshot.js';
export type { EscapingScheme, FormatName } from './format/format.js';
export { collectText, stream, toBytes, toText, type BytesOptions, type ExpositionOptions, type StreamOptions } from './format/expose.js';
export { ExpositionBuffer } from './format/exposition-buffer.js';
export { textContentType } from './format/text.js';
