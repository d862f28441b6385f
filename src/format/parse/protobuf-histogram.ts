import type { Exemplar } from '../../model/exemplar.js';
import { lengthWire } from '../protobuf-wire.js';
import type { Span } from '../spans.js';
import { bucketsOf, coarsestSchema, finestSchema, highestIndex, lowestIndex } from './native-buckets.js';
import { type SeriesDraft, readExemplar, readTime } from './protobuf-parts.js';
import type { FieldNames, WireReader } from './wire-reader.js';

const histogramNames: FieldNames = [
  undefined, 'sample_count', 'sample_sum', 'bucket', 'sample_count_float', 'schema', 'zero_threshold', 'zero_count', 'zero_count_float', 'negative_span',
  'negative_delta', 'negative_count', 'positive_span', 'positive_delta', 'positive_count', 'created_timestamp', 'exemplars',
];
const bucketNames: FieldNames = [undefined, 'cumulative_count', 'upper_bound', 'exemplar', 'cumulative_count_float'];
const spanNames: FieldNames = [undefined, 'offset', 'length'];

/** Fields that come once at most, by number. */
const singular = (1 << 1) | (1 << 2) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 15);

/** How far the native buckets of a histogram of floats may add up to something else than its count, relatively. */
const tolerance = 1e-9;

interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** One side of the native buckets, as it stands in the document. */
class Side {
  readonly name: string;
  readonly spans: Span[];
  readonly deltas: number[];
  readonly counts: number[];

  constructor(name: string) {
    this.name = name;
    this.spans = [];
    this.deltas = [];
    this.counts = [];
  }
}

/** A histogram as it stands in the document. */
class Fields {
  count: number;
  floatCount: number;
  sum: number;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  floatZeroCount: number;
  readonly buckets: Bucket[];
  readonly bucketExemplars: Exemplar[];
  readonly negative: Side;
  readonly positive: Side;
  readonly exemplars: Exemplar[];

  constructor() {
    this.count = 0;
    this.floatCount = 0;
    this.sum = 0;
    this.schema = 0;
    this.zeroThreshold = 0;
    this.zeroCount = 0;
    this.floatZeroCount = 0;
    this.buckets = [];
    this.bucketExemplars = [];
    this.negative = new Side('negative');
    this.positive = new Side('positive');
    this.exemplars = [];
  }
}

/** Reads a histogram, classic, native or both, which has to add up. */
export function readHistogram(reader: WireReader, end: number, series: SeriesDraft): void {
  const start = reader.at;
  const fields = new Fields();
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    const number = tag >>> 3;
    if (number < 17 && (singular & (1 << number)) !== 0) seen = reader.once(seen, number, at, histogramNames);
    if (tag === 0x7a) series.created = readTime(reader, reader.lengthEnd(end));
    else if (!readTotal(reader, end, tag, fields) && !readList(reader, end, tag, at, fields)) reader.skip(tag, at, end, histogramNames);
  }
  series.sum = fields.sum;
  // "Overrides sample_count if > 0."
  const count = fields.floatCount > 0 ? fields.floatCount : fields.count;
  const isNative = fields.zeroThreshold > 0 || fields.zeroCount > 0 || fields.floatZeroCount > 0 || fields.positive.spans.length > 0 || fields.negative.spans.length > 0;
  checkCount(reader, start, 'sample_count', fields.floatCount);
  checkCount(reader, start, 'zero_count', fields.floatZeroCount);
  if (isNative) readNative(reader, start, count, fields, series);
  else if (fields.exemplars.length > 0) throw reader.error(start, 'exemplars without native buckets', 'those of classic buckets in their buckets');
  else if (hasCells(fields.positive) || hasCells(fields.negative)) throw reader.error(start, 'native buckets without spans', 'a span for each run of buckets');
  if (isNative && fields.buckets.length === 0) series.count = count;
  else series.buckets = completed(reader, start, count, fields.buckets);
  // What stands in a bucket and among those of the native buckets is one exemplar.
  const inBuckets = new Set(fields.bucketExemplars.map(keyOf));
  const exemplars = [...fields.exemplars.filter((one) => !inBuckets.has(keyOf(one))), ...fields.bucketExemplars];
  if (exemplars.length > 0) series.exemplars = exemplars;
}

function hasCells({ deltas, counts }: Side): boolean {
  return deltas.length > 0 || counts.length > 0;
}

/** Reads a field that is one number; false when it is none of these. */
function readTotal(reader: WireReader, end: number, tag: number, fields: Fields): boolean {
  switch (tag) {
    case 0x08:
      fields.count = reader.unsigned(end);
      return true;
    case 0x11:
      fields.sum = reader.double(end);
      return true;
    case 0x21:
      fields.floatCount = reader.double(end);
      return true;
    case 0x28:
      fields.schema = reader.signed(end);
      return true;
    case 0x31:
      fields.zeroThreshold = reader.double(end);
      return true;
    case 0x38:
      fields.zeroCount = reader.unsigned(end);
      return true;
    case 0x41:
      fields.floatZeroCount = reader.double(end);
      return true;
    default:
      return false;
  }
}

/** Reads a field, or a part of one, that is a list; false when it is none of these. @param at where its tag stands */
function readList(reader: WireReader, end: number, tag: number, at: number, fields: Fields): boolean {
  const number = tag >>> 3;
  const isPacked = (tag & 7) === lengthWire;
  const side = number < 12 ? fields.negative : fields.positive;
  switch (number) {
    case 3:
      if (isPacked) readBucket(reader, reader.lengthEnd(end), at, fields);
      return isPacked;
    case 9:
    case 12:
      if (isPacked) side.spans.push(readSpan(reader, reader.lengthEnd(end), at, side));
      return isPacked;
    case 10:
    case 13:
      if (!isPacked && (tag & 7) !== 0) return false;
      if (isPacked) for (const listEnd = reader.lengthEnd(end); reader.at < listEnd; ) side.deltas.push(reader.signed(listEnd));
      else side.deltas.push(reader.signed(end));
      return true;
    case 11:
    case 14:
      if (!isPacked && (tag & 7) !== 1) return false;
      if (isPacked) for (const listEnd = reader.lengthEnd(end); reader.at < listEnd; ) side.counts.push(reader.double(listEnd));
      else side.counts.push(reader.double(end));
      return true;
    case 16: {
      if (!isPacked) return false;
      const exemplar = readExemplar(reader, reader.lengthEnd(end));
      if (exemplar.timestamp === undefined) throw reader.error(at, 'an exemplar of a native histogram without a timestamp', 'one with a timestamp');
      fields.exemplars.push(exemplar);
      return true;
    }
    default:
      return false;
  }
}

function readBucket(reader: WireReader, end: number, start: number, fields: Fields): void {
  let count = 0;
  let floatCount = 0;
  let le = 0;
  let exemplar: Exemplar | undefined;
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x08 || tag === 0x11 || tag === 0x1a || tag === 0x21) seen = reader.once(seen, tag >>> 3, at, bucketNames);
    if (tag === 0x08) count = reader.unsigned(end);
    else if (tag === 0x11) le = reader.double(end);
    else if (tag === 0x1a) exemplar = readExemplar(reader, reader.lengthEnd(end));
    else if (tag === 0x21) floatCount = reader.double(end);
    else reader.skip(tag, at, end, bucketNames);
  }
  checkCount(reader, start, 'cumulative_count', floatCount);
  const before = fields.buckets.at(-1);
  const bucket = { le, count: floatCount > 0 ? floatCount : count };
  if (Number.isNaN(le) || (before !== undefined && !(le > before.le))) throw reader.error(start, `the bound ${le}${before === undefined ? '' : ` after ${before.le}`}`, 'bounds that rise');
  if (before !== undefined && bucket.count < before.count) throw reader.error(start, `the count ${bucket.count} after ${before.count}`, 'cumulative counts, which do not fall');
  if (exemplar !== undefined) {
    if (exemplar.value > le || (before !== undefined && exemplar.value <= before.le)) throw reader.error(start, `an exemplar of ${exemplar.value} in the bucket up to ${le}`, 'an exemplar within its bucket');
    fields.bucketExemplars.push(exemplar);
  }
  fields.buckets.push(bucket);
}

function readSpan(reader: WireReader, end: number, start: number, { spans, name }: Side): Span {
  let offset = 0;
  let length = 0;
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x08 || tag === 0x10) seen = reader.once(seen, tag >>> 3, at, spanNames);
    if (tag === 0x08) offset = reader.signed(end);
    else if (tag === 0x10) length = reader.unsigned(end);
    else reader.skip(tag, at, end, spanNames);
  }
  if (spans.length > 0 && offset < 0) throw reader.error(start, `a ${name} span with the offset ${offset}`, 'an offset of at least 0, as only the first may be negative');
  return { offset, length };
}

/** The buckets with the one up to +Inf, which may be left out. */
function completed(reader: WireReader, start: number, count: number, buckets: Bucket[]): readonly Bucket[] {
  const last = buckets.at(-1);
  if (last !== undefined && (last.le === Infinity ? last.count !== count : last.count > count)) {
    throw reader.error(start, `a bucket up to ${last.le} that counts ${last.count} of ${count}`, last.le === Infinity ? 'as many as sample_count' : 'no more than sample_count');
  }
  if (last?.le !== Infinity) buckets.push({ le: Infinity, count });
  return buckets;
}

function readNative(reader: WireReader, start: number, count: number, fields: Fields, series: SeriesDraft): void {
  const { schema, zeroThreshold, positive, negative } = fields;
  const isFloat = fields.floatCount > 0 || fields.floatZeroCount > 0 || positive.counts.length > 0 || negative.counts.length > 0;
  const zeroCount = fields.floatZeroCount > 0 ? fields.floatZeroCount : fields.zeroCount;
  if (!(schema >= coarsestSchema && schema <= finestSchema)) throw reader.error(start, `the schema ${schema}`, `a schema from ${coarsestSchema} to ${finestSchema}`);
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) throw reader.error(start, `the zero threshold ${zeroThreshold}`, 'a finite number of at least 0');
  const negativeCells = cellsOf(reader, start, schema, isFloat, negative);
  const positiveCells = cellsOf(reader, start, schema, isFloat, positive);
  const inside = [...negativeCells, ...positiveCells].reduce((sum, one) => sum + one, zeroCount);
  const differs = Math.abs(inside - count) > (isFloat ? tolerance * Math.max(1, count) : 0);
  // NaN is counted, but in no bucket; then the sum is NaN.
  if (differs && !(Number.isNaN(fields.sum) && inside < count)) throw reader.error(start, `native buckets that count ${inside}`, `as many as sample_count, ${count}`);
  series.native = { schema, zeroThreshold, zeroCount, positive: bucketsOf(positive.spans, positiveCells), negative: bucketsOf(negative.spans, negativeCells) };
}

/** The counts of all buckets in spans, each by itself. */
function cellsOf(reader: WireReader, start: number, schema: number, isFloat: boolean, { name, spans, deltas, counts }: Side): readonly number[] {
  if (isFloat && deltas.length > 0) throw reader.error(start, `${name}_delta in a histogram of floats`, `${name}_count`);
  const cells: number[] = isFloat ? counts : [];
  let count = 0;
  for (const delta of deltas) cells.push((count += delta));
  for (const cell of cells) if (!(cell >= 0 && cell < Infinity)) throw reader.error(start, `a ${name} bucket that counts ${cell}`, 'a finite count of at least 0');
  let covered = 0;
  let index = 0;
  for (const { offset, length } of spans) {
    covered += length;
    index += offset + length;
  }
  if (covered !== cells.length) throw reader.error(start, `${name} spans for ${covered} buckets with ${cells.length} counts`, 'a count for each bucket');
  // The buckets of the smallest and of the largest double there are.
  const lowest = lowestIndex(schema);
  if (covered > 0 && (spans[0]!.offset < lowest || index - 1 > highestIndex(schema))) throw reader.error(start, `${name} buckets from ${spans[0]!.offset} to ${index - 1}`, `indices from ${lowest} to ${highestIndex(schema)}`);
  return cells;
}

function checkCount(reader: WireReader, start: number, name: string, count: number): void {
  if (!(count >= 0 && count < Infinity)) throw reader.error(start, `a ${name} of ${count}`, 'a finite count of at least 0');
}

function keyOf({ labels, value, timestamp }: Exemplar): string {
  return JSON.stringify([String(value), timestamp, ...Object.entries(labels)]);
}
