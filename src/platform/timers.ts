/** A repeating timer that does not keep the process alive. */
export interface Interval {
  stop(): void;
}

interface NodeTimer {
  unref(): unknown;
}

declare const Deno: { unrefTimer?(id: number): void } | undefined;

/**
 * Starts a repeating timer that never keeps the process alive.
 *
 * @returns the timer, or `undefined` where the platform has none, forbids one here, or could not let the process end beside it
 */
export function startInterval(action: () => void, milliseconds: number): Interval | undefined {
  let timer: unknown;
  try {
    timer = setInterval(action, milliseconds);
  } catch {
    // Edge runtimes refuse timers outside of a request.
    return undefined;
  }
  const stop = (): void => clearInterval(timer as never);
  if (typeof timer === 'object' && timer !== null && typeof (timer as NodeTimer).unref === 'function') {
    (timer as NodeTimer).unref();
  } else if (typeof Deno === 'object' && typeof Deno?.unrefTimer === 'function') {
    Deno.unrefTimer(timer as number);
  } else if (typeof (globalThis as { window?: unknown }).window !== 'object' && typeof (globalThis as { importScripts?: unknown }).importScripts !== 'function') {
    // Neither a process that can be told to leave nor a page that never waits for timers.
    stop();
    return undefined;
  }
  return { stop };
}

/** Resolves in a later turn of the event loop, after what is waiting there has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
    } else if (typeof MessageChannel === 'function') {
      // Browsers hold chained timers back by four milliseconds, but not messages.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    } else {
      setTimeout(resolve, 0);
    }
  });
}

/** The answer of {@link withDeadline} when the time was up first. */
export const deadlinePassed: unique symbol = Symbol('deadline passed');

/** Who waits for a promise, beside others: a promise that never settles would keep whatever is attached to it for ever. */
const waiting = /* @__PURE__ */ new WeakMap<PromiseLike<unknown>, Set<Waiter>>();

interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

function waitersOf(promise: PromiseLike<unknown>): Set<Waiter> {
  const known = waiting.get(promise);
  if (known !== undefined) return known;
  const waiters = new Set<Waiter>();
  waiting.set(promise, waiters);
  promise.then(
    (value) => {
      waiting.delete(promise);
      for (const { resolve } of waiters) resolve(value as never);
    },
    (error: unknown) => {
      waiting.delete(promise);
      for (const { reject } of waiters) reject(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return waiters;
}

/**
 * Waits for a promise, but no longer than the given time. Nothing is left on the promise by one who has given up waiting.
 *
 * @param milliseconds zero or more; `Infinity` waits for ever
 * @returns the promise's value, or {@link deadlinePassed}; a rejection before the deadline is passed on, one after it is swallowed
 */
export function withDeadline<T>(promise: PromiseLike<T>, milliseconds: number): Promise<T | typeof deadlinePassed> {
  const waiters = waitersOf(promise);
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      resolve: (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      reject: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    };
    // Timers hold 31 bits of milliseconds; what is longer than 24 days is no deadline.
    const timer =
      milliseconds < 2 ** 31
        ? setTimeout(() => {
            waiters.delete(waiter);
            resolve(deadlinePassed);
          }, milliseconds)
        : undefined;
    waiters.add(waiter);
  });
}
