// @ts-check
/** How late a timer of the application is while something else goes on. */

/** Shares of the due times whose lateness is kept for a plot: from the median up to one in ten thousand. */
const shares = Array.from({ length: 38 }, (_, i) => 1 - 10 ** -(0.3 + i / 10));

/**
 * A timer that is due every millisecond. One that fires late stands for every millisecond it slept through, or a long pause would count as
 * little as a short one.
 */
export class Timer {
  /** @param {() => void} [act] what the application does each time */
  constructor(act) {
    /** @type {number[]} */
    this.lateness = [];
    this.active = false;
    this.stopped = false;
    this.act = act;
    this.last = performance.now();
    this.next();
  }

  next() {
    setTimeout(() => this.fire(), 1);
  }

  fire() {
    const now = performance.now();
    if (this.active) for (let due = this.last + 1; due <= now; due += 1) this.lateness.push(now - due);
    this.last = now;
    this.act?.();
    if (!this.stopped) this.next();
  }

  /** What is told of it, in milliseconds. */
  told() {
    const sorted = Float64Array.from(this.lateness).sort();
    /** @param {number} share */
    const at = (share) => Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(3));
    return {
      timers: sorted.length,
      p50: at(0.5),
      p99: at(0.99),
      p999: at(0.999),
      largest: at(1),
      curve: shares.filter((share) => (1 - share) * sorted.length >= 1).map((share) => /** @type {[number, number]} */ ([1 - share, at(share)])),
    };
  }
}
