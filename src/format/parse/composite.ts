import type { MetricType } from '../../model/descriptor.js';
import type { NativeBucket, NativeBuckets } from '../../model/native.js';
import { closeBrace, closeBracket, colon, comma, openBracket, plus, minus, zero, nine } from './characters.js';
import { boundText } from '../numbers.js';
import type { Span } from '../spans.js';
import { bucketsOf, coarsestSchema, finestSchema, highestIndex, lowestIndex } from './native-buckets.js';
import { readNumber, readReal } from './numbers.js';
import type { Source } from './source.js';

/** A composite value of OpenMetrics 2.0: what a line says of a distribution. */
export interface Composite {
  readonly gauge: boolean;
  readonly count: number;
  readonly sum: number;
  readonly buckets?: { le: number; count: number }[];
  readonly native?: NativeBuckets;
  readonly quantiles?: { quantile: number; value: number }[];
}

/** Indices and lengths beyond this stand for no bucket. */
const largestInteger = 1 << 24;
/** By how much a count of float buckets may differ from their sum, relatively. */
const tolerance = 1e-9;

/**
 * Reads a composite value, `source.at` being behind its brace, and checks what must add up (OpenMetrics 2.0.0-rc0, "Composite values", "Classic
 * buckets", "Native buckets").
 *
 * @param type which of the values it may be; unknown metrics may have any
 */
export function readComposite(source: Source, type: MetricType): Composite {
  const gauge = type === 'gaugehistogram' || (type === 'unknown' && source.bytes[source.at] === 0x67);
  const prefix = gauge ? 'g' : '';
  const count = readField(source, `${prefix}count:`, (start) => checked(source, start, gauge || type === 'unknown' ? finite : atLeastZero, readNumber(source)));
  takeComma(source, 'sum');
  const sum = readField(source, `${prefix}sum:`, () => readNumber(source));
  takeComma(source, 'buckets or quantiles');
  const { at } = source;
  const summary = type === 'summary' || (type === 'unknown' && source.takeIf('quantile:'));
  if (summary) {
    source.at = at;
    return { gauge, count, sum, quantiles: readQuantiles(source, at, count, sum) };
  }
  const native = source.takeIf('schema:') ? readNative(source, gauge, count, sum) : undefined;
  if (native !== undefined && source.bytes[source.at] === closeBrace) {
    source.at += 1;
    return { gauge, count, sum, native };
  }
  if (native !== undefined) takeComma(source, 'bucket');
  const buckets = readClassic(source, gauge, count);
  source.take(closeBrace, '"}" at the end of the composite value');
  return { gauge, count, sum, buckets, ...(native === undefined ? {} : { native }) };
}

const finite = 'a finite number';
const atLeastZero = 'a finite number of at least 0';

function checked(source: Source, start: number, expected: string, value: number): number {
  if (!(Number.isFinite(value) && (value >= 0 || expected === finite))) throw source.errorIn(start, source.at, expected);
  return value;
}

function readField<Value>(source: Source, name: string, read: (start: number) => Value): Value {
  if (!source.takeIf(name)) throw source.errorIn(source.at, nameEnd(source), `"${name}"`);
  return read(source.at);
}

/** Where a field's name ends: behind its colon. */
function nameEnd({ bytes, at }: Source): number {
  let end = at;
  while ((bytes[end]! >= 0x61 && bytes[end]! <= 0x7a) || bytes[end] === 0x5f) end++;
  return bytes[end] === colon ? end + 1 : end;
}

function takeComma(source: Source, next: string): void {
  source.take(comma, `"," and ${next}`);
}

/** `[a,b,c]`, with each item read by a function. */
function readList(source: Source, item: () => void): void {
  source.take(openBracket, '"["');
  if (source.bytes[source.at] === closeBracket) {
    source.at += 1;
    return;
  }
  for (;;) {
    item();
    if (source.bytes[source.at] === closeBracket) break;
    source.take(comma, '"," or "]"');
  }
  source.at += 1;
}

function readQuantiles(source: Source, start: number, count: number, sum: number): { quantile: number; value: number }[] {
  const quantiles: { quantile: number; value: number }[] = [];
  if (!Number.isInteger(count) || count < 0) throw source.error(start, 'a whole count before the quantiles', String(count));
  if (!(sum >= 0)) throw source.error(start, 'a sum of at least 0 before the quantiles', String(sum));
  readField(source, 'quantile:', () => {
    readList(source, () => {
      const { at } = source;
      const quantile = readReal(source, 'a quantile');
      if (!(quantile >= 0 && quantile <= 1)) throw source.errorIn(at, source.at, 'a quantile from 0 to 1');
      const last = quantiles.at(-1);
      if (last !== undefined && !(quantile > last.quantile)) throw source.errorIn(at, source.at, `a quantile above ${last.quantile}`);
      source.take(colon, '":" after a quantile');
      const valueAt = source.at;
      const value = readNumber(source);
      if (value < 0) throw source.errorIn(valueAt, source.at, 'the value of a quantile, at least 0 or NaN');
      quantiles.push({ quantile, value });
    });
  });
  source.take(closeBrace, '"}" at the end of the composite value');
  return quantiles;
}

function readClassic(source: Source, gauge: boolean, count: number): { le: number; count: number }[] {
  const buckets: { le: number; count: number }[] = [];
  const { at: start } = source;
  readField(source, 'bucket:', () => {
    readList(source, () => {
      const { at } = source;
      const le = readNumber(source);
      const last = buckets.at(-1);
      if (le !== le) throw source.errorIn(at, source.at, 'an upper bound');
      if (last !== undefined && !(le > last.le)) throw source.errorIn(at, source.at, `a bound above ${boundText(last.le)}`);
      source.take(colon, '":" after a bound');
      const countAt = source.at;
      const cumulative = checked(source, countAt, gauge ? finite : atLeastZero, readNumber(source));
      if (last !== undefined && !gauge && cumulative < last.count) throw source.errorIn(countAt, source.at, `a cumulative count, at least ${last.count}`);
      buckets.push({ le, count: cumulative });
    });
  });
  const last = buckets.at(-1);
  if (last?.le !== Infinity) throw source.error(source.at - 1, 'a bucket "+Inf"');
  if (last.count !== count) throw source.error(start, `the count, ${count}, in the bucket "+Inf"`, String(last.count));
  return buckets;
}

function readNative(source: Source, gauge: boolean, count: number, sum: number): NativeBuckets {
  const start = source.at;
  const schema = readInteger(source);
  if (schema < coarsestSchema || schema > finestSchema) throw source.errorIn(start, source.at, `a schema from ${coarsestSchema} to ${finestSchema}`);
  takeComma(source, 'zero_threshold');
  const zeroThreshold = readField(source, 'zero_threshold:', (at) => checked(source, at, atLeastZero, readReal(source, 'a number')));
  takeComma(source, 'zero_count');
  const zeroCount = readField(source, 'zero_count:', (at) => checked(source, at, gauge ? finite : atLeastZero, readNumber(source)));
  const side = (name: string): NativeBucket[] => (source.takeIf(`,${name}_spans:`) ? readSide(source, name, schema, gauge) : []);
  const negative = side('negative');
  const positive = side('positive');
  let inside = zeroCount;
  for (const bucket of negative) inside += bucket.count;
  for (const bucket of positive) inside += bucket.count;
  const isEqual = Math.abs(inside - count) <= tolerance * Math.max(1, Math.abs(count));
  // Observations of NaN are in no bucket; the sum tells that there were some.
  if (!isEqual && !(sum !== sum && inside < count)) throw source.error(start, `the count, ${count}, in the native buckets together`, String(inside));
  return { schema, zeroThreshold, zeroCount, positive, negative };
}

function readSide(source: Source, name: string, schema: number, gauge: boolean): NativeBucket[] {
  const spans: Span[] = [];
  let buckets = 0;
  let next = 0;
  readList(source, () => {
    const { at } = source;
    const offset = readInteger(source);
    if (spans.length > 0 && offset < 0) throw source.errorIn(at, source.at, 'an offset of at least 0 after the first span');
    source.take(colon, '":" after the offset of a span');
    const lengthAt = source.at;
    const length = readInteger(source);
    if (length < 1) throw source.errorIn(lengthAt, source.at, 'a length of at least 1');
    if (spans.length === 0 && offset < lowestIndex(schema)) throw source.errorIn(at, source.at, `no bucket below ${lowestIndex(schema)}, that of the smallest number`);
    next += offset + length;
    if (next - 1 > highestIndex(schema)) throw source.errorIn(at, source.at, `no bucket above ${highestIndex(schema)}, that of +Inf`);
    buckets += length;
    spans.push({ offset, length });
  });
  const counts: number[] = [];
  takeComma(source, `${name}_buckets`);
  const start = source.at;
  readField(source, `${name}_buckets:`, () => {
    readList(source, () => counts.push(checked(source, source.at, gauge ? finite : atLeastZero, readNumber(source))));
  });
  if (counts.length !== buckets) throw source.error(start, `${buckets} buckets, as many as the spans have`, String(counts.length));
  return bucketsOf(spans, counts);
}

function readInteger(source: Source): number {
  const { bytes, at: start } = source;
  let at = start;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) at++;
  const first = at;
  let value = 0;
  for (let byte = bytes[at]!; byte >= zero && byte <= nine; byte = bytes[++at]!) value = value * 10 + (byte - zero);
  if (at === first) throw source.error(at, 'a whole number');
  source.at = at;
  if (value > largestInteger) throw source.errorIn(start, at, `a whole number of at most ${largestInteger}`);
  return negative ? -value : value;
}
