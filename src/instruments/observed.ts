import { TallystickError, show } from '../model/errors.js';

/**
 * A function that an application gives a gauge or counter, to be read when the metric is collected. It returns the value, or a promise of
 * it; or it records on the instrument by itself (which is its `this`) and returns nothing.
 */
export type CollectFunction<Self> = (this: Self) => number | void | PromiseLike<number | void>;

/** Reads a {@link CollectFunction}: at most one call of an asynchronous one at a time, and what it returns is checked. */
export class Observed<Self> {
  private readonly subject: string;
  readonly collect: CollectFunction<Self>;
  private readonly apply: (value: number) => void;
  private running: Promise<void> | undefined;

  constructor(subject: string, collect: unknown, apply: ((value: number) => void) | undefined) {
    if (typeof collect !== 'function') {
      throw new TallystickError('INVALID_OPTIONS', `${subject}: collect is ${show(collect)}; give a function that returns the value, or records it on this`);
    }
    this.subject = subject;
    this.collect = collect as CollectFunction<Self>;
    this.apply =
      apply ??
      ((value) => {
        throw new TallystickError('INVALID_AMOUNT', `${subject}: collect returned ${show(value)}, but the metric has labels; record with this.set(labels, value) and return nothing`);
      });
    this.running = undefined;
  }

  /** Reads the function. A promise is the call under way, which a slow one may have begun at an earlier reading. */
  refresh(self: Self): void | Promise<void> {
    if (this.running !== undefined) return this.running;
    const result = this.collect.call(self);
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') {
      this.accept(result as number | void);
      return undefined;
    }
    const running = Promise.resolve(result as PromiseLike<number | void>)
      .then((value) => this.accept(value))
      .finally(() => {
        this.running = undefined;
      });
    this.running = running;
    return running;
  }

  private accept(value: unknown): void {
    if (value === undefined) return;
    if (typeof value !== 'number') throw new TallystickError('INVALID_AMOUNT', `${this.subject}: collect returned ${show(value)}; return a number, or nothing`);
    this.apply(value);
  }
}
