import { allocateBytes } from '../platform/memory.js';
import { type PageListener, noListeners } from './pages.js';

/** Bytes are given out in units of 4, and addressed by unit: 2^14 units a page. */
export const unitShift: number = 14;
export const unitMask: number = (1 << unitShift) - 1;
const pageBytes = 4 << unitShift;
/** The first page is small, for the many registries that hold few values. */
const firstPageBytes = 1024;
/** Blocks of up to this many units have a free list of their own each; larger ones share a map. */
const smallUnits = 64;

/**
 * Small runs of bytes in pages that never move, given out and taken back. A run is addressed by the number of its first unit; freed ones
 * are used again for runs of the same number of units.
 */
export class ByteBlocks {
  /** Pages by bytes; shared with readers. */
  readonly pages: Uint8Array[];
  /** The same pages by words of four bytes, as which runs are copied. */
  readonly words: Int32Array[];
  /** Told of every page that is added, before anything stands in it. */
  listeners: readonly PageListener<Uint8Array>[];
  private nextUnit: number;
  private pageEnd: number;
  /** First free block by its units, as unit + 1; the next one stands in the block's first four bytes. */
  private readonly freeBlocks: Int32Array;
  private readonly freeLargeBlocks: Map<number, number[]>;

  constructor() {
    this.pages = [];
    this.words = [];
    this.listeners = noListeners;
    this.nextUnit = 0;
    this.pageEnd = 0;
    this.freeBlocks = new Int32Array(smallUnits + 1);
    this.freeLargeBlocks = new Map();
  }

  /** The first unit of a block for so many bytes; a block never crosses a page. */
  take(length: number): number {
    const units = unitsOf(length);
    if (units <= smallUnits) {
      const free = this.freeBlocks[units]!;
      if (free !== 0) {
        this.freeBlocks[units] = readInt32(this.pages[(free - 1) >>> unitShift]!, ((free - 1) & unitMask) << 2);
        return free - 1;
      }
    } else {
      const free = this.freeLargeBlocks.get(units)?.pop();
      if (free !== undefined) return free;
    }
    if (this.nextUnit + units > this.pageEnd) this.addPage(units);
    const start = this.nextUnit;
    this.nextUnit = Math.min(start + units, this.pageEnd);
    return start;
  }

  /** Takes a run back. */
  free(start: number, length: number): void {
    const units = unitsOf(length);
    if (units <= smallUnits) {
      writeInt32(this.pages[start >>> unitShift]!, (start & unitMask) << 2, this.freeBlocks[units]!);
      this.freeBlocks[units] = start + 1;
      return;
    }
    const blocks = this.freeLargeBlocks.get(units);
    if (blocks === undefined) this.freeLargeBlocks.set(units, [start]);
    else blocks.push(start);
  }

  /** Adds a page with room for a run of so many units. */
  private addPage(units: number): void {
    const size = Math.max(units * 4, this.pages.length === 0 ? firstPageBytes : pageBytes);
    this.nextUnit = this.pages.length << unitShift;
    const page = allocateBytes(size);
    for (const listener of this.listeners) listener(page, this.pages.length);
    this.pages.push(page);
    this.words.push(new Int32Array(page.buffer));
    // A value larger than a page has one of its own, whose rest cannot be addressed.
    this.pageEnd = this.nextUnit + Math.min(size >>> 2, 1 << unitShift);
  }

  /** Bytes of all pages. */
  byteLength(): number {
    return this.pages.reduce((sum, page) => sum + page.length, 0);
  }
}

function unitsOf(length: number): number {
  return Math.max(1, (length + 3) >>> 2);
}

function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
