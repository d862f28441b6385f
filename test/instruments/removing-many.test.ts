import { describe, expect, test } from 'vitest';
import { Registry } from '../../src/index.js';
import { expiring } from '../support/expiring.js';
import { FakeClock } from '../support/fake-clock.js';

const help = 'Held for the test.';

describe('Removing very many series', () => {
  test.each(['clear', 'removeMatching({})', 'removeMatching'] as const)('With %s they are gone at once, and their label values little by little.', (how) => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.gauge({ name: 'g', help, labelNames: ['kind', 'x'], limits: { series: Infinity } });
    for (let i = 0; i < 9000; i++) it.set({ kind: i % 3 === 0 ? 'odd' : 'even', x: i }, i);
    const { labels, budget } = registry.catalog.store;
    if (how === 'removeMatching') expect(it.removeMatching({ kind: 'even' })).toBe(6000);
    else if (how === 'clear') it.clear();
    else expect(it.removeMatching({})).toBe(9000);
    const left = how === 'removeMatching' ? 3000 : 0;
    expect([it.size, it.getAll().length, budget.size]).toEqual([left, left, left]);
    expect(it.get('even', '1')).toBeUndefined();
    // A thousand have been freed on the spot.
    expect(labels.size).toBeLessThanOrEqual(8002);
    expect(labels.size).toBeGreaterThan(7990);
    for (let i = 0; i < 50; i++) it.set({ kind: 'even', x: i }, -i);
    expect(it.getAll().slice(left).map(({ labels: { x }, value }) => [x, value])).toEqual(Array.from({ length: 50 }, (_, i) => [`${i}`, -i]));
    for (let i = 0; i < 1000 && it.keeping.table.hasRemoved; i++) registry.collectSync();
    expect(labels.size).toBe(left === 0 ? 51 : 2 + 3000 + 33);
  });

  test('What matches and is out of sight goes, too, and is counted.', () => {
    const { registry, pass } = expiring();
    const it = registry.counter({ name: 'c_total', help, labelNames: ['x', 'y'] });
    const handles = ['a', 'b'].map((x) => it.labels(x, 'held'));
    for (const handle of handles) handle.inc();
    pass(10);
    expect(it.size).toBe(0);
    it.inc({ x: 'a', y: 'new' });
    expect(it.removeMatching({ x: 'a' })).toBe(2);
    it.inc({ x: 'c', y: 'new' });
    expect(it.removeMatching({})).toBe(2);
    for (const handle of handles) handle.inc(7);
    registry.collectSync();
    expect([it.size, it.getAll(), registry.catalog.store.budget.size]).toEqual([0, [], 0]);
    expect(handles.map((handle) => handle.get())).toEqual([0, 0]);
    void registry.shutdown();
  });

  test('The handle of what was dropped records nowhere after a clearing, whoever gets its row.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames: ['x'], limits: { series: 3, onLimit: 'drop' } });
    for (const x of ['a', 'b', 'c', 'd']) it.inc({ x });
    const dropped = it.labels('e');
    dropped.inc(5);
    it.clear();
    for (const x of ['f', 'g', 'h', 'i']) it.inc({ x });
    dropped.inc(5);
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['f', 1], ['g', 1], ['h', 1]]);
  });

  test('Summaries give back what is kept beside their rows.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.summary({ name: 's', help, labelNames: ['x'] });
    for (let generation = 0; generation < 5; generation++) {
      for (let i = 0; i < 2000; i++) it.observe({ x: `${generation}-${i}` }, i);
      expect(registry.catalog.store.blocks.size).toBeGreaterThanOrEqual(2000);
      it.clear();
      expect(registry.catalog.store.blocks.size).toBe(0);
    }
  });
});
