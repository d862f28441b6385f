import { describe, expect, test } from 'vitest';
import { Registry, toText } from '../../src/index.js';
import type { Limits } from '../../src/store/budget.js';
import { FakeClock } from '../support/fake-clock.js';
import { addingKinds } from '../support/kinds.js';
import { seededRandom } from '../support/random.js';

const help = 'Held for the test.';
const labelNames = ['x'] as const;
const refusedOf = (registry: Registry, metric: string, reason: string): number => {
  const match = new RegExp(`^tallystick_refused_recordings_total\\{metric="${metric}",reason="${reason}"\\} (\\d+)$`, 'm').exec(toText(registry));
  return match === null ? 0 : Number(match[1]);
};
const limited = (limits: Limits, registry = new Registry({ clock: new FakeClock() })) => ({ registry, it: registry.counter({ name: 'c_total', help, labelNames, limits }) });

describe('What a limit refuses', () => {
  test('It goes to the overflow series, whose every label says so, and known series go on.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames: ['a', 'b'], limits: { series: 2 } });
    for (const a of ['1', '2', '3', '4']) it.inc({ a, b: 'x' }, 5);
    it.inc({ a: '1', b: 'x' });
    it.labels('5', 'x').inc();
    expect(toText(registry)).toContain('c_total{a="1",b="x"} 6\nc_total{a="2",b="x"} 5\nc_total{a="__overflow__",b="__overflow__"} 11\n');
    expect(refusedOf(registry, 'c_total', 'series')).toBe(3);
  });

  test('Nobody sees it with onLimit "drop", and handles of it record without harm.', () => {
    const { it, registry } = limited({ series: 1, onLimit: 'drop' });
    it.inc({ x: 'a' });
    for (let i = 0; i < 10; i++) it.inc({ x: `b${i}` });
    const handle = it.labels('c');
    handle.inc(7);
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['a', 1]]);
    expect(it.size).toBe(1);
    expect(it.get('b1')).toBeUndefined();
    expect(toText(registry)).toContain('TYPE c_total counter\nc_total{x="a"} 1\n# ');
    expect(refusedOf(registry, 'c_total', 'series')).toBe(11);
    it.clear();
    handle.inc();
    expect(it.getAll()).toEqual([]);
  });

  test('It throws LIMIT_REACHED with onLimit "throw", says why, and changes nothing.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames, limits: { series: 1, onLimit: 'throw' } });
    it.inc({ x: 'a' });
    const before = registry.snapshot().filter(({ name }) => name === 'c_total');
    expect(() => it.inc({ x: 'b' })).toThrow('counter "c_total": a new series is refused: there are as many as limits.series allows; record with known labels, raise the limit, or choose onLimit: "overflow"');
    expect(() => it.labels('b')).toThrow(expect.objectContaining({ code: 'LIMIT_REACHED' }));
    expect(registry.snapshot().filter(({ name }) => name === 'c_total')).toEqual(before);
    expect(registry.catalog.store.labels.find('b')).toBe(-1);
    it.inc({ x: 'a' });
    expect(it.get('a')?.value).toBe(2);
  });

  test('init beyond the limit makes what there is room for, and the overflow series.', () => {
    const { it, registry } = limited({ series: 3 });
    it.init({ x: ['a', 'b', 'c', 'd', 'e'] });
    expect(it.getAll().map(({ labels }) => labels.x)).toEqual(['a', 'b', 'c', '__overflow__']);
    expect(refusedOf(registry, 'c_total', 'series')).toBe(2);
  });

  test('init beyond a limit that throws makes nothing at all.', () => {
    const { it } = limited({ series: 3, onLimit: 'throw' });
    expect(() => it.init({ x: ['a', 'b', 'c', 'd'] })).toThrow(expect.objectContaining({ code: 'LIMIT_REACHED' }));
    expect(it.size).toBe(0);
  });

  test('It is shown from the first refusal on, by metric and reason.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    const it = registry.counter({ name: 'c_total', help, labelNames, limits: { series: 3, newSeriesPerSecond: 2, labelValueBytes: 4 } });
    it.inc({ x: 'a' });
    expect(toText(registry)).not.toContain('tallystick_refused_recordings_total');
    it.inc({ x: 'longer' });
    it.inc({ x: 'b' });
    it.inc({ x: 'c' });
    clock.advance(1);
    it.inc({ x: 'c' });
    it.inc({ x: 'd' });
    it.inc({ x: 'd' });
    expect(toText(registry)).toContain('# TYPE tallystick_refused_recordings_total counter\n');
    expect([refusedOf(registry, 'c_total', 'label_value'), refusedOf(registry, 'c_total', 'rate'), refusedOf(registry, 'c_total', 'series')]).toEqual([1, 1, 2]);
  });

  test('A label as long as the limit is taken, one byte more is not; characters count by their UTF-8.', () => {
    for (const [fits, exceeds] of [['abcdefgh', 'abcdefghi'], ['éééé', 'ééééa'], ['😀😀', '😀😀a'], ['\uD800ab漢', '\uD800abc漢']] as const) {
      const { it } = limited({ labelValueBytes: 8, onLimit: 'throw' });
      it.inc({ x: fits });
      expect(() => it.inc({ x: exceeds })).toThrow('counter "c_total": a new series is refused: a label value is longer than limits.labelValueBytes allows');
      expect(it.size).toBe(1);
    }
  });

  test('The registry’s limit of label values holds for its metrics.', () => {
    const registry = new Registry({ clock: new FakeClock(), limits: { labelValueBytes: 3 } });
    const { it } = limited({}, registry);
    it.inc({ x: 'abc' });
    it.inc({ x: 'abcd' });
    expect(it.getAll().map(({ labels }) => labels.x)).toEqual(['abc', '__overflow__']);
  });

  test('Metrics with more labels than are cached have limits, too.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames: ['a', 'b', 'c', 'd', 'e'], limits: { series: 1 } });
    for (const a of ['1', '2', '3', '1']) it.inc({ a, b: 'b', c: 'c', d: 'd', e: 'e' });
    expect(it.getAll().map(({ labels, value }) => [labels.a, labels.e, value])).toEqual([['1', 'e', 2], ['__overflow__', '__overflow__', 2]]);
  });
});

describe('Room', () => {
  test('It is there again after a removal, and after a clear.', () => {
    const { it } = limited({ series: 2 });
    for (const x of ['a', 'b', 'c']) it.inc({ x });
    expect(it.remove('a')).toBe(true);
    it.inc({ x: 'c' }, 3);
    expect(it.get('c')?.value).toBe(3);
    it.inc({ x: 'd' });
    it.clear();
    expect(it.size).toBe(0);
    for (const x of ['e', 'f', 'g']) it.inc({ x });
    expect(it.getAll().map(({ labels }) => labels.x)).toEqual(['e', 'f', '__overflow__']);
  });

  test('Removal of the overflow series makes none, and it comes back from zero.', () => {
    const { it } = limited({ series: 1 });
    it.inc({ x: 'a' });
    const handle = it.labels('b');
    handle.inc(5);
    expect(it.remove('__overflow__')).toBe(true);
    handle.inc();
    it.inc({ x: 'c' }, 2);
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['a', 1], ['__overflow__', 2]]);
  });

  test('An application that records the overflow value itself shares the series, which then costs no room.', () => {
    const { it } = limited({ series: 2 });
    it.inc({ x: '__overflow__' }, 10);
    it.inc({ x: 'a' });
    it.inc({ x: 'b' });
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['__overflow__', 11], ['a', 1]]);
    it.inc({ x: 'c' });
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['__overflow__', 11], ['a', 1], ['c', 1]]);
  });

  test('Undeclared label values are refused as such, also when there is no room.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames, labelValues: { x: ['a', 'b'] }, limits: { series: 1 } });
    it.inc({ x: 'a' });
    it.inc({ x: 'b' });
    expect(() => it.inc({ x: 'z' } as never)).toThrow('labelValues allows only "a", "b"');
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['a', 1], ['__overflow__', 1]]);
  });

  test('By default a metric has 10 000 series and values of 2 048 bytes.', () => {
    const { it, registry } = limited({});
    it.inc({ x: 'v'.repeat(2049) });
    it.inc({ x: 'v'.repeat(2048) });
    for (let i = 1; i < 10_010; i++) it.inc({ x: String(i) });
    expect(it.size).toBe(10_001);
    expect(refusedOf(registry, 'c_total', 'series')).toBe(10);
    expect(refusedOf(registry, 'c_total', 'label_value')).toBe(1);
  });

  test('By default a registry has a million series, however much its metrics may have.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames: ['a', 'b'], limits: { series: Infinity } });
    for (let a = 0; a < 1000; a++) for (let b = 0; b < 1000; b++) it.labels(`a${a}`, `b${b}`);
    const other = registry.gauge({ name: 'g', help, labelNames });
    other.set({ x: 'a' }, 1);
    it.inc({ a: 'more', b: 'more' });
    expect(it.size).toBe(1_000_001);
    expect(other.getAll().map(({ labels }) => labels.x)).toEqual(['__overflow__']);
  });

  test('Metrics without labels are bound by no limit.', () => {
    const registry = new Registry({ clock: new FakeClock(), limits: { series: 0 } });
    const jobs = registry.counter({ name: 'jobs_total', help, limits: { series: 0, onLimit: 'throw' } });
    const level = registry.gauge({ name: 'level', help });
    jobs.inc(2);
    level.set(3);
    expect(toText(registry)).toContain('jobs_total 2\n');
    expect(toText(registry)).toContain('level 3\n');
    expect(toText(registry)).not.toContain('refused');
  });
});

describe('Kinds that do not add up', () => {
  test('Refused values of a rate-limited gauge are the overflow’s; the last one shows.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.rateLimitedGauge({ name: 'g', help, labelNames, minIntervalSeconds: 0, limits: { series: 1 } });
    it.set({ x: 'a' }, 1);
    it.set({ x: 'b' }, 2);
    it.labels('c').set(3);
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['a', 1], ['__overflow__', 3]]);
  });

  test('Refused states are the overflow’s; the last one holds, and known series keep theirs.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.stateSet({ name: 'door', help, labelNames, states: ['open', 'shut'], limits: { series: 1 } });
    it.set({ x: 'a' }, 'open');
    it.set({ x: 'b' }, 'open');
    it.set({ x: 'c' }, 'shut');
    expect(it.getAll().map(({ labels, states }) => [labels.x, ...states])).toEqual([['a', 'open'], ['__overflow__', 'shut']]);
    it.labels('d').enable('open');
    expect(it.get('__overflow__')?.states).toEqual(['open', 'shut']);
  });

  test('Dropped states do not touch known series.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.stateSet({ name: 'door', help, labelNames, states: ['open', 'shut'], limits: { series: 1, onLimit: 'drop' } });
    it.set({ x: 'a' }, 'open');
    it.set({ x: 'b' }, 'shut');
    it.labels('c').set('shut');
    expect(it.getAll().map(({ labels, states }) => [labels.x, ...states])).toEqual([['a', 'open']]);
  });

  test('A refused fact shows as overflow beside those that were added.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.info({ name: 'build', help, labelNames, limits: { series: 1 } });
    it.add({ x: 'a' });
    it.add({ x: 'b' });
    expect(toText(registry)).toContain('build_info{x="a"} 1\nbuild_info{x="__overflow__"} 1\n');
  });

  test('A fact that is dropped withdraws nothing of what was stated.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.info({ name: 'build', help, labelNames, limits: { series: 2, onLimit: 'drop' } });
    it.add({ x: 'a' });
    it.add({ x: 'b' });
    it.set({ x: 'c' });
    expect(it.getAll().map(({ labels }) => labels.x)).toEqual(['a', 'b']);
  });
});

describe('A flood of random label values', () => {
  test.each(addingKinds)('It does not grow the memory of a %s, and counts in full.', (_kind, make) => {
    const registry = new Registry({ clock: new FakeClock() });
    const { it, add, read } = make(registry, { name: 'flooded', limits: { series: 100 } });
    const random = seededRandom(7);
    const flood = (count: number): void => {
      for (let i = 0; i < count; i++) add(random().toString(36).repeat(1 + (i % 3)), 1);
    };
    flood(1000);
    const { labels, blocks } = registry.catalog.store;
    const table = registry.get('flooded')!.keeping.table;
    const held = [table.bytesHeld(), labels.bytesHeld(), blocks.bytesHeld(), labels.size];
    flood(200_000);
    expect([table.bytesHeld(), labels.bytesHeld(), blocks.bytesHeld(), labels.size]).toEqual(held);
    expect(it.size).toBe(101);
    expect(read().reduce((sum, [, total]) => sum + total, 0)).toBe(201_000);
    expect(refusedOf(registry, 'flooded', 'series')).toBe(200_900);
  });
});
