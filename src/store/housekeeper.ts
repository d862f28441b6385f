import { type Interval, startInterval } from '../platform/timers.js';

/** How often there is a look at what has grown old, whether anybody collects or not. */
const everyMilliseconds = 250;
/** How long chores may take at a time, all together; and how long a collection may free what was removed, of all metrics. */
export const longestMilliseconds = 2;

/** Something to be done again and again, a little at a time. */
export interface Chore {
  /** Goes on where it stopped, until it has come round or `performance.now()` has passed the given time. */
  sweep(until: number): void;
}

/**
 * Does a few chores now and then, on a timer that never keeps the process alive. There is no timer as long as there are none. They take
 * turns, so that none waits for ever because of another that never comes to an end.
 */
export class Housekeeper {
  private readonly chores: Chore[];
  /** Whose turn it is. */
  private next: number;
  private timer: Interval | undefined;

  constructor() {
    this.chores = [];
    this.next = 0;
    this.timer = undefined;
  }

  add(chore: Chore): void {
    if (this.chores.includes(chore)) return;
    this.chores.push(chore);
    this.timer ??= startInterval(() => this.work(), everyMilliseconds);
  }

  remove(chore: Chore): void {
    const place = this.chores.indexOf(chore);
    if (place >= 0) this.chores.splice(place, 1);
    if (this.chores.length === 0) this.stop();
  }

  /** Gives each chore its turn, as far as the time goes: until `performance.now()` has passed the one given. */
  work(until: number = performance.now() + longestMilliseconds): void {
    for (let turns = this.chores.length; turns > 0; turns--) {
      if (this.next >= this.chores.length) this.next = 0;
      this.chores[this.next++]?.sweep(until);
      if (performance.now() > until) return;
    }
  }

  /** Ends the timer. */
  stop(): void {
    this.timer?.stop();
    this.timer = undefined;
  }
}
