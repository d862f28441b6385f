import { AgeRing } from '../distribution/age-ring.js';
import { quantileRank } from '../distribution/quantiles.js';
import type { RelativeBuckets } from '../distribution/relative-buckets.js';
import { type BlockArena, blockCellShift, blockCells } from '../store/block-arena.js';
import { pageOf, slotOf } from '../store/pages.js';
import { BlockDirectory, none } from './block-directory.js';
import type { ObservationWindow, WindowClock } from './observation-window.js';

/**
 * A window of sketches, one for each age bucket. A sketch counts its observations by buckets of equal relative width, in blocks that exist
 * only where something was observed. An observation goes into the current age bucket only; a reading adds the age buckets up. (Digests that
 * each record every observation, as the usual summaries have, cost the number of age buckets more.)
 */
export class SketchWindow implements ObservationWindow {
  private readonly buckets: RelativeBuckets;
  private readonly arena: BlockArena;
  private readonly cellPages: readonly Float64Array[];
  private readonly clock: WindowClock;
  private readonly ring: AgeRing;
  /** First block of each age bucket's chain. */
  private readonly chains: Int32Array;
  /** Blocks of the current age bucket by key: of values above 0, and of those below. Between the two lie most of all keys there are. */
  private readonly above: BlockDirectory;
  private readonly below: BlockDirectory;
  /** The block of 0 in the current age bucket. */
  private zero: number;
  private readonly emptyAgeBucket: (ageBucket: number) => void;

  constructor(buckets: RelativeBuckets, arena: BlockArena, clock: WindowClock, ageBuckets: number, secondsEach: number) {
    this.buckets = buckets;
    this.arena = arena;
    this.cellPages = arena.cells.pages;
    this.clock = clock;
    this.ring = new AgeRing(ageBuckets, secondsEach, clock.refresh());
    this.chains = new Int32Array(ageBuckets).fill(none);
    this.above = new BlockDirectory();
    this.below = new BlockDirectory();
    this.zero = none;
    this.emptyAgeBucket = (ageBucket) => this.empty(ageBucket);
  }

  observe(value: number): void {
    const now = this.clock.read();
    if (!this.ring.isCurrent(now)) this.ring.advance(now, this.emptyAgeBucket);
    const bucket = this.buckets.bucketOf(value);
    const key = bucket >> blockCellShift;
    let block = bucket > 0 ? this.above.get(key) : bucket < 0 ? this.below.get(key) : this.zero;
    if (block === none) block = this.takeBlock(bucket);
    this.cellPages[pageOf(block)]![(slotOf(block) << blockCellShift) | (bucket & (blockCells - 1))]! += 1;
  }

  read(quantiles: readonly number[], cells: Float64Array, at: number): void {
    this.ring.advance(this.clock.refresh(), this.emptyAgeBucket);
    const blocks: number[] = [];
    for (const chain of this.chains) for (let block = chain; block !== none; block = this.arena.next(block)) blocks.push(block);
    blocks.sort((a, b) => this.arena.key(a) - this.arena.key(b));
    let total = 0;
    for (const block of blocks) total += this.sumOf(block);
    let before = 0;
    let next = 0;
    let first = 0;
    for (const [place, quantile] of quantiles.entries()) {
      if (total === 0) {
        cells[at + place] = NaN;
        continue;
      }
      const rank = quantileRank(quantile, total);
      // Blocks of the same key come from several age buckets and are one stretch of values.
      for (;;) {
        next = first;
        let count = 0;
        while (next < blocks.length && this.arena.key(blocks[next]!) === this.arena.key(blocks[first]!)) count += this.sumOf(blocks[next++]!);
        if (before + count >= rank) break;
        before += count;
        first = next;
      }
      cells[at + place] = this.buckets.estimate(this.bucketAt(blocks, first, next, rank - before));
    }
  }

  clear(): void {
    for (let ageBucket = 0; ageBucket < this.chains.length; ageBucket++) this.empty(ageBucket);
  }

  /** The bucket of the observation with this rank within the blocks of one key. */
  private bucketAt(blocks: readonly number[], first: number, next: number, rank: number): number {
    let count = 0;
    for (let cell = 0; cell < blockCells; cell++) {
      for (let i = first; i < next; i++) count += this.cellOf(blocks[i]!, cell);
      if (count >= rank) return (this.arena.key(blocks[first]!) << blockCellShift) + cell;
    }
    throw new Error('unreachable: the blocks hold at least this rank');
  }

  private sumOf(block: number): number {
    let sum = 0;
    for (let cell = 0; cell < blockCells; cell++) sum += this.cellOf(block, cell);
    return sum;
  }

  private cellOf(block: number, cell: number): number {
    return this.cellPages[pageOf(block)]![(slotOf(block) << blockCellShift) | cell]!;
  }

  private takeBlock(bucket: number): number {
    const key = bucket >> blockCellShift;
    const block = this.arena.take(key, this.chains[this.ring.current]!);
    this.chains[this.ring.current] = block;
    if (bucket > 0) this.above.set(key, block);
    else if (bucket < 0) this.below.set(key, block);
    else this.zero = block;
    return block;
  }

  private empty(ageBucket: number): void {
    this.arena.free(this.chains[ageBucket]!);
    this.chains[ageBucket] = none;
    // An age bucket is emptied to become the current one, or with all others.
    this.above.clear();
    this.below.clear();
    this.zero = none;
  }
}
