import { quantileRank } from '../distribution/quantiles.js';
import type { Float64Column } from '../store/pages.js';
import type { ObservationWindow, WindowClock } from './observation-window.js';

/** Cells of a sample: when, and what. */
export const sampleCells = 2;

/**
 * The last observations themselves, as many as a ring has places for, each with its time. Quantiles are exact over those that are young
 * enough.
 */
export class SampleWindow implements ObservationWindow {
  private readonly page: Float64Array;
  private readonly base: number;
  private readonly places: number;
  private readonly maxAgeSeconds: number;
  private readonly clock: WindowClock;
  /** Observations ever made; the next one goes to this place modulo the ring. */
  private written: number;

  /** @param samples the column in which a row is a ring */
  constructor(samples: Float64Column, row: number, clock: WindowClock, maxAgeSeconds: number) {
    samples.reach(row);
    this.page = samples.page(row);
    this.base = samples.base(row);
    this.places = samples.stride / sampleCells;
    this.maxAgeSeconds = maxAgeSeconds;
    this.clock = clock;
    this.written = 0;
  }

  observe(value: number): void {
    const at = this.base + (this.written % this.places) * sampleCells;
    this.page[at] = this.clock.read();
    this.page[at + 1] = value;
    this.written += 1;
  }

  read(quantiles: readonly number[], cells: Float64Array, at: number): void {
    const now = this.clock.refresh();
    const values = new Float64Array(Math.min(this.written, this.places));
    let count = 0;
    for (let place = 0; place < values.length; place++) {
      const sample = this.base + place * sampleCells;
      // A sample from the future, after the clock has stepped back, begins to age now.
      if (this.page[sample]! > now) this.page[sample] = now;
      if (now - this.page[sample]! < this.maxAgeSeconds) values[count++] = this.page[sample + 1]! + 0;
    }
    const sorted = values.subarray(0, count).sort();
    for (const [place, quantile] of quantiles.entries()) cells[at + place] = count === 0 ? NaN : sorted[quantileRank(quantile, count) - 1]!;
  }

  clear(): void {
    this.written = 0;
  }
}
