import { type ByteBuffer, encodeUtf8 } from '../platform/byte-buffer.js';

/**
 * The wire of protobuf ("Encoding"): a field is a tag, its number shifted left by three with its wire type, and a value. Numbers are varints,
 * seven bits a byte, the lowest first; strings and messages have their length before them.
 */
export const varintWire = 0;
export const fixed64Wire = 1;
export const lengthWire = 2;
export const fixed32Wire = 5;

/** Bytes of the longest varint. */
export const longestVarint = 10;

/** The bytes of a whole number of at least 0 as a varint. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  let size = 3;
  for (let rest = value / 0x20_0000; rest >= 1; rest /= 0x80) size += 1;
  return size;
}

/** Writes a whole number from 0 to 2⁶⁴ − 1 as a varint, and returns where it ends. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest >= 0x8000_0000; rest = Math.floor(rest / 0x80)) bytes[end++] = (rest % 0x80) | 0x80;
  let small = rest | 0;
  for (; small >= 0x80; small >>>= 7) bytes[end++] = (small & 0x7f) | 0x80;
  bytes[end] = small;
  return end + 1;
}

/** Writes a whole number as an `int64`, and returns where it ends: a negative one takes ten bytes. */
export function writeInt64(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeVarint(bytes, at, value);
  let rest = BigInt.asUintN(64, BigInt(value));
  let end = at;
  for (; rest >= 0x80n; rest >>= 7n) bytes[end++] = Number(rest & 0x7fn) | 0x80;
  bytes[end] = Number(rest);
  return end + 1;
}

/** Writes a whole number between −2⁵² and 2⁵² as an `sint64`, and returns where it ends. */
export function writeSigned(bytes: Uint8Array, at: number, value: number): number {
  return writeVarint(bytes, at, value >= 0 ? value * 2 : -value * 2 - 1);
}

/**
 * Puts the length of a message before it, and returns where it now ends.
 *
 * @param start where the message begins
 * @param room bytes that were left free before it; when the length takes another number of them, the message is moved
 */
export function closeMessage(bytes: Uint8Array, start: number, end: number, room: number): number {
  const length = end - start;
  const moved = varintSize(length) - room;
  if (moved !== 0) bytes.copyWithin(start + moved, start, end);
  writeVarint(bytes, start - room, length);
  return end + moved;
}

/** Appends a field with a string. */
export function appendString(out: ByteBuffer, tag: number, text: string): void {
  const utf8 = encodeUtf8(text);
  out.reserve(1 + longestVarint + utf8.length);
  out.bytes[out.length] = tag;
  out.length = writeVarint(out.bytes, out.length + 1, utf8.length);
  out.append(utf8);
}
