import { quantileRank } from '../distribution/quantiles.js';
import { allocateFloat64 } from '../platform/memory.js';
import type { ObservationWindow, WindowClock } from './observation-window.js';

/** Cells of a sample: when, and what. */
const sampleCells = 2;
const fewestPlaces = 64;

/**
 * The last observations themselves, as many as a ring has places for, each with its time. Quantiles are exact over those that are young
 * enough. The ring has few places at first, and twice as many whenever they are taken, until it has all.
 */
export class SampleWindow implements ObservationWindow {
  private readonly most: number;
  private readonly maxAgeSeconds: number;
  private readonly clock: WindowClock;
  private ring: Float64Array;
  private places: number;
  /** Observations ever made; the next one goes to this place modulo the ring. */
  private written: number;

  /** @param most how many samples are kept */
  constructor(most: number, clock: WindowClock, maxAgeSeconds: number) {
    this.most = most;
    this.maxAgeSeconds = maxAgeSeconds;
    this.clock = clock;
    this.places = Math.min(most, fewestPlaces);
    this.ring = allocateFloat64(this.places * sampleCells);
    this.written = 0;
  }

  observe(value: number): void {
    if (this.written === this.places && this.places < this.most) this.grow();
    const at = (this.written % this.places) * sampleCells;
    this.ring[at] = this.clock.read();
    this.ring[at + 1] = value;
    this.written += 1;
  }

  read(quantiles: readonly number[], cells: Float64Array, at: number): void {
    const sorted = this.sorted();
    for (const [place, quantile] of quantiles.entries()) cells[at + place] = sorted.length === 0 ? NaN : sorted[quantileRank(quantile, sorted.length) - 1]!;
  }

  /** The samples that are young enough, ascending. */
  sorted(): Float64Array {
    const now = this.clock.refresh();
    const { ring } = this;
    const values = new Float64Array(Math.min(this.written, this.places));
    let count = 0;
    for (let place = 0; place < values.length; place++) {
      const sample = place * sampleCells;
      // A sample from the future, after the clock has stepped back, begins to age now.
      if (ring[sample]! > now) ring[sample] = now;
      if (now - ring[sample]! < this.maxAgeSeconds) values[count++] = ring[sample + 1]! + 0;
    }
    return values.subarray(0, count).sort();
  }

  clear(): void {
    this.written = 0;
  }

  private grow(): void {
    const places = Math.min(this.most, this.places * 2);
    const ring = allocateFloat64(places * sampleCells);
    ring.set(this.ring);
    this.ring = ring;
    this.places = places;
  }
}
