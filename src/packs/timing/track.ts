import { TallystickError, show } from '../../model/errors.js';
import { Calls, type Find, kindOf } from './calls.js';
import { type Wrapped, timedAsyncGenerator, timedGenerator } from './generators.js';
import { Measure } from './measure.js';
import type { TrackOptions } from './options.js';

/** Any function that may be timed. */
export type AnyFunction = (...args: never[]) => unknown;

/** Times the function that it is given; or the method that it decorates. */
export type DurationTracker = <F extends AnyFunction>(target: F, context?: DecoratedMethod) => F;

/** What a standard decorator is told of the method it stands on. */
export interface DecoratedMethod {
  readonly kind: 'method';
  readonly name: string | symbol;
}

/** What a function comes to in the end: a promise's value, a generator's return value, or what it returns. */
export type ResultOf<F extends AnyFunction> =
  ReturnType<F> extends Generator<unknown, infer Value, never> ? Value : ReturnType<F> extends AsyncGenerator<unknown, infer Value, never> ? Value : Awaited<ReturnType<F>>;

const subject = 'trackDuration';

/**
 * Times a function, and records how long each call took: a function that returns, one whose promise settles, a generator from its first `next` to its
 * end, or one that calls back. What it returns and throws, its `this`, name and length are unchanged. What goes wrong in measuring is noted
 * with the registry, and never thrown.
 *
 * @example
 * const seconds = new Histogram({ name: 'lookup_duration_seconds', help: 'Time to look up a user.', labelNames: ['cache', 'success'] });
 * const lookUp = trackDuration({ histogram: seconds, labels: ({ args: [, cache] }) => ({ cache }) }, async (id: number, cache: string) => `${cache}:${id}`);
 * console.log(await lookUp(1, 'local'));
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function trackDuration<F extends AnyFunction, const Names extends readonly string[] = readonly [], Sets = object>(
  options: TrackOptions<Names, Sets, Parameters<F>, ResultOf<F>>,
  target: F,
): F;
/** The same as a decorator of methods, or to time several functions alike. */
export function trackDuration<const Names extends readonly string[] = readonly [], Sets = object, Args extends readonly unknown[] = readonly unknown[], Result = unknown>(
  options: TrackOptions<Names, Sets, Args, Result>,
): DurationTracker;
export function trackDuration(options: TrackOptions, target?: AnyFunction): unknown {
  const measure = new Measure(subject, options, ['labels', 'callback']);
  const { labels, callback = false } = options;
  if (labels !== undefined && typeof labels !== 'function' && (typeof labels !== 'object' || labels === null)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: labels is ${show(labels)}; give an object, or a function that returns one`);
  }
  if (typeof callback !== 'boolean') throw new TallystickError('INVALID_OPTIONS', `${subject}: callback is ${show(callback)}; give true or false`);
  const calls = new Calls(measure, typeof labels === 'function' ? (labels as Find) : { ...labels });
  const track = <F extends AnyFunction>(fn: F, context?: DecoratedMethod): F => {
    if (context !== undefined && context.kind !== 'method') throw new TallystickError('INVALID_OPTIONS', `${subject}: stands on ${context.kind === 'accessor' ? 'an' : 'a'} ${String(context.kind)} ${show(String(context.name))}; it decorates methods, give it functions elsewhere`);
    if (typeof fn !== 'function') throw new TallystickError('INVALID_OPTIONS', `${subject}: was given ${show(fn)} to time; give a function`);
    return dressed(fn, wrapped(fn as unknown as Wrapped, calls, callback)) as unknown as F;
  };
  return target === undefined ? track : track(target);
}

/** How a function is timed is found out from what it is, once; only whether a plain one returns a promise is looked at in each call. */
function wrapped(fn: Wrapped, calls: Calls, callback: boolean): Wrapped {
  if (callback) return timedCallback(fn, calls);
  switch (kindOf(fn)) {
    case 'AsyncFunction':
      return timedAsync(fn, calls);
    case 'GeneratorFunction':
      return timedGenerator(fn, calls);
    case 'AsyncGeneratorFunction':
      return timedAsyncGenerator(fn, calls);
    default:
      return timedPlain(fn, calls);
  }
}

function timedPlain(fn: Wrapped, calls: Calls): Wrapped {
  const { measure } = calls;
  const { clock, inFlight } = measure;
  return function (this: unknown, ...args) {
    const leave = inFlight === undefined ? undefined : measure.enter();
    const started = clock.monotonicSeconds();
    let result: unknown;
    try {
      result = new.target === undefined ? fn.apply(this, args) : Reflect.construct(fn, args, new.target);
    } catch (error) {
      calls.end(started, leave, this, args, false, error);
      throw error;
    }
    // The very promise is handed on, which may be a shared one, or one with more than a promise has. What merely has a `then` is not asked: it may
    // begin its work only when that is called.
    if (result instanceof Promise) {
      result.then(
        (value: unknown) => calls.end(started, leave, this, args, true, value),
        (error: unknown) => calls.end(started, leave, this, args, false, error),
      );
    } else {
      calls.end(started, leave, this, args, true, result);
    }
    return result;
  };
}

/**
 * An async function makes a promise for each call, which nobody else knows. So one that follows it may be given in its place, and a rejection that nobody
 * handles still shows as such.
 */
function timedAsync(fn: Wrapped, calls: Calls): Wrapped {
  const { measure } = calls;
  return function (this: unknown, ...args) {
    const leave = measure.enter();
    const started = measure.clock.monotonicSeconds();
    return (fn.apply(this, args) as Promise<unknown>).then(
      (value) => {
        calls.end(started, leave, this, args, true, value);
        return value;
      },
      (error: unknown) => {
        calls.end(started, leave, this, args, false, error);
        throw error;
      },
    );
  };
}

/** Times until the callback among the arguments is called for the first time. Without one, until the function returns. */
function timedCallback(fn: Wrapped, calls: Calls): Wrapped {
  const plain = timedPlain(fn, calls);
  const { measure } = calls;
  return function (this: unknown, ...args) {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return plain.apply(this, args);
    const self = this;
    const leave = measure.enter();
    let isOver = false;
    const end = (success: boolean, outcome: unknown): void => {
      if (isOver) return;
      isOver = true;
      calls.end(started, leave, self, args, success, outcome);
    };
    const told = function (this: unknown, ...results: unknown[]): unknown {
      const failed = results[0] !== undefined && results[0] !== null;
      end(!failed, failed ? results[0] : results[1]);
      return Reflect.apply(callback, this, results) as unknown;
    };
    const started = measure.clock.monotonicSeconds();
    try {
      return fn.apply(this, [...args.slice(0, -1), told]);
    } catch (error) {
      end(false, error);
      throw error;
    }
  };
}

/** Gives a function all that another one shows of itself: name, length, kind, and what was set on it. */
function dressed(fn: AnyFunction, wrapper: Wrapped): Wrapped {
  for (const key of Reflect.ownKeys(fn)) {
    if (key === 'arguments' || key === 'caller') continue;
    const property = Object.getOwnPropertyDescriptor(fn, key)!;
    const own = Object.getOwnPropertyDescriptor(wrapper, key);
    // Every function that may be called with `new` has a prototype, which cannot be redefined but can be set.
    if (own?.configurable === false) (wrapper as unknown as Record<PropertyKey, unknown>)[key] = property.value;
    else Object.defineProperty(wrapper, key, property);
  }
  const kind: unknown = Object.getPrototypeOf(fn);
  if (kind !== Object.getPrototypeOf(wrapper)) Object.setPrototypeOf(wrapper, kind as object | null);
  return wrapper;
}
