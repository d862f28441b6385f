/** A table of more cells than this would not stay in the processor's first cache. */
const largestTable = 2048;
/** Where more bounds than this share a cell of the table, a binary search is used for all. */
const mostStepsACell = 8;

/**
 * Finds the bucket of a value among rising upper bounds: the first bound that is not below it.
 *
 * A binary search over 14 bounds of random values costs 13 to 20 ns, nearly all of it mispredicted branches. Here the upper bits of the
 * value as a double (exponent and a few bits of the fraction) choose a cell of a small table, which holds the first bound that can be
 * meant; usually it is. 1 to 3 ns (`npm run bench`, case `histogram observe`).
 */
export class BoundFinder {
  /** Rising and finite; there may be none. */
  readonly bounds: Float64Array;
  /** The value whose bits are looked at. */
  private readonly scratch: Float64Array;
  private readonly bits: Uint32Array;
  /** For each stretch of doubles the first bound that is not below the stretch's smallest value. */
  private readonly table: Uint16Array;
  private readonly shift: number;
  /** The upper bits at which the table begins. */
  private readonly lowest: number;
  /** Values up to here are searched for; values above the last bound take the last bucket. */
  private first: number;
  private readonly last: number;

  constructor(bounds: readonly number[]) {
    this.bounds = Float64Array.from(bounds);
    this.scratch = new Float64Array(1);
    this.bits = new Uint32Array(this.scratch.buffer);
    // The smallest bound above 0 begins the table; what is at or below the bound before it is searched for.
    const positive = bounds.findIndex((bound) => bound > 0);
    this.first = positive < 0 ? Infinity : bounds[positive]!;
    this.last = bounds.at(-1) ?? -Infinity;
    let shift = 20;
    // As few bits of the fraction as keep bounds apart, and no more than the table may hold.
    while (positive >= 0 && shift > 0 && !this.apart(bounds.slice(positive), shift) && this.span(shift - 1) <= largestTable) shift -= 1;
    this.shift = shift;
    this.lowest = positive < 0 ? 0 : this.upperBits(this.first) >>> shift;
    this.table = new Uint16Array(positive < 0 ? 0 : this.span(shift));
    for (let cell = 0; cell < this.table.length; cell++) {
      this.bits[highWord] = ((this.lowest + cell) << shift) >>> 0;
      this.bits[1 - highWord] = 0;
      this.table[cell] = Math.max(positive, this.search(this.scratch[0]!));
    }
    if (this.crowded()) this.first = Infinity;
    // Everything is above the last bound where there is none.
    if (bounds.length === 0) this.first = -Infinity;
  }

  /**
   * The place of the value's bucket: `bounds[place - 1] < value <= bounds[place]`; `bounds.length` for what is above the last bound.
   *
   * @param value any number but NaN; -0 counts as 0
   */
  find(value: number): number {
    if (value <= this.first) return this.searchLow(value);
    if (value > this.last) return this.bounds.length;
    this.scratch[0] = value;
    let place = this.table[(this.bits[highWord]! >>> this.shift) - this.lowest]!;
    const { bounds } = this;
    while (bounds[place]! < value) place += 1;
    return place;
  }

  /** Values at or below the smallest bound above 0: mostly the first bucket, unless there are bounds at or below 0. */
  private searchLow(value: number): number {
    return value <= this.bounds[0]! ? 0 : this.search(value);
  }

  private crowded(): boolean {
    for (let cell = 1; cell < this.table.length; cell++) if (this.table[cell]! - this.table[cell - 1]! > mostStepsACell) return true;
    return this.table.length > 0 && this.bounds.length - this.table[this.table.length - 1]! > mostStepsACell;
  }

  private search(value: number): number {
    const { bounds } = this;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private upperBits(value: number): number {
    this.scratch[0] = value;
    return this.bits[highWord]!;
  }

  private span(shift: number): number {
    return (this.upperBits(this.last) >>> shift) - (this.upperBits(this.first) >>> shift) + 1;
  }

  /** Whether no two bounds share a cell. */
  private apart(bounds: readonly number[], shift: number): boolean {
    return bounds.every((bound, i) => i === 0 || this.upperBits(bound) >>> shift !== this.upperBits(bounds[i - 1]!) >>> shift);
  }
}

/** Where the upper half of a double stands in memory on this machine. */
export const highWord: 0 | 1 = /* @__PURE__ */ (() => (new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1))();
