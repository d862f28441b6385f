import { type GrownRegistry, type Recording, valueAt } from './grown-registry.js';
import type { Spread } from './step.js';
import { Tally, median, random } from './statistics.js';

/** Calls timed together. */
const batch = 512;
/** Series drawn at random for recording: more than a processor's first caches hold. */
export const sampleSize = 65_536;

/** Lets timers and messages have their turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What one reading of the clock costs, in milliseconds: the median of what lies between two in a row. */
export function clockCost(): number {
  const between: number[] = [];
  for (let i = 0; i < 20_001; i++) {
    const start = performance.now();
    between.push(performance.now() - start);
  }
  return median(between.slice(10_000));
}

/** Times calls: of every two batches one as a whole, for the middle, and one call by call, for the tail. */
export class CallTimer {
  private readonly clock: number;
  private readonly batches: number[] = [];
  private readonly singles = new Tally();

  /** @param clock what a reading of the clock costs, in milliseconds; subtracted from what is timed */
  constructor(clock: number) {
    this.clock = clock;
  }

  together(recordings: readonly Recording[], from: number, to: number): void {
    const start = performance.now();
    for (let i = from; i < to; i++) {
      const { record, labels } = recordings[i]!;
      record(labels, valueAt(i));
    }
    this.batches.push((Math.max(0, performance.now() - start - this.clock) * 1e6) / (to - from));
  }

  singly(recordings: readonly Recording[], from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const { record, labels } = recordings[i]!;
      const value = valueAt(i);
      const start = performance.now();
      record(labels, value);
      this.singles.add(Math.max(0, performance.now() - start - this.clock) * 1e6);
    }
  }

  spread(): Spread {
    return { p50: median(this.batches), p999: this.singles.quantile(0.999), longest: this.singles.max };
  }
}

/**
 * Makes series until there are `size`, and times each.
 *
 * @param pause called between batches with the size so far; growing ends when it returns false
 * @returns `undefined` when it ended early
 */
export async function grow(grown: GrownRegistry, size: number, clock: number, pause: () => boolean): Promise<Spread | undefined> {
  const timer = new CallTimer(clock);
  for (let round = 0; grown.size < size; round++) {
    if (round % 16 === 0) {
      await turn();
      if (!pause()) return undefined;
    }
    // Both halves of few series: neither the middle nor the tail is left without a figure.
    const count = Math.min(batch, Math.max(1, size - grown.size >> (round === 0 ? 1 : 0)));
    const recordings = Array.from({ length: count }, (_, i) => grown.recording(grown.size + i));
    if (round % 2 === 0) timer.together(recordings, 0, count);
    else timer.singly(recordings, 0, count);
    grown.size += count;
  }
  return timer.spread();
}

/** Recordings of series that are there, drawn at random; the same in every run. */
export function drawRecordings(grown: GrownRegistry): Recording[] {
  const next = random(grown.size);
  return Array.from({ length: sampleSize }, () => grown.recording(Math.floor(next() * grown.size)));
}

/** Times recordings of series that are there, for so many milliseconds, and at least each drawn one twice. */
export async function timeRecording(drawn: readonly Recording[], clock: number, milliseconds: number): Promise<Spread> {
  recordAll(drawn);
  const timer = new CallTimer(clock);
  const until = performance.now() + milliseconds;
  do {
    for (let from = 0; from + 2 * batch <= drawn.length; from += 2 * batch) {
      timer.together(drawn, from, from + batch);
      timer.singly(drawn, from + batch, from + 2 * batch);
      if (from % (16 * batch) === 0) await turn();
    }
  } while (performance.now() < until);
  return timer.spread();
}

/** Records in every drawn series: between two scrapes a service does. */
export function recordAll(drawn: readonly Recording[]): void {
  for (const [i, { record, labels }] of drawn.entries()) record(labels, valueAt(i));
}
