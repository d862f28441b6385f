import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Aggregator, AggregatorOptions } from '../../src/aggregate/aggregator.js';
import { broadcast, listen } from '../../src/platform/channel.js';
import { type Announcement, type Question, protocolVersion } from '../../src/registry/announcement.js';
import type { Collector } from '../../src/registry/sources.js';
import { Registry } from '../../src/registry/registry.js';
import { channelOf, questionsOf } from '../../src/registry/sharing.js';
import { snapshotOf } from '../../src/registry/snapshot.js';
import { ownName, publish, quietAggregator, seriesOf } from '../support/threads.js';

const help = 'Held for the test.';
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function started(name: string, options: Partial<AggregatorOptions> = {}): Aggregator {
  const aggregator = quietAggregator({ name, deadlineMilliseconds: 2000, ...options });
  aggregator.start();
  ends.push(() => aggregator.close());
  return aggregator;
}

/** What stands for a thread here: a registry of its own, shared. */
function shared(name: string, thread: number): Registry {
  const registry = new Registry({ onFault: () => {} });
  ends.push(registry.share(name, thread));
  return registry;
}

/** A source that says it has something to compute, and never answers. */
function blocked(name: string, source: string, thread: number): { say: (announcement: Announcement) => void; open: Announcement } {
  const open: Announcement = { kind: 'open', version: protocolVersion, source, thread, timeOrigin: NaN, flags: new Int32Array(new SharedArrayBuffer(4)).fill(1), families: [], pages: [] };
  const say = (announcement: Announcement): void => broadcast(channelOf(name), announcement);
  say(open);
  return { say, open };
}

const jobs = (value: number): Collector => ({ name: 'jobs', collect: () => [{ name: 'jobs_total', help, type: 'counter', series: [{ value }] }] });

/** A thread looks four times a second whether there is anything to ask it for. */
const noticed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

async function timed<T>(run: () => Promise<T>): Promise<readonly [T, number]> {
  const before = performance.now();
  return [await run(), performance.now() - before];
}

async function ageOf(aggregator: Aggregator): Promise<Record<string, unknown>> {
  const views = await aggregator.registry.collect();
  const view = views.find(({ descriptor }) => descriptor.name === 'tallystick_thread_answer_age_seconds');
  const ages: Record<string, unknown> = {};
  for (const cursor = view?.cursor(); cursor?.next() === true; ) ages[cursor.labelText(0)] = cursor.cells[cursor.cellBase];
  return ages;
}

describe('What only a thread can compute', () => {
  test('Functions and collectors are asked at every collection, and what several threads say is added up.', async () => {
    const name = ownName();
    const aggregator = started(name);
    let value = 1;
    for (const thread of [1, 2]) {
      const registry = shared(name, thread);
      registry.register({ name: 'jobs', collect: () => jobs(value).collect() });
      registry.gauge({ name: 'g', help, collect: () => value * 10 });
    }
    await noticed();
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([{ labels: {}, value: 2 }]);
    value = 7;
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([{ labels: {}, value: 14 }]);
    expect(await seriesOf(aggregator.registry, 'g')).toEqual([{ labels: {}, value: 140 }]);
  });

  test('A collector that is unregistered is shown no more.', async () => {
    const name = ownName();
    const aggregator = started(name);
    const registry = shared(name, 1);
    registry.register(jobs(1));
    registry.counter({ name: 'others_total', help }).inc();
    await noticed();
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toHaveLength(1);
    registry.unregister('jobs');
    await noticed();
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([]);
    expect(await seriesOf(aggregator.registry, 'others_total')).toHaveLength(1);
  });

  test('One that does not answer is waited for once, and asked once; its age shows.', async () => {
    const name = ownName();
    const asked: Question[] = [];
    ends.push(listen(questionsOf(name), (question) => asked.push(question as Question)));
    const aggregator = started(name, { deadlineMilliseconds: 150 });
    blocked(name, '9/1', 9);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const [, first] = await timed(() => aggregator.registry.collect());
    expect(first).toBeGreaterThan(140);
    for (let again = 0; again < 3; again++) {
      const [ages, time] = await timed(() => ageOf(aggregator));
      expect(time).toBeLessThan(100);
      expect(ages['9']).toBeGreaterThan(0.14);
    }
    expect(asked.filter(({ kind }) => kind === 'ask')).toHaveLength(1);
  });

  test('One that ends while it is asked is not waited for any longer.', async () => {
    const name = ownName();
    const aggregator = started(name);
    const { say } = blocked(name, '9/1', 9);
    await new Promise((resolve) => setTimeout(resolve, 20));
    setTimeout(() => say({ kind: 'ended', thread: 9 }), 50);
    const [, time] = await timed(() => aggregator.registry.collect());
    expect(time).toBeLessThan(1000);
  });

  test('One that says again what it has while it is asked need not be asked again.', async () => {
    const name = ownName();
    const aggregator = started(name);
    const { say, open } = blocked(name, '9/1', 9);
    await new Promise((resolve) => setTimeout(resolve, 20));
    setTimeout(() => say(open), 30);
    setTimeout(() => say({ kind: 'answer', source: '9/1', question: 1, answer: { families: jobs(5).collect() as [], exemplars: [] } }), 60);
    const [series, time] = await timed(() => seriesOf(aggregator.registry, 'jobs_total'));
    expect(series).toEqual([{ labels: {}, value: 5 }]);
    expect(time).toBeLessThan(1000);
  });

  test('An answer that makes no sense costs what it says, and nobody is waited for because of it.', async () => {
    const name = ownName();
    const aggregator = started(name);
    const { say } = blocked(name, '9/1', 9);
    await new Promise((resolve) => setTimeout(resolve, 20));
    setTimeout(() => say({ kind: 'answer', source: '9/1', question: 1, answer: { families: [{ name: '', help, type: 'counter', series: [{}] }], exemplars: [] } }), 30);
    const [, time] = await timed(() => aggregator.registry.collect());
    expect(time).toBeLessThan(1000);
  });

  test('A late answer is shown at the next collection.', async () => {
    const name = ownName();
    const aggregator = started(name, { deadlineMilliseconds: 100 });
    const registry = shared(name, 1);
    // Within the deadline it cannot answer, and then shows what was known last.
    registry.register({ name: 'jobs', collect: () => new Promise((resolve) => setTimeout(() => resolve(jobs(1).collect() as []), 250)) });
    await noticed();
    expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([]);
    await vi.waitFor(async () => expect(await seriesOf(aggregator.registry, 'jobs_total')).toEqual([{ labels: {}, value: 1 }]), 10_000);
  });

  test('Who cannot wait for answers is shown what is recorded, as it is at that moment.', async () => {
    const name = ownName();
    const aggregator = started(name, { deadlineMilliseconds: 10_000 });
    const registry = shared(name, 1);
    const done = registry.counter({ name: 'done_total', help });
    registry.register({ name: 'jobs', collect: () => new Promise(() => {}) });
    await noticed();
    for (const expected of [1, 2]) {
      done.inc();
      const [views, took] = await timed(() => aggregator.registry.collect({ timeoutSeconds: 0.1 }));
      expect(took).toBeLessThan(2000);
      expect(snapshotOf(views.find(({ descriptor }) => descriptor.name === 'done_total')!).series).toEqual([{ labels: {}, value: expected }]);
    }
  });

  test('Many questions that have waited for a thread are answered as one or two.', async () => {
    const name = ownName();
    const registry = shared(name, 1);
    let collections = 0;
    registry.register({
      name: 'jobs',
      async collect() {
        collections += 1;
        await Promise.resolve();
        return jobs(1).collect();
      },
    });
    const answers: Announcement[] = [];
    ends.push(listen(channelOf(name), (announcement) => answers.push(announcement as Announcement)));
    for (let question = 1; question <= 100; question++) broadcast(questionsOf(name), { kind: 'ask', question, seconds: 1 } satisfies Question);
    await vi.waitFor(() => expect(answers.filter(({ kind }) => kind === 'answer').length).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(collections).toBeLessThanOrEqual(3);
    expect(answers.filter(({ kind }) => kind === 'answer').at(-1)).toMatchObject({ question: 100 });
  });
});

describe('Exemplars of threads', () => {
  const exemplar = (trace_id: string, timestamp: number): { labels: { trace_id: string }; timestamp: number } => ({ labels: { trace_id }, timestamp });

  test('Of two for the same bucket the later one is shown.', async () => {
    const name = ownName();
    const aggregator = started(name);
    const [first, second] = [1, 2].map((thread) => shared(name, thread).histogram({ name: 'h', help, buckets: [1, 2] }));
    first!.observe(0.5, exemplar('early', 1_700_000_000));
    second!.observe(0.25, exemplar('late', 1_700_000_001));
    second!.observe(1.5, exemplar('other', 1_700_000_000));
    await vi.waitFor(async () => {
      const [series] = await seriesOf(aggregator.registry, 'h');
      expect(series!.exemplars!.map(({ labels }) => labels['trace_id'])).toEqual(['late', 'other']);
    }, 2000);
  });

  test('They stay when threads say again what they have, as another aggregation begins; which has them, too.', async () => {
    const name = ownName();
    const aggregator = started(name);
    const registry = shared(name, 1);
    registry.register(jobs(3));
    registry.counter({ name: 'c_total', help }).inc(1, exemplar('a', 1_700_000_000));
    const shownIn = async (one: Aggregator): Promise<unknown> => (await seriesOf(one.registry, 'c_total'))[0]?.exemplars?.[0]?.labels;
    await vi.waitFor(async () => expect(await shownIn(aggregator)).toEqual({ trace_id: 'a' }), 2000);
    const other = started(name);
    await vi.waitFor(async () => expect(await shownIn(other)).toEqual({ trace_id: 'a' }), 2000);
    expect(await shownIn(aggregator)).toEqual({ trace_id: 'a' });
  });

  test.each([
    ['removed', (counter: Removable) => counter.remove('a')],
    ['cleared', (counter: Removable) => counter.clear()],
    ['removed with others', (counter: Removable) => counter.removeMatching({ x: 'a' })],
  ])('A series that takes the place of one that was %s does not take its exemplar.', async (_how, take) => {
    const aggregator = quietAggregator();
    ends.push(() => aggregator.close());
    const [first, second] = [1, 2].map((thread) => {
      const { registry, source, publication } = publish((news) => aggregator.hear(news), thread);
      const counter = registry.counter({ name: 'c_total', help, labelNames: ['x'] });
      /** As the thread would say it if it were asked. */
      const tell = (trace_id: string): void => {
        const { column } = counter.keeping.table.states;
        const slots = [{ labels: { trace_id }, value: 1, timestamp: 1_700_000_000 }];
        aggregator.hear({ kind: 'answer', source, question: 1, answer: { families: undefined, exemplars: [{ family: publication.numberOf(counter)!, row: 0, state: column.page(0)[0]!, slots, spread: [] }] } });
      };
      return { counter, tell };
    });
    first!.counter.inc({ x: 'a' });
    first!.tell('of a');
    expect((await seriesOf(aggregator.registry, 'c_total')).map(({ exemplars }) => exemplars?.[0]?.labels)).toEqual([{ trace_id: 'of a' }]);
    // The thread is blocked from here on: it cannot say that the exemplar is gone.
    take(first!.counter as unknown as Removable);
    expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([]);
    second!.counter.inc({ x: 'b' });
    for (let pass = 0; pass < 2; pass++) expect(await seriesOf(aggregator.registry, 'c_total')).toEqual([{ labels: { x: 'b' }, value: 1 }]);
  });
});

interface Removable {
  remove(x: string): boolean;
  removeMatching(labels: { x: string }): number;
  clear(): void;
}
