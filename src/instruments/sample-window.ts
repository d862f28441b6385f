import { sampleQuantiles } from '../distribution/samples.js';
import { sampleCells, sampleChainCell, samplesPerBlock, whatAt, whenAt, writtenCell } from '../model/layout.js';
import type { SamplePlace } from '../model/shape.js';
import type { BlockArena } from '../store/block-arena.js';
import type { RowStates } from '../store/row-states.js';
import { readSamples } from '../store/window-reader.js';
import type { ObservationWindow, WindowClock } from './observation-window.js';

/** What the windows of one summary in exact mode have in common. */
export interface SampleKind {
  readonly place: SamplePlace;
  readonly blocks: BlockArena;
  readonly states: RowStates;
  readonly clock: WindowClock;
}

/**
 * The last observations themselves, as many as a ring has places for, each with its time. Quantiles are exact over those that are young
 * enough. The ring stands in blocks of the store's arena, which are taken as they are needed (see `model/layout.ts`).
 */
export class SampleWindow implements ObservationWindow {
  private readonly kind: SampleKind;
  private readonly clock: WindowClock;
  private readonly cells: Float64Array;
  /** The first of its cells. */
  private readonly at: number;
  private readonly row: number;
  private readonly base: number;
  /** Where the next observation goes: a place of the ring, in which block, and where that stands. */
  private place: number;
  private page: Float64Array;
  private first: number;
  /** The blocks of the ring in order. */
  private ring: number[];

  /** @param base the first cell of the series of this row */
  constructor(kind: SampleKind, row: number, cells: Float64Array, base: number) {
    this.kind = kind;
    this.clock = kind.clock;
    this.cells = cells;
    this.at = base + kind.place.cell;
    this.row = row;
    this.base = base;
    this.place = 0;
    this.page = noCells;
    this.first = 0;
    this.ring = [];
  }

  observe(value: number): void {
    const { place } = this;
    if ((place & (samplesPerBlock - 1)) === 0) this.open(place);
    const at = this.first + (place & (samplesPerBlock - 1)) * sampleCells;
    // The time last: whoever reads meanwhile may take the new value for as old as the one before, but never an old one for new.
    this.page[at + whatAt] = value + 0;
    this.page[at + whenAt] = this.clock.read();
    this.cells[this.at + writtenCell]! += 1;
    this.place = place + 1 === this.kind.place.places ? 0 : place + 1;
  }

  read(quantiles: readonly number[], cells: Float64Array, at: number): void {
    cells.set(sampleQuantiles(this.sorted(), quantiles), at);
  }

  /** The samples that are young enough, ascending. */
  sorted(): Float64Array {
    const { place, blocks } = this.kind;
    const now = this.clock.refresh();
    this.rejuvenate(now);
    const values = readSamples(this.cells, this.base, place, blocks.pages, now);
    if (values === undefined) throw new Error('unreachable: nobody changes the chain meanwhile');
    return values;
  }

  clear(): void {
    const { blocks, states } = this.kind;
    const isShown = states.change(this.row);
    blocks.free(this.cells[this.at + sampleChainCell]! - 1);
    this.cells[this.at + sampleChainCell] = 0;
    this.cells[this.at + writtenCell] = 0;
    this.ring = [];
    this.place = 0;
    if (isShown) states.settle(this.row);
  }

  begin(): void {}

  /** Goes on to the block of a place, which is taken where there is none yet. */
  private open(place: number): void {
    const number = place / samplesPerBlock;
    const { cells } = this.kind.blocks;
    if (number === this.ring.length) this.takeBlock(number);
    const block = this.ring[number]!;
    this.page = cells.page(block);
    this.first = cells.base(block);
  }

  private takeBlock(number: number): void {
    const { blocks, states } = this.kind;
    const chain = this.at + sampleChainCell;
    const block = blocks.take(number, this.cells[chain]! - 1);
    this.ring.push(block);
    const isShown = states.change(this.row);
    this.cells[chain] = block + 1;
    if (isShown) states.settle(this.row);
  }

  /** A sample from the future, after the clock has stepped back, begins to age now. */
  private rejuvenate(now: number): void {
    const { cells } = this.kind.blocks;
    for (const block of this.ring) {
      const page = cells.page(block);
      const first = cells.base(block);
      for (let at = first; at < first + samplesPerBlock * sampleCells; at += sampleCells) if (page[at + whenAt]! > now) page[at + whenAt] = now;
    }
  }
}

const noCells = /* @__PURE__ */ new Float64Array(0);
