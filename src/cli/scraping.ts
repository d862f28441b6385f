import { toBytes } from '../format/expose.js';
import { Endpoint } from '../expose/endpoint.js';
import { nodePlatform } from '../expose/node-platform.js';
import type { Registry } from '../registry/registry.js';
import type { Delay, Step } from './step.js';
import { Tally, median } from './statistics.js';

/**
 * Makes one exposition as the request handlers do, and keeps nothing of it: as a whole where it is small, in chunks where it is large.
 *
 * @returns whether it came in chunks
 */
export async function scrapeOnce(registry: Registry): Promise<boolean> {
  const { status, body } = await new Endpoint(registry, {}, nodePlatform).answer({ method: 'GET', url: '', header: () => undefined });
  if (status !== 200) throw new Error('the exposition could not be made');
  if (body instanceof Uint8Array) return false;
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  if (bytes === 0) throw new Error('the exposition was empty');
  return true;
}

/**
 * Times the exposition as one buffer, in milliseconds: at least once, and up to five times within the time given.
 *
 * @param between called before each, so that not everything is as it was
 */
export function timeExposition(registry: Registry, milliseconds: number, between: () => void): Step['exposition'] {
  const times: number[] = [];
  let bytes = 0;
  const until = performance.now() + milliseconds;
  do {
    between();
    const start = performance.now();
    bytes = toBytes(registry).length;
    times.push(performance.now() - start);
  } while (times.length < 5 && performance.now() < until);
  return { milliseconds: median(times), firstMilliseconds: times[0]!, bytes };
}

/**
 * Runs a timer of 1 ms while something is done again and again, and tells by how many milliseconds it came late. Counted is every time it
 * came between the beginning of an act and its first coming after the end.
 *
 * @param between called before each act, outside of what is counted
 */
export async function timeDelay(milliseconds: number, between: () => void, act: () => Promise<unknown>): Promise<Delay> {
  const late = new Tally();
  const until = performance.now() + milliseconds;
  for (let round = 0; round === 0 || (performance.now() < until && late.count < 5000); round++) {
    between();
    const timer = new LateTimer(late);
    // The act begins at no fixed distance from the timer.
    const begin = performance.now() + ((round * 0.618) % 1);
    while (performance.now() < begin);
    try {
      await act();
    } finally {
      await timer.end();
    }
  }
  return { p50: late.quantile(0.5), p999: late.quantile(0.999), max: late.max, samples: late.count };
}

/** A timer of 1 ms that sets itself again and notes how late it came. */
class LateTimer {
  private readonly late: Tally;
  private over: (() => void) | undefined;

  constructor(late: Tally) {
    this.late = late;
    this.arm();
  }

  /** Waits until it comes for the last time. */
  end(): Promise<void> {
    return new Promise((resolve) => (this.over = resolve));
  }

  private arm(): void {
    const due = performance.now() + 1;
    setTimeout(() => {
      this.late.add(Math.max(0, performance.now() - due));
      if (this.over === undefined) this.arm();
      else this.over();
    }, 1);
  }
}

/** The same timer while nothing is done, for comparison. */
export async function timeIdleDelay(): Promise<Delay> {
  return timeDelay(200, () => {}, () => new Promise((resolve) => setTimeout(resolve, 20)));
}
