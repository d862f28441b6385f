import type { Exemplar } from '../../model/exemplar.js';
import { ByteBuffer } from '../../platform/byte-buffer.js';
import { closeMessage, longestVarint, varintSize, writeInt64 } from '../../format/protobuf-wire.js';
import type { LabelTable } from '../../store/label-table.js';
import { encodeMessage } from '../protobuf-message.js';
import { encodeSnappy } from '../snappy.js';
import type { FamilyLines } from './family-lines.js';
import { type HistogramMessage, histogramSchema } from './messages.js';

const sampleTag = 0x12;
const valueTag = 0x09;
const timestampTag = 0x10;
const startTag = 0x18;
/** The most bytes of a sample. */
const longestSample = 2 + 9 + 2 * (1 + longestVarint);

/** The bits of the NaN that ends a series (remote write 1.0, "Stale Markers"), the lower and the upper half. */
const staleLow = 0x0000_0002;
const staleHigh = 0x7ff0_0000;

/** A time that is not known. */
export const noTime = 0;

/**
 * Writes the body of a request, series after series: what both versions have in common. One that is turned to a family and to a row of it
 * writes the series of that row by their places among {@link FamilyLines.all}.
 */
export abstract class RequestWriter {
  /** The time series. */
  protected readonly out: ByteBuffer;
  /** Samples and histograms so far. */
  samples: number;
  protected ids: Int32Array;
  protected idBase: number;
  /** Bytes that the length of the last series took: most likely those of the next one. */
  private room: number;
  private readonly seriesTag: number;
  private readonly histogramTag: number;
  private readonly hasStart: boolean;

  protected constructor(seriesTag: number, histogramTag: number, hasStart: boolean) {
    this.out = new ByteBuffer(65_536);
    this.samples = 0;
    this.ids = new Int32Array(0);
    this.idBase = 0;
    this.room = 1;
    this.seriesTag = seriesTag;
    this.histogramTag = histogramTag;
    this.hasStart = hasStart;
  }

  /** Turns to a family; `labels` is where the integers of its label values belong. */
  abstract turnTo(family: FamilyLines, labels: LabelTable): void;

  /** Tells of the family that was turned to, where that is not done with each series. */
  abstract describe(): void;

  /** Turns to the series of a row. */
  turnToRow(ids: Int32Array, base: number): void {
    this.ids = ids;
    this.idBase = base;
  }

  /** @param start when counting began, in milliseconds; {@link noTime} where that is not known */
  writeSample(line: number, value: number, milliseconds: number, start: number, exemplar: Exemplar | undefined): void {
    const from = this.open();
    this.writeLabels(line);
    // Any NaN but the stale marker, whatever bits the value has.
    this.writeNumber(value === value ? value : NaN, milliseconds, start);
    if (exemplar !== undefined) this.writeExemplar(exemplar);
    this.writeLast();
    this.close(from);
  }

  /** Ends the series of a number. */
  writeStale(line: number, milliseconds: number): void {
    const from = this.open();
    this.writeLabels(line);
    const at = this.out.length;
    this.writeNumber(NaN, milliseconds, noTime);
    this.markStale(at + 3);
    this.writeLast();
    this.close(from);
  }

  writeHistogram(line: number, histogram: HistogramMessage, start: number, exemplars: readonly Exemplar[]): void {
    const from = this.open();
    this.writeLabels(line);
    const message = encodeMessage(histogramSchema, { ...histogram, startTimestamp: this.hasStart && start !== noTime ? start : undefined });
    // Exemplars stand after histograms in one version and before them in the other; the order of fields means nothing.
    this.writeField(this.histogramTag, message);
    for (const exemplar of exemplars) this.writeExemplar(exemplar);
    this.writeLast();
    this.close(from);
  }

  /** Ends the series of a native histogram. */
  writeStaleHistogram(line: number, histogram: HistogramMessage): void {
    const from = this.open();
    this.writeLabels(line);
    const message = encodeMessage(histogramSchema, histogram);
    this.writeField(this.histogramTag, message);
    // The sum comes first but for the count, which is 0: two bytes, and its own tag.
    this.markStale(this.out.length - message.length + 3);
    this.writeLast();
    this.close(from);
  }

  /** Bytes so far, before they are compressed. */
  abstract get length(): number;

  /** The compressed body of what was written; the next one begins empty. */
  take(): Uint8Array<ArrayBuffer> {
    const body = encodeSnappy(this.whole());
    this.clear();
    return body;
  }

  /** Forgets what was written. */
  clear(): void {
    this.out.length = 0;
    this.samples = 0;
  }

  protected abstract writeLabels(line: number): void;
  protected abstract writeExemplar(exemplar: Exemplar): void;
  /** Writes what stands at the end of a series. */
  protected abstract writeLast(): void;
  /** All bytes of the body. */
  protected abstract whole(): Uint8Array;

  protected writeField(tag: number, message: Uint8Array): void {
    const { out } = this;
    out.reserve(1 + longestVarint);
    out.bytes[out.length] = tag;
    out.length = writeInt64(out.bytes, out.length + 1, message.length);
    out.append(message);
  }

  private writeNumber(value: number, milliseconds: number, start: number): void {
    const { out } = this;
    out.reserve(longestSample);
    const { bytes, length } = out;
    bytes[length] = sampleTag;
    bytes[length + 2] = valueTag;
    out.view.setFloat64(length + 3, value, true);
    bytes[length + 11] = timestampTag;
    let end = writeInt64(bytes, length + 12, milliseconds);
    if (this.hasStart && start !== noTime) {
      bytes[end] = startTag;
      end = writeInt64(bytes, end + 1, start);
    }
    bytes[length + 1] = end - length - 2;
    out.length = end;
  }

  /** By halves: as a double it would be one NaN among others, whose bits an engine may change. */
  private markStale(at: number): void {
    this.out.view.setUint32(at, staleLow, true);
    this.out.view.setUint32(at + 4, staleHigh, true);
  }

  private open(): number {
    const { out } = this;
    out.reserve(1 + longestVarint);
    out.bytes[out.length] = this.seriesTag;
    out.length += 1 + this.room;
    this.samples += 1;
    return out.length;
  }

  private close(from: number): void {
    const { out, room } = this;
    const length = out.length - from;
    if (room === 1 && length < 0x80) {
      out.bytes[from - 1] = length;
      return;
    }
    out.reserve(longestVarint);
    this.room = varintSize(length);
    out.length = closeMessage(out.bytes, from, out.length, room);
  }
}
