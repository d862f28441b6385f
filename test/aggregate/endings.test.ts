import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Aggregator, AggregatorOptions } from '../../src/aggregate/aggregator.js';
import type { LedgerNews } from '../../src/aggregate/ledger.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { Registry } from '../../src/registry/registry.js';
import { snapshotOf } from '../../src/registry/snapshot.js';
import { type FakeThread, inOrder, publish, quietAggregator, seriesOf, shownBy } from '../support/threads.js';

const help = 'Held for the test.';
const opened: Aggregator[] = [];

afterEach(() => {
  for (const aggregator of opened.splice(0)) aggregator.close();
});

function aggregatorOf(options: Partial<AggregatorOptions> = {}): Aggregator {
  const aggregator = quietAggregator(options);
  opened.push(aggregator);
  return aggregator;
}

/** Records something of every kind that counts, and of every kind that does not. */
function fill({ registry }: FakeThread, amount: number): void {
  registry.counter({ name: 'c_total', help, labelNames: ['x'] }).inc({ x: 'a' }, amount);
  registry.counter({ name: 'p_total', help, created: true }).inc(amount);
  registry.histogram({ name: 'h', help, labelNames: ['x'], buckets: [1, 5] }).observe({ x: 'a "b"' }, amount);
  const native = registry.histogram({ name: 'n', help, labelNames: ['x'], native: { maxBuckets: Infinity } });
  for (const value of [amount, -amount, 0, 1000]) native.observe({ x: 'ü' }, value);
  registry.summary({ name: 's', help, labelNames: ['x'], quantiles: [0, 1], maxAgeSeconds: 0.4, ageBuckets: 2 }).observe({ x: 'a' }, amount);
  registry.summary({ name: 'e', help, quantiles: [0, 1], maxAgeSeconds: 0.4, maxSamples: 10 }).observe(amount);
  registry.gauge({ name: 'g', help, labelNames: ['x'] }).set({ x: 'a' }, amount);
  registry.gauge({ name: 'u', help }).set(amount);
  registry.info({ name: 'i_info', help, labelNames: ['x'] }).labels('a');
  registry.stateSet({ name: 'z', help, states: ['up', 'down'], stateLabel: 'state' }).labels().enable('up');
}

const counted = ['c_total', 'e', 'h', 'n', 'p_total', 's'];
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The sources that are looked at in each pass. */
const threadsOf = (aggregator: Aggregator): number => (aggregator as unknown as { threads: Map<string, unknown> }).threads.size;

describe('A thread that ends', () => {
  test.each([
    ['closes its source', ({ publication }: FakeThread): Announcement | undefined => void publication.close()],
    ['is terminated', ({ thread }: FakeThread): Announcement | undefined => ({ kind: 'ended', thread })],
  ])('What it has counted stays when it %s, and what its gauges said goes.', async (_how, end) => {
    const aggregator = aggregatorOf();
    const [first, second] = [1, 2].map((thread) => publish((news) => aggregator.hear(news), thread)) as [FakeThread, FakeThread];
    fill(first, 3);
    fill(second, 10);
    const before = await shownBy(aggregator.registry);
    const said = end(second);
    if (said !== undefined) aggregator.hear(said);
    for (const wait of [0, 500]) {
      await pause(wait);
      const after = await shownBy(aggregator.registry);
      for (const family of before) {
        const now = after.find(({ name }) => name === family.name)!;
        if (!counted.includes(family.name)) expect(now).toEqual(inOrder(snapshotOf(first.registry.get(family.name)!.view())));
        // Windows pass; sums and counts do not.
        else expect(now.series.map(({ quantiles: _, ...rest }) => rest)).toEqual(family.series.map(({ quantiles: _, ...rest }) => rest));
      }
    }
  });

  test('What collectors of it have counted stays, too.', async () => {
    const aggregator = aggregatorOf();
    const families = [
      { name: 'c_total', help, type: 'counter' as const, series: [{ value: 5 }] },
      { name: 'g', help, type: 'gauge' as const, series: [{ value: 5 }] },
      { name: 's', help, type: 'summary' as const, series: [{ sum: 1, count: 2, quantiles: [{ quantile: 0.5, value: 3 }] }] },
    ];
    const threads = [1, 2].map((thread) => publish((news) => aggregator.hear(news), thread, undefined, true));
    for (const { source } of threads) aggregator.hear({ kind: 'answer', source, question: 1, answer: { families, exemplars: [] } });
    expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([{ labels: {}, value: 10 }]);
    threads[1]!.publication.close();
    for (let pass = 0; pass < 2; pass++) {
      expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([{ labels: {}, value: 10 }]);
      expect(await seriesOf(aggregator.registry, 'g')).toEqual([{ labels: {}, value: 5 }]);
      expect(await seriesOf(aggregator.registry, 's')).toMatchObject([{ sum: 2, count: 4 }]);
    }
    threads[0]!.publication.close();
    expect(await seriesOf(aggregator.registry, 's')).toEqual([{ labels: {}, sum: 2, count: 4, quantiles: [{ quantile: 0.5, value: 'NaN' }] }]);
  });

  test('It counts though it was stopped in the middle of an observation.', async () => {
    for (const half of ['counted', 'changing'] as const) {
      const aggregator = aggregatorOf();
      const thread = publish((news) => aggregator.hear(news));
      const native = thread.registry.histogram({ name: 'n', help, buckets: [1], native: {} });
      for (const value of [0.5, 2, 3]) native.observe(value);
      const { table } = native.keeping;
      if (half === 'changing') table.states.change(0);
      // Of an observation only the classic bucket was counted.
      else table.cells.page(0)[3]! += 1;
      aggregator.hear({ kind: 'ended', thread: thread.thread });
      const [series] = await seriesOf(aggregator.registry, 'n');
      expect(series!.count).toBeGreaterThanOrEqual(3);
      expect(series!.buckets!.at(-1)!.count).toBe(series!.count);
      expect(series!.buckets![0]!.count).toBe(1);
    }
  });

  test('Ten thousand that come one after the other leave nothing but their counts.', async () => {
    const aggregator = aggregatorOf();
    const main = publish((news) => aggregator.hear(news), 0);
    main.registry.counter({ name: 'c_total', help, labelNames: ['x'] });
    const sizes: unknown[] = [];
    for (let thread = 1; thread <= 10_000; thread++) {
      const { registry, publication } = publish((news) => aggregator.hear(news), thread, new Registry({ onFault: () => {} }));
      const counter = registry.counter({ name: 'c_total', help, labelNames: ['x'] });
      counter.inc({ x: `label ${thread % 5}` });
      if (thread % 100 === 0) {
        registry.gauge({ name: 'g', help, labelNames: ['x'], aggregator: 'perWorker' }).set({ x: `gauge ${thread}` }, 1);
        registry.histogram({ name: 'n', help, native: {} }).observe(thread);
        await aggregator.registry.collect();
        await aggregator.local();
      }
      publication.close();
      void registry.shutdown();
      if (thread % 2000 === 0) {
        await aggregator.registry.collect();
        const merger = await aggregator.local();
        const inner = aggregator as unknown as { ledger: { merger: typeof merger }; total: typeof merger; waiting: unknown[] };
        const mergers = [merger, inner.total, inner.ledger.merger];
        sizes.push([threadsOf(aggregator), inner.waiting.length, ...mergers.flatMap(({ labels, families }) => [labels.size, labels.blocks.byteLength(), labels.values.byteLength(), families.size, ...[...families.values()].map(({ table }) => table.bytesHeld())])]);
      }
    }
    expect((await seriesOf(aggregator.registry, 'c_total')).map(({ value }) => value)).toEqual([2000, 2000, 2000, 2000, 2000]);
    expect(await seriesOf(aggregator.registry, 'n')).toMatchObject([{ count: 100 }]);
    expect(sizes.at(-1)).toEqual(sizes[1]);
  });
});

describe('The ledger of ended threads', () => {
  test('One that is made of what another has told has the same counts, native buckets included; and may be made of it while that one goes on.', async () => {
    const told: LedgerNews[] = [];
    const aggregator = aggregatorOf({ onLedger: (news) => told.push(news) });
    const expected: unknown[] = [];
    for (let round = 1; round <= 30; round++) {
      const thread = publish((news) => aggregator.hear(news), round, new Registry({ onFault: () => {} }));
      const { registry } = thread;
      for (let x = 0; x <= round; x++) registry.counter({ name: 'c_total', help, labelNames: ['x'] }).inc({ x: `label ${x} of round ${round % 4}` }, round);
      registry.histogram({ name: 'n', help, labelNames: ['x'], native: { maxBuckets: 4 }, created: true }).observe({ x: `${round % 20}` }, round);
      registry.histogram({ name: 'h', help, labelNames: ['x'], buckets: [3] }).observe({ x: '"' }, round);
      thread.publication.close();
      await registry.shutdown();
      expected.push(await shownBy(aggregator.registry));
      // What was told before the last absorption may still be in use.
      for (const back of [1, 2]) {
        if (told.length < back) continue;
        const other = aggregatorOf();
        other.restore(told.at(-back)!);
        expect(await shownBy(other.registry)).toEqual(back === 1 ? expected.at(-1) : expected.at(-2));
      }
    }
  });

  test('It tells as often as threads end, and whose sources it has taken over.', () => {
    const taken: string[][] = [];
    const aggregator = aggregatorOf({ onLedger: (_news, absorbed) => taken.push([...absorbed]) });
    const threads = [1, 2].map((thread) => publish((news) => aggregator.hear(news), thread));
    for (const { publication } of threads) publication.close();
    expect(taken).toEqual(threads.map(({ source }) => [source]));
  });

  test('A fault in who is told does not stop the merging.', async () => {
    const onLedger = vi.fn(() => {
      throw new Error('not now');
    });
    const aggregator = aggregatorOf({ onLedger });
    const thread = publish((news) => aggregator.hear(news), 1);
    thread.registry.counter({ name: 'c_total', help }).inc(3);
    thread.publication.close();
    expect(onLedger).toHaveBeenCalledTimes(1);
    expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([{ labels: {}, value: 3 }]);
  });
});
