import { performance } from 'node:perf_hooks';
import { bucketCells, schemaCell, sumAt, zeroThresholdCell } from '../model/layout.js';
import type { NativeBuckets } from '../model/native.js';
import { hasBlocks } from '../model/shape.js';
import { readNativePages } from '../store/native-chains.js';
import { firstRowOf } from '../store/pages.js';
import { lifeOf } from '../store/row-states.js';
import { readSamples, readSketch } from '../store/window-reader.js';
import { fence } from './fence.js';
import type { RowReading } from './row-reading.js';
import type { FamilyPages, ThreadPages } from './thread-pages.js';

/**
 * Reads rows of another thread one by one, with what their cells lead to. Of a row that has more than cells the reading is kept: one whose writer was stopped in
 * the middle of a change shows what it had before, and nothing goes down.
 */
export class RowReader {
  private readonly pages: FamilyPages;
  private readonly thread: ThreadPages;
  private readonly stride: number;
  private readonly isSparse: boolean;
  private readonly scratch: Float64Array;

  constructor(pages: FamilyPages, thread: ThreadPages) {
    this.pages = pages;
    this.thread = thread;
    this.stride = pages.shape.places.stride;
    this.isSparse = hasBlocks(pages.shape.places);
    this.scratch = new Float64Array(this.stride);
  }

  /** What the row has, which was live in this state a moment ago; undefined where it is changing: read again. The next reading of the row is written over it. */
  read(number: number, slot: number, state: number): RowReading | undefined {
    const { readings } = this.pages;
    const row = firstRowOf(number) + slot;
    const { scratch } = this;
    scratch.set(this.cellsOf(number, slot));
    const reading: RowReading = { life: lifeOf(state), cells: scratch, native: undefined, sketch: undefined, samples: undefined };
    if (!this.readBlocks(reading)) return undefined;
    fence();
    if (Atomics.load(this.pages.states[number]!, slot) !== state) return undefined;
    if (reading.native !== undefined && !this.reconcile(reading, reading.native)) return undefined;
    if (!this.isSparse) return reading;
    let known = readings.get(row);
    if (known === undefined) readings.set(row, (known = { ...reading, cells: new Float64Array(this.stride) }));
    known.life = reading.life;
    known.cells.set(scratch);
    known.native = reading.native;
    known.sketch = reading.sketch;
    known.samples = reading.samples;
    return known;
  }

  /** What the row of this series had when it could be read last; undefined for one that nobody has read yet. Where there are cells only, these as they are. */
  last(number: number, slot: number, life: number): RowReading | undefined {
    if (!this.isSparse) return this.salvage(number, slot, life);
    const reading = this.pages.readings.get(firstRowOf(number) + slot);
    return reading?.life === life ? reading : undefined;
  }

  /**
   * What stands in a row that will not change any more, as the thread is over that has left it in the middle of a change: all that it has counted, and as
   * much as can be told of how that is spread.
   */
  salvage(number: number, slot: number, life: number): RowReading {
    const { native } = this.pages.shape.places;
    const before = this.isSparse ? this.last(number, slot, life) : undefined;
    const reading: RowReading = { life, cells: new Float64Array(this.cellsOf(number, slot)), native: undefined, sketch: before?.sketch, samples: before?.samples };
    const isRead = this.readBlocks(reading);
    if (native < 0 || (isRead && this.reconcile(reading, reading.native!))) return reading;
    const { cells } = reading;
    const told = before?.native ?? { schema: cells[native + schemaCell]!, zeroThreshold: cells[native + zeroThresholdCell]!, zeroCount: 0, positive: [], negative: [] };
    // No bucket is known of the rest; that none is lost is worth more than where it stands.
    const rest = this.observations(cells) - countOf(told);
    reading.native = rest > 0 ? { ...told, zeroCount: told.zeroCount + rest } : told;
    this.reconcile(reading, reading.native);
    return reading;
  }

  private cellsOf(number: number, slot: number): Float64Array {
    return this.pages.cells[number]!.subarray(slot * this.stride, (slot + 1) * this.stride);
  }

  /** Reads what the cells of a row lead to; false where it must be read again. */
  private readBlocks(reading: RowReading): boolean {
    const { native, window } = this.pages.shape.places;
    const blocks = { cells: this.thread.blockCells, links: this.thread.blockLinks };
    if (native >= 0 && (reading.native = readNativePages(reading.cells, native, blocks)) === undefined) return false;
    if (window === undefined) return true;
    const now = (performance.timeOrigin + performance.now() - this.thread.timeOrigin) / 1000 + this.thread.ahead;
    if (window.kind === 'sketch') {
      const sketch = readSketch(reading.cells, 0, window, blocks, now);
      if (sketch === undefined) return false;
      reading.sketch = sketch;
      return true;
    }
    const samples = readSamples(reading.cells, 0, window, blocks, now);
    if (samples === undefined) return false;
    reading.samples = samples;
    return true;
  }

  /**
   * Has the classic buckets of the row that was read count as many observations as the native ones, which were read later: those that came in between
   * are above the last finite bound, for now, so that nothing that is cumulative goes down later.
   *
   * @returns false where an observation was counted in the classic ones only: read again
   */
  private reconcile({ cells }: RowReading, native: NativeBuckets): boolean {
    const missing = countOf(native) - this.observations(cells);
    // What is not a number is in no native bucket, and shows in the sum.
    if (missing < 0) return Number.isNaN(sumAt(cells, 0));
    cells[bucketCells + this.pages.shape.descriptor.bounds.length]! += missing;
    return true;
  }

  /** What the classic buckets count, all together. */
  private observations(cells: Float64Array): number {
    let count = 0;
    for (let cell = bucketCells + this.pages.shape.descriptor.bounds.length; cell >= bucketCells; cell--) count += cells[cell]!;
    return count;
  }
}

function countOf({ zeroCount, positive, negative }: NativeBuckets): number {
  let count = zeroCount;
  for (const bucket of positive) count += bucket.count;
  for (const bucket of negative) count += bucket.count;
  return count;
}
