import { ByteBuffer, encodeUtf8, littleEndian } from '../../platform/byte-buffer.js';

/** Appends numbers and text to a {@link ByteBuffer}, the lowest byte first on every machine. */
export class ByteWriter {
  readonly buffer: ByteBuffer;

  constructor(capacity: number) {
    this.buffer = new ByteBuffer(capacity);
  }

  get length(): number {
    return this.buffer.length;
  }

  /** A whole number from 0 to 2³² - 1. */
  uint32(value: number): void {
    const { buffer } = this;
    buffer.reserve(4);
    buffer.view.setUint32(buffer.length, value, true);
    buffer.length += 4;
  }

  float64(value: number): void {
    const { buffer } = this;
    buffer.reserve(8);
    buffer.view.setFloat64(buffer.length, value, true);
    buffer.length += 8;
  }

  byte(value: number): void {
    const { buffer } = this;
    buffer.reserve(1);
    buffer.bytes[buffer.length++] = value;
  }

  bytes(source: Uint8Array): void {
    this.buffer.append(source);
  }

  /** A text: its length in bytes, then UTF-8. */
  text(value: string): void {
    const bytes = encodeUtf8(value);
    this.uint32(bytes.length);
    this.bytes(bytes);
  }

  /** Numbers one after the other, at a place that is a multiple of 8 so that a reader can take them as they are. */
  float64s(source: Float64Array): void {
    this.align(8);
    const { buffer } = this;
    buffer.reserve(source.length * 8);
    if (littleEndian) new Float64Array(buffer.bytes.buffer, buffer.length, source.length).set(source);
    else for (let i = 0; i < source.length; i++) buffer.view.setFloat64(buffer.length + i * 8, source[i]!, true);
    buffer.length += source.length * 8;
  }

  /** The same for integers, at a multiple of 4. */
  int32s(source: Int32Array): void {
    this.align(4);
    const { buffer } = this;
    buffer.reserve(source.length * 4);
    if (littleEndian) new Int32Array(buffer.bytes.buffer, buffer.length, source.length).set(source);
    else for (let i = 0; i < source.length; i++) buffer.view.setInt32(buffer.length + i * 4, source[i]!, true);
    buffer.length += source.length * 4;
  }

  /** Zeros up to a place that is a multiple of the given power of two. */
  align(size: number): void {
    while ((this.buffer.length & (size - 1)) !== 0) this.byte(0);
  }

  /** Writes over four bytes that stand already: what is known only when the rest is written. */
  patchUint32(at: number, value: number): void {
    this.buffer.view.setUint32(at, value, true);
  }

  patchFloat64(at: number, value: number): void {
    this.buffer.view.setFloat64(at, value, true);
  }
}
