import { bucketCells, negativeChainCell, positiveChainCell, schemaCell, sumAt, zeroCountCell, zeroThresholdCell } from '../model/layout.js';
import type { ByteBuffer } from '../platform/byte-buffer.js';
import type { FamilyView, NativePlace, SeriesCursor } from '../store/family-view.js';
import { NativeSpans } from './native-spans.js';
import { appendCreated, appendExemplar, secondDoubleTag } from './protobuf-metric.js';
import { closeMessage, longestVarint, varintSize, writeSigned, writeVarint } from './protobuf-wire.js';

const histogramTag = 0x3a;
const countTag = 0x08;
const bucketTag = 0x1a;
const countFloatTag = 0x21;
const schemaTag = 0x28;
const zeroThresholdTag = 0x31;
const zeroCountTag = 0x38;
const zeroCountFloatTag = 0x41;
const createdTag = 0x7a;
const nativeExemplarTag = 0x82;

/** Tags of one side's native buckets. */
interface SideTags {
  readonly span: number;
  readonly delta: number;
  readonly count: number;
}
const negativeTags: SideTags = { span: 0x4a, delta: 0x50, count: 0x59 };
const positiveTags: SideTags = { span: 0x62, delta: 0x68, count: 0x71 };

const bucketCountTag = 0x08;
const bucketExemplarTag = 0x1a;
const bucketCountFloatTag = 0x21;

/** The most bytes of a bucket without its exemplar, and of what is neither bucket nor native. */
const longestBucket = 24;
const longestTotals = 48;
/** Whole counts beyond this are written as floats: the differences of larger ones have no exact `sint64`. */
const largestWhole = 2 ** 52;

/** Writes the bodies of one family's histograms, classic and native. */
export class HistogramBody {
  private readonly view: FamilyView;
  private readonly bounds: Float64Array;
  private readonly negative: NativeSpans;
  private readonly positive: NativeSpans;
  /** Bytes that the length of the last one took: most likely those of the next one. */
  private room: number;

  constructor(view: FamilyView) {
    this.view = view;
    this.bounds = Float64Array.from(view.descriptor.bounds);
    this.negative = new NativeSpans();
    this.positive = new NativeSpans();
    this.room = 2;
  }

  append(cursor: SeriesCursor, out: ByteBuffer): void {
    const { view, room, bounds } = this;
    const { cells, cellBase } = cursor;
    const { native } = view;
    let count = 0;
    let areWhole = true;
    for (let i = cellBase + bucketCells; i <= cellBase + bucketCells + bounds.length; i++) {
      count += cells[i]!;
      if (cells[i] !== Math.floor(cells[i]!)) areWhole = false;
    }
    if (count > largestWhole) areWhole = false;
    if (native !== undefined && !this.readNative(native, cells, cellBase)) areWhole = false;

    out.reserve(longestTotals + bounds.length * longestBucket);
    const { bytes } = out;
    bytes[out.length] = histogramTag;
    const start = out.length + 1 + room;
    let at = start;
    if (areWhole) {
      bytes[at] = countTag;
      at = writeVarint(bytes, at + 1, count);
    }
    bytes[at] = secondDoubleTag;
    out.view.setFloat64(at + 1, sumAt(cells, cellBase), true);
    out.length = at + 9;
    if (view.exemplars === undefined && areWhole) this.appendPlainBuckets(cells, cellBase + bucketCells, out);
    else this.appendBuckets(cursor, areWhole, out);
    if (!areWhole) appendDouble(out, countFloatTag, count);
    if (native !== undefined) this.appendNative(native, cells, cellBase, areWhole, out);
    appendCreated(view, cursor, createdTag, out);
    if (native !== undefined && view.exemplars !== undefined) for (const exemplar of view.exemplars.spread(cursor.row)) appendExemplar(out, nativeExemplarTag, exemplar);
    out.reserve(longestVarint);
    this.room = varintSize(out.length - start);
    out.length = closeMessage(out.bytes, start, out.length, room);
  }

  /** Whole counts without exemplars, for which there is room. The bucket up to +Inf is left out, as by the Go client: it is the count. */
  private appendPlainBuckets(cells: Float64Array, first: number, out: ByteBuffer): void {
    const { bounds } = this;
    const { bytes, view } = out;
    let at = out.length;
    let cumulative = 0;
    for (let i = 0; i < bounds.length; i++) {
      cumulative += cells[first + i]!;
      bytes[at] = bucketTag;
      bytes[at + 2] = bucketCountTag;
      const end = writeVarint(bytes, at + 3, cumulative);
      bytes[at + 1] = end - at + 7;
      bytes[end] = secondDoubleTag;
      view.setFloat64(end + 1, bounds[i]!, true);
      at = end + 9;
    }
    out.length = at;
  }

  /** Any buckets; the one up to +Inf only where it has an exemplar, unless the native buckets have that. */
  private appendBuckets({ cells, cellBase, row }: SeriesCursor, areWhole: boolean, out: ByteBuffer): void {
    const { bounds, view } = this;
    let cumulative = 0;
    for (let i = 0; i <= bounds.length; i++) {
      cumulative += cells[cellBase + bucketCells + i]!;
      const exemplar = view.exemplars?.at(row, i);
      if (i === bounds.length && (exemplar === undefined || (view.native !== undefined && i === 0))) return;
      out.reserve(longestBucket);
      out.bytes[out.length] = bucketTag;
      const start = out.length + 2;
      out.length = start;
      if (areWhole) {
        out.bytes[start] = bucketCountTag;
        out.length = writeVarint(out.bytes, start + 1, cumulative);
      }
      appendDouble(out, secondDoubleTag, i === bounds.length ? Infinity : bounds[i]!);
      if (exemplar !== undefined) appendExemplar(out, bucketExemplarTag, exemplar);
      if (!areWhole) appendDouble(out, bucketCountFloatTag, cumulative);
      out.reserve(longestVarint);
      out.length = closeMessage(out.bytes, start, out.length, 1);
    }
  }

  /** Reads the native buckets of a series, and tells whether all counts are whole. */
  private readNative({ cell, blocks }: NativePlace, cells: Float64Array, cellBase: number): boolean {
    this.negative.read(cells[cellBase + cell + negativeChainCell]!, blocks);
    this.positive.read(cells[cellBase + cell + positiveChainCell]!, blocks);
    return isWhole(cells[cellBase + cell + zeroCountCell]!) && areWhole(this.negative) && areWhole(this.positive);
  }

  private appendNative({ cell }: NativePlace, cells: Float64Array, cellBase: number, areWhole: boolean, out: ByteBuffer): void {
    const { negative, positive } = this;
    const zeroThreshold = cells[cellBase + cell + zeroThresholdCell]!;
    const zeroCount = cells[cellBase + cell + zeroCountCell]!;
    out.reserve(1 + longestVarint);
    out.bytes[out.length] = schemaTag;
    out.length = writeSigned(out.bytes, out.length + 1, cells[cellBase + cell + schemaCell]!);
    appendDouble(out, zeroThresholdTag, zeroThreshold);
    if (areWhole) {
      out.reserve(1 + longestVarint);
      out.bytes[out.length] = zeroCountTag;
      out.length = writeVarint(out.bytes, out.length + 1, zeroCount);
    } else {
      appendDouble(out, zeroCountFloatTag, zeroCount);
    }
    appendSide(negative, negativeTags, areWhole, out);
    appendSide(positive, positiveTags, areWhole, out);
    // A reader tells a native histogram by a span, a width or a count of its zero bucket; where there is none, by a span of nothing.
    if (zeroThreshold === 0 && zeroCount === 0 && negative.spans === 0 && positive.spans === 0) appendSpan(out, positiveTags.span, 0, 0);
  }
}

function isWhole(count: number): boolean {
  return count === Math.floor(count) && count <= largestWhole;
}

function areWhole({ counts, size }: NativeSpans): boolean {
  for (let i = 0; i < size; i++) if (!isWhole(counts[i]!)) return false;
  return true;
}

/** Appends spans, then whole counts as differences, each from the one before, or others as they are. */
function appendSide({ spans, offsets, lengths, counts, size }: NativeSpans, tags: SideTags, areWhole: boolean, out: ByteBuffer): void {
  for (let i = 0; i < spans; i++) appendSpan(out, tags.span, offsets[i]!, lengths[i]!);
  out.reserve(size * (1 + longestVarint));
  let before = 0;
  for (let i = 0; i < size; i++) {
    if (!areWhole) {
      appendDouble(out, tags.count, counts[i]!);
      continue;
    }
    out.bytes[out.length] = tags.delta;
    out.length = writeSigned(out.bytes, out.length + 1, counts[i]! - before);
    before = counts[i]!;
  }
}

function appendSpan(out: ByteBuffer, tag: number, offset: number, length: number): void {
  out.reserve(4 + 2 * longestVarint);
  const { bytes } = out;
  bytes[out.length] = tag;
  const start = out.length + 2;
  bytes[start] = 0x08;
  const end = writeSigned(bytes, start + 1, offset);
  bytes[end] = 0x10;
  out.length = closeMessage(bytes, start, writeVarint(bytes, end + 1, length), 1);
}

function appendDouble(out: ByteBuffer, tag: number, value: number): void {
  out.reserve(9);
  out.bytes[out.length] = tag;
  out.view.setFloat64(out.length + 1, value, true);
  out.length += 9;
}
