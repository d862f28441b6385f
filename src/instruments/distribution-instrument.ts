import { TallystickError, show } from '../model/errors.js';
import type { Exemplar, RecordedExemplar } from '../model/exemplar.js';
import type { Labels, PartialLabels } from '../model/labels.js';
import type { Clock } from '../platform/clock.js';
import type { Handle } from './handle.js';
import { Instrument } from './instrument.js';
import type { Reading } from './instrument-options.js';
import { type StopTimer, checkRun, runOf, startTimer, whenOver } from './timer.js';

/** One series of what condenses observations, ready to record: keep it in hot code. */
export abstract class DistributionHandle implements Handle {
  protected values: Float64Array;
  protected index: number;
  protected readonly subject: string;
  protected readonly clock: Clock;

  protected constructor(values: Float64Array, index: number, subject: string, clock: Clock) {
    this.values = values;
    this.index = index | 0;
    this.subject = subject;
    this.clock = clock;
  }

  /**
   * Records one observation; allocates nothing.
   *
   * @param value any number but NaN. An infinity counts as the largest or smallest value there is, and makes the sum infinite (both kinds:
   *   NaN), as adding it up would. -0 counts as 0.
   * @throws TallystickError `INVALID_AMOUNT` for NaN or what is no number; nothing is changed
   */
  abstract observe(value: number, exemplar?: RecordedExemplar): void;

  /** Starts a timer whose end records the seconds that have passed. */
  startTimer(): StopTimer {
    return startTimer(this.clock, (seconds) => this.observe(seconds));
  }

  /** Runs a function and records the seconds it took, whether it returned or threw, a promise's settling included. */
  time<T>(run: () => T): T {
    checkRun(this.subject, 'time', run);
    return whenOver(run, this.startTimer());
  }

  abstract detach(): void;
}

/** What histograms and summaries have in common. */
export abstract class DistributionInstrument<const Names extends readonly string[], Sets, H extends DistributionHandle, R extends Reading> extends Instrument<Names, Sets, H, R> {
  /** The one series of an instrument without labels; set by the constructors of the kinds. */
  protected abstract readonly single: H | undefined;

  /**
   * Records one observation.
   *
   * @param labels all labels of the series; left out for an instrument without labels
   * @param value any number but NaN; see {@link DistributionHandle.observe}
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`; nothing is changed
   */
  observe(this: DistributionInstrument<readonly [], Sets, H, R>, value: number): void;
  observe(labels: Labels<Names, Sets>, value: number): void;
  observe(labelsOrValue: unknown, value?: unknown): void {
    this.take(labelsOrValue, value, undefined);
  }

  /** Starts a timer whose end records the seconds that have passed. Labels may be given now, at the end, or some of them at each. */
  startTimer(labels: PartialLabels<Names, Sets> = {} as PartialLabels<Names, Sets>): StopTimer<[labels?: PartialLabels<Names, Sets>]> {
    const begun = this.finder.checkPartial(labels);
    return startTimer(this.store.clock, (seconds, rest?: PartialLabels<Names, Sets>, exemplar?: unknown) => this.take({ ...begun, ...rest }, seconds, exemplar));
  }

  /** Runs a function and records the seconds it took, whether it returned or threw, a promise's settling included. */
  time<T>(this: DistributionInstrument<readonly [], Sets, H, R>, run: () => T): T;
  time<T>(labels: Labels<Names, Sets>, run: () => T): T;
  time<T>(labelsOrRun: unknown, run?: () => T): T {
    const timed = runOf(this.subject, 'time', labelsOrRun, run);
    return this.handleOf(this.finder.row(timed === labelsOrRun ? {} : labelsOrRun)).time(timed);
  }

  /** What `observe` does, whichever arguments it was given. */
  protected take(labelsOrValue: unknown, value: unknown, exemplar: unknown): void {
    if (this.single !== undefined && (typeof labelsOrValue !== 'object' || labelsOrValue === null)) {
      this.single.observe(labelsOrValue as number, value as RecordedExemplar | undefined);
      return;
    }
    if (typeof value !== 'number' || value !== value) {
      // Whoever has forgotten the labels is told of the labels.
      this.finder.check(labelsOrValue);
      refuseObservation(this.subject, value);
    }
    const checked = exemplar === undefined ? undefined : this.exemplars?.check(exemplar, value);
    this.record(this.finder.row(labelsOrValue), value, checked);
  }

  /** Records a number that is not NaN in a row, with an exemplar that has been checked. */
  protected abstract record(row: number, value: number, exemplar: Exemplar | undefined): void;
}

/** The cold half of `observe`. */
export function refuseObservation(subject: string, value: unknown): never {
  throw new TallystickError('INVALID_AMOUNT', `${subject}: observe(${show(value)}) is not a number; check where the value comes from, or do not record it`);
}
