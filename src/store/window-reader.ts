import { stepsOver } from '../distribution/age-ring.js';
import { type Sketch, emptySketch } from '../distribution/sketch.js';
import { ageChainCells, beganCell, currentCell, sampleChainCell, sampleCells, samplesPerBlock, whatAt, whenAt, writtenCell } from '../model/layout.js';
import type { SamplePlace, SketchPlace } from '../model/shape.js';
import { type BlockPages, blockCellShift, blockCells } from './block-arena.js';
import { addChain, blockIn, keyIn, sortedByKey } from './block-chains.js';
import { pageOf, slotOf } from './pages.js';

/**
 * What a summary series has observed of late, by its cells and blocks alone: whoever holds the pages can read it.
 *
 * @param base the first cell of the series
 * @param now monotonic seconds of who records; NaN takes what is there, however old
 * @returns undefined where a chain is being changed or damaged: read again
 */
export function readSketch(cells: Float64Array, base: number, place: SketchPlace, pages: BlockPages, now: number): Sketch | undefined {
  const { ageBuckets, secondsEach } = place;
  const at = base + place.cell;
  const current = cells[at + currentCell]!;
  if (!(current >= 0 && current < ageBuckets)) return undefined;
  const young = ageBuckets - stepsOver(now - cells[at + beganCell]!, secondsEach, ageBuckets);
  const found: number[] = [];
  for (let age = 0; age < young; age++) {
    const chain = cells[at + ageChainCells + ((current - age + ageBuckets) % ageBuckets)]!;
    if (!addChain(chain, pages, found)) return undefined;
  }
  return found.length === 0 ? emptySketch : sketchOf(found, pages);
}

/**
 * The values of a summary series that are young enough, ascending; as {@link readSketch}. A value that is being recorded may be missing.
 */
export function readSamples(cells: Float64Array, base: number, place: SamplePlace, pages: BlockPages, now: number): Float64Array | undefined {
  const at = base + place.cell;
  const kept = Math.min(cells[at + writtenCell]!, place.places);
  if (!(kept >= 0)) return undefined;
  const found: number[] = [];
  if (!addChain(cells[at + sampleChainCell]!, pages, found)) return undefined;
  const values = new Float64Array(Math.min(kept, found.length * samplesPerBlock));
  let looked = 0;
  let size = 0;
  for (const one of found) {
    const page = pages.cells[pageOf(blockIn(one))]!;
    const first = slotOf(blockIn(one)) * blockCells;
    const some = Math.min(samplesPerBlock, kept - keyIn(one) * samplesPerBlock);
    if (looked + some > values.length) return undefined;
    for (let sample = 0; sample < some; sample++) {
      const cell = first + sample * sampleCells;
      // One from the future was recorded before the clock stepped back. NaN is never old.
      if (!(now - page[cell + whenAt]! >= place.maxAgeSeconds)) values[size++] = page[cell + whatAt]!;
    }
    looked += Math.max(0, some);
  }
  return looked < kept ? undefined : values.slice(0, size).sort();
}

/** Adds up blocks, of which those with the same key come from several age buckets. */
function sketchOf(found: readonly number[], pages: BlockPages): Sketch {
  const sorted = sortedByKey(found);
  const buckets = new Int32Array(sorted.length * blockCells);
  const counts = new Float64Array(sorted.length * blockCells);
  let size = 0;
  for (let next = 0; next < sorted.length; ) {
    const key = keyIn(sorted[next]!);
    sums.fill(0);
    for (; next < sorted.length && keyIn(sorted[next]!) === key; next++) {
      const block = blockIn(sorted[next]!);
      const page = pages.cells[pageOf(block)]!;
      const base = slotOf(block) * blockCells;
      for (let cell = 0; cell < blockCells; cell++) sums[cell]! += page[base + cell]!;
    }
    for (let cell = 0; cell < blockCells; cell++) {
      if (!(sums[cell]! > 0)) continue;
      buckets[size] = (key << blockCellShift) + cell;
      counts[size++] = sums[cell]!;
    }
  }
  return { buckets: buckets.slice(0, size), counts: counts.slice(0, size) };
}

/** Scratch for the cells of one key. */
const sums = /* @__PURE__ */ new Float64Array(blockCells);
