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
    // 1 - random() is in (0, 1]: its logarithm is finite, and 0 gives no calls left out.
    return Math.floor(Math.log(1 - this.random()) / this.logMiss);
  }
}
