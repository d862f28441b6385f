import { decodeUtf8, littleEndian } from '../../platform/byte-buffer.js';
import { DamageError } from './damage.js';

/**
 * Reads what a {@link ByteWriter} has written. Every length is checked against what is left before anything is made of it, so that damaged bytes
 * cost no more memory than they have themselves.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** @throws DamageError when fewer bytes are left */
  need(count: number): void {
    if (!(count <= this.end - this.at)) throw new DamageError(`${count} bytes were to follow, and there are ${this.end - this.at}`);
  }

  uint32(): number {
    this.need(4);
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  float64(): number {
    this.need(8);
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  byte(): number {
    this.need(1);
    return this.bytes[this.at++]!;
  }

  text(): string {
    const length = this.uint32();
    this.need(length);
    const text = decodeUtf8(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }

  /** How many things of at least `bytesEach` follow. @throws DamageError when so many cannot */
  count(bytesEach: number): number {
    const count = this.uint32();
    this.need(count * bytesEach);
    return count;
  }

  /** The numbers themselves where they stand at a multiple of 8 in memory, else a copy. */
  float64s(count: number): Float64Array {
    this.align(8);
    this.need(count * 8);
    const { bytes, at } = this;
    this.at += count * 8;
    if (littleEndian && ((bytes.byteOffset + at) & 7) === 0) return new Float64Array(bytes.buffer, bytes.byteOffset + at, count);
    return Float64Array.from({ length: count }, (_, i) => this.view.getFloat64(at + i * 8, true));
  }

  int32s(count: number): Int32Array {
    this.align(4);
    this.need(count * 4);
    const { bytes, at } = this;
    this.at += count * 4;
    if (littleEndian && ((bytes.byteOffset + at) & 3) === 0) return new Int32Array(bytes.buffer, bytes.byteOffset + at, count);
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(at + i * 4, true));
  }

  align(size: number): void {
    const next = (this.at + size - 1) & -size;
    this.need(next - this.at);
    this.at = next;
  }
}
