import { Float64Column, Int32Column } from './pages.js';

/** Cells in a block. */
export const blockCells = 16;
export const blockCellShift = 4;

/** Integers that say what a block is, and how many they are. */
export const keyLink = 0;
export const nextLink = 1;
export const blockLinks = 2;
/** The key of a block that nobody has taken: a reader in another thread that is led to one has come too late, see `store/block-chains.ts`. */
export const freeKey: number = -(2 ** 31);

/**
 * The blocks of an arena as pages alone: what a reader has that is not their writer, be it another thread or a file. Such a reader may come upon a chain that
 * is being changed, so it trusts nothing of what it reads, see `store/block-chains.ts`.
 */
export interface BlockPages {
  /** 16 cells for each block. */
  readonly cells: readonly Float64Array[];
  /** Two integers for each block: its key, and the next block of its chain or -1. */
  readonly links: readonly Int32Array[];
}

/**
 * Small runs of cells for what is sparse: a sketch takes a block for each stretch of values it has seen, and gives them all back when its
 * window has passed. The blocks of one sketch are a chain, so that a reader needs its first block and nothing else.
 */
export class BlockArena {
  readonly cells: Float64Column;
  readonly links: Int32Column;
  /** The same for readers that walk chains. */
  readonly pages: BlockPages;
  private blocks: number;
  private firstFree: number;
  /** Blocks in use. */
  size: number;

  constructor() {
    this.cells = new Float64Column(blockCells);
    this.links = new Int32Column(blockLinks);
    this.pages = { cells: this.cells.pages, links: this.links.pages };
    this.blocks = 0;
    this.firstFree = -1;
    this.size = 0;
  }

  /** Takes a block of zeros and puts it before `next` in a chain. @param key any integer of 32 bits but the lowest */
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
    links[base + keyLink] = key;
    links[base + nextLink] = next;
    this.size += 1;
    return block;
  }

  /** Gives back a chain of blocks. */
  free(first: number): void {
    for (let block = first; block >= 0; ) {
      const next = this.next(block);
      const base = this.cells.base(block);
      this.cells.page(block).fill(0, base, base + blockCells);
      const links = this.links.page(block);
      links[this.links.base(block) + keyLink] = freeKey;
      links[this.links.base(block) + nextLink] = this.firstFree;
      this.firstFree = block;
      this.size -= 1;
      block = next;
    }
  }

  /** The key the block was taken with. */
  key(block: number): number {
    return this.links.page(block)[this.links.base(block) + keyLink]!;
  }

  /** The block after this one in its chain, or -1. */
  next(block: number): number {
    return this.links.page(block)[this.links.base(block) + nextLink]!;
  }

  bytesHeld(): number {
    return this.cells.byteLength() + this.links.byteLength();
  }
}
