import type { Descriptor } from '../model/descriptor.js';
import { ByteBuffer, littleEndian } from '../platform/byte-buffer.js';
import type { LabelTable } from '../store/label-table.js';
import type { SeriesCursor } from '../store/family-view.js';
import { appendString, closeMessage, longestVarint } from './protobuf-wire.js';

const pairTag = 0x0a;
const nameTag = 0x0a;
const valueTag = 0x12;

/**
 * The labels of a metric, as the bytes around the values that differ from series to series. They stand in the order of their names, as
 * those of the Go client do.
 */
export interface LabelTemplate {
  readonly pairs: readonly Pair[];
  /** The constant labels after the last of the others. */
  readonly rest: Piece;
  /** The most bytes it takes beside the values. */
  readonly length: number;
}

/** What stands before a value, up to the byte for its length: constant labels, then the head of its own pair. */
interface Pair extends Piece {
  /** Where the byte for the length of the pair is. */
  readonly lengthAt: number;
  /** The column of the value. */
  readonly place: number;
}

/** Bytes in words of four, as which they are copied; the last word may be filled up. */
interface Piece {
  readonly words: Int32Array;
  readonly length: number;
}

/** @param last a label that these metrics have beside those of the series */
export function labelTemplate(descriptor: Descriptor, last: readonly (readonly [name: string, value: string])[] = []): LabelTemplate {
  const labels: (readonly [name: string, value: string | number])[] = [...descriptor.constLabels, ...descriptor.labelNames.map((name, place) => [name, place] as const), ...last];
  labels.sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs: Pair[] = [];
  const out = new ByteBuffer(64);
  let length = 0;
  for (const [name, value] of labels) {
    if (typeof value === 'string') {
      appendPair(out, name, value);
      continue;
    }
    out.reserve(2);
    out.bytes[out.length] = pairTag;
    const lengthAt = out.length + 1;
    out.length += 2;
    appendString(out, nameTag, name);
    out.reserve(2);
    out.bytes[out.length] = valueTag;
    out.length += 2;
    pairs.push({ ...takePiece(out), lengthAt, place: value });
    length += pairs.at(-1)!.length + 2 * longestVarint;
  }
  const rest = takePiece(out);
  return { pairs, rest, length: length + rest.length };
}

function takePiece(out: ByteBuffer): Piece {
  const bytes = out.take();
  const words = new Int32Array((bytes.length + 3) >>> 2);
  new Uint8Array(words.buffer).set(bytes);
  return { words, length: bytes.length };
}

/** Appends a label: field 1 of a metric, and of an exemplar. */
export function appendPair(out: ByteBuffer, name: string, value: string): void {
  out.reserve(2);
  out.bytes[out.length] = pairTag;
  const start = out.length + 2;
  out.length = start;
  appendString(out, nameTag, name);
  appendString(out, valueTag, value);
  out.reserve(longestVarint);
  out.length = closeMessage(out.bytes, start, out.length, 1);
}

/** Writes the labels of a series where there is room for the template and its longest values, and returns where they end. */
export function writeLabels(template: LabelTemplate, labels: LabelTable, cursor: SeriesCursor, out: ByteBuffer, from: number): number {
  const { pairs, rest } = template;
  const { labelIds, labelBase } = cursor;
  const { bytes, view: target } = out;
  let at = from;
  for (let i = 0; i < pairs.length; i++) {
    const { words, length, lengthAt, place } = pairs[i]!;
    for (let j = 0; j < words.length; j++) target.setInt32(at + (j << 2), words[j]!, littleEndian);
    const pairStart = at + lengthAt + 1;
    const valueStart = at + length;
    at = labels.copyRawTo(labelIds[labelBase + place]!, target, valueStart);
    if (at - pairStart < 0x80) {
      bytes[valueStart - 1] = at - valueStart;
      bytes[pairStart - 1] = at - pairStart;
    } else {
      at = closeMessage(bytes, pairStart, closeMessage(bytes, valueStart, at, 1), 1);
    }
  }
  const { words, length } = rest;
  for (let j = 0; j < words.length; j++) target.setInt32(at + (j << 2), words[j]!, littleEndian);
  return at + length;
}
