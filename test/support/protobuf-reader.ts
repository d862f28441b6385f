/**
 * A strict reader of protobuf messages for tests, driven by a table. It takes no more than a writer should write: known fields by rising
 * number or in any order, each once unless repeated, varints no longer than they need be. It shares no code with the writer.
 */

export type ReadType = 'double' | 'fixed64' | 'uint64' | 'int64' | 'sint64' | 'uint32' | 'sint32' | 'enum' | 'bool' | 'string' | 'bytes' | ReadTable;

/** By field number: the name, what it holds, and whether it is repeated. */
export interface ReadTable {
  readonly [number: number]: readonly [name: string, type: ReadType, repeated?: 'repeated'];
}

export type ReadMessage = Record<string, unknown>;

/** Reads a message; 64-bit numbers become `bigint`. @throws Error saying what is wrong */
export function readMessage(bytes: Uint8Array, table: ReadTable): ReadMessage {
  const reader = new Reader(bytes);
  const message: ReadMessage = {};
  while (!reader.atEnd()) {
    const tag = Number(reader.varint());
    const number = Math.floor(tag / 8);
    const known = table[number];
    if (known === undefined) throw new Error(`unknown field ${number}`);
    const [name, type, repeated] = known;
    const wire = tag & 7;
    const isPacked = repeated !== undefined && wire === 2 && typeof type === 'string' && type !== 'string' && type !== 'bytes';
    if (isPacked) {
      if (Object.hasOwn(message, name)) throw new Error(`${name} is packed twice`);
      const inner = new Reader(reader.bytes());
      const values: unknown[] = [];
      while (!inner.atEnd()) values.push(readScalar(inner, type, name));
      if (values.length === 0) throw new Error(`${name} is packed, but empty`);
      message[name] = values;
      continue;
    }
    if (wire !== wireOf(type)) throw new Error(`${name} has the wire type ${wire}`);
    const value = typeof type === 'string' ? readScalar(reader, type, name) : readMessage(reader.bytes(), type);
    if (repeated !== undefined) ((message[name] ??= []) as unknown[]).push(value);
    else if (Object.hasOwn(message, name)) throw new Error(`${name} comes twice`);
    else message[name] = value;
  }
  return message;
}

function wireOf(type: ReadType): number {
  if (typeof type !== 'string' || type === 'string' || type === 'bytes') return 2;
  return type === 'double' || type === 'fixed64' ? 1 : 0;
}

function readScalar(reader: Reader, type: ReadType, name: string): unknown {
  switch (type) {
    case 'double':
      return reader.fixed().getFloat64(0, true);
    case 'fixed64':
      return reader.fixed().getBigUint64(0, true);
    case 'string':
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reader.bytes());
    case 'bytes':
      return reader.bytes();
    case 'uint64':
      return reader.varint();
    case 'int64':
      return BigInt.asIntN(64, reader.varint());
    case 'sint64':
      return zigzag(reader.varint());
    case 'sint32':
      return Number(zigzag(reader.varint()));
    case 'bool': {
      const value = reader.varint();
      if (value > 1n) throw new Error(`${name} is ${value}`);
      return value === 1n;
    }
    default:
      return Number(reader.varint());
  }
}

function zigzag(value: bigint): bigint {
  return value & 1n ? -(value >> 1n) - 1n : value >> 1n;
}

class Reader {
  private readonly source: Uint8Array;
  private at: number;

  constructor(source: Uint8Array) {
    this.source = source;
    this.at = 0;
  }

  atEnd(): boolean {
    return this.at === this.source.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (this.at >= this.source.length || shift > 63n) throw new Error('a varint has no end');
      const byte = this.source[this.at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0n) throw new Error('a varint is longer than need be');
        if (value >= 2n ** 64n) throw new Error('a varint has more than 64 bits');
        return value;
      }
    }
  }

  fixed(): DataView {
    return view(this.take(8));
  }

  bytes(): Uint8Array {
    return this.take(Number(this.varint()));
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.source.length) throw new Error('the message is cut off');
    this.at += count;
    return this.source.subarray(this.at - count, this.at);
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
