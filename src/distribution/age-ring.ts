/**
 * A window over time as a ring of age buckets: what happens now belongs to the current one, and with every `seconds` that pass the
 * oldest is emptied and becomes the current one. So nothing older than all buckets together is kept, and nothing younger than all but
 * one is lost.
 *
 * Where the ring stands are two cells of somebody's, so that readers in other threads see it, too.
 */
export class AgeRing {
  private readonly buckets: number;
  private readonly seconds: number;
  private readonly cells: Float64Array;
  /** The first of its two cells: the current bucket, and when that began. */
  private readonly at: number;

  /**
   * @param buckets how many; at least 1
   * @param seconds how long each is the current one
   * @param cells is written to, two cells from `at` on
   */
  constructor(buckets: number, seconds: number, cells: Float64Array, at: number) {
    this.buckets = buckets;
    this.seconds = seconds;
    this.cells = cells;
    this.at = at;
  }

  /** The current bucket, from 0 to `buckets` - 1. */
  get current(): number {
    return this.cells[this.at]!;
  }

  /** Starts with the first bucket. */
  begin(now: number): void {
    this.cells[this.at] = 0;
    this.cells[this.at + 1] = now;
  }

  /** Whether {@link advance} has nothing to do. */
  isCurrent(now: number): boolean {
    const age = now - this.cells[this.at + 1]!;
    return age >= 0 && age < this.seconds;
  }

  /**
   * Goes on to the bucket of this moment.
   *
   * @returns how many buckets have become too old: the current one, and as many before it
   */
  advance(now: number): number {
    const { cells, at } = this;
    const age = now - cells[at + 1]!;
    if (!(age >= 0)) {
      // The clock stepped back: nothing has aged, and the current bucket begins anew.
      cells[at + 1] = now;
      return 0;
    }
    const steps = Math.floor(age / this.seconds);
    const over = stepsOver(age, this.seconds, this.buckets);
    cells[at] = (cells[at]! + over) % this.buckets;
    cells[at + 1] = steps < this.buckets ? cells[at + 1]! + steps * this.seconds : now;
    return over;
  }
}

/**
 * How many of the buckets have become too old, the oldest first, so many seconds after the current one began: none where the clock has stepped back, or for
 * NaN.
 */
export function stepsOver(age: number, seconds: number, buckets: number): number {
  return age >= seconds ? Math.min(Math.floor(age / seconds), buckets) : 0;
}
