import type { MetricType } from '../model/descriptor.js';
import type { Exemplar } from '../model/exemplar.js';
import { quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
import type { ByteBuffer } from '../platform/byte-buffer.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import { appendPair } from './protobuf-labels.js';
import { closeMessage, longestVarint, writeInt64, writeVarint } from './protobuf-wire.js';

/** Field 1 as a double: the value of a counter, gauge or untyped, and the rank of a quantile. */
const firstDoubleTag = 0x09;
/** Field 2 as a double: the value of an exemplar and of a quantile, and the sum of a summary or histogram. */
export const secondDoubleTag = 0x11;

/** Tags of the fields of a metric. */
const gaugeTag = 0x12;
const counterTag = 0x1a;
const summaryTag = 0x22;
const untypedTag = 0x2a;
const timestampTag = 0x30;

/** The field of a metric for types whose body is a value; 0 for others. */
export const valueTags: Readonly<Record<MetricType, number>> = { counter: counterTag, gauge: gaugeTag, info: gaugeTag, stateset: gaugeTag, unknown: untypedTag, summary: 0, histogram: 0, gaugehistogram: 0 };

const exemplarTag = 0x12;
const exemplarTimeTag = 0x1a;
const counterCreatedTag = 0x1a;
const quantileTag = 0x1a;
const summaryCreatedTag = 0x22;

/** Seconds from the year 1 to the year 9999, what a `google.protobuf.Timestamp` may hold. */
const earliestSecond = -62_135_596_800;
const latestSecond = 253_402_300_799;
/** The largest double that is an `int64`, and the largest that is a `uint64`. */
const largestInt64 = 2 ** 63 - 1024;
const largestUint64 = 2 ** 64 - 2048;

/** Appends the body of a gauge, untyped or counter that is its value alone. */
export function appendValue(out: ByteBuffer, tag: number, value: number): void {
  out.reserve(11);
  const { bytes, length } = out;
  bytes[length] = tag;
  bytes[length + 1] = 9;
  bytes[length + 2] = firstDoubleTag;
  out.view.setFloat64(length + 3, value, true);
  out.length = length + 11;
}

/** Appends the body of a counter: value, exemplar, time of creation. */
export function appendCounter(view: FamilyView, cursor: SeriesCursor, out: ByteBuffer): void {
  out.reserve(11);
  const start = out.length + 2;
  appendValue(out, counterTag, cursor.cells[cursor.cellBase + valueCell]!);
  const exemplar = view.exemplars?.at(cursor.row, 0);
  if (exemplar !== undefined) appendExemplar(out, exemplarTag, exemplar);
  appendCreated(view, cursor, counterCreatedTag, out);
  out.reserve(longestVarint);
  out.length = closeMessage(out.bytes, start, out.length, 1);
}

/** Appends the body of a summary: count, sum, quantiles, time of creation. */
export function appendSummary(view: FamilyView, cursor: SeriesCursor, out: ByteBuffer): void {
  const { quantiles } = view.descriptor;
  const { cells, cellBase } = cursor;
  out.reserve(32 + quantiles.length * 20);
  const { bytes, view: target } = out;
  bytes[out.length] = summaryTag;
  const start = out.length + 2;
  bytes[start] = 0x08;
  let at = writeVarint(bytes, start + 1, Math.min(cells[cellBase + summaryCountCell]!, largestUint64));
  bytes[at] = secondDoubleTag;
  target.setFloat64(at + 1, sumAt(cells, cellBase), true);
  at += 9;
  for (let i = 0; i < quantiles.length; i++) {
    bytes[at] = quantileTag;
    bytes[at + 1] = 18;
    bytes[at + 2] = firstDoubleTag;
    target.setFloat64(at + 3, quantiles[i]!, true);
    bytes[at + 11] = secondDoubleTag;
    target.setFloat64(at + 12, cells[cellBase + quantileCells + i]!, true);
    at += 20;
  }
  out.length = at;
  appendCreated(view, cursor, summaryCreatedTag, out);
  out.reserve(longestVarint);
  out.length = closeMessage(out.bytes, start, out.length, 1);
}

/** Appends the time of a series' creation, where it has one. */
export function appendCreated({ createdCell }: FamilyView, { cells, cellBase }: SeriesCursor, tag: number, out: ByteBuffer): void {
  if (createdCell >= 0) appendTime(out, tag, cells[cellBase + createdCell]!);
}

/** Appends the time that a metric's samples carry, where they do, in whole milliseconds; none that an `int64` cannot hold. */
export function appendTimestamp({ timestampCell }: FamilyView, { cells, cellBase }: SeriesCursor, out: ByteBuffer): void {
  if (timestampCell < 0) return;
  const milliseconds = Math.round(cells[cellBase + timestampCell]! * 1000);
  if (!(Math.abs(milliseconds) <= largestInt64)) return;
  out.reserve(1 + longestVarint);
  out.bytes[out.length] = timestampTag;
  out.length = writeInt64(out.bytes, out.length + 1, milliseconds);
}

/** Appends a `google.protobuf.Timestamp`; none for NaN, and for a time that it cannot hold. */
function appendTime(out: ByteBuffer, tag: number, seconds: number): void {
  let whole = Math.floor(seconds);
  let nanos = Math.round((seconds - whole) * 1e9);
  if (nanos === 1e9) {
    whole += 1;
    nanos = 0;
  }
  if (!(whole >= earliestSecond && whole <= latestSecond)) return;
  out.reserve(4 + 2 * longestVarint);
  const { bytes } = out;
  bytes[out.length] = tag;
  const start = out.length + 2;
  let at = start;
  // Zeros are left out: unlike the exposition, this message is of proto3.
  if (whole !== 0) {
    bytes[at] = 0x08;
    at = writeInt64(bytes, at + 1, whole);
  }
  if (nanos !== 0) {
    bytes[at] = 0x10;
    at = writeVarint(bytes, at + 1, nanos);
  }
  out.length = closeMessage(bytes, start, at, 1);
}

/** Appends a field with an exemplar. @param tag of one byte or two */
export function appendExemplar(out: ByteBuffer, tag: number, { labels, value, timestamp = NaN }: Exemplar): void {
  out.reserve(3);
  out.length = writeVarint(out.bytes, out.length, tag) + 1;
  const start = out.length;
  for (const [name, text] of Object.entries(labels)) appendPair(out, name, text);
  out.reserve(9);
  out.bytes[out.length] = secondDoubleTag;
  out.view.setFloat64(out.length + 1, value, true);
  out.length += 9;
  appendTime(out, exemplarTimeTag, timestamp);
  out.reserve(longestVarint);
  out.length = closeMessage(out.bytes, start, out.length, 1);
}
