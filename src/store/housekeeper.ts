import { type Interval, startInterval } from '../platform/timers.js';

/** How often there is a look at what has grown old, whether anybody collects or not. */
const everyMilliseconds = 250;

/** Something to be done again and again, a little at a time. */
export interface Chore {
  sweep(): void;
}

/** Does a few chores now and then, on a timer that never keeps the process alive. There is no timer as long as there are none. */
export class Housekeeper {
  private readonly chores: Set<Chore>;
  private timer: Interval | undefined;

  constructor() {
    this.chores = new Set();
    this.timer = undefined;
  }

  add(chore: Chore): void {
    this.chores.add(chore);
    this.timer ??= startInterval(() => this.work(), everyMilliseconds);
  }

  remove(chore: Chore): void {
    this.chores.delete(chore);
    if (this.chores.size === 0) this.stop();
  }

  /** Ends the timer. */
  stop(): void {
    this.timer?.stop();
    this.timer = undefined;
  }

  private work(): void {
    for (const chore of this.chores) chore.sweep();
  }
}
