import { freemem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Memory } from './step.js';

/** Less growth than this cannot be told from what the runtime takes and gives back by itself. */
const noiseBytes = 8e6;

export interface MemoryReading {
  readonly residentBytes: number;
  readonly heldBytes: number;
}

/** What the process holds once its garbage is gone; it runs with --expose-gc. */
export async function readMemory(): Promise<MemoryReading> {
  const { gc } = globalThis as { gc?: () => void };
  for (let pass = 0; pass < 3; pass++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  // Room that the heap keeps for what is still to come belongs to no series, and varies by megabytes.
  const spare = Math.max(0, getHeapStatistics().total_physical_size - heapUsed);
  return { residentBytes: rss - spare, heldBytes: heapUsed + arrayBuffers };
}

/** By how much memory has grown. */
export function growthOf(before: MemoryReading, now: MemoryReading): Memory {
  const residentBytes = Math.max(0, now.residentBytes - before.residentBytes);
  const heldBytes = Math.max(0, now.heldBytes - before.heldBytes);
  return residentBytes >= noiseBytes ? { residentBytes, heldBytes, bytes: residentBytes, source: 'resident' } : { residentBytes, heldBytes, bytes: heldBytes, source: 'held' };
}

/** What the machine, or the container, has left for this process. */
export function availableBytes(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  const free = freemem();
  return limit > 0 && limit < 2 ** 50 ? Math.min(free, Math.max(0, limit - process.memoryUsage.rss())) : free;
}
