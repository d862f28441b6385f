import { ByteBuffer } from '../platform/byte-buffer.js';

/**
 * Memory for expositions that are written one after the other, as a push loop does: `toBytes(registry, { buffer })`. Fresh memory is handed
 * out by the operating system page by page while it is written to, which for a million series costs half as much again as the writing
 * (`npm run bench`, case `scrape-again`). It grows to the largest exposition and stays so.
 */
export class ExpositionBuffer {
  private readonly out: ByteBuffer;

  constructor() {
    this.out = new ByteBuffer(0);
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.out.bytes.length;
  }

  /** Empties it, and makes sure that it can take so many bytes. What was written before must not be read any more. */
  begin(bytes: number): ByteBuffer {
    this.out.length = 0;
    this.out.reserve(bytes);
    return this.out;
  }
}
