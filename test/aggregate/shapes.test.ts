import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Aggregator } from '../../src/aggregate/aggregator.js';
import { publish, quietAggregator, seriesOf, shownBy } from '../support/threads.js';

const help = 'Held for the test.';

let faults: string[] = [];
const started: Aggregator[] = [];

function aggregatorOf(): Aggregator {
  faults = [];
  const aggregator = quietAggregator({ onFault: (_message, error) => faults.push((error as Error).message) });
  started.push(aggregator);
  return aggregator;
}

afterEach(() => {
  for (const aggregator of started.splice(0)) aggregator.close();
  vi.useRealTimers();
});

const unmerged = async (aggregator: Aggregator): Promise<number> => {
  await aggregator.registry.collect();
  const family = aggregator.registry.ownViews().find(({ descriptor }) => descriptor.name === 'tallystick_collector_errors_total');
  let count = 0;
  for (const cursor = family?.cursor(); cursor?.next() === true; ) count += cursor.cells[cursor.cellBase]!;
  return count;
};

describe('Threads whose shapes disagree', () => {
  test('The one that comes later is left out with that metric only; it is said once, and names both.', async () => {
    const aggregator = aggregatorOf();
    const [first, second, third] = [0, 2, 3].map((thread) => publish((news) => aggregator.hear(news), thread).registry);
    first!.counter({ name: 'jobs_total', help, labelNames: ['queue'] }).inc({ queue: 'a' }, 1);
    second!.counter({ name: 'jobs_total', help, labelNames: ['kind'] }).inc({ kind: 'a' }, 10);
    second!.counter({ name: 'others_total', help }).inc(5);
    third!.counter({ name: 'jobs_total', help, labelNames: ['queue'] }).inc({ queue: 'a' }, 100);
    for (let pass = 0; pass < 3; pass++) {
      expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([{ labels: { queue: 'a' }, value: 101 }]);
      expect(await seriesOf(aggregator.registry, 'others_total')).toEqual([{ labels: {}, value: 5 }]);
    }
    expect(faults).toEqual([
      'counter "jobs_total": thread 2 has another shape than the main thread: labels ["queue"], asked for was ["kind"]. Its numbers are left out; give both the same shape',
    ]);
  });

  test.each([
    ['buckets', (n: number) => ({ buckets: [n] })],
    ['native buckets', (n: number) => (n === 1 ? { buckets: [1] } : { buckets: [1], native: {} })],
    ['times of creation', (n: number) => ({ created: n === 1 })],
    ['constant labels', (n: number) => ({ constLabels: { n } })],
  ])('They may disagree about %s.', async (_what, options) => {
    const aggregator = aggregatorOf();
    for (const n of [1, 2]) publish((news) => aggregator.hear(news)).registry.histogram({ name: 'h', help, ...options(n) }).observe(n);
    expect((await seriesOf(aggregator.registry, 'h')).map(({ sum }) => sum)).toEqual([1]);
    expect(faults).toHaveLength(1);
  });

  test('Collected families may disagree about native buckets.', async () => {
    const aggregator = aggregatorOf();
    const native = { schema: 0, zeroThreshold: 0, zeroCount: 1, positive: [], negative: [] };
    for (const series of [{ sum: 1, buckets: [{ le: Infinity, count: 1 }] }, { sum: 1, count: 1, native }]) {
      const { source } = publish((news) => aggregator.hear(news), undefined, undefined, true);
      aggregator.hear({ kind: 'answer', source, question: 1, answer: { families: [{ name: 'h', help, type: 'histogram', series: [series] }], exemplars: [] } });
    }
    expect((await seriesOf(aggregator.registry, 'h')).map(({ count }) => count)).toEqual([1]);
    expect(faults).toHaveLength(1);
  });

  test('A metric that is registered anew with another shape is shown at the next collection, and nothing is wrong.', async () => {
    const aggregator = aggregatorOf();
    const threads = [0, 1].map(() => publish((news) => aggregator.hear(news)).registry);
    for (const registry of threads) registry.counter({ name: 'jobs_total', help, labelNames: ['queue'] }).inc({ queue: 'a' });
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([{ labels: { queue: 'a' }, value: 2 }]);
    for (const registry of threads) {
      registry.unregister('jobs_total');
      registry.counter({ name: 'jobs_total', help, labelNames: ['kind'] }).inc({ kind: 'b' });
    }
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([{ labels: { kind: 'b' }, value: 2 }]);
    expect(faults).toEqual([]);
  });

  test('Nothing is noted between collections, however often what is new is looked up.', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const aggregator = aggregatorOf();
    aggregator.start();
    const post = aggregator.hear.bind(aggregator);
    publish(post).registry.counter({ name: 'jobs_total', help }).inc();
    publish(post).registry.gauge({ name: 'jobs_total', help }).set(1);
    await aggregator.registry.collect();
    const before = await unmerged(aggregator);
    vi.advanceTimersByTime(10_000);
    expect(await unmerged(aggregator)).toBe(before + 1);
  });

  test('What label values a metric had that is gone is not kept.', async () => {
    const aggregator = aggregatorOf();
    const { registry } = publish((news) => aggregator.hear(news));
    const sizes: number[] = [];
    for (let round = 0; round < 6; round++) {
      const counter = registry.counter({ name: 'jobs_total', help, labelNames: ['queue'] });
      for (let queue = 0; queue < 50; queue++) counter.inc({ queue: `round ${round}, queue ${queue}` });
      expect((await shownBy(aggregator.registry))[0]!.series).toHaveLength(50);
      const merger = await aggregator.local();
      sizes.push(merger.labels.size);
      // The thread itself keeps values as long as series carry them.
      counter.clear();
      registry.unregister(counter);
      await aggregator.local();
    }
    // Those of the round before are forgotten when their integers are used anew.
    expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[1]! + 1);
  });
});
