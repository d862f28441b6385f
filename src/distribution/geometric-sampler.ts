/**
 * Lets each call through with a fixed probability, independently of all others. Instead of drawing for every call, it draws how many to
 * leave out until the next one, which has the geometric distribution: the same process, at the cost of a decrement a call.
 */
export class GeometricSampler {
  private readonly random: () => number;
  /** ln(1 - rate); -Infinity for a rate of 1, which leaves out none. */
  private readonly logMiss: number;
  private left: number;

  /**
   * @param rate above 0, at most 1
   * @param random uniform in [0, 1)
   */
  constructor(rate: number, random: () => number) {
    this.random = random;
    this.logMiss = Math.log1p(-rate);
    this.left = this.draw();
  }

  /** Whether this call is let through. */
  take(): boolean {
    if (this.left > 0) {
      this.left -= 1;
      return false;
    }
    this.left = this.draw();
    return true;
  }

  private draw(): number {
    // Two numbers, as one of 53 bits is too coarse near 0 for very small rates.
    const uniform = this.random() + this.random() * 2 ** -53;
    const left = Math.floor(Math.log1p(-uniform) / this.logMiss);
    // The sum may round up to 1, whose logarithm has nothing let through again; for a rate of 1 there is nothing to leave out.
    return this.logMiss === -Infinity ? 0 : Math.min(left, Number.MAX_SAFE_INTEGER);
  }
}
