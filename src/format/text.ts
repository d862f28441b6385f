import { type Descriptor, type MetricType, familyName } from '../model/descriptor.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
import { type ByteBuffer, encodeUtf8, littleEndian } from '../platform/byte-buffer.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import { escapeHelp, escapeLabelValue } from './escape.js';
import { boundText, longestNumber, writeNumber } from './numbers.js';

/** Content type of the text format, version 0.0.4 (exposition formats, "Basic info"). */
export const textContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** What text 0.0.4 calls the types it does not have: info and state sets are gauges, unknown is untyped. */
const textTypes: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/**
 * Writes one family in the text format, version 0.0.4: HELP, TYPE, then its samples, series by series in the order of their creation. A
 * family without series is only its HELP and TYPE.
 *
 * Source: Prometheus documentation, "Exposition formats", "Text-based format".
 */
export function writeTextFamily(view: FamilyView, out: ByteBuffer): void {
  new TextFamilyWriter(view, out).write(Infinity);
}

/** Writes one family as {@link writeTextFamily}, a part at a time. A series is written whole: its numbers are of one moment. */
export class TextFamilyWriter {
  private readonly view: FamilyView;
  private readonly out: ByteBuffer;
  private readonly cursor: SeriesCursor;
  private readonly samples: readonly Sample[];

  /** Writes HELP and TYPE. */
  constructor(view: FamilyView, out: ByteBuffer) {
    const { descriptor } = view;
    const name = textName(descriptor);
    out.append(encodeUtf8(`# HELP ${name} ${escapeHelp(descriptor.help)}\n# TYPE ${name} ${textTypes[descriptor.type]}\n`));
    this.view = view;
    this.out = out;
    this.cursor = view.cursor();
    this.samples = samplesOf(descriptor, name);
  }

  /** Goes on until the buffer holds at least so many bytes. False when that was the last series. */
  write(bytes: number): boolean {
    const { view, cursor, samples, out } = this;
    while (cursor.next()) {
      writeSeries(view, cursor, samples, out);
      if (out.length >= bytes) return true;
    }
    return false;
  }
}

/** The name samples carry: the metric's own, but an info's always ends in `_info`. */
function textName(descriptor: Descriptor): string {
  return descriptor.type === 'info' ? `${familyName(descriptor)}_info` : descriptor.name;
}

/**
 * The lines a series has, as the bytes around what differs from series to series: `before[0]`, first label value, `before[1]`, second label
 * value …, `after`, value, line feed.
 */
interface Sample {
  readonly before: readonly Piece[];
  readonly after: Piece;
  /** Bytes of a line beside its label values. */
  readonly length: number;
}

/** Bytes in words of four, as which they are copied; the last word may be filled up. */
interface Piece {
  readonly words: Int32Array;
  readonly length: number;
}

function piece(text: string): Piece {
  const bytes = encodeUtf8(text);
  const words = new Int32Array((bytes.length + 3) >>> 2);
  new Uint8Array(words.buffer).set(bytes);
  return { words, length: bytes.length };
}

function samplesOf(descriptor: Descriptor, name: string): readonly Sample[] {
  switch (descriptor.type) {
    case 'histogram':
      return [
        ...[...descriptor.bounds, Infinity].map((bound) => sample(descriptor, `${name}_bucket`, ['le', boundText(bound)])),
        sample(descriptor, `${name}_sum`),
        sample(descriptor, `${name}_count`),
      ];
    case 'summary':
      return [
        ...descriptor.quantiles.map((quantile) => sample(descriptor, name, ['quantile', boundText(quantile)])),
        sample(descriptor, `${name}_sum`),
        sample(descriptor, `${name}_count`),
      ];
    case 'stateset':
      return descriptor.states.map((state) => sample(descriptor, name, [descriptor.stateLabel, state]));
    default:
      return [sample(descriptor, name)];
  }
}

/** @param last a label that this line has beside those of the series */
function sample(descriptor: Descriptor, name: string, last?: readonly [name: string, value: string]): Sample {
  const pair = ([label, value]: readonly [string, string]): string => `${label}="${escapeLabelValue(value)}"`;
  const fixed = descriptor.constLabels.map(pair);
  const before: Piece[] = [];
  let text = name;
  let separator = '{';
  for (const constant of fixed) {
    text += separator + constant;
    separator = ',';
  }
  for (const label of descriptor.labelNames) {
    before.push(piece(`${text}${separator}${label}="`));
    text = '"';
    separator = ',';
  }
  if (last !== undefined) {
    text += separator + pair(last);
    separator = ',';
  }
  const after = piece(`${text}${separator === ',' ? '}' : ''} `);
  return { before, after, length: before.reduce((sum, bytes) => sum + bytes.length, after.length + longestNumber + 1) };
}

function writeSeries(view: FamilyView, cursor: SeriesCursor, samples: readonly Sample[], out: ByteBuffer): void {
  const { type } = view.descriptor;
  const { cells, cellBase } = cursor;
  switch (type) {
    case 'histogram': {
      let count = 0;
      const buckets = samples.length - 2;
      for (let i = 0; i < buckets; i++) {
        count += cells[cellBase + bucketCells + i]!;
        writeSample(view, cursor, samples[i]!, count, out);
      }
      writeSample(view, cursor, samples[buckets]!, sumAt(cells, cellBase), out);
      writeSample(view, cursor, samples[buckets + 1]!, count, out);
      return;
    }
    case 'summary': {
      const quantiles = samples.length - 2;
      for (let i = 0; i < quantiles; i++) writeSample(view, cursor, samples[i]!, cells[cellBase + quantileCells + i]!, out);
      writeSample(view, cursor, samples[quantiles]!, sumAt(cells, cellBase), out);
      writeSample(view, cursor, samples[quantiles + 1]!, cells[cellBase + summaryCountCell]!, out);
      return;
    }
    case 'stateset':
      for (let i = 0; i < samples.length; i++) writeSample(view, cursor, samples[i]!, cells[cellBase + i]!, out);
      return;
    default:
      writeSample(view, cursor, samples[0]!, cells[cellBase + valueCell]!, out);
  }
}

/** The hot half of an exposition: copies bytes, makes no string and no object. */
function writeSample(view: FamilyView, cursor: SeriesCursor, sample: Sample, value: number, out: ByteBuffer): void {
  const { labels } = view.table;
  const { before, after } = sample;
  const { labelIds, labelBase } = cursor;
  // Room for the longest values there are: asking each for its length would be a look-up more.
  out.reserve(sample.length + before.length * labels.longest);
  const { bytes, view: target } = out;
  let at = out.length;
  for (let i = 0; i < before.length; i++) {
    const { words, length } = before[i]!;
    for (let j = 0; j < words.length; j++) target.setInt32(at + (j << 2), words[j]!, littleEndian);
    at = labels.copyTo(labelIds[labelBase + i]!, target, at + length);
  }
  const { words, length } = after;
  for (let j = 0; j < words.length; j++) target.setInt32(at + (j << 2), words[j]!, littleEndian);
  at = writeNumber(bytes, at + length, value);
  bytes[at] = lineFeed;
  out.length = at + 1;
}

const lineFeed = 0x0a;
