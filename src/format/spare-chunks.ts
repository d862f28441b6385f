import { ByteBuffer } from '../platform/byte-buffer.js';

/** Bytes after which a chunk is full. */
export const chunkBytes = 65_536;
/** Room in a chunk for the series that goes beyond. */
const margin = 4096;

/**
 * Chunks that nobody needs any longer, as long as the garbage collector leaves them. A family of a million series takes some 80 MB of them
 * at a time: made anew for each scrape, they would be collected as often, and a scrape would take twice as long (150 instead of 75 ms for
 * a million counter series, Node 20).
 */
let spare: WeakRef<ByteBuffer[]> | undefined;

/** An empty chunk. */
export function takeChunk(): ByteBuffer {
  return spareChunks().pop() ?? new ByteBuffer(chunkBytes + margin);
}

/** Takes a chunk that is no longer needed. */
export function giveChunk(chunk: ByteBuffer): void {
  chunk.length = 0;
  // One that had to grow is too large for what comes next.
  if (chunk.bytes.length <= 2 * chunkBytes) spareChunks().push(chunk);
}

function spareChunks(): ByteBuffer[] {
  let chunks = spare?.deref();
  if (chunks === undefined) {
    chunks = [];
    spare = new WeakRef(chunks);
  }
  return chunks;
}
