import { type Descriptor, type MetricType, familyName } from '../model/descriptor.js';
import { ByteBuffer } from '../platform/byte-buffer.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import type { ExpositionFormat, FamilyWriter } from './format.js';
import { HistogramBody } from './protobuf-histogram.js';
import { ProtobufLabels } from './protobuf-labels.js';
import { appendCounter, appendSummary, appendTimestamp, appendValue, valueTags } from './protobuf-metric.js';
import { appendString, closeMessage, longestVarint, varintSize, writeVarint } from './protobuf-wire.js';
import { chunkBytes, giveChunk, takeChunk } from './spare-chunks.js';

/** Content type of the protobuf format (Prometheus, "Exposition formats", "Protobuf format"); who escapes names appends how. */
export const protobufContentType = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

const nameTag = 0x0a;
const helpTag = 0x12;
const typeTag = 0x18;
const metricTag = 0x22;
const unitTag = 0x2a;

/** `MetricType`: what it has no type for is a gauge, and unknown is untyped. */
const typeNumbers: Readonly<Record<MetricType, number>> = { counter: 0, gauge: 1, summary: 2, unknown: 3, histogram: 4, gaugehistogram: 5, info: 1, stateset: 1 };

/** The most bytes of a metric before its labels, and of one value after them. */
const longestMetricHead = 24;

/**
 * The protobuf format: a message `io.prometheus.client.MetricFamily` for each family, its length before it. Fields stand in the order of
 * their numbers, and what is said and left out is as by the Go client: labels by name, no bucket up to +Inf unless it has an exemplar, no
 * family without series.
 *
 * Source: Prometheus documentation, "Exposition formats", and `metrics.proto` of prometheus/client_model.
 */
export function protobufFormat(contentType: string = protobufContentType): ExpositionFormat {
  return { contentType, begin: nothing, family: (view, out) => new ProtobufFamilyWriter(view, out), end: nothing };
}

function nothing(): void {}

/**
 * Writes one family. Its length comes first: where the family is complete in the first turn, it is put into the room that was left for it.
 * Otherwise what was written is taken back, each turn fills a chunk, and they are handed out when the last series has been written. A
 * family that fails leaves nothing behind.
 */
class ProtobufFamilyWriter implements FamilyWriter {
  private readonly view: FamilyView;
  private readonly out: ByteBuffer;
  private readonly cursor: SeriesCursor;
  /** Those of each metric of a series: a state set has one a state. */
  private readonly labels: readonly ProtobufLabels[];
  private readonly histogram: HistogramBody | undefined;
  /** The field of a metric that has a value and nothing else; 0 for others. */
  private readonly valueTag: number;
  /** Bytes that the length of the last metric took: most likely those of the next one. */
  private room: number;
  /** What has been written since the first turn. */
  private readonly chunks: ByteBuffer[];
  /** The chunk that is handed out next; -1 as long as the family is not complete. */
  private next: number;

  constructor(view: FamilyView, out: ByteBuffer) {
    const { descriptor } = view;
    const { type, states, stateLabel } = descriptor;
    this.view = view;
    this.out = out;
    this.cursor = view.cursor();
    this.labels = (type === 'stateset' ? states.map((state) => [[stateLabel, state] as const]) : [[]]).map((last) => new ProtobufLabels(descriptor, view.table.labels, last));
    this.histogram = type === 'histogram' || type === 'gaugehistogram' ? new HistogramBody(view) : undefined;
    this.valueTag = view.timestampCell >= 0 || (type === 'counter' && (view.createdCell >= 0 || view.exemplars !== undefined)) ? 0 : valueTags[type];
    this.room = 1;
    this.chunks = [];
    this.next = -1;
  }

  write(bytes: number): boolean {
    if (this.next >= 0) return this.handOut(bytes);
    const { out, chunks } = this;
    for (const labels of this.labels) labels.forget();
    const before = out.length;
    if (chunks.length > 0) {
      const chunk = takeChunk();
      chunks.push(chunk);
      return this.writeUpTo(bytes === Infinity ? bytes : chunkBytes, chunk) || this.handOutFirst(bytes);
    }
    try {
      const room = varintSize(this.estimate());
      const start = before + room;
      out.reserve(room);
      out.length = start;
      appendHead(this.view.descriptor, out);
      const more = this.writeUpTo(bytes === Infinity ? bytes : start + chunkBytes, out);
      if (more) {
        const chunk = takeChunk();
        chunk.append(out.bytes.subarray(start, out.length));
        chunks.push(chunk);
        out.length = before;
      } else {
        out.reserve(longestVarint);
        out.length = this.cursor.row < 0 ? before : closeMessage(out.bytes, start, out.length, room);
      }
      return more;
    } catch (error) {
      out.length = before;
      throw error;
    }
  }

  /** Writes series until the buffer holds so many bytes; false when that was the end of the family. */
  private writeUpTo(bytes: number, out: ByteBuffer): boolean {
    const { cursor } = this;
    const { unit } = this.view.descriptor;
    while (cursor.next()) {
      this.writeSeries(out);
      if (out.length >= bytes) return true;
    }
    if (unit !== '') appendString(out, unitTag, unit);
    return false;
  }

  private handOutFirst(bytes: number): boolean {
    const { chunks, out } = this;
    out.reserve(longestVarint);
    out.length = writeVarint(out.bytes, out.length, chunks.reduce((sum, { length }) => sum + length, 0));
    this.next = 0;
    return this.handOut(bytes);
  }

  private handOut(bytes: number): boolean {
    const { chunks, out } = this;
    do {
      const chunk = chunks[this.next]!;
      if (out.length === 0) out.exchange(chunk);
      else out.append(chunk.written());
      chunks[this.next++] = noChunk;
      giveChunk(chunk);
    } while (this.next < chunks.length && out.length < bytes);
    return this.next < chunks.length;
  }

  private writeSeries(out: ByteBuffer): void {
    const { cursor, labels, valueTag } = this;
    for (let i = 0; i < labels.length; i++) {
      const own = labels[i]!;
      const { room } = this;
      own.render(cursor);
      out.reserve(longestMetricHead + own.length);
      out.bytes[out.length] = metricTag;
      const start = out.length + 1 + room;
      out.length = own.copyTo(out, start);
      if (valueTag !== 0) appendValue(out, valueTag, cursor.cells[cursor.cellBase + i]!);
      else this.appendBody(i, out);
      const length = out.length - start;
      if (room === 1 && length < 0x80) {
        out.bytes[start - 1] = length;
        continue;
      }
      out.reserve(longestVarint);
      this.room = varintSize(length);
      out.length = closeMessage(out.bytes, start, out.length, room);
    }
  }

  private appendBody(place: number, out: ByteBuffer): void {
    const { view, cursor, histogram } = this;
    const { type } = view.descriptor;
    // The time has a lower number than the field of a histogram, and a higher one than the others.
    if (histogram !== undefined) {
      appendTimestamp(view, cursor, out);
      histogram.append(cursor, out);
      return;
    }
    if (type === 'summary') appendSummary(view, cursor, out);
    else if (type === 'counter') appendCounter(view, cursor, out);
    else appendValue(out, valueTags[type], cursor.cells[cursor.cellBase + place]!);
    appendTimestamp(view, cursor, out);
  }

  /** Bytes of the family, near enough to tell how many its length will take. */
  private estimate(): number {
    const { descriptor, table } = this.view;
    const metric = 32 + this.labels[0]!.length + (descriptor.labelNames.length + descriptor.bounds.length + descriptor.quantiles.length) * 16;
    return 64 + descriptor.help.length + table.size * this.labels.length * metric;
  }
}

const noChunk = /* @__PURE__ */ new ByteBuffer(0);

/** Appends the fields before the metrics. */
function appendHead({ name, help, type }: Descriptor, out: ByteBuffer): void {
  appendString(out, nameTag, type === 'info' ? `${familyName({ name, type })}_info` : name);
  appendString(out, helpTag, help);
  out.reserve(2);
  out.bytes[out.length] = typeTag;
  out.bytes[out.length + 1] = typeNumbers[type];
  out.length += 2;
}
