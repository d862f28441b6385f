import type { Calls } from './calls.js';

/** Any function, as it is called for another. */
export type Wrapped = (this: unknown, ...args: unknown[]) => unknown;

/** One iteration: begins with the first `next`, and ends once. */
class Iteration {
  private readonly calls: Calls;
  private readonly self: unknown;
  private readonly args: readonly unknown[];
  private leave: (() => void) | undefined;
  /** Undefined before it has begun. */
  private started: number | undefined;
  private isOver: boolean;

  constructor(calls: Calls, self: unknown, args: readonly unknown[]) {
    this.calls = calls;
    this.self = self;
    this.args = args;
    this.leave = undefined;
    this.started = undefined;
    this.isOver = false;
  }

  begin(): void {
    if (this.started !== undefined) return;
    this.leave = this.calls.measure.enter();
    this.started = this.calls.measure.clock.monotonicSeconds();
  }

  /** One that was ended before it had begun has not run at all, and is not recorded. */
  end(success: boolean, outcome: unknown): void {
    if (this.started === undefined || this.isOver) return;
    this.isOver = true;
    this.calls.end(this.started, this.leave, this.self, this.args, success, outcome);
  }
}

const methods = ['next', 'return', 'throw'] as const;

/**
 * Times the generators that a function makes: from the first `next` until they are done, have thrown or are left. The generators
 * are handed on, with methods of their own that look at what the inherited ones return.
 */
export function timedGenerator(fn: Wrapped, calls: Calls): Wrapped {
  return function (this: unknown, ...args) {
    const generator = fn.apply(this, args) as Generator;
    const iteration = new Iteration(calls, this, args);
    for (const name of methods) {
      const method = generator[name] as (value?: unknown) => IteratorResult<unknown>;
      override(generator, name, (value) => {
        if (name === 'next') iteration.begin();
        let step: IteratorResult<unknown>;
        try {
          step = method.call(generator, value);
        } catch (error) {
          iteration.end(false, error);
          throw error;
        }
        if (step.done === true) iteration.end(true, step.value);
        return step;
      });
    }
    return generator;
  };
}

/** The same for generators that are waited for at each step. */
export function timedAsyncGenerator(fn: Wrapped, calls: Calls): Wrapped {
  return function (this: unknown, ...args) {
    const generator = fn.apply(this, args) as AsyncGenerator;
    const iteration = new Iteration(calls, this, args);
    for (const name of methods) {
      const method = generator[name] as (value?: unknown) => Promise<IteratorResult<unknown>>;
      override(generator, name, (value) => {
        if (name === 'next') iteration.begin();
        return method.call(generator, value).then(
          (step) => {
            if (step.done === true) iteration.end(true, step.value);
            return step;
          },
          (error: unknown) => {
            iteration.end(false, error);
            throw error;
          },
        );
      });
    }
    return generator;
  };
}

function override(generator: object, name: string, method: (value?: unknown) => unknown): void {
  Object.defineProperty(generator, name, { value: method, writable: true, configurable: true, enumerable: false });
}
