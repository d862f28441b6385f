import { TallystickError, show } from '../model/errors.js';
import type { Clock } from '../platform/clock.js';
import { CellHandle } from './handle.js';
import { type StopTimer, checkRun, dispose, startTimer, whenOver } from './timer.js';

/** Where a gauge has the wall-clock time at which it was set last, if its aggregator asks for it; 0 for never. */
export const gaugeSetAtCell = 1;

/** One series of a gauge, ready to record: keep it in hot code. */
export class GaugeHandle extends CellHandle {
  private readonly subject: string;
  protected readonly clock: Clock;
  /** How often the series has been set back: what was under way before is no longer counted, and its end counts nothing down. */
  private resets: number;

  /** Handles come from `Gauge.labels`. */
  constructor(values: Float64Array, index: number, subject: string, clock: Clock) {
    super(values, index);
    this.subject = subject;
    this.clock = clock;
    this.resets = 0;
  }

  /**
   * Sets the value.
   *
   * @param value any number, NaN and the infinities among them
   * @throws TallystickError `INVALID_AMOUNT` for what is no number
   */
  set(value: number): void {
    if (typeof value !== 'number') refuseValue(this.subject, 'set', value);
    this.values[this.index] = value;
  }

  /** Raises the value by any number, 1 when left out. */
  inc(amount = 1): void {
    if (typeof amount !== 'number') refuseValue(this.subject, 'inc', amount);
    this.values[this.index]! += amount;
  }

  /** Lowers the value by any number, 1 when left out. */
  dec(amount = 1): void {
    if (typeof amount !== 'number') refuseValue(this.subject, 'dec', amount);
    this.values[this.index]! -= amount;
  }

  /** Sets the value to the wall-clock time in seconds since the Unix epoch. */
  setToCurrentTime(): void {
    this.values[this.index] = this.clock.wallSeconds();
  }

  /** Starts a timer whose end sets the gauge to the seconds that have passed. */
  startTimer(): StopTimer {
    return startTimer(this.clock, (seconds) => this.set(seconds));
  }

  /** Runs a function and sets the gauge to the seconds it took, a promise's settling included. */
  time<T>(run: () => T): T {
    checkRun(this.subject, 'time', run);
    return whenOver(run, this.startTimer());
  }

  /**
   * Counts one more thing under way, and one less when the answer is called or its `using` block is left. After a reset of the series the
   * answer does nothing: it would count down what is no longer counted.
   */
  startInProgress(): InProgress {
    this.inc();
    const { resets } = this;
    let over = false;
    const end = (): void => {
      if (!over && this.resets === resets) this.dec();
      over = true;
    };
    return Object.assign(end, { [dispose]: end });
  }

  /** Counts a function as under way while it runs, a promise's settling included. */
  trackInProgress<T>(run: () => T): T {
    checkRun(this.subject, 'trackInProgress', run);
    return whenOver(run, this.startInProgress());
  }

  /** To be called when the series has been set back to where it began. */
  noteReset(): void {
    this.resets += 1;
  }
}

/**
 * A gauge's handle whose aggregator is `last`: each change is followed by when it was made. A class of its own, so that other gauges do not
 * look whether they are to ask for the time.
 */
export class LastGaugeHandle extends GaugeHandle {
  override set(value: number): void {
    super.set(value);
    this.stamp();
  }

  override inc(amount = 1): void {
    super.inc(amount);
    this.stamp();
  }

  override dec(amount = 1): void {
    super.dec(amount);
    this.stamp();
  }

  override setToCurrentTime(): void {
    super.setToCurrentTime();
    this.stamp();
  }

  private stamp(): void {
    this.values[this.index + gaugeSetAtCell] = this.clock.wallSeconds();
  }
}

/** A gauge's handle in a registry that keeps nothing. */
export class NullGaugeHandle extends GaugeHandle {
  override set(): void {}
  override inc(): void {}
  override dec(): void {}
  override setToCurrentTime(): void {}
}

/** Ends what {@link GaugeHandle.startInProgress} has begun; a second call does nothing. */
export interface InProgress {
  (): void;
  [Symbol.dispose](): void;
}

/** What is no number can't be a gauge's value. */
export function refuseValue(subject: string, method: string, value: unknown): never {
  throw new TallystickError('INVALID_AMOUNT', `${subject}: ${method}(${show(value)}) is not a number; give one, NaN for a value that is not known`);
}
