/// <reference lib="esnext.disposable" preserve="true" />
import { TallystickError, show } from '../model/errors.js';
import type { Clock } from '../platform/clock.js';

/** `Symbol.dispose`, also on platforms that have the syntax from a compiler only. */
export const dispose: typeof Symbol.dispose = (Symbol.dispose as typeof Symbol.dispose | undefined) ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

/** `Symbol.asyncDispose`, in the same way. */
export const asyncDispose: typeof Symbol.asyncDispose = (Symbol.asyncDispose as typeof Symbol.asyncDispose | undefined) ?? (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);

/**
 * Ends a timer: records the seconds since it was started, and returns them. A second call records nothing and returns the same. Leaving
 * the block of a `using` declaration calls it, too.
 */
export interface StopTimer<Rest extends unknown[] = []> {
  (...rest: Rest): number;
  [Symbol.dispose](): void;
}

/** Starts a timer on a clock that never steps back; `record` is called once, with seconds of at least 0. */
export function startTimer<Rest extends unknown[]>(clock: Clock, record: (seconds: number, ...rest: Rest) => void): StopTimer<Rest> {
  const started = clock.monotonicSeconds();
  let elapsed: number | undefined;
  const stop = (...rest: Rest): number => {
    if (elapsed === undefined) {
      // A clock handed in by the application may step back all the same.
      const seconds = Math.max(0, clock.monotonicSeconds() - started);
      record(seconds, ...rest);
      elapsed = seconds;
    }
    return elapsed;
  };
  return Object.assign(stop, { [dispose]: () => void (stop as (...none: unknown[]) => number)() }) as StopTimer<Rest>;
}

/** Refuses what is no function, before a series is made for it or a timer is started. */
export function checkRun<T>(subject: string, method: string, run: unknown): () => T {
  if (typeof run === 'function') return run as () => T;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${method}() was given ${show(run)}; give the function to run`);
}

/** The function among `time(run)` or `time(labels, run)`; refuses what is none. */
export function runOf<T>(subject: string, method: string, labelsOrRun: unknown, run: (() => T) | undefined): () => T {
  return checkRun(subject, method, run === undefined && typeof labelsOrRun !== 'object' ? labelsOrRun : run);
}

/**
 * Runs a function and calls `done` when it is over: when it has returned or thrown, or when the promise it returned has settled. What it
 * returns or throws is passed on unchanged, a promise as the very same one; what can be waited for and is no promise becomes one.
 */
export function whenOver<T>(run: () => T, done: () => void): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    done();
    throw error;
  }
  if (result instanceof Promise) {
    result.then(done, done);
  } else if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
    // Such as a query builder, which runs its query whenever it is waited for: it is waited for once.
    return Promise.resolve(result).finally(done) as T;
  } else {
    done();
  }
  return result;
}
