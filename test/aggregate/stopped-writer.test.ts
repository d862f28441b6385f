import { describe, expect, test } from 'vitest';
import { Aggregator } from '../../src/aggregate/aggregator.js';
import type { Instrument } from '../../src/instruments/instrument.js';
import { bucketCells } from '../../src/model/layout.js';
import { Publication } from '../../src/registry/publication.js';
import { Registry } from '../../src/registry/registry.js';
import { type SeriesSnapshot, snapshotOf } from '../../src/registry/snapshot.js';
import { clearedVersion } from '../../src/store/row-states.js';

type Any = Instrument<readonly string[], object, never, never>;

/** A thread that the aggregator reads, as far as it can be told from one. */
class Writer {
  readonly registry = new Registry();
  private readonly publication: Publication;

  constructor(aggregator: Aggregator, thread: number) {
    this.publication = new Publication(this.registry.catalog, { source: String(thread), thread, timeOrigin: performance.timeOrigin, isAskable: () => false, post: (announcement) => aggregator.hear(announcement) });
  }

  /** Stands still in the middle of a change. @returns what ends it */
  stopIn(instrument: unknown, row: number): () => void {
    const { states } = (instrument as Any).keeping.table;
    expect(states.change(row)).toBe(true);
    return () => states.settle(row);
  }

  end(): void {
    this.publication.close();
  }
}

interface Observes {
  observe(value: number): void;
}

function pair(): { aggregator: Aggregator; one: Writer; other: Writer } {
  const aggregator = new Aggregator({ name: 'stopped', onFault: (message, error) => expect.fail(`${message}: ${String(error)}`) });
  return { aggregator, one: new Writer(aggregator, 1), other: new Writer(aggregator, 2) };
}

async function shown(aggregator: Aggregator, name: string): Promise<readonly SeriesSnapshot[]> {
  const families = (await aggregator.registry.collect()).map(snapshotOf);
  return families.find((family) => family.name === name)?.series ?? [];
}

const help = 'For a test.';
const native = { name: 'sizes', help, buckets: [1], native: {} };
const countOf = (series: SeriesSnapshot | undefined): number => series!.native!.zeroCount + [...series!.native!.positive, ...series!.native!.negative].reduce((sum, { count }) => sum + count, 0);

describe('A writer that stands still in the middle of a change', () => {
  test('has shown what it shows, and what others record beside it goes on showing.', async () => {
    const { aggregator, one, other } = pair();
    const summaries = [one, other].map(({ registry }) => registry.summary({ name: 'seconds', help }));
    const histograms = [one, other].map(({ registry }) => registry.histogram(native));
    for (const each of [...summaries, ...histograms] as Observes[]) for (const value of [0.5, 2, 3]) each.observe(value);
    expect([(await shown(aggregator, 'seconds'))[0]?.count, (await shown(aggregator, 'sizes'))[0]?.count]).toEqual([6, 6]);

    const goOn = [one.stopIn(summaries[0], 0), one.stopIn(histograms[0], 0)];
    for (const each of [summaries[1], histograms[1]] as Observes[]) each.observe(2);
    for (let pass = 0; pass < 3; pass++) {
      const [seconds, sizes] = [(await shown(aggregator, 'seconds'))[0], (await shown(aggregator, 'sizes'))[0]];
      expect(seconds).toMatchObject({ count: 7, sum: 13 });
      expect(seconds!.quantiles![0]!.value).toBeCloseTo(2, 1);
      expect(sizes).toMatchObject({ count: 7, sum: 13, buckets: [{ le: 1, count: 2 }, { le: '+Inf', count: 7 }] });
      expect(countOf(sizes)).toBe(7);
    }

    for (const settle of goOn) settle();
    for (const each of [summaries[0], histograms[0]] as Observes[]) each.observe(2);
    expect([(await shown(aggregator, 'seconds'))[0]?.count, (await shown(aggregator, 'sizes'))[0]?.count]).toEqual([8, 8]);
  });

  test('has its new series show once it goes on, and never in the place of another one.', async () => {
    const { aggregator, one, other } = pair();
    const [mine, theirs] = [one, other].map(({ registry }) => registry.histogram({ ...native, labelNames: ['path'] }));
    const settle = (): (() => void) => one.stopIn(mine, 0);
    mine!.observe({ path: '/new' }, 2);
    const goOn = settle();
    expect(await shown(aggregator, 'sizes')).toEqual([]);
    // Takes the merged row that would have been the other's.
    theirs!.observe({ path: '/other' }, 3);
    theirs!.observe({ path: '/other' }, 3);
    expect((await shown(aggregator, 'sizes')).map(({ labels, count }) => [labels['path'], count])).toEqual([['/other', 2]]);
    goOn();
    expect((await shown(aggregator, 'sizes')).map(({ labels, count, sum }) => [labels['path'], count, sum]).sort()).toEqual([['/new', 1, 2], ['/other', 2, 6]]);
  });

  test('does not bring back what was cleared while it says which series these were.', async () => {
    const { aggregator, one, other } = pair();
    const counter = one.registry.counter({ name: 'jobs_total', help, labelNames: ['id'] });
    for (let id = 0; id < 3000; id++) counter.inc({ id: String(id) });
    expect(await shown(aggregator, 'jobs_total')).toHaveLength(3000);
    counter.clear();
    expect(await shown(aggregator, 'jobs_total')).toHaveLength(0);
    const { cleared } = counter.keeping.table.states;
    Atomics.add(cleared, clearedVersion, 1);
    const theirs = other.registry.counter({ name: 'jobs_total', help, labelNames: ['id'] });
    for (let id = 0; id < 3000; id++) theirs.inc({ id: `other-${id}` }, 5);
    for (let pass = 0; pass < 2; pass++) expect((await shown(aggregator, 'jobs_total')).filter(({ value }) => value === 5)).toHaveLength(3000);
    theirs.clear();
    Atomics.add(cleared, clearedVersion, 1);
    counter.inc({ id: 'new' });
    expect((await shown(aggregator, 'jobs_total')).map(({ labels, value }) => [labels['id'], value])).toEqual([['new', 1]]);
  });

  test('has counted what it has counted if it never goes on, as its thread has been terminated.', async () => {
    const { aggregator, one, other } = pair();
    const [mine, theirs] = [one, other].map(({ registry }) => registry.histogram(native));
    const plain = one.registry.histogram({ name: 'plain', help, buckets: [1] });
    const summary = one.registry.summary({ name: 'seconds', help, maxAgeSeconds: 0.001 });
    for (const each of [mine, theirs, plain, summary] as Observes[]) each.observe(2);
    await shown(aggregator, 'sizes');
    // Two more that have come as far as the classic buckets.
    mine!.observe(4);
    const { table } = mine!.keeping;
    table.cells.page(0)[table.cells.base(0) + bucketCells]! += 2;
    for (const each of [mine, plain, summary]) one.stopIn(each, 0);
    one.end();
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let pass = 0; pass < 3; pass++) {
      const [sizes] = await shown(aggregator, 'sizes');
      expect(sizes).toMatchObject({ count: 5, buckets: [{ le: 1, count: 2 }, { le: '+Inf', count: 5 }] });
      expect(countOf(sizes)).toBe(5);
      expect((await shown(aggregator, 'plain'))[0]).toMatchObject({ count: 1, sum: 2 });
      expect((await shown(aggregator, 'seconds'))[0]).toMatchObject({ count: 1, sum: 2 });
      // The ledger has it by now, too.
      aggregator.hear({ kind: 'ended', thread: 1 });
    }
  });
});

test('A pass that meets many new series whose pages it has not heard of is not held up by them.', async () => {
  const aggregator = new Aggregator({ name: 'late', onFault: (message, error) => expect.fail(`${message}: ${String(error)}`) });
  const late: (() => void)[] = [];
  let isLate = false;
  const registry = new Registry();
  const post = (announcement: Parameters<Aggregator['hear']>[0]): void => {
    if (isLate) late.push(() => aggregator.hear(announcement));
    else aggregator.hear(announcement);
  };
  const publication = new Publication(registry.catalog, { source: 'late', thread: 1, timeOrigin: performance.timeOrigin, isAskable: () => false, post });
  const counter = registry.counter({ name: 'jobs_total', help, labelNames: ['id'] });
  const histogram = registry.histogram({ ...native, labelNames: ['id'] });
  for (let id = 0; id < 4000; id++) counter.inc({ id: `first-${id}` });
  for (let id = 0; id < 3000; id++) histogram.observe({ id: `first-${id}` }, 2);
  expect(await shown(aggregator, 'jobs_total')).toHaveLength(4000);
  isLate = true;
  // The rows are in pages that are known, their label values and blocks are not.
  for (let id = 0; id < 4000; id++) counter.remove({ id: `first-${id}` });
  for (let id = 0; id < 4000; id++) counter.inc({ id: `${'second'.repeat(30)}-${id}` });
  for (let id = 0; id < 3000; id++) for (const value of [2, 2e3, 2e6, 2e9]) histogram.observe({ id: `first-${id}` }, value);
  const begun = performance.now();
  expect((await shown(aggregator, 'jobs_total')).length).toBeLessThan(4000);
  expect((await shown(aggregator, 'sizes')).every((series) => (series.count === 1 || series.count === 5) && countOf(series) === series.count)).toBe(true);
  expect(performance.now() - begun).toBeLessThan(5000);
  for (const hear of late) hear();
  expect(await shown(aggregator, 'jobs_total')).toHaveLength(4000);
  expect((await shown(aggregator, 'sizes')).every(({ count }) => count === 5)).toBe(true);
  publication.close();
});
