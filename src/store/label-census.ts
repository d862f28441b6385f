import { glance } from './label-texts.js';

/** Beyond so many values a census would take too long to make: 3 ms. */
export const mostCensused = 32_768;
/** Places for each value: of values that nobody has, one in eight looks as if it were known. */
const placesEach = 8;
const fewestPlaces = 4096;
/** A place that so many values have had is not counted down any more. */
const saturated = 255;

/**
 * Which label values there may be, told at a glance: one that is in none of the places is not there, and need not be read to know that. Made for
 * floods of values that are refused, which then cost half (`npm run bench`, case `refused`, Node 20).
 */
export class LabelCensus {
  private readonly counts: Uint8Array;
  private readonly shift: number;

  /** @param values how many there are */
  constructor(values: number) {
    const bits = Math.ceil(Math.log2(Math.max(fewestPlaces, values * placesEach)));
    this.counts = new Uint8Array(1 << bits);
    this.shift = 32 - bits;
  }

  /** False for what is certainly not there. */
  mayHave(text: string): boolean {
    return this.counts[this.place(text)] !== 0;
  }

  add(text: string): void {
    const place = this.place(text);
    if (this.counts[place]! < saturated) this.counts[place]! += 1;
  }

  remove(text: string): void {
    const place = this.place(text);
    if (this.counts[place]! < saturated) this.counts[place]! -= 1;
  }

  byteLength(): number {
    return this.counts.length;
  }

  private place(text: string): number {
    return Math.imul(glance(text), 0x9e3779b1) >>> this.shift;
  }
}
