import { describe, expect, test } from 'vitest';
import { Merger } from '../../src/aggregate/merger.js';
import type { MergeTarget, Source } from '../../src/aggregate/source.js';
import { CollectedSource } from '../../src/aggregate/collected-source.js';
import type { CollectedFamily } from '../../src/model/collected.js';
import { snapshotOf } from '../../src/registry/snapshot.js';
import { publish, quietAggregator, seriesOf, shownBy } from '../support/threads.js';

const help = 'Held for the test.';

function mergerOf(): { merger: Merger; faults: string[] } {
  const faults: string[] = [];
  return { merger: new Merger((where, error) => faults.push(`${where}: ${(error as Error).message}`)), faults };
}

const counter = (value: number, x = 'a'): CollectedFamily => ({ name: 'c_total', help, type: 'counter', series: [{ labels: { x }, value }] });
const shown = (merger: Merger): unknown => merger.views().flatMap((view) => snapshotOf(view).series.map(({ labels, value }) => [labels['x'], value]));

describe('A pass', () => {
  test('A source that throws when it has added half of what it has is left out of it as a whole, and comes back.', () => {
    const { merger, faults } = mergerOf();
    let isBroken = false;
    let forgotten = 0;
    const inner = CollectedSource.of('thread 2', [counter(10), { ...counter(1), name: 'd_total' }]);
    const broken: Source = {
      origin: 'thread 2',
      contribute(target: MergeTarget) {
        inner.contribute(target);
        if (isBroken) throw new Error('page is missing');
      },
      forget: () => void (forgotten += 1),
    };
    const sound = CollectedSource.of('thread 1', [counter(1)]);
    for (const isNow of [false, true, true, false, true]) {
      isBroken = isNow;
      merger.run([broken, sound]);
      expect(shown(merger)).toEqual(isNow ? [['a', 1]] : [['a', 11], ['a', 1]]);
    }
    expect(forgotten).toBe(3);
    expect(new Set(faults)).toEqual(new Set(['thread 2: page is missing']));
  });

  test('A thread whose memory cannot be read for a while is shown again as it is afterwards, whatever has taken its rows meanwhile.', async () => {
    const aggregator = quietAggregator();
    const [first, second] = [1, 2].map((thread) => publish((news) => aggregator.hear(news), thread));
    const counters = [first!, second!].map(({ registry }) => registry.counter({ name: 'c_total', help, labelNames: ['x'] }));
    for (let x = 0; x < 5; x++) counters[0]!.inc({ x: `first ${x}` }, x);
    await shownBy(aggregator.registry);
    const threads = (aggregator as unknown as { threads: Map<string, { pages: { families: Map<number, { cells: unknown[] }> } }> }).threads;
    const family = [...threads.get(first!.source)!.pages.families.values()][0]!;
    const [page] = family.cells;
    // No memory at all stands there.
    family.cells[0] = {};
    for (let x = 0; x < 5; x++) counters[1]!.inc({ x: `second ${x}` }, 10 + x);
    expect((await seriesOf(aggregator.registry, 'c_total')).map(({ value }) => value)).toEqual([10, 11, 12, 13, 14]);
    family.cells[0] = page;
    counters[0]!.inc({ x: 'first 0' }, 100);
    expect((await seriesOf(aggregator.registry, 'c_total')).map(({ value }) => value)).toEqual([100, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
    aggregator.close();
  });

  test('A view that is being walked shows each series whole: as it was, or as it is.', () => {
    const { merger } = mergerOf();
    const histogram = (rows: readonly number[]): CollectedFamily => ({
      name: 'h',
      help,
      type: 'histogram',
      series: rows.map((n) => ({ labels: { x: `${n % 100}` }, sum: n, buckets: [{ le: 1, count: n }, { le: Infinity, count: 2 * n }] })),
    });
    const rowsOf = (pass: number): number[] => Array.from({ length: 60 }, (_, i) => 1 + i + 100 * pass).filter((n) => n % 2 === 0 || (n + pass) % 3 !== 0);
    merger.run([CollectedSource.of('thread 1', [histogram(rowsOf(0))])]);
    const [view] = merger.views();
    view!.table.hold();
    const seen = new Set<string>();
    let pass = 0;
    for (const cursor = view!.cursor(); cursor.next(); ) {
      const label = cursor.labelText(0);
      const [sum, , low, high] = cursor.cells.subarray(cursor.cellBase, cursor.cellBase + 4);
      expect([low, high]).toEqual([sum, sum]);
      expect(`${sum! % 100}`).toBe(label);
      expect(seen.has(label)).toBe(false);
      seen.add(label);
      pass += 1;
      merger.run([CollectedSource.of('thread 1', [histogram(rowsOf(pass % 7))])]);
    }
    view!.table.release();
    expect(seen.size).toBeGreaterThan(30);
  });

  test('A walk over a metric that goes meanwhile ends, and takes no value for another.', () => {
    const { merger } = mergerOf();
    merger.run([CollectedSource.of('thread 1', [{ ...counter(1), series: Array.from({ length: 50 }, (_, x) => ({ labels: { x: `old ${x}` }, value: x })) }])]);
    const [view] = merger.views();
    view!.table.hold();
    const cursor = view!.cursor();
    for (let i = 0; i < 10; i++) expect(cursor.next()).toBe(true);
    merger.run([]);
    merger.run([CollectedSource.of('thread 1', [{ ...counter(1), name: 'other_total', series: Array.from({ length: 50 }, (_, x) => ({ labels: { x: `new ${x}` }, value: x })) }])]);
    while (cursor.next()) expect(cursor.labelText(0)).toMatch(/^old/);
    view!.table.release();
  });

  test('What is looked up ahead of a pass is shown after it, not before.', async () => {
    const aggregator = quietAggregator();
    const { registry } = publish((news) => aggregator.hear(news));
    const it = registry.counter({ name: 'c_total', help, labelNames: ['x'] });
    for (let x = 0; x < 100; x++) it.inc({ x: `old ${x}` }, 1000);
    const merger = await aggregator.local();
    for (let x = 0; x < 90; x++) it.remove(`old ${x}`);
    await aggregator.local();
    const [view] = merger.views();
    for (let x = 0; x < 90; x++) it.inc({ x: `new ${x}` });
    (aggregator as unknown as { catchUp(): void }).catchUp();
    expect(snapshotOf(view!).series.map(({ value }) => value)).toEqual(new Array(10).fill(1000));
    expect(snapshotOf((await aggregator.local()).views()[0]!).series).toHaveLength(100);
    aggregator.close();
  });

  test('A metric without labels is shown when somebody has it, and only then.', () => {
    const { merger } = mergerOf();
    merger.run([CollectedSource.of('thread 1', [{ name: 'c_total', help, type: 'counter', series: [{ value: 5, created: 1_700_000_000 }] }])]);
    expect(merger.views().map((view) => snapshotOf(view).series)).toEqual([[{ labels: {}, value: 5, created: 1_700_000_000 }]]);
    merger.run([CollectedSource.of('thread 1', [{ name: 'c_total', help, type: 'counter', series: [] }])]);
    expect(merger.views().flatMap((view) => snapshotOf(view).series)).toEqual([]);
  });
});

describe('Sums of several threads', () => {
  test.each([
    [[1e16, 1, 1, -1e16, 0.5], 2.5],
    [[1e308, 1e308, -1e308], Infinity],
    [[Infinity, 1], Infinity],
    [[Infinity, -Infinity], NaN],
    [[0.1, 0.2, -0.3], 0.1 + 0.2 - 0.3 - (0.1 + 0.2 - 0.3) + 2.7755575615628914e-17],
  ])('Those of histograms and summaries lose no more than one thread would: %j.', async (values, expected) => {
    const aggregator = quietAggregator();
    for (const value of values) {
      const { registry } = publish((news) => aggregator.hear(news));
      registry.histogram({ name: 'h', help, buckets: [1] }).observe(value);
      registry.summary({ name: 's', help }).observe(value);
    }
    for (const name of ['h', 's']) {
      const [series] = await seriesOf(aggregator.registry, name);
      const sum = series!.sum === '+Inf' ? Infinity : series!.sum === 'NaN' ? NaN : series!.sum;
      expect(sum).toBe(expected);
    }
    aggregator.close();
  });
});
