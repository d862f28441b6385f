import { ByteBuffer } from '../platform/byte-buffer.js';

/** Bytes after which a chunk is full. */
export const chunkBytes = 65_536;
/** Room in a chunk for the series that goes beyond. */
const margin = 4096;

/**
 * Chunks that nobody needs any longer, as long as the garbage collector leaves them. A family of a million series takes some 80 MB of them
 * at a time. Made anew for each scrape, they would bring the collector about at each: a million counter series took 125 ms instead of 75
 * so (Node 20).
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
