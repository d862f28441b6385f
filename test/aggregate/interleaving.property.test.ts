import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Announcement, FamilyNews, PageNews } from '../../src/registry/announcement.js';
import { publish, quietAggregator } from '../support/threads.js';
import { snapshotOf } from '../../src/registry/snapshot.js';

/*
 * A reader that is interrupted at any look it takes at the memory of another thread: that thread goes on meanwhile, by whole calls of the application. Orders in
 * which the stores of one call are seen are looked at elsewhere, see `test/instruments/published.property.test.ts`.
 */

type Page = Float64Array | Int32Array | Uint8Array;

const raw = new WeakMap<object, Page>();
/** Called at every look. */
let onLook = (): void => {};

/** A page as the reader has it. */
function slow<P extends Page>(page: P): P {
  const proxy = new Proxy(page, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) onLook();
      if (name === 'subarray') onLook();
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found as () => unknown).bind(target) : found;
    },
  });
  raw.set(proxy, page);
  return proxy;
}

const slowPage = (news: PageNews): PageNews => ({ ...news, page: news.column === 'labelBytes' ? news.page : slow(news.page) });
const slowFamily = (news: FamilyNews): FamilyNews => ({ ...news, cleared: slow(news.cleared), pages: news.pages.map(slowPage) });

function slowed(said: Announcement): Announcement {
  switch (said.kind) {
    case 'open':
      return { ...said, families: said.families.map(slowFamily), pages: said.pages.map(slowPage) };
    case 'family':
      return { ...said, news: slowFamily(said.news) };
    case 'page':
      return { ...said, news: slowPage(said.news) };
    default:
      return said;
  }
}

const { load } = Atomics;

beforeEach(() => {
  vi.spyOn(Atomics, 'load').mockImplementation(((page: Int32Array, at: number) => {
    const own = raw.get(page) as Int32Array | undefined;
    if (own !== undefined) onLook();
    return load(own ?? page, at);
  }) as typeof Atomics.load);
  vi.spyOn(Atomics, 'wait').mockImplementation((() => {
    onLook();
    return 'timed-out';
  }) as unknown as typeof Atomics.wait);
});
afterEach(() => {
  onLook = () => {};
  vi.restoreAllMocks();
});

const values = ['a', 'bb', 'ccc', 'a longer one that takes other blocks', '"quoted"', 'ü', 'z'.repeat(20), 'z'.repeat(21)] as const;
const actsPerPass = 4;
/** Of each value one amount, so that a count tells whose it is. */
const primes = [101, 103, 107, 109, 113, 127, 131, 137] as const;
const place = fc.nat(values.length - 1);

const command = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('record' as const), place }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), place }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('replace' as const), place, by: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), place }) },
);

describe('A reader that another thread overtakes', () => {
  test('It never takes one series for another, nor one half of a series with another; and ends with what is true.', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 50, maxLength: 300 }), fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 80 })), { minLength: 1, maxLength: 30 }), async (commands, pace) => {
        const aggregator = quietAggregator();
        const unheard: Announcement[] = [];
        const { registry } = publish((news) => unheard.push(slowed(news)));
        const help = 'Held for the test.';
        const labelNames = ['x', 'y'] as const;
        const counter = registry.counter({ name: 'c_total', help, labelNames });
        const histogram = registry.histogram({ name: 'h', help, labelNames, buckets: [110, 130] });
        const native = registry.histogram({ name: 'n', help, labelNames, native: { maxBuckets: 2 }, buckets: [110] });
        const summary = registry.summary({ name: 's', help, labelNames, quantiles: [0, 1] });
        const all = [counter, histogram, native, summary];
        const left = [...commands];
        const act = (): void => {
          const step = left.shift();
          if (step === undefined) return;
          const labelsOf = (at: number): { x: string; y: string } => ({ x: values[at]!, y: values[at]! });
          const record = (at: number): void => {
            counter.inc(labelsOf(at), primes[at]!);
            for (const one of [histogram, native, summary]) one.observe(labelsOf(at), primes[at]!);
          };
          if (step.do === 'record') record(step.place);
          else if (step.do === 'clear' || step.do === 'reset') for (const one of all) one[step.do]();
          else for (const one of all) one.remove(labelsOf(step.place));
          if (step.do === 'replace') record(step.by);
        };
        for (let i = 0; i < 10; i++) act();
        let looks = 0;
        let turn = 0;
        while (left.length > 0) {
          for (const news of unheard.splice(0)) aggregator.hear(news);
          // Much of it is known when it changes, so that there are a few changes to a pass.
          let most = actsPerPass;
          onLook = () => {
            if (most === 0 || ++looks < pace[turn % pace.length]!) return;
            most -= 1;
            looks = 0;
            turn += 1;
            // The thread itself looks at its memory as it is.
            const look = onLook;
            onLook = () => {};
            act();
            onLook = look;
          };
          const merger = await aggregator.local();
          onLook = () => {};
          act();
          for (const view of merger.views()) {
            for (const { labels, value, sum, count, buckets, native: sparse, quantiles } of snapshotOf(view).series) {
              expect(labels['x']).toBe(labels['y']);
              const amount = primes[values.indexOf(labels['x'] as never)]!;
              expect(((value ?? sum) as number) % amount).toBe(0);
              if (buckets !== undefined) expect(buckets.at(-1)!.count).toBe(count);
              // Counts are read one after the other, and an observation may come in between; of another series there are none.
              if (buckets !== undefined) expect(buckets.filter(({ le }) => (le as number) < amount).every((bucket) => bucket.count === 0)).toBe(true);
              if (sparse !== undefined) expect([...sparse.positive, ...sparse.negative].reduce((total, bucket) => total + bucket.count, sparse.zeroCount)).toBe(count);
              for (const quantile of quantiles ?? []) if (quantile.value !== 'NaN') expect(Math.abs((quantile.value as number) / amount - 1)).toBeLessThan(0.01);
            }
          }
        }
        for (const news of unheard.splice(0)) aggregator.hear(news);
        const shown = (await aggregator.local()).views().map(snapshotOf);
        const key = (series: { labels: Readonly<Record<string, string>> }): string => series.labels['x']!;
        for (const family of registry.snapshot()) {
          const found = shown.find(({ name }) => name === family.name);
          const byLabel = (one: typeof family): unknown => new Map(one.series.map((series) => [key(series), series]));
          if (family.series.length > 0 || found !== undefined) expect(byLabel(found!)).toEqual(byLabel(family));
        }
        await registry.shutdown();
        aggregator.close();
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });
});
