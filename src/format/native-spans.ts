import { type BlockArena, blockCellShift, blockCells } from '../store/block-arena.js';

/** Up to so many empty buckets are written within a span: each takes a byte, another span takes six (the Go client draws the line there, too). */
const widestGap = 2;
/** Blocks of an arena have numbers below this. */
const blockRange = 2 ** 31;

/**
 * The buckets of one side of a native histogram as formats write them: spans of buckets that follow one another, and the counts in
 * them. It is filled anew for each series.
 */
export class NativeSpans {
  /** Buckets between the end of the span before and this one; the first one's is the index of its first bucket. */
  readonly offsets: number[];
  readonly lengths: number[];
  /** Spans in use. */
  spans: number;
  /** The counts of all buckets in spans, one after the other. */
  readonly counts: number[];
  /** Counts in use. */
  size: number;
  /** Key and number of each block, in one double that sorts by key. */
  private order: Float64Array;

  constructor() {
    this.offsets = [];
    this.lengths = [];
    this.spans = 0;
    this.counts = [];
    this.size = 0;
    this.order = new Float64Array(16);
  }

  /** Reads the buckets that count something. @param chain the first block plus 1, 0 for none */
  read(chain: number, blocks: BlockArena): void {
    this.spans = 0;
    this.size = 0;
    const found = this.sortBlocks(chain - 1, blocks);
    let next = 0;
    for (let i = 0; i < found; i++) {
      const key = Math.floor(this.order[i]! / blockRange);
      const block = this.order[i]! - key * blockRange;
      const page = blocks.cells.page(block);
      const base = blocks.cells.base(block);
      for (let cell = 0; cell < blockCells; cell++) {
        const count = page[base + cell]!;
        if (!(count > 0)) continue;
        const index = (key << blockCellShift) + cell;
        this.add(index - next, count);
        next = index + 1;
      }
    }
  }

  /** @param gap empty buckets before it */
  private add(gap: number, count: number): void {
    if (this.spans === 0 || gap > widestGap) {
      this.offsets[this.spans] = gap;
      this.lengths[this.spans++] = 1;
    } else {
      for (let i = 0; i < gap; i++) this.counts[this.size++] = 0;
      this.lengths[this.spans - 1]! += gap + 1;
    }
    this.counts[this.size++] = count;
  }

  private sortBlocks(first: number, blocks: BlockArena): number {
    let found = 0;
    for (let block = first; block >= 0; block = blocks.next(block)) {
      if (found === this.order.length) {
        const grown = new Float64Array(found * 2);
        grown.set(this.order);
        this.order = grown;
      }
      this.order[found++] = blocks.key(block) * blockRange + block;
    }
    if (found > 1) this.order.subarray(0, found).sort();
    return found;
  }
}
