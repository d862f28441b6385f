import { encodeUtf8, littleEndian } from '../platform/byte-buffer.js';

/** Bytes that are copied again and again, in words of four; the last word may be filled up. */
export class Piece {
  readonly length: number;
  private readonly words: Int32Array;

  constructor(source: string | Uint8Array) {
    const bytes = typeof source === 'string' ? encodeUtf8(source) : source;
    this.length = bytes.length;
    this.words = new Int32Array((bytes.length + 3) >>> 2);
    new Uint8Array(this.words.buffer).set(bytes);
  }

  /** Copies to `target` from `at` on, and returns where it ends; up to three bytes beyond may be written, too. */
  copyTo(target: DataView, at: number): number {
    const { words } = this;
    for (let i = 0; i < words.length; i++) target.setInt32(at + (i << 2), words[i]!, littleEndian);
    return at + this.length;
  }
}
