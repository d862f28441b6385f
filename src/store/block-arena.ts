import { Float64Column, Int32Column } from './pages.js';

/** Cells in a block. */
export const blockCells = 16;
export const blockCellShift = 4;

/** Columns that say what a block is. */
const keyColumn = 0;
const nextColumn = 1;

/**
 * Small runs of cells for what is sparse: a sketch takes a block for each stretch of values it has seen, and gives them all back when its
 * window has passed. The blocks of one sketch are a chain, so that a reader needs its first block and nothing else.
 */
export class BlockArena {
  readonly cells: Float64Column;
  /** Key and next block of each block. */
  readonly links: Int32Column;
  private blocks: number;
  private firstFree: number;
  /** Blocks in use. */
  size: number;

  constructor() {
    this.cells = new Float64Column(blockCells);
    this.links = new Int32Column(2);
    this.blocks = 0;
    this.firstFree = -1;
    this.size = 0;
  }

  /** Takes a block of zeros and puts it before `next` in a chain. */
  take(key: number, next: number): number {
    let block = this.firstFree;
    if (block >= 0) {
      this.firstFree = this.next(block);
    } else {
      block = this.blocks++;
      this.cells.reach(block);
      this.links.reach(block);
    }
    const links = this.links.page(block);
    const base = this.links.base(block);
    links[base + keyColumn] = key;
    links[base + nextColumn] = next;
    this.size += 1;
    return block;
  }

  /** Gives back a chain of blocks. */
  free(first: number): void {
    for (let block = first; block >= 0; ) {
      const next = this.next(block);
      const base = this.cells.base(block);
      this.cells.page(block).fill(0, base, base + blockCells);
      this.links.page(block)[this.links.base(block) + nextColumn] = this.firstFree;
      this.firstFree = block;
      this.size -= 1;
      block = next;
    }
  }

  /** The key the block was taken with. */
  key(block: number): number {
    return this.links.page(block)[this.links.base(block) + keyColumn]!;
  }

  /** The block after this one in its chain, or -1. */
  next(block: number): number {
    return this.links.page(block)[this.links.base(block) + nextColumn]!;
  }

  bytesHeld(): number {
    return this.cells.byteLength() + this.links.byteLength();
  }
}
