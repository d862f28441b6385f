import type { Measure } from './measure.js';
import type { LabelFunction, TimingLabels } from './options.js';

/** What a label function is asked, whatever is timed. */
export type Find = LabelFunction<readonly string[], object, readonly unknown[], unknown>['find'];

/** The calls of what is timed alike: finds the labels of each when it is over, and has it recorded. */
export class Calls {
  readonly measure: Measure;
  private readonly find: Find | undefined;
  private readonly fixed: TimingLabels | undefined;

  constructor(measure: Measure, labels: Find | TimingLabels) {
    this.measure = measure;
    this.find = typeof labels === 'function' ? (labels as Find) : undefined;
    this.fixed = typeof labels === 'function' ? undefined : (labels as TimingLabels);
    if (this.fixed !== undefined) measure.fix(this.fixed);
  }

  /**
   * Ends one call.
   *
   * @param leave what {@link Measure.enter} gave
   * @param outcome its result or its error
   */
  end(started: number, leave: (() => void) | undefined, self: unknown, args: readonly unknown[], success: boolean, outcome: unknown): void {
    const { measure, find } = this;
    const seconds = measure.secondsSince(started);
    if (leave !== undefined) leave();
    const error = success ? undefined : outcome;
    let labels = this.fixed;
    if (find !== undefined) {
      try {
        labels = find({ args, self, result: success ? outcome : undefined, error, success, seconds });
      } catch (fault) {
        measure.note('labels', fault);
        return;
      }
    }
    measure.record(seconds, success, error, labels);
  }
}

/** What the language calls the kind of a function; the same for one that was bound, or timed. */
export function kindOf(fn: unknown): string {
  return Object.prototype.toString.call(fn).slice('[object '.length, -1);
}

export function isAsync(fn: unknown): boolean {
  return kindOf(fn) === 'AsyncFunction';
}
