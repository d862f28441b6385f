import { ByteBuffer, encodeUtf8 } from '../platform/byte-buffer.js';
import { closeMessage, fixed64Wire, lengthWire, longestVarint, varintWire, writeInt64, writeSigned, writeVarint } from '../format/protobuf-wire.js';

/** How a field is written. Whole numbers may be given as `number` up to 2⁵³, those of a fixed width as `bigint` as well. */
export type ScalarType = 'double' | 'fixed64' | 'sfixed64' | 'uint64' | 'int64' | 'sint64' | 'uint32' | 'int32' | 'sint32' | 'enum' | 'bool' | 'string' | 'bytes';

/** A field as a table says it: its number, and what it holds. */
export type FieldRow = readonly [number: number, type: ScalarType | MessageSchema<never>];

/** A field of a {@link MessageSchema}. */
export interface Field {
  readonly name: string;
  readonly number: number;
  /** For scalars; undefined for a message. */
  readonly scalar: ScalarType | undefined;
  readonly message: MessageSchema<never> | undefined;
}

/** What a message holds, in the order in which it is written. `T` is the plain object that stands for one. */
export interface MessageSchema<T> {
  readonly fields: readonly Field[];
  /** Never there; ties the schema to the type of its messages. */
  readonly holds?: (message: T) => void;
}

/** A schema from a table with a row for each property of the object: a compiler error where one is missing or misspelt. */
export function messageSchema<T extends object>(rows: { readonly [Name in keyof Required<T>]: FieldRow }): MessageSchema<T> {
  const fields = Object.entries<FieldRow>(rows).map(([name, [number, type]]) => ({
    name,
    number,
    scalar: typeof type === 'string' ? type : undefined,
    message: typeof type === 'string' ? undefined : type,
  }));
  return { fields };
}

/**
 * Writes a plain object as a protobuf message. What is there is written, zeros included, so that a field with presence can be zero; what is
 * undefined is left out. Arrays are repeated fields, numbers in them packed; an empty one is left out.
 */
export function encodeMessage<T extends object>(schema: MessageSchema<T>, message: T): Uint8Array<ArrayBuffer> {
  const out = new ByteBuffer(4096);
  appendMessage(out, schema, message);
  return out.take();
}

/** Appends what a message holds, without a length; see {@link encodeMessage}. */
export function appendMessage<T extends object>(out: ByteBuffer, { fields }: MessageSchema<T>, message: T): void {
  for (const field of fields) {
    const value = (message as Readonly<Record<string, unknown>>)[field.name];
    if (value === undefined) continue;
    if (!Array.isArray(value)) appendField(out, field, value);
    else if (field.scalar !== undefined && isPacked(field.scalar)) appendPacked(out, field.number, field.scalar, value);
    else for (const item of value) appendField(out, field, item);
  }
}

/** Characters of a string whose length is one byte. */
const longestShort = 127;
/** Bytes most messages' lengths take. */
const usualRoom = 1;

function appendField(out: ByteBuffer, { number, scalar, message }: Field, value: unknown): void {
  if (message !== undefined) {
    appendTag(out, number, lengthWire);
    nest(out, () => appendMessage(out, message, value as never));
  } else if (scalar === 'string') {
    appendTag(out, number, lengthWire);
    appendText(out, value as string);
  } else if (scalar === 'bytes') {
    appendTag(out, number, lengthWire);
    appendBytes(out, value as Uint8Array);
  } else {
    appendTag(out, number, isFixed(scalar!) ? fixed64Wire : varintWire);
    appendNumber(out, scalar!, value as number | bigint | boolean);
  }
}

/** Numbers of a repeated field, all under one tag (proto3, "Packed Repeated Fields"). */
function appendPacked(out: ByteBuffer, number: number, scalar: ScalarType, values: readonly (number | bigint | boolean)[]): void {
  if (values.length === 0) return;
  appendTag(out, number, lengthWire);
  nest(out, () => {
    for (const value of values) appendNumber(out, scalar, value);
  });
}

/** Writes something with its length before it. */
function nest(out: ByteBuffer, write: () => void): void {
  out.reserve(usualRoom);
  out.length += usualRoom;
  const start = out.length;
  write();
  // The length may take more than was left for it.
  out.reserve(longestVarint);
  out.length = closeMessage(out.bytes, start, out.length, usualRoom);
}

/** A short ASCII string is copied by characters: calling the platform's encoder takes longer than that. */
function appendText(out: ByteBuffer, text: string): void {
  if (text.length > longestShort) {
    appendBytes(out, encodeUtf8(text));
    return;
  }
  out.reserve(1 + text.length);
  const { bytes, length } = out;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      appendBytes(out, encodeUtf8(text));
      return;
    }
    bytes[length + 1 + i] = code;
  }
  bytes[length] = text.length;
  out.length = length + 1 + text.length;
}

function appendBytes(out: ByteBuffer, bytes: Uint8Array): void {
  appendVarint(out, bytes.length);
  out.append(bytes);
}

function appendNumber(out: ByteBuffer, scalar: ScalarType, value: number | bigint | boolean): void {
  out.reserve(longestVarint);
  const { bytes, view, length } = out;
  switch (scalar) {
    case 'double':
      view.setFloat64(length, value as number, true);
      out.length += 8;
      return;
    case 'fixed64':
    case 'sfixed64':
      if (typeof value === 'number' && value >= 0) {
        view.setUint32(length, value % 2 ** 32, true);
        view.setUint32(length + 4, value / 2 ** 32, true);
      } else {
        view.setBigInt64(length, BigInt.asIntN(64, BigInt(value)), true);
      }
      out.length += 8;
      return;
    case 'sint64':
    case 'sint32':
      out.length = writeSigned(bytes, length, value as number);
      return;
    default:
      out.length = writeInt64(bytes, length, Number(value));
  }
}

function appendTag(out: ByteBuffer, number: number, wire: number): void {
  appendVarint(out, number * 8 + wire);
}

function appendVarint(out: ByteBuffer, value: number): void {
  out.reserve(longestVarint);
  out.length = writeVarint(out.bytes, out.length, value);
}

function isFixed(scalar: ScalarType): boolean {
  return scalar === 'double' || scalar === 'fixed64' || scalar === 'sfixed64';
}

function isPacked(scalar: ScalarType): boolean {
  return scalar !== 'string' && scalar !== 'bytes';
}
