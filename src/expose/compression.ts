import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';

/** When answers are compressed for clients that accept it. */
export interface CompressionOptions {
  /** Smaller answers are sent as they are; in bytes, 0 or more, default 1 024. */
  readonly minBytes?: number;
  /**
   * How much of the time may be spent compressing, over a minute: above 0, up to 1 for one processor core all the time; default 0.1. What
   * goes beyond is sent as it is.
   */
  readonly maxCpuShare?: number;
}

/** Chunks of an answer, each in memory of its own. */
export type Chunks = AsyncIterable<Uint8Array<ArrayBuffer>> | Iterable<Uint8Array<ArrayBuffer>>;

/** Compresses the chunks of one answer, on a thread of the platform's where it has one for that. */
export interface Encoder {
  /** Resolves when the chunk is compressed. */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Resolves when everything is. */
  end(): Promise<void>;
  /** What has come out since it was last asked. */
  take(): readonly Uint8Array<ArrayBuffer>[];
  /** Frees its memory, whether it has ended or not. */
  destroy(): void;
}

const defaultMinBytes = 1024;
const defaultCpuShare = 0.1;
/** What was not spent is kept for so long, so that scrapes that are minutes apart are compressed as well. */
const windowSeconds = 60;

/**
 * Checks the option `compression` of a handler.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkCompression(options: CompressionOptions | false = {}): void {
  if (options === false) return;
  checkOptions('handler: compression', options, ['minBytes', 'maxCpuShare']);
  const { minBytes = 0, maxCpuShare = 1 } = options;
  if (!(typeof minBytes === 'number' && minBytes >= 0)) throw new TallystickError('INVALID_OPTIONS', `handler: compression.minBytes is ${show(minBytes)}; give a number of bytes, 0 or more`);
  if (!(typeof maxCpuShare === 'number' && maxCpuShare > 0 && maxCpuShare <= 1)) {
    throw new TallystickError('INVALID_OPTIONS', `handler: compression.maxCpuShare is ${show(maxCpuShare)}; give a number above 0, up to 1, or compression: false for none`);
  }
}

/**
 * Decides whether there is time to compress. It is an account into which the share of the time that passes is paid, up to that of a minute,
 * and from which the time of each compression is taken, waiting for a free thread included. As long as it is overdrawn, nothing is compressed; what has begun is ended.
 */
export class CompressionBudget {
  readonly minBytes: number;
  private readonly share: number;
  private seconds: number;
  private filled: number;

  constructor({ minBytes = defaultMinBytes, maxCpuShare = defaultCpuShare }: CompressionOptions) {
    this.minBytes = minBytes;
    this.share = maxCpuShare;
    this.seconds = maxCpuShare * windowSeconds;
    this.filled = performance.now();
  }

  /** Whether compressing may begin. */
  allows(): boolean {
    const now = performance.now();
    this.seconds = Math.min(this.share * windowSeconds, this.seconds + (this.share * (now - this.filled)) / 1000);
    this.filled = now;
    return this.seconds > 0;
  }

  private spend(milliseconds: number): void {
    this.seconds -= milliseconds / 1000;
  }

  /** Chunks as an encoder gives them back. The next is written when the last has been taken, and none after the reader has left. */
  async *compress(chunks: Chunks, makeEncoder: () => Encoder): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    // Not before somebody reads: a response that nobody reads holds no memory of it.
    const encoder = makeEncoder();
    try {
      for await (const chunk of chunks) {
        const began = performance.now();
        await encoder.write(chunk);
        this.spend(performance.now() - began);
        yield* encoder.take();
      }
      const began = performance.now();
      await encoder.end();
      this.spend(performance.now() - began);
      yield* encoder.take();
    } finally {
      encoder.destroy();
    }
  }

  /** A whole, compressed. */
  async compressAll(bytes: Uint8Array<ArrayBuffer>, makeEncoder: () => Encoder): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const part of this.compress([bytes], makeEncoder)) parts.push(part);
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
