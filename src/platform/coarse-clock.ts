import { type Clock, systemClock } from './clock.js';
import { type Interval, startInterval } from './timers.js';

/** How often the cached time is renewed, and so by how much it may lag while the event loop runs. */
const tickMilliseconds = 250;
/** How many readings may be served from the cache before the clock itself is asked again, whatever the timer does. */
const readingsPerRefresh = 64;

/**
 * A clock for readers that need a quarter of a second and not a microsecond: a reading is a decrement and a load, where
 * `performance.now()` costs 50 ns on Node 20 (`npm run bench`, case `clock`).
 *
 * The cached time is renewed by a timer that never keeps the process alive, and by every 64th reading, so that a blocked event loop
 * cannot freeze it for a busy reader. The timer stops when nobody has read for a tick; the next reading then asks the real clock.
 * A clock that is not the platform's, or a platform whose timers would keep the process alive, is asked at every reading.
 */
export class CoarseClock {
  private readonly source: Clock;
  private readonly cacheable: boolean;
  private seconds: number;
  private readingsLeft: number;
  private timer: Interval | undefined;

  constructor(source: Clock) {
    this.source = source;
    this.cacheable = source === systemClock;
    this.seconds = 0;
    this.readingsLeft = 0;
    this.timer = undefined;
  }

  /** Monotonic seconds, at most {@link tickMilliseconds} or 64 readings old. */
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
    if (this.cacheable) {
      this.timer ??= startInterval(() => this.tick(), tickMilliseconds);
      if (this.timer !== undefined) this.readingsLeft = readingsPerRefresh;
    }
    return this.seconds;
  }

  /** Ends the timer; the clock goes on working and starts it again when read. */
  stop(): void {
    this.timer?.stop();
    this.timer = undefined;
    this.readingsLeft = 0;
  }

  private tick(): void {
    if (this.readingsLeft === readingsPerRefresh) {
      this.stop();
      return;
    }
    this.seconds = this.source.monotonicSeconds();
    this.readingsLeft = readingsPerRefresh;
  }
}
