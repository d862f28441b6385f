/**
 * A window over time as a ring of age buckets: what happens now belongs to the current one, and with every `seconds` that pass the
 * oldest is emptied and becomes the current one. So nothing older than all buckets together is kept, and nothing younger than all but
 * one is lost.
 */
export class AgeRing {
  /** The current bucket, from 0 to `buckets` - 1. */
  current: number;
  private readonly buckets: number;
  private readonly seconds: number;
  /** When the current bucket began. */
  private started: number;

  /**
   * @param buckets how many; at least 1
   * @param seconds how long each is the current one
   */
  constructor(buckets: number, seconds: number, now: number) {
    this.current = 0;
    this.buckets = buckets;
    this.seconds = seconds;
    this.started = now;
  }

  /** Whether {@link advance} has nothing to do. */
  isCurrent(now: number): boolean {
    const age = now - this.started;
    return age >= 0 && age < this.seconds;
  }

  /**
   * Goes on to the bucket of this moment.
   *
   * @param empty is called for every bucket that has become too old; the current one is among them
   */
  advance(now: number, empty: (bucket: number) => void): void {
    const age = now - this.started;
    if (!(age >= 0)) {
      // The clock stepped back: nothing has aged, and the current bucket begins anew.
      this.started = now;
      return;
    }
    const steps = Math.floor(age / this.seconds);
    for (let step = 0; step < Math.min(steps, this.buckets); step++) {
      this.current = (this.current + 1) % this.buckets;
      empty(this.current);
    }
    this.started = steps < this.buckets ? this.started + steps * this.seconds : now;
  }
}
