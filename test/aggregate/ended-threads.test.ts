import { afterEach, expect, it } from 'vitest';
import { Aggregator } from '../../src/aggregate/aggregator.js';
import { Registry } from '../../src/index.js';
import { until } from '../integration/support/processes.js';

let aggregator: Aggregator | undefined;

afterEach(() => aggregator?.close());

it('Of threads that have ended no more than 64 are kept for the quantiles of their summaries, and what all have counted stays.', async () => {
  const threads = 200;
  const absorbed: string[] = [];
  aggregator = new Aggregator({ name: 'ended-threads', onLedger: (_, sources) => absorbed.push(...sources) });
  aggregator.start();
  for (let thread = 1; thread <= threads; thread++) {
    const registry = new Registry();
    registry.summary({ name: 'size_bytes', help: 'Size.', quantiles: [1] }).observe(thread);
    registry.share('ended-threads', thread)();
  }
  await until('the first ones to be absorbed', () => absorbed.length >= threads - 64);
  const [size] = await aggregator.registry.collect();
  const cursor = size!.cursor();
  cursor.next();
  const [sum, , count, largest] = cursor.cells.subarray(cursor.cellBase);
  expect([sum, count]).toEqual([(threads * (threads + 1)) / 2, threads]);
  // The latest are still in the window.
  expect(largest).toBeCloseTo(threads, -1);
  expect(absorbed).toHaveLength(threads - 64);
  expect(new Set(absorbed).size).toBe(threads - 64);
});
