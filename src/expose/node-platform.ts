import { timingSafeEqual } from 'node:crypto';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Encoder } from './compression.js';
import type { Platform } from './endpoint.js';

/**
 * The lowest level. On an exposition of 9.6 MB gzip took 44 ms at level 1, 87 at 3 and 176 at 6, and made it 7.1, 7.4 and 8.7 times smaller
 * (Node 20); zstd took 29 ms at level 1 for 8.4, and 64 at 3 for 8.1 (Node 24).
 */
const level = 1;
/** As large as the chunks that come in. */
const chunkSize = 65_536;

/** Since Node 22.15; older type definitions do not know it. */
const { createZstdCompress } = zlib as { createZstdCompress?: (options: object) => Transform };
const { ZSTD_c_compressionLevel: zstdLevel = 100 } = zlib.constants as { ZSTD_c_compressionLevel?: number };

/** What Node.js offers a handler: it compresses on threads of its own. */
export const nodePlatform: Platform = {
  encoders: {
    ...(createZstdCompress === undefined ? {} : { zstd: () => new StreamEncoder(createZstdCompress({ chunkSize, params: { [zstdLevel]: level } })) }),
    gzip: () => new StreamEncoder(zlib.createGzip({ level, chunkSize })),
  },
  isEqual: timingSafeEqual,
};

class StreamEncoder implements Encoder {
  private readonly stream: Transform;
  private ready: Uint8Array<ArrayBuffer>[];

  constructor(stream: Transform) {
    this.stream = stream;
    this.ready = [];
    stream.on('data', (chunk: Uint8Array<ArrayBuffer>) => this.ready.push(chunk));
    // Whoever waits is told; a failure when nobody waits any more is nobody's.
    stream.on('error', () => {});
  }

  write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.once('end', resolve);
      this.stream.once('error', reject);
      this.stream.end();
    });
  }

  take(): readonly Uint8Array<ArrayBuffer>[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  destroy(): void {
    this.stream.destroy();
  }
}
