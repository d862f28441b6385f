import type { Encoder } from './compression.js';
import type { Platform } from './endpoint.js';

/** What every platform that speaks fetch offers a handler; without `CompressionStream`, nothing is compressed. */
export const webPlatform: Platform = {
  encoders: typeof CompressionStream === 'function' ? { gzip: () => new WebEncoder(new CompressionStream('gzip')) } : {},
  isEqual,
};

/** Looks at every byte, whatever the first difference. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= one[i]! ^ other[i]!;
  return difference === 0;
}

class WebEncoder implements Encoder {
  private readonly writer: WritableStreamDefaultWriter<BufferSource>;
  private ready: Uint8Array<ArrayBuffer>[];
  private readonly read: Promise<void>;

  constructor(stream: CompressionStream) {
    this.writer = stream.writable.getWriter();
    this.ready = [];
    // What comes out is read at once: an encoder of which nobody reads takes nothing more.
    this.read = this.readAll(stream.readable as ReadableStream<Uint8Array<ArrayBuffer>>);
    for (const end of [this.read, this.writer.closed]) end.catch(() => {});
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.writer.write(chunk);
  }

  async end(): Promise<void> {
    await this.writer.close();
    await this.read;
  }

  take(): readonly Uint8Array<ArrayBuffer>[] {
    const taken = this.ready;
    this.ready = [];
    return taken;
  }

  destroy(): void {
    this.writer.abort().catch(() => {});
  }

  private async readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.ready.push(value);
    }
  }
}
