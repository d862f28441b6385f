import type { Clock } from '../../src/platform/clock.js';

/** A clock that moves only when told to, in either direction. */
export class FakeClock implements Clock {
  /** Monotonic seconds. */
  seconds = 1000;
  /** Wall-clock seconds since the Unix epoch. */
  wall = 1_700_000_000;

  monotonicSeconds(): number {
    return this.seconds;
  }

  wallSeconds(): number {
    return this.wall;
  }

  /** Lets time pass on both clocks; a negative number steps them back. */
  advance(seconds: number): void {
    this.seconds += seconds;
    this.wall += seconds;
  }
}
