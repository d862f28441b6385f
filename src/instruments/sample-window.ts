import { sampleQuantiles } from '../distribution/samples.js';
import { sampleCells, sampleChainCell, samplesPerBlock, whatAt, whenAt, writtenCell } from '../model/layout.js';
import type { SamplePlace } from '../model/shape.js';
import { type BlockArena, blockCellShift } from '../store/block-arena.js';
import { pageOf, slotOf } from '../store/pages.js';
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
  private readonly places: number;
  private readonly clock: WindowClock;
  private readonly pages: readonly Float64Array[];
  private readonly cells: Float64Array;
  /** The first of its cells. */
  private readonly at: number;
  private readonly row: number;
  private readonly base: number;
  /** Where the next observation goes, and where the places of its block end. */
  private page: Float64Array;
  private next: number;
  private end: number;
  /** The blocks of the ring in order, and which of them comes next. */
  private ring: number[];
  private nextBlock: number;

  /** @param base the first cell of the series of this row */
  constructor(kind: SampleKind, row: number, cells: Float64Array, base: number) {
    this.kind = kind;
    this.places = kind.place.places;
    this.clock = kind.clock;
    this.pages = kind.blocks.cells.pages;
    this.cells = cells;
    this.at = base + kind.place.cell;
    this.row = row;
    this.base = base;
    this.page = noCells;
    this.next = 0;
    this.end = 0;
    this.ring = [];
    this.nextBlock = 0;
  }

  observe(value: number): void {
    if (this.next === this.end) this.open();
    const { page, next } = this;
    // The time last: whoever reads meanwhile may take the new value for as old as the one before, but never an old one for new.
    page[next + whatAt] = value + 0;
    page[next + whenAt] = this.clock.read();
    this.cells[this.at + writtenCell]! += 1;
    this.next = next + sampleCells;
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
    this.next = 0;
    this.end = 0;
    this.ring = [];
    this.nextBlock = 0;
    if (isShown) states.settle(this.row);
  }

  begin(): void {}

  /** Goes on to the next block, which is taken where there is none yet. */
  private open(): void {
    const number = this.nextBlock;
    const left = this.places - number * samplesPerBlock;
    if (number === this.ring.length) this.takeBlock(number);
    const block = this.ring[number]!;
    this.page = this.pages[pageOf(block)]!;
    this.next = slotOf(block) << blockCellShift;
    this.end = this.next + Math.min(samplesPerBlock, left) * sampleCells;
    this.nextBlock = left <= samplesPerBlock ? 0 : number + 1;
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
