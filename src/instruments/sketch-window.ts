import { AgeRing } from '../distribution/age-ring.js';
import type { RelativeBuckets } from '../distribution/relative-buckets.js';
import { sketchQuantiles } from '../distribution/sketch.js';
import { ageChainCells } from '../model/layout.js';
import type { SketchPlace } from '../model/shape.js';
import { type BlockArena, blockCellShift, blockCells } from '../store/block-arena.js';
import { pageOf, slotOf } from '../store/pages.js';
import type { RowStates } from '../store/row-states.js';
import { readSketch } from '../store/window-reader.js';
import { BlockDirectory, none } from './block-directory.js';
import type { ObservationWindow, WindowClock } from './observation-window.js';

/** What the sketches of one summary have in common. */
export interface SketchKind {
  readonly place: SketchPlace;
  readonly buckets: RelativeBuckets;
  readonly blocks: BlockArena;
  readonly states: RowStates;
  readonly clock: WindowClock;
}

/**
 * A window of sketches, one for each age bucket. A sketch counts its observations by buckets of equal relative width, in blocks that exist
 * only where something was observed. An observation goes into the current age bucket only; a reading adds the age buckets up. (Digests that
 * each record every observation, as the usual summaries have, cost the number of age buckets more.)
 *
 * What readers need stands in the series' cells and in the blocks (see `model/layout.ts`); here is what finds a bucket's cell fast.
 */
export class SketchWindow implements ObservationWindow {
  private readonly kind: SketchKind;
  private readonly buckets: RelativeBuckets;
  private readonly cellPages: readonly Float64Array[];
  private readonly clock: WindowClock;
  private readonly ring: AgeRing;
  /** Blocks of the current age bucket by key: of values above 0, and of those below. Between the two lie most of all keys there are. */
  private readonly above: BlockDirectory;
  private readonly below: BlockDirectory;
  /** The block of 0 in the current age bucket. */
  private zero: number;
  private readonly row: number;
  private readonly cells: Float64Array;
  private readonly base: number;

  /** @param base the first cell of the series of this row */
  constructor(kind: SketchKind, row: number, cells: Float64Array, base: number) {
    const { place, buckets, blocks, clock } = kind;
    this.kind = kind;
    this.buckets = buckets;
    this.cellPages = blocks.cells.pages;
    this.clock = clock;
    this.ring = new AgeRing(place.ageBuckets, place.secondsEach, cells, base + place.cell);
    this.above = new BlockDirectory();
    this.below = new BlockDirectory();
    this.zero = none;
    this.row = row;
    this.cells = cells;
    this.base = base;
    this.begin();
  }

  observe(value: number): void {
    const now = this.clock.read();
    if (!this.ring.isCurrent(now)) this.advance(now);
    const bucket = this.buckets.bucketOf(value);
    const key = bucket >> blockCellShift;
    let block = bucket > 0 ? this.above.get(key) : bucket < 0 ? this.below.get(key) : this.zero;
    if (block === none) block = this.takeBlock(bucket);
    this.cellPages[pageOf(block)]![(slotOf(block) << blockCellShift) | (bucket & (blockCells - 1))]! += 1;
  }

  read(quantiles: readonly number[], cells: Float64Array, at: number): void {
    const now = this.clock.refresh();
    if (!this.ring.isCurrent(now)) this.advance(now);
    const { place, buckets, blocks } = this.kind;
    const sketch = readSketch(this.cells, this.base, place, blocks.pages, now);
    if (sketch === undefined) throw new Error('unreachable: nobody changes the chains meanwhile');
    cells.set(sketchQuantiles(buckets, sketch, quantiles), at);
  }

  clear(): void {
    const { states } = this.kind;
    const isShown = states.change(this.row);
    for (let ageBucket = 0; ageBucket < this.kind.place.ageBuckets; ageBucket++) this.empty(ageBucket);
    this.forgetBlocks();
    if (isShown) states.settle(this.row);
  }

  begin(): void {
    this.ring.begin(this.clock.refresh());
  }

  /** Goes on to the age bucket of this moment. */
  private advance(now: number): void {
    const { place, states } = this.kind;
    const isShown = states.change(this.row);
    const over = this.ring.advance(now);
    for (let step = 0; step < over; step++) this.empty((this.ring.current - step + place.ageBuckets) % place.ageBuckets);
    if (over > 0) this.forgetBlocks();
    if (isShown) states.settle(this.row);
  }

  private takeBlock(bucket: number): number {
    const key = bucket >> blockCellShift;
    const { blocks, states } = this.kind;
    const chain = this.chainOf(this.ring.current);
    const block = blocks.take(key, this.cells[chain]! - 1);
    if (bucket > 0) this.above.set(key, block);
    else if (bucket < 0) this.below.set(key, block);
    else this.zero = block;
    const isShown = states.change(this.row);
    this.cells[chain] = block + 1;
    if (isShown) states.settle(this.row);
    return block;
  }

  private empty(ageBucket: number): void {
    const chain = this.chainOf(ageBucket);
    this.kind.blocks.free(this.cells[chain]! - 1);
    this.cells[chain] = 0;
  }

  /** To be called when the current age bucket has been emptied. */
  private forgetBlocks(): void {
    this.above.clear();
    this.below.clear();
    this.zero = none;
  }

  /** The cell that says where the chain of an age bucket begins. */
  private chainOf(ageBucket: number): number {
    return this.base + this.kind.place.cell + ageChainCells + ageBucket;
  }
}
