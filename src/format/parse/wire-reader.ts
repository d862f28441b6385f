import { decodeUtf8, encodeUtf8 } from '../../platform/byte-buffer.js';
import { fixed32Wire, fixed64Wire, lengthWire, varintWire } from '../protobuf-wire.js';
import { ParseError } from './parse-error.js';

/** The names of a message's fields by their numbers. */
export type FieldNames = readonly (string | undefined)[];

const wireNames: readonly string[] = ['a varint', 'eight bytes', 'bytes with a length', 'a group', 'the end of a group', 'four bytes'];
const longestVarint = 10;
/** ASCII up to this length is put together from its codes: a decoder's call costs several times that. */
const longestByCodes = 32;

/** Reads the fields of one message of a delimited document, and tells where it is wrong. */
export class WireReader {
  bytes: Uint8Array;
  at: number;
  /** The message, from 1 on, and where its length begins. */
  message: number;
  messageStart: number;
  /** The varint read last, as two unsigned words of 32 bits. */
  private low: number;
  private high: number;
  private view: DataView;

  constructor() {
    this.bytes = new Uint8Array(0);
    this.at = 0;
    this.message = 0;
    this.messageStart = 0;
    this.low = 0;
    this.high = 0;
    this.view = new DataView(this.bytes.buffer);
  }

  /** Turns to other bytes. */
  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  /** Where the present varint ends, or -1 if it goes beyond the bytes there are. */
  varintEnd(end: number): number {
    for (let at = this.at; at < end; at++) {
      if (this.bytes[at]! < 0x80) return at + 1;
      if (at - this.at === longestVarint - 1) return at + 1;
    }
    return -1;
  }

  /** An unsigned varint; beyond 2⁵³ the nearest double. */
  unsigned(end: number): number {
    const { bytes, at } = this;
    if (at < end && bytes[at]! < 0x80) {
      this.at = at + 1;
      return bytes[at]!;
    }
    this.readVarint(end);
    return this.high * 2 ** 32 + this.low;
  }

  /** An `int64` or `int32`. */
  integer(end: number): number {
    this.readVarint(end);
    return this.high >= 2 ** 31 ? -((~this.high >>> 0) * 2 ** 32 + (~this.low >>> 0) + 1) : this.high * 2 ** 32 + this.low;
  }

  /** An `sint64` or `sint32`. */
  signed(end: number): number {
    this.readVarint(end);
    const half = (this.high >>> 1) * 2 ** 32 + (((this.low >>> 1) | (this.high << 31)) >>> 0);
    return (this.low & 1) === 0 ? half : -half - 1;
  }

  double(end: number): number {
    const { at } = this;
    if (end - at < 8) throw this.endError(end, 'a double of eight bytes');
    this.at = at + 8;
    return this.view.getFloat64(at, true);
  }

  /** The tag of the next field: its number shifted left by three, with its wire type. */
  tag(end: number): number {
    const { at } = this;
    const tag = this.unsigned(end);
    if (tag >= 8 && tag < 2 ** 32) return tag;
    throw this.error(at, `the tag ${tag}`, 'the tag of a field, with a number from 1 to 536870911');
  }

  /** Where a value with a length ends; goes over the length. */
  lengthEnd(end: number): number {
    const { at } = this;
    const length = this.unsigned(end);
    if (length > end - this.at) throw this.error(at, `a length of ${length}`, `a length of at most ${end - this.at}, as so many bytes are left`);
    return this.at + length;
  }

  /** Text with a length before it. */
  text(end: number): string {
    const textEnd = this.lengthEnd(end);
    const { bytes, at } = this;
    this.at = textEnd;
    let i = at;
    if (textEnd - at <= longestByCodes) while (i < textEnd && bytes[i]! < 0x80) i++;
    const part = bytes.subarray(at, textEnd);
    if (i === textEnd) return String.fromCharCode.apply(null, part as unknown as number[]);
    const text = decodeUtf8(part);
    // What is not UTF-8 was replaced by this character; it may have stood there, too.
    if (text.includes('\ufffd')) this.checkUtf8(part, encodeUtf8(text), at);
    return text;
  }

  /**
   * Goes over a field that the message is not known to have, as readers of protobuf do; refuses one that it has in another form.
   *
   * @param at where its tag stands
   */
  skip(tag: number, at: number, end: number, names: FieldNames): void {
    const number = tag >>> 3;
    const wire = tag & 7;
    const name = names[number];
    if (name !== undefined) throw this.error(at, `${name} as ${wireNames[wire] ?? `wire type ${wire}`}`, 'the wire type that metrics.proto gives the field');
    if (wire === varintWire) this.readVarint(end);
    else if (wire === lengthWire) this.at = this.lengthEnd(end);
    else if (wire === fixed64Wire || wire === fixed32Wire) this.leap(wire === fixed64Wire ? 8 : 4, end);
    else throw this.error(at, wireNames[wire] ?? `wire type ${wire}`, 'a field of wire type 0, 1, 2 or 5');
  }

  /** Notes that a field was seen, and refuses it the second time. @returns the fields seen, a bit each */
  once(seen: number, number: number, at: number, names: FieldNames): number {
    if ((seen & (1 << number)) !== 0) throw this.error(at, `${names[number]} for the second time`, 'it once at most');
    return seen | (1 << number);
  }

  /** What is wrong at a byte. */
  error(at: number, found: string, expected: string): ParseError {
    return new ParseError('protobuf', this.message, at - this.messageStart + 1, found, expected);
  }

  private endError(end: number, expected: string): ParseError {
    return this.error(end, 'the end of the message', expected);
  }

  private leap(count: number, end: number): void {
    if (end - this.at < count) throw this.endError(end, `${count} bytes`);
    this.at += count;
  }

  private readVarint(end: number): void {
    const { bytes, at } = this;
    let low = 0;
    let high = 0;
    for (let i = 0; i < longestVarint; i++) {
      if (at + i >= end) throw this.endError(end, 'the rest of a varint');
      const byte = bytes[at + i]!;
      const bits = byte & 0x7f;
      if (i < 5) low |= bits << (i * 7);
      if (i === 4) high = bits >>> 4;
      else if (i > 4) high |= bits << (i * 7 - 32);
      if (byte >= 0x80) continue;
      if (i === longestVarint - 1 && byte > 1) break;
      this.low = low >>> 0;
      this.high = high >>> 0;
      this.at = at + i + 1;
      return;
    }
    throw this.error(at, 'a varint beyond 64 bits', 'a varint of at most 64 bits');
  }

  private checkUtf8(part: Uint8Array, again: Uint8Array, at: number): void {
    let i = 0;
    while (i < part.length && part[i] === again[i]) i++;
    if (i === part.length && i === again.length) return;
    i = Math.min(i, part.length - 1);
    throw this.error(at + i, `the byte 0x${part[i]!.toString(16).padStart(2, '0')}`, 'UTF-8');
  }
}

