import { type Clock, systemClock } from '../platform/clock.js';
import { CoarseClock } from '../platform/coarse-clock.js';
import { BlockArena } from './block-arena.js';
import { LabelTable } from './label-table.js';

/** What the instruments of one registry share: label values, blocks of cells for sketches, and the clock. */
export class Store {
  readonly labels: LabelTable;
  readonly blocks: BlockArena;
  readonly clock: Clock;
  /** The same clock for readers who can do with a quarter of a second. */
  readonly coarseClock: CoarseClock;

  constructor(clock: Clock = systemClock) {
    this.labels = new LabelTable();
    this.blocks = new BlockArena();
    this.clock = clock;
    this.coarseClock = new CoarseClock(clock);
  }
}
