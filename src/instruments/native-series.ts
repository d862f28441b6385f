import { coarserIndex, coarsestSchema, nativeScale, type NativeScale } from '../distribution/native-buckets.js';
import { negativeChainCell, positiveChainCell, schemaCell, zeroCountCell, zeroThresholdCell } from '../model/layout.js';
import type { NativeBucket, NativeBuckets } from '../model/native.js';
import type { Clock } from '../platform/clock.js';
import { type BlockArena, blockCellShift, blockCells } from '../store/block-arena.js';
import { readNative } from '../store/native-chains.js';
import { pageOf } from '../store/pages.js';
import type { RowStates } from '../store/row-states.js';
import { BlockPlaces, baseAt, pageAt } from './block-places.js';
import { wastePage } from './handle.js';
import type { NativeSettings } from './native-settings.js';

/** What the series of one native histogram have in common. */
export interface NativeKind {
  readonly settings: NativeSettings;
  readonly blocks: BlockArena;
  readonly clock: Clock;
  readonly states: RowStates;
}

/**
 * The native buckets of one series as it records them. What readers need stands in the series' cells and in the blocks (see `model/layout.ts`); here is what
 * finds a bucket's cell fast.
 */
export class NativeSeries {
  private readonly kind: NativeKind;
  private readonly row: number;
  private cells: Float64Array;
  /** The first of the series' native cells. */
  private at: number;
  private scale: NativeScale;
  private zeroThreshold: number;
  /** Blocks by key: of values above 0, and of those below. */
  private readonly above: BlockPlaces;
  private readonly below: BlockPlaces;
  private readonly pages: readonly Float64Array[];
  /** Buckets that count something. */
  private populated: number;
  /** When it began, on the monotonic clock; only where it may begin anew. */
  private began: number;
  /** Made coarser than it was meant to be. */
  private isReduced: boolean;
  /** It has been reduced, and long enough: the next observation makes it begin anew. */
  private isOver: boolean;

  constructor(kind: NativeKind, row: number, cells: Float64Array, at: number) {
    this.kind = kind;
    this.row = row;
    this.cells = cells;
    this.at = at;
    this.scale = nativeScale(kind.settings.schema);
    this.zeroThreshold = kind.settings.zeroThreshold;
    this.above = new BlockPlaces();
    this.below = new BlockPlaces();
    this.pages = kind.blocks.cells.pages;
    this.populated = 0;
    this.began = 0;
    this.isReduced = false;
    this.isOver = false;
    this.begin();
  }

  /**
   * Counts any number but NaN, if its block is there and stands in its first place.
   *
   * What is rare is apart, and called by whoever calls this: the engine then compiles all of this into a caller's loop, and neither boxes the value nor
   * spends its budget on what is not run (16 ns, else 22, beside classic buckets, by handle; `npm run bench`, case `observe-both`, Node 20).
   *
   * @returns whether it has been counted, and that is all; else {@link insert} is to be called
   */
  count(value: number): boolean {
    const magnitude = Math.abs(value);
    if (!(magnitude > this.zeroThreshold)) return this.countZero();
    const index = this.scale.indexOf(magnitude);
    const key = index >> blockCellShift;
    const { places } = value < 0 ? this.below : this.above;
    // As `firstPlace` and the names of what stands there say, but in fewer bytes: from some 770 on nothing of this is compiled into callers.
    const place = (key << 2) & (places.length - 1);
    if (places[place] !== key) return false;
    const page = this.pages[places[place + 1]!]!;
    const cell = places[place + 2]! + (index & (blockCells - 1));
    if (page[cell] === 0 && !this.mayPopulate()) return false;
    page[cell]! += 1;
    return !this.isOver;
  }

  /**
   * Counts a number that {@link count} has left.
   *
   * @returns false where the series is to begin anew instead, before the observation is counted
   */
  insert(value: number): boolean {
    if (this.isOver) return false;
    const before = this.populated;
    this.add(this.scale.indexOf(Math.abs(value)), value < 0, 1);
    return this.populated === before || this.populated <= this.kind.settings.maxBuckets || this.limit();
  }

  /** What has been counted; nothing once it has been closed. */
  read(): NativeBuckets {
    const { schema, zeroThreshold } = this.kind.settings;
    if (this.cells === wastePage) return { schema, zeroThreshold, zeroCount: 0, positive: [], negative: [] };
    return readNative(this.cells, this.at, this.kind.blocks);
  }

  /** To be called at a collection, which shows what has been counted so far: where the time has come, what is counted next begins anew. */
  collected(): void {
    if (this.isReduced && this.mayBeginAnew()) this.isOver = true;
  }

  /** Gives back the blocks, as long as the cells still say which. */
  clear(): void {
    const { kind, cells, at, row } = this;
    const isShown = kind.states.change(row);
    kind.blocks.free(cells[at + positiveChainCell]! - 1);
    kind.blocks.free(cells[at + negativeChainCell]! - 1);
    cells[at + positiveChainCell] = 0;
    cells[at + negativeChainCell] = 0;
    if (isShown) kind.states.settle(row);
    this.above.clear();
    this.below.clear();
    this.populated = 0;
  }

  /** Begins with cells that are all 0. */
  begin(): void {
    const { schema, zeroThreshold, minResetSeconds } = this.kind.settings;
    this.setResolution(schema, zeroThreshold);
    this.isReduced = false;
    this.isOver = false;
    if (minResetSeconds < Infinity) this.began = this.kind.clock.monotonicSeconds();
  }

  /** Gives back the blocks; what is observed from now on takes none. */
  close(): void {
    this.clear();
    this.cells = wastePage;
    this.at = 0;
    this.zeroThreshold = Infinity;
    this.isOver = false;
    this.isReduced = false;
  }

  /** Takes one more bucket into account, where that is allowed without further ado. */
  private mayPopulate(): boolean {
    if (this.populated >= this.kind.settings.maxBuckets) return false;
    this.populated += 1;
    return true;
  }

  private countZero(): boolean {
    this.cells[this.at + zeroCountCell]! += 1;
    return !this.isOver;
  }

  /**
   * Sees to it that there are not too many buckets, as client_golang does: begin anew, else widen the zero bucket, else halve the resolution.
   *
   * @returns false where the series is to begin anew
   */
  private limit(): boolean {
    if (this.mayBeginAnew()) return false;
    this.isReduced = true;
    while (this.populated > this.kind.settings.maxBuckets && (this.widenZero() || this.halveResolution())) {}
    return true;
  }

  private mayBeginAnew(): boolean {
    const { minResetSeconds } = this.kind.settings;
    return minResetSeconds < Infinity && this.kind.clock.monotonicSeconds() - this.began >= minResetSeconds;
  }

  /** Has the zero bucket take in the buckets next to it; false where it would become too wide. */
  private widenZero(): boolean {
    const { positive, negative } = this.read();
    const bound = this.scale.upperBound(Math.min(positive[0]?.index ?? Infinity, negative[0]?.index ?? Infinity));
    if (bound > this.kind.settings.maxZeroThreshold) return false;
    this.rebuild(positive, negative, this.scale.schema, bound);
    return true;
  }

  /** Joins buckets in pairs; false where there are no coarser ones. */
  private halveResolution(): boolean {
    const { schema } = this.scale;
    if (schema === coarsestSchema) return false;
    const { positive, negative } = this.read();
    this.rebuild(positive.map(coarser), negative.map(coarser), schema - 1, this.zeroThreshold);
    return true;
  }

  private rebuild(positive: readonly NativeBucket[], negative: readonly NativeBucket[], schema: number, zeroThreshold: number): void {
    const { states } = this.kind;
    const isShown = states.change(this.row);
    this.clear();
    this.setResolution(schema, zeroThreshold);
    for (const { index, count } of positive) this.move(index, false, count);
    for (const { index, count } of negative) this.move(index, true, count);
    if (isShown) states.settle(this.row);
  }

  /** Adds to a bucket, or to the zero bucket where that reaches as far. */
  private move(index: number, isNegative: boolean, count: number): void {
    if (this.scale.upperBound(index) <= this.zeroThreshold) this.cells[this.at + zeroCountCell]! += count;
    else this.add(index, isNegative, count);
  }

  private setResolution(schema: number, zeroThreshold: number): void {
    this.scale = nativeScale(schema);
    this.zeroThreshold = zeroThreshold;
    const { states } = this.kind;
    const isShown = states.change(this.row);
    this.cells[this.at + schemaCell] = schema;
    this.cells[this.at + zeroThresholdCell] = zeroThreshold;
    if (isShown) states.settle(this.row);
  }

  private add(index: number, isNegative: boolean, count: number): void {
    const key = index >> blockCellShift;
    const places = isNegative ? this.below : this.above;
    if (places.find(key) < 0) this.takeBlock(key, places, this.at + (isNegative ? negativeChainCell : positiveChainCell));
    const place = places.find(key);
    const page = this.pages[places.places[place + pageAt]!]!;
    const cell = places.places[place + baseAt]! + (index & (blockCells - 1));
    if (page[cell] === 0) this.populated += 1;
    page[cell]! += count;
  }

  private takeBlock(key: number, places: BlockPlaces, chain: number): void {
    const { blocks, states } = this.kind;
    const block = blocks.take(key, this.cells[chain]! - 1);
    const isShown = states.change(this.row);
    this.cells[chain] = block + 1;
    if (isShown) states.settle(this.row);
    places.add(key, pageOf(block), blocks.cells.base(block));
  }
}

function coarser({ index, count }: NativeBucket): NativeBucket {
  return { index: coarserIndex(index), count };
}
