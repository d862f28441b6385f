import { afterEach, describe, expect, test } from 'vitest';
import { Counter, Histogram, Registry, Summary } from '../../src/index.js';
import type { Aggregator } from '../../src/aggregate/aggregator.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { inOrder, ownName, publish, quietAggregator, seriesOf, shownBy } from '../support/threads.js';

const help = 'Held for the test.';
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function aggregatorOf(name: string = ownName()): Aggregator {
  const aggregator = quietAggregator({ name });
  ends.push(() => aggregator.close());
  return aggregator;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Metrics that were made for no registry: their label values and blocks stand elsewhere. */
function strangers(): { all: (Counter | Histogram | Summary)[]; record: (x: string, value: number) => void } {
  const options = { help, labelNames: ['x'] as const, registry: null };
  const counter = new Counter({ ...options, name: 'c_total' });
  const native = new Histogram({ ...options, name: 'n', native: {} });
  const summary = new Summary({ ...options, name: 's', quantiles: [0, 1] });
  return {
    all: [counter, native, summary] as unknown as (Counter | Histogram | Summary)[],
    record(x, value) {
      counter.inc({ x }, value);
      native.observe({ x }, value);
      summary.observe({ x }, value);
    },
  };
}

describe('A registry that is published', () => {
  test('Metrics that were made for no registry are read with their own label values, whether they come before or after.', async () => {
    const aggregator = aggregatorOf();
    const registry = new Registry();
    const [early, late] = [strangers(), strangers()];
    const own = registry.counter({ name: 'own_total', help, labelNames: ['x'] });
    for (let x = 0; x < 40; x++) own.inc({ x: `own ${x}` }, x);
    early.record('of early', 3);
    for (const one of early.all) registry.register(one);
    const { publication } = publish((news) => aggregator.hear(news), 1, registry);
    const expected = (): unknown => registry.snapshot().map(inOrder);
    expect(await shownBy(aggregator.registry)).toEqual(expected());
    for (const one of early.all) registry.unregister(one);
    expect(await shownBy(aggregator.registry)).toEqual(expected());
    for (const one of late.all) registry.register(one);
    for (let x = 0; x < 200; x++) late.record(`of late ${x}`, x);
    for (const say of [() => {}, () => publication.announce()]) {
      say();
      expect(await shownBy(aggregator.registry)).toEqual(expected());
    }
    publication.close();
    expect((await seriesOf(aggregator.registry, 'c_total')).length).toBe(200);
  });

  test('Their exemplars are told, too.', async () => {
    const name = ownName();
    const aggregator = aggregatorOf(name);
    aggregator.start();
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help, registry: null });
    registry.register(counter);
    ends.push(registry.share(name, 1));
    counter.inc(1, { labels: { trace_id: 'a' } });
    await pause(300);
    // The first collection asks, and does not wait.
    for (let collection = 0; collection < 2; collection++) {
      await aggregator.registry.collect();
      await pause(50);
    }
    expect(await seriesOf(aggregator.registry, 'c_total')).toMatchObject([{ value: 1, exemplars: [{ labels: { trace_id: 'a' } }] }]);
  });

  test('One that is cleared shows nothing any more, and again what is made in it afterwards.', async () => {
    const aggregator = aggregatorOf();
    const { registry } = publish((news) => aggregator.hear(news));
    registry.counter({ name: 'c_total', help }).inc(3);
    expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([{ labels: {}, value: 3 }]);
    registry.clear();
    expect(await shownBy(aggregator.registry)).toEqual([]);
    registry.gauge({ name: 'c_total', help }).set(5);
    expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([{ labels: {}, value: 5 }]);
  });

  test('One that is shared twice counts once, until both have ended it; and again when it is shared anew.', async () => {
    const name = ownName();
    const aggregator = aggregatorOf(name);
    aggregator.start();
    const registry = new Registry();
    registry.counter({ name: 'c_total', help }).inc(3);
    registry.gauge({ name: 'g', help }).set(3);
    const [first, second] = [registry.share(name, 1), registry.share(name, 1)];
    const shown = async (): Promise<unknown[]> => {
      await pause(20);
      return (await shownBy(aggregator.registry)).flatMap(({ series }) => series.map(({ value }) => value));
    };
    expect(await shown()).toEqual([3, 3]);
    first();
    first();
    expect(await shown()).toEqual([3, 3]);
    second();
    // What was counted stands, and gauges say nothing any more.
    expect(await shown()).toEqual([3]);
  });

  test('Series on several pages, and values larger than a page, are read as they are.', async () => {
    const aggregator = aggregatorOf();
    const { registry } = publish((news) => aggregator.hear(news));
    const counter = registry.counter({ name: 'c_total', help, labelNames: ['x', 'y'], limits: { labelValueBytes: Infinity } });
    const y = 'y'.repeat(100_000);
    for (let x = 0; x < 3000; x++) counter.inc({ x, y: x % 500 === 0 ? `${y}${x}` : `${x % 50}` }, x);
    for (let pass = 0; pass < 2; pass++) expect(await shownBy(aggregator.registry)).toEqual(registry.snapshot().map(inOrder));
    for (let x = 0; x < 3000; x += 3) counter.inc({ x, y: x % 500 === 0 ? `${y}${x}` : `${x % 50}` }, 1);
    expect(await shownBy(aggregator.registry)).toEqual(registry.snapshot().map(inOrder));
  });

  test('What a reader hears that came late is the same as what one hears who was there.', async () => {
    const [early, late] = [aggregatorOf(), aggregatorOf()];
    const said: Announcement[] = [];
    const { registry, publication } = publish((news) => said.push(news));
    const counter = registry.counter({ name: 'c_total', help, labelNames: ['x'] });
    for (let x = 0; x < 100; x++) counter.inc({ x });
    for (const news of said) early.hear(news);
    publication.announce();
    late.hear(said.at(-1)!);
    expect(await shownBy(late.registry)).toEqual(await shownBy(early.registry));
  });
});

describe('Gauges of several threads', () => {
  test('perWorker tells whose a value is, beside the labels and constant labels that it has.', async () => {
    const aggregator = aggregatorOf();
    for (const thread of [0, 7]) {
      const { registry } = publish((news) => aggregator.hear(news), thread);
      registry.gauge({ name: 'g', help, labelNames: ['x'], constLabels: { service: 'a' }, aggregator: 'perWorker' }).set({ x: 'b' }, thread);
      registry.gauge({ name: 'plain', help, aggregator: 'perWorker' }).set(thread);
    }
    const workers = [String(process.pid), `${process.pid}-7`];
    for (let pass = 0; pass < 2; pass++) {
      expect(await seriesOf(aggregator.registry, 'g')).toEqual([0, 7].map((value, place) => ({ labels: { service: 'a', x: 'b', worker: workers[place] }, value })));
      expect(await seriesOf(aggregator.registry, 'plain')).toEqual([0, 7].map((value, place) => ({ labels: { worker: workers[place] }, value })));
    }
  });

  test('Names that clash only when the threads come together cost the later metric, and are noted.', async () => {
    const faults: unknown[] = [];
    const aggregator = quietAggregator({ onFault: (_, error) => faults.push((error as { code: string }).code) });
    ends.push(() => aggregator.close());
    publish((news) => aggregator.hear(news)).registry.histogram({ name: 'h', help, buckets: [1] }).observe(1);
    publish((news) => aggregator.hear(news)).registry.counter({ name: 'h_count', help }).inc();
    expect((await shownBy(aggregator.registry)).map(({ name }) => name)).toEqual(['h']);
    expect(faults).toEqual(['DUPLICATE_NAME']);
  });
});
