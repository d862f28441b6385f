import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { DamageError } from './damage.js';

/**
 * Plain data in bytes: what descriptors, settings and exemplars are made of. Unlike JSON it keeps NaN, the infinities and what is undefined apart,
 * and numbers to the last bit.
 */

const undefinedTag = 0;
const nullTag = 1;
const falseTag = 2;
const trueTag = 3;
const numberTag = 4;
const textTag = 5;
const listTag = 6;
const recordTag = 7;

/** What is nested deeper was not written by this library. */
const deepest = 16;

/** Functions and whatever else is no plain data are written as undefined: nobody in another process could do anything with them. */
export function writePlain(writer: ByteWriter, value: unknown): void {
  if (value === null) return writer.byte(nullTag);
  switch (typeof value) {
    case 'boolean':
      return writer.byte(value ? trueTag : falseTag);
    case 'number':
      writer.byte(numberTag);
      return writer.float64(value);
    case 'string':
      writer.byte(textTag);
      return writer.text(value);
    case 'object':
      return writeObject(writer, value);
    default:
      return writer.byte(undefinedTag);
  }
}

/** @throws DamageError */
export function readPlain(reader: ByteReader, depth = 0): unknown {
  const tag = reader.byte();
  switch (tag) {
    case undefinedTag:
      return undefined;
    case nullTag:
      return null;
    case falseTag:
      return false;
    case trueTag:
      return true;
    case numberTag:
      return reader.float64();
    case textTag:
      return reader.text();
    case listTag:
    case recordTag:
      if (depth >= deepest) throw new DamageError('data is nested too deep');
      return tag === listTag ? readList(reader, depth) : readRecord(reader, depth);
    default:
      throw new DamageError(`${tag} is no kind of data`);
  }
}

function writeObject(writer: ByteWriter, value: object): void {
  if (Array.isArray(value)) {
    writer.byte(listTag);
    writer.uint32(value.length);
    for (const item of value as readonly unknown[]) writePlain(writer, item);
    return;
  }
  const entries = Object.entries(value);
  writer.byte(recordTag);
  writer.uint32(entries.length);
  for (const [key, item] of entries) {
    writer.text(key);
    writePlain(writer, item);
  }
}

function readList(reader: ByteReader, depth: number): unknown[] {
  const count = reader.count(1);
  const list: unknown[] = [];
  for (let i = 0; i < count; i++) list.push(readPlain(reader, depth + 1));
  return list;
}

function readRecord(reader: ByteReader, depth: number): Record<string, unknown> {
  const count = reader.count(5);
  const entries: [string, unknown][] = [];
  for (let i = 0; i < count; i++) entries.push([reader.text(), readPlain(reader, depth + 1)]);
  // Makes properties of its own, whatever they are called.
  return Object.fromEntries(entries);
}
