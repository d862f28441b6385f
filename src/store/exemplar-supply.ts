import { TallystickError, show } from '../model/errors.js';
import { type ExemplarSupplier, checkExemplarLabels } from '../model/exemplar.js';
import type { CoarseClock } from '../platform/coarse-clock.js';

/** How long a supplier that has failed is left alone: its faults must not slow down every recording. */
const quietSeconds = 1;

export interface SupplyOptions {
  readonly supplier: ExemplarSupplier;
  /** Told of what the supplier throws, and of what it gives that is no exemplar's labels. */
  readonly onFault: (error: unknown) => void;
}

/** Asks the application for the labels of an exemplar. Whatever the application's function does, a recording goes on. */
export class ExemplarSupply {
  /** For the age of exemplars, too. */
  readonly clock: CoarseClock;
  private readonly supplier: ExemplarSupplier;
  private readonly onFault: (error: unknown) => void;
  private failedSeconds: number;
  private asking: boolean;

  constructor({ supplier, onFault }: SupplyOptions, clock: CoarseClock) {
    this.clock = clock;
    this.supplier = supplier;
    this.onFault = onFault;
    this.failedSeconds = -Infinity;
    this.asking = false;
  }

  /** Labels for what has just been recorded, checked and copied; undefined where there are none. */
  labels(subject: string, now: number): Readonly<Record<string, string>> | undefined {
    // A supplier may record something itself.
    if (this.asking || isWithin(now, this.failedSeconds, quietSeconds)) return undefined;
    this.asking = true;
    try {
      const { supplier } = this;
      const labels: unknown = supplier();
      if (labels === undefined) return undefined;
      if (typeof (labels as Partial<PromiseLike<unknown>> | null)?.then === 'function') throw refusePromise(subject, labels as PromiseLike<unknown>);
      return checkExemplarLabels(subject, labels);
    } catch (error) {
      this.failedSeconds = now;
      this.onFault(error);
      return undefined;
    } finally {
      this.asking = false;
    }
  }
}

/** Whether something is younger than so many seconds; what seems to lie ahead, as the clock was set back, is not. */
export function isWithin(now: number, then: number, seconds: number): boolean {
  return now >= then && now - then < seconds;
}

function refusePromise(subject: string, promise: PromiseLike<unknown>): TallystickError {
  // Nobody else would hear of its end.
  promise.then(undefined, () => {});
  return new TallystickError('INVALID_EXEMPLAR', `${subject}: exemplars gave ${show(promise)}, a promise; give labels or undefined at once`);
}
