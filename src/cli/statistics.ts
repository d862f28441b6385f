/** Counts so many steps an octave; a quantile is off by less than 1.1 %. */
const stepsAnOctave = 64;
/** From 2^-10 to 2^50: picoseconds to days, counted in nanoseconds. */
const lowestOctave = -10;
const octaves = 60;

/**
 * Counts values by their size, in memory that does not grow: millions of timings are taken without disturbing what is timed. Quantiles are
 * within 1.1 %, the largest value is exact.
 */
export class Tally {
  private readonly counts = new Float64Array(octaves * stepsAnOctave + 1);
  private largest = 0;
  private total = 0;

  /** @param value 0 or more */
  add(value: number): void {
    this.total++;
    if (value > this.largest) this.largest = value;
    this.counts[placeOf(value)]! += 1;
  }

  get count(): number {
    return this.total;
  }

  /** The largest value, exactly; 0 when there is none. */
  get max(): number {
    return this.largest;
  }

  /** The nearest-rank quantile; NaN when there is no value. */
  quantile(q: number): number {
    if (this.total === 0) return NaN;
    const rank = Math.max(1, Math.ceil(q * this.total));
    let passed = 0;
    for (let place = 0; place < this.counts.length; place++) {
      passed += this.counts[place]!;
      if (passed >= rank) return place === 0 ? 0 : Math.min(this.largest, 2 ** ((place - 0.5) / stepsAnOctave + lowestOctave));
    }
    return this.largest;
  }
}

/** 0 is for what is no more than the lowest octave, such as 0 itself. */
function placeOf(value: number): number {
  const place = Math.ceil((Math.log2(value) - lowestOctave) * stepsAnOctave);
  return place > 0 ? Math.min(place, octaves * stepsAnOctave) : 0;
}

/** The middle value; NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Numbers from 0 to 1 that look random and are the same in every run: mulberry32. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
