import { type Clock, systemClock } from './clock.js';
import { type Interval, startInterval } from './timers.js';

/** How often the cached time is renewed, and so by how much it may lag while the event loop runs. */
const tickMilliseconds = 250;
/** Readings that come faster than this one after the other earn a cache; others ask the clock. */
const fastSeconds = 0.02;
/** How many readings may be served from the cache before the clock itself is asked again, whatever the timer does. */
const mostReadings = 64;

/**
 * A clock for readers that need a quarter of a second and not a microsecond: a reading is a decrement and a load, where
 * `performance.now()` costs 40 to 50 ns on Node 20 (`npm run bench`, case `clock`).
 *
 * Whoever reads seldom gets the time of the clock itself. Readings that follow one another closely earn readings from the cache, 64 at the
 * most; the cached time is renewed by a timer that never keeps the process alive and stops when readings get rare. So only one thing can
 * make it lag by more: code that reads fast, and then blocks the event loop while it reads slowly, for its next 64 readings.
 * A clock that is not the platform's, or a platform whose timers would keep the process alive, is asked at every reading.
 */
export class CoarseClock {
  private readonly source: Clock;
  private readonly cacheable: boolean;
  private seconds: number;
  private readingsLeft: number;
  /** How many readings the last refresh gave. */
  private given: number;
  private refreshedAt: number;
  private refreshedSinceTick: boolean;
  private timer: Interval | undefined;

  constructor(source: Clock) {
    this.source = source;
    this.cacheable = source === systemClock;
    this.seconds = 0;
    this.readingsLeft = 0;
    this.given = 0;
    this.refreshedAt = -Infinity;
    this.refreshedSinceTick = false;
    this.timer = undefined;
  }

  /** Monotonic seconds, perhaps a little old. */
  read(): number {
    if (this.readingsLeft > 0) {
      this.readingsLeft -= 1;
      return this.seconds;
    }
    return this.refresh();
  }

  /** Monotonic seconds of this moment. */
  refresh(): number {
    this.seconds = this.source.monotonicSeconds();
    if (this.cacheable) this.grant();
    return this.seconds;
  }

  /** Ends the timer; the clock goes on working and starts it again when read fast. */
  stop(): void {
    this.timer?.stop();
    this.timer = undefined;
    this.readingsLeft = 0;
    this.given = 0;
  }

  private grant(): void {
    const isFast = this.seconds - this.refreshedAt < fastSeconds;
    this.refreshedAt = this.seconds;
    this.refreshedSinceTick = true;
    this.given = isFast ? Math.min(mostReadings, this.given * 2 + 1) : 0;
    if (this.given > 0) this.timer ??= startInterval(() => this.tick(), tickMilliseconds);
    this.readingsLeft = this.timer === undefined ? 0 : this.given;
  }

  private tick(): void {
    if (!this.refreshedSinceTick) {
      this.stop();
      return;
    }
    this.refreshedSinceTick = false;
    this.seconds = this.source.monotonicSeconds();
  }
}
