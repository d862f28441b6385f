import { type MessageSchema, messageSchema } from '../protobuf-message.js';

/**
 * A metrics request as plain objects, named as in OTLP/JSON: built once, written as JSON or as protobuf. Times are in nanoseconds since the
 * Unix epoch. Source: OpenTelemetry protocol, `metrics.proto`.
 */
export interface MetricsRequest {
  readonly resourceMetrics: readonly ResourceMetrics[];
}

export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopeMetrics: readonly ScopeMetrics[];
}

export interface Resource {
  readonly attributes: readonly KeyValue[];
}

export interface ScopeMetrics {
  readonly scope: Scope;
  readonly metrics: readonly Metric[];
}

export interface Scope {
  readonly name: string;
  readonly version?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** One of the four. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number;
  readonly doubleValue?: number;
}

/** One of the five kinds of data. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit?: string;
  readonly gauge?: Data<NumberPoint>;
  readonly sum?: SumData;
  readonly histogram?: TemporalData<HistogramPoint>;
  readonly exponentialHistogram?: TemporalData<ExponentialPoint>;
  readonly summary?: Data<SummaryPoint>;
  readonly metadata: readonly KeyValue[];
}

export interface Data<Point> {
  readonly dataPoints: readonly Point[];
}

export interface TemporalData<Point> extends Data<Point> {
  readonly aggregationTemporality: Temporality;
}

export interface SumData extends TemporalData<NumberPoint> {
  readonly isMonotonic: boolean;
}

/** `AggregationTemporality`; 0, unspecified, must not be used. */
export type Temporality = 1 | 2;
export const delta = 1;
export const cumulative = 2;

/** What every kind of point has. */
interface PointBase {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano?: bigint;
  readonly timeUnixNano: bigint;
}

export interface NumberPoint extends PointBase {
  readonly asDouble: number;
  readonly exemplars?: readonly ExemplarMessage[];
}

export interface HistogramPoint extends PointBase {
  readonly count: number;
  readonly sum?: number;
  /** One more than bounds; each by itself. */
  readonly bucketCounts: readonly number[];
  readonly explicitBounds: readonly number[];
  readonly exemplars?: readonly ExemplarMessage[];
}

export interface ExponentialPoint extends PointBase {
  readonly count: number;
  readonly sum?: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive?: DenseBuckets;
  readonly negative?: DenseBuckets;
  readonly zeroThreshold: number;
  readonly exemplars?: readonly ExemplarMessage[];
}

/** Bucket `i` counts what is above `base ** (offset + i)` and not above `base ** (offset + i + 1)`. */
export interface DenseBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface SummaryPoint extends PointBase {
  readonly count: number;
  readonly sum: number;
  readonly quantileValues: readonly QuantileValue[];
}

export interface QuantileValue {
  readonly quantile: number;
  readonly value: number;
}

export interface ExemplarMessage {
  readonly timeUnixNano: bigint;
  readonly asDouble: number;
  readonly spanId?: Uint8Array;
  readonly traceId?: Uint8Array;
  readonly filteredAttributes: readonly KeyValue[];
}

export type Point = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;

const anyValue: MessageSchema<AnyValue> = /* @__PURE__ */ messageSchema<AnyValue>({ stringValue: [1, 'string'], boolValue: [2, 'bool'], intValue: [3, 'int64'], doubleValue: [4, 'double'] });
const keyValue: MessageSchema<KeyValue> = /* @__PURE__ */ messageSchema<KeyValue>({ key: [1, 'string'], value: [2, anyValue] });
const exemplar: MessageSchema<ExemplarMessage> = /* @__PURE__ */ messageSchema<ExemplarMessage>({
  timeUnixNano: [2, 'fixed64'],
  asDouble: [3, 'double'],
  spanId: [4, 'bytes'],
  traceId: [5, 'bytes'],
  filteredAttributes: [7, keyValue],
});
const numberPoint: MessageSchema<NumberPoint> = /* @__PURE__ */ messageSchema<NumberPoint>({
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  asDouble: [4, 'double'],
  exemplars: [5, exemplar],
  attributes: [7, keyValue],
});
const histogramPoint: MessageSchema<HistogramPoint> = /* @__PURE__ */ messageSchema<HistogramPoint>({
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'fixed64'],
  explicitBounds: [7, 'double'],
  exemplars: [8, exemplar],
  attributes: [9, keyValue],
});
const denseBuckets: MessageSchema<DenseBuckets> = /* @__PURE__ */ messageSchema<DenseBuckets>({ offset: [1, 'sint32'], bucketCounts: [2, 'uint64'] });
const exponentialPoint: MessageSchema<ExponentialPoint> = /* @__PURE__ */ messageSchema<ExponentialPoint>({
  attributes: [1, keyValue],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'sint32'],
  zeroCount: [7, 'fixed64'],
  positive: [8, denseBuckets],
  negative: [9, denseBuckets],
  exemplars: [11, exemplar],
  zeroThreshold: [14, 'double'],
});
const quantileValue: MessageSchema<QuantileValue> = /* @__PURE__ */ messageSchema<QuantileValue>({ quantile: [1, 'double'], value: [2, 'double'] });
const summaryPoint: MessageSchema<SummaryPoint> = /* @__PURE__ */ messageSchema<SummaryPoint>({
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, quantileValue],
  attributes: [7, keyValue],
});
const gaugeData: MessageSchema<Data<NumberPoint>> = /* @__PURE__ */ messageSchema<Data<NumberPoint>>({ dataPoints: [1, numberPoint] });
const sumData: MessageSchema<SumData> = /* @__PURE__ */ messageSchema<SumData>({ dataPoints: [1, numberPoint], aggregationTemporality: [2, 'enum'], isMonotonic: [3, 'bool'] });
const histogramData: MessageSchema<TemporalData<HistogramPoint>> = /* @__PURE__ */ messageSchema<TemporalData<HistogramPoint>>({ dataPoints: [1, histogramPoint], aggregationTemporality: [2, 'enum'] });
const exponentialData: MessageSchema<TemporalData<ExponentialPoint>> = /* @__PURE__ */ messageSchema<TemporalData<ExponentialPoint>>({ dataPoints: [1, exponentialPoint], aggregationTemporality: [2, 'enum'] });
const summaryData: MessageSchema<Data<SummaryPoint>> = /* @__PURE__ */ messageSchema<Data<SummaryPoint>>({ dataPoints: [1, summaryPoint] });
const metric: MessageSchema<Metric> = /* @__PURE__ */ messageSchema<Metric>({
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  gauge: [5, gaugeData],
  sum: [7, sumData],
  histogram: [9, histogramData],
  exponentialHistogram: [10, exponentialData],
  summary: [11, summaryData],
  metadata: [12, keyValue],
});
const scope: MessageSchema<Scope> = /* @__PURE__ */ messageSchema<Scope>({ name: [1, 'string'], version: [2, 'string'] });
const scopeMetrics: MessageSchema<ScopeMetrics> = /* @__PURE__ */ messageSchema<ScopeMetrics>({ scope: [1, scope], metrics: [2, metric] });
const resource: MessageSchema<Resource> = /* @__PURE__ */ messageSchema<Resource>({ attributes: [1, keyValue] });
const resourceMetrics: MessageSchema<ResourceMetrics> = /* @__PURE__ */ messageSchema<ResourceMetrics>({ resource: [1, resource], scopeMetrics: [2, scopeMetrics] });

/** `ExportMetricsServiceRequest`. */
export const requestSchema: MessageSchema<MetricsRequest> = /* @__PURE__ */ messageSchema<MetricsRequest>({ resourceMetrics: [1, resourceMetrics] });

/** Nanoseconds of a time in seconds; a double of today's seconds is exact to a quarter of a microsecond, so microseconds are all there is. */
export function nanosOf(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e6)) * 1000n;
}

/** An attribute that is text. */
export function textAttribute(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}
