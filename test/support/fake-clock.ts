import type { Clock } from '../../src/platform/clock.js';

/** A clock that stands still until it is told to move, in either direction. */
export class FakeClock implements Clock {
  /** What both readings show, the wall clock with an offset. */
  seconds: number;
  /** How often the monotonic time was asked for. */
  readings: number;
  private readonly wallOffset: number;

  constructor(seconds = 1000, wallOffset = 1_700_000_000) {
    this.seconds = seconds;
    this.readings = 0;
    this.wallOffset = wallOffset;
  }

  monotonicSeconds(): number {
    this.readings += 1;
    return this.seconds;
  }

  wallSeconds(): number {
    return this.seconds + this.wallOffset;
  }

  advance(seconds: number): void {
    this.seconds += seconds;
  }
}
