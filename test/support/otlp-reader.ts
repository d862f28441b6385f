import { gunzipSync } from 'node:zlib';
import { type ReadMessage, type ReadTable, type ReadType, readMessage } from './protobuf-reader.js';

/**
 * A strict reader of OTLP metrics requests for tests, JSON or protobuf, which also judges what the data model demands. It shares no code with the
 * writer; field numbers and names are those of `metrics.proto`.
 */

const anyValue: ReadTable = { 1: ['stringValue', 'string'], 2: ['boolValue', 'bool'], 3: ['intValue', 'int64'], 4: ['doubleValue', 'double'] };
const keyValue: ReadTable = { 1: ['key', 'string'], 2: ['value', anyValue] };
const exemplar: ReadTable = { 2: ['timeUnixNano', 'fixed64'], 3: ['asDouble', 'double'], 4: ['spanId', 'bytes'], 5: ['traceId', 'bytes'], 7: ['filteredAttributes', keyValue, 'repeated'] };
const numberPoint: ReadTable = { 2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'], 4: ['asDouble', 'double'], 5: ['exemplars', exemplar, 'repeated'], 7: ['attributes', keyValue, 'repeated'] };
const histogramPoint: ReadTable = {
  2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'], 4: ['count', 'fixed64'], 5: ['sum', 'double'], 6: ['bucketCounts', 'fixed64', 'repeated'], 7: ['explicitBounds', 'double', 'repeated'],
  8: ['exemplars', exemplar, 'repeated'], 9: ['attributes', keyValue, 'repeated'],
};
const dense: ReadTable = { 1: ['offset', 'sint32'], 2: ['bucketCounts', 'uint64', 'repeated'] };
const exponentialPoint: ReadTable = {
  1: ['attributes', keyValue, 'repeated'], 2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'], 4: ['count', 'fixed64'], 5: ['sum', 'double'], 6: ['scale', 'sint32'], 7: ['zeroCount', 'fixed64'],
  8: ['positive', dense], 9: ['negative', dense], 11: ['exemplars', exemplar, 'repeated'], 14: ['zeroThreshold', 'double'],
};
const quantile: ReadTable = { 1: ['quantile', 'double'], 2: ['value', 'double'] };
const summaryPoint: ReadTable = { 2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'], 4: ['count', 'fixed64'], 5: ['sum', 'double'], 6: ['quantileValues', quantile, 'repeated'], 7: ['attributes', keyValue, 'repeated'] };
const metric: ReadTable = {
  1: ['name', 'string'], 2: ['description', 'string'], 3: ['unit', 'string'],
  5: ['gauge', { 1: ['dataPoints', numberPoint, 'repeated'] }],
  7: ['sum', { 1: ['dataPoints', numberPoint, 'repeated'], 2: ['aggregationTemporality', 'enum'], 3: ['isMonotonic', 'bool'] }],
  9: ['histogram', { 1: ['dataPoints', histogramPoint, 'repeated'], 2: ['aggregationTemporality', 'enum'] }],
  10: ['exponentialHistogram', { 1: ['dataPoints', exponentialPoint, 'repeated'], 2: ['aggregationTemporality', 'enum'] }],
  11: ['summary', { 1: ['dataPoints', summaryPoint, 'repeated'] }],
  12: ['metadata', keyValue, 'repeated'],
};
const request: ReadTable = {
  1: ['resourceMetrics', { 1: ['resource', { 1: ['attributes', keyValue, 'repeated'] }], 2: ['scopeMetrics', { 1: ['scope', { 1: ['name', 'string'], 2: ['version', 'string'] }], 2: ['metrics', metric, 'repeated'] }, 'repeated'] }, 'repeated'],
};

const kinds = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

/** One data point; which fields it has depends on the kind of its metric. 64-bit numbers are `bigint`. */
export interface ReadPoint {
  readonly attributes: Readonly<Record<string, string>>;
  readonly start: bigint;
  readonly time: bigint;
  readonly value: number;
  readonly count: bigint;
  readonly sum: number | undefined;
  readonly bucketCounts: readonly bigint[];
  readonly explicitBounds: readonly number[];
  readonly scale: number;
  readonly zeroCount: bigint;
  readonly zeroThreshold: number;
  readonly positive: ReadDense;
  readonly negative: ReadDense;
  readonly quantiles: Readonly<Record<string, number>>;
  readonly exemplars: readonly { readonly value: number; readonly time: bigint; readonly traceId: string; readonly spanId: string; readonly attributes: Readonly<Record<string, string>> }[];
}

export interface ReadDense {
  readonly offset: number;
  readonly bucketCounts: readonly bigint[];
}

export interface ReadMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: (typeof kinds)[number];
  readonly temporality: number;
  readonly isMonotonic: boolean;
  readonly type: string;
  readonly points: readonly ReadPoint[];
}

export interface ReadRequest {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
  readonly metrics: readonly ReadMetric[];
}

/** @throws Error saying what breaks the encoding or the data model */
export function readOtlp(body: Uint8Array, headers: Readonly<Record<string, string | undefined>>): ReadRequest {
  const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const type = headers['content-type'];
  if (type === 'application/x-protobuf') return judged(readMessage(bytes, request));
  if (type !== 'application/json') throw new Error(`content type ${type}`);
  return judged(fromJson(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)), request, 'request') as ReadMessage);
}

/** Turns JSON into what the protobuf reader gives, refusing what OTLP/JSON does not allow. */
function fromJson(value: unknown, type: ReadType, where: string): unknown {
  const refuse = (): never => {
    throw new Error(`${where} is ${JSON.stringify(value)}`);
  };
  if (typeof type !== 'string') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse();
    const known = new Map(Object.values(type).map(([name, inner, repeated]) => [name, { inner, repeated }]));
    return Object.fromEntries(
      Object.entries(value).map(([name, given]) => {
        const field = known.get(name);
        if (field === undefined) throw new Error(`${where}.${name} is unknown`);
        if (field.repeated === undefined) return [name, fromJson(given, field.inner, `${where}.${name}`)];
        if (!Array.isArray(given)) throw new Error(`${where}.${name} is no array`);
        return [name, given.map((one) => fromJson(one, field.inner, `${where}.${name}`))];
      }),
    );
  }
  switch (type) {
    case 'double':
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
      return typeof value === 'number' ? value : refuse();
    case 'fixed64':
    case 'uint64':
    case 'int64':
      return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : refuse();
    case 'bytes':
      return typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : refuse();
    case 'string':
      return typeof value === 'string' ? value : refuse();
    case 'bool':
      return typeof value === 'boolean' ? value : refuse();
    default:
      return Number.isInteger(value) ? value : refuse();
  }
}

interface RawPoint {
  readonly attributes?: RawAttributes;
  readonly startTimeUnixNano?: bigint;
  readonly timeUnixNano?: bigint;
  readonly asDouble?: number;
  readonly count?: bigint;
  readonly sum?: number;
  readonly bucketCounts?: readonly bigint[];
  readonly explicitBounds?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: bigint;
  readonly zeroThreshold?: number;
  readonly positive?: Partial<ReadDense>;
  readonly negative?: Partial<ReadDense>;
  readonly quantileValues?: readonly { readonly quantile: number; readonly value: number }[];
  readonly exemplars?: readonly { readonly timeUnixNano: bigint; readonly asDouble: number; readonly traceId?: Uint8Array; readonly spanId?: Uint8Array; readonly filteredAttributes?: RawAttributes }[];
}
type RawAttributes = readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
interface RawData {
  readonly dataPoints?: readonly RawPoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

function judged(message: ReadMessage): ReadRequest {
  const { resourceMetrics } = message as { resourceMetrics?: { resource: { attributes: RawAttributes }; scopeMetrics: { scope: { name: string }; metrics?: (Record<string, unknown> & { metadata: RawAttributes })[] }[] }[] };
  const found = resourceMetrics?.[0];
  if (found === undefined || resourceMetrics!.length > 1 || found.scopeMetrics.length !== 1) throw new Error('not one resource and one scope');
  const { scope, metrics = [] } = found.scopeMetrics[0]!;
  if (metrics.length === 0) throw new Error('an empty request');
  if (new Set(metrics.map(({ name }) => name)).size < metrics.length) throw new Error('a metric comes twice');
  return { resource: attributesOf(found.resource.attributes), scope: scope.name, metrics: metrics.map(judgedMetric) };
}

function judgedMetric(raw: Record<string, unknown> & { readonly metadata: RawAttributes }): ReadMetric {
  const name = String(raw['name']);
  const kind = kinds.filter((one) => raw[one] !== undefined);
  if (kind.length !== 1 || name === '') throw new Error(`${name} has the data ${kind.join()}`);
  const data = raw[kind[0]!] as RawData;
  const { dataPoints = [], aggregationTemporality = 0, isMonotonic = false } = data;
  const hasTemporality = kind[0] !== 'gauge' && kind[0] !== 'summary';
  if (hasTemporality !== (aggregationTemporality === 1 || aggregationTemporality === 2)) throw new Error(`${name} has the temporality ${aggregationTemporality}`);
  if (dataPoints.length === 0) throw new Error(`${name} has no points`);
  const points = dataPoints.map((point) => judgedPoint(name, kind[0]!, isMonotonic, point));
  if (new Set(points.map(({ attributes }) => JSON.stringify(Object.entries(attributes).sort()))).size < points.length) throw new Error(`${name} has two points with the same attributes`);
  const unit = raw['unit'];
  if (unit === '') throw new Error(`${name} has an empty unit`);
  return { name, description: String(raw['description']), unit: String(unit ?? ''), kind: kind[0]!, temporality: aggregationTemporality, isMonotonic, type: String(attributesOf(raw.metadata)['prometheus.type']), points };
}

function judgedPoint(name: string, kind: (typeof kinds)[number], isMonotonic: boolean, raw: RawPoint): ReadPoint {
  const { startTimeUnixNano: start = 0n, timeUnixNano: time = 0n, asDouble: value = NaN, count = 0n, bucketCounts = [], explicitBounds = [], zeroCount = 0n } = raw;
  const refuse = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  if (time === 0n) refuse('no time');
  if (kind === 'gauge' ? start !== 0n : start === 0n) refuse(`start ${start}`);
  if (start > time) refuse('starts after its end');
  if ((kind === 'gauge' || kind === 'sum') && raw.asDouble === undefined) refuse('no value');
  if (isMonotonic && !(value >= 0)) refuse(`a monotonic sum of ${value}`);
  const positive = { offset: 0, bucketCounts: [], ...raw.positive };
  const negative = { offset: 0, bucketCounts: [], ...raw.negative };
  const sumOf = (counts: readonly bigint[]): bigint => counts.reduce((sum, one) => sum + one, 0n);
  if (kind === 'histogram') {
    if (bucketCounts.length !== explicitBounds.length + 1) refuse(`${bucketCounts.length} buckets for ${explicitBounds.length} bounds`);
    if (explicitBounds.some((bound, i) => !Number.isFinite(bound) || (i > 0 && bound <= explicitBounds[i - 1]!))) refuse('bounds do not rise');
    if (sumOf(bucketCounts) !== count) refuse('buckets do not add up');
  }
  if (kind === 'exponentialHistogram') {
    if (zeroCount + sumOf(positive.bucketCounts) + sumOf(negative.bucketCounts) !== count) refuse('buckets do not add up');
    if (raw.scale === undefined || raw.scale < -10 || raw.scale > 20) refuse(`scale ${raw.scale}`);
  }
  return {
    attributes: attributesOf(raw.attributes ?? []) as Record<string, string>,
    start,
    time,
    value,
    count,
    sum: raw.sum,
    bucketCounts,
    explicitBounds,
    scale: raw.scale ?? 0,
    zeroCount,
    zeroThreshold: raw.zeroThreshold ?? 0,
    positive,
    negative,
    quantiles: Object.fromEntries((raw.quantileValues ?? []).map((one) => [String(one.quantile), one.value])),
    exemplars: (raw.exemplars ?? []).map((one) => {
      if (one.timeUnixNano === undefined || (one.traceId?.length ?? 16) !== 16 || (one.spanId?.length ?? 8) !== 8) refuse('a faulty exemplar');
      return { value: one.asDouble, time: one.timeUnixNano, traceId: hex(one.traceId), spanId: hex(one.spanId), attributes: attributesOf(one.filteredAttributes ?? []) as Record<string, string> };
    }),
  };
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

function attributesOf(raw: RawAttributes): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const { key, value } of raw) {
    const values = Object.values(value);
    if (key === '' || Object.hasOwn(attributes, key) || values.length !== 1) throw new Error(`attribute ${JSON.stringify(key)} comes twice, is empty, or has ${values.length} values`);
    Object.defineProperty(attributes, key, { value: values[0], enumerable: true });
  }
  return attributes;
}
