import { describe, expect, test } from 'vitest';
import { Counter, Registry } from '../../src/index.js';
import { addingKinds } from '../support/kinds.js';
import { FakeClock } from '../support/fake-clock.js';

const help = 'Held for the test.';
const begin = new FakeClock().wallSeconds();

/** The kinds that count from a beginning. */
const counting = addingKinds.filter(([kind]) => kind !== 'gauge');

function make(kind: (typeof addingKinds)[number][1], options: { readonly created?: boolean; readonly expireAfterSeconds?: number } = {}) {
  const clock = new FakeClock();
  const registry = new Registry({ clock, created: true, ...options });
  const adding = kind(registry, {});
  /** When the series began to count, by label, less the beginning of the test. */
  const created = (): Record<string, number | undefined> =>
    Object.fromEntries(registry.snapshot()[0]!.series.map(({ labels, created: at }) => [labels['x'], at === undefined ? undefined : at - begin]));
  const at = (seconds: number): void => clock.advance(begin + seconds - clock.wallSeconds());
  return { clock, registry, created, at, ...adding };
}

describe.each(counting)('The time at which a %s began to count', (_kind, kind) => {
  test('is that of its first recording, of its handle, or of init, whichever made it; recording does not change it.', () => {
    const { created, at, it, add, handle } = make(kind);
    at(1);
    add('a', 1);
    at(2);
    handle('b');
    at(3);
    it.init([{ x: 'c' }]);
    at(4);
    for (const x of ['a', 'b', 'c']) add(x, 1);
    handle('b').add(5);
    expect(created()).toEqual({ a: 1, b: 2, c: 3 });
  });

  test('is renewed by reset.', () => {
    const { registry, created, at, it, add } = make(kind);
    add('a', 1);
    at(5);
    it.reset();
    expect(created()).toEqual({ a: 5 });
    at(6);
    registry.reset();
    add('a', 1);
    expect(created()).toEqual({ a: 6 });
  });

  test.each(['remove', 'removeMatching', 'clear'] as const)('is that of the new series after %s, also in a row that is used again.', (how) => {
    const { created, at, it, add } = make(kind);
    add('a', 1);
    at(5);
    if (how === 'remove') it.remove('a');
    else if (how === 'removeMatching') it.removeMatching({ x: 'a' });
    else it.clear();
    expect(created()).toEqual({});
    at(7);
    add('b', 1);
    at(8);
    add('a', 1);
    expect(created()).toEqual({ b: 7, a: 8 });
  });

  test('is that of the new series after very many were removed at once.', () => {
    const { created, at, it, add } = make(kind);
    for (let i = 0; i < 1500; i++) add(`${i}`, 1);
    at(5);
    it.clear();
    at(9);
    for (let i = 0; i < 10; i++) add(`n${i}`, 1);
    expect(new Set(Object.values(created()))).toEqual(new Set([9]));
  });

  test('is that of its return where it expired and was removed.', () => {
    const { created, at, add } = make(kind, { expireAfterSeconds: 10 });
    add('a', 1);
    created();
    at(20);
    expect(created()).toEqual({});
    at(30);
    add('a', 1);
    expect(created()).toEqual({ a: 30 });
  });

  test('is the last time it was seen at zero where it expired and its handle is kept.', () => {
    const { created, at, handle } = make(kind, { expireAfterSeconds: 10 });
    const kept = handle('a');
    kept.add(1);
    created();
    at(20);
    expect(created()).toEqual({});
    at(29);
    expect(created()).toEqual({});
    at(30);
    kept.add(1);
    at(31);
    expect(created()).toEqual({ a: 29 });
    at(35);
    kept.add(1);
    expect(created()).toEqual({ a: 29 });
  });

  test('is not kept unless it is asked for, and then takes no room.', () => {
    const { registry, created, add } = make(kind, { created: false });
    add('a', 1);
    const [view] = registry.collectSync();
    expect([created(), view!.createdCell]).toEqual([{ a: undefined }, -1]);
    const asked = make(kind);
    asked.add('a', 1);
    const [other] = asked.registry.collectSync();
    expect([other!.createdCell, other!.table.cells.stride - view!.table.cells.stride]).toEqual([view!.table.cells.stride, 1]);
  });
});

describe('Times of creation', () => {
  test('A gauge, an info and a state set have none, asked or not.', () => {
    const registry = new Registry({ clock: new FakeClock(), created: true });
    registry.gauge({ name: 'a', help, created: true }).set(1);
    registry.rateLimitedGauge({ name: 'b', help }).set(1);
    registry.info({ name: 'c', help, labelNames: ['v'] }).set({ v: '1' });
    registry.stateSet({ name: 'd', help, states: ['on'] });
    expect(registry.snapshot().flatMap(({ series }) => series).some((series) => 'created' in series)).toBe(false);
    expect(registry.collectSync().map(({ createdCell }) => createdCell)).toEqual([-1, -1, -1, -1]);
  });

  test('The instrument’s own option goes before the registry’s, and both are off by default.', () => {
    const clock = new FakeClock();
    const series = (created: boolean | undefined, own: boolean | undefined): boolean => {
      const registry = new Registry({ clock, ...(created === undefined ? {} : { created }) });
      registry.counter({ name: 'a_total', help, ...(own === undefined ? {} : { created: own }) });
      return 'created' in registry.snapshot()[0]!.series[0]!;
    };
    expect([series(undefined, undefined), series(true, undefined), series(true, false), series(false, true), series(undefined, true)]).toEqual([false, true, false, true, true]);
  });

  test('A series without labels has it from the making of the instrument, and anew from a reset or clear.', () => {
    const clock = new FakeClock();
    clock.advance(3);
    const registry = new Registry({ clock, created: true });
    const made = [registry.counter({ name: 'a_total', help }), registry.histogram({ name: 'b', help }), registry.sampledCounter({ name: 'c_total', help, sampleRate: 1 }), registry.summary({ name: 'd', help })];
    const created = (): unknown => registry.snapshot().map(({ series }) => series[0]!.created! - begin);
    clock.advance(1);
    expect(created()).toEqual([3, 3, 3, 3]);
    made[0]!.reset();
    made[1]!.clear();
    made[3]!.clear();
    expect(created()).toEqual([4, 4, 3, 4]);
  });

  test('The overflow series has one of its own.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, created: true });
    const over = registry.counter({ name: 'a_total', help, labelNames: ['x'], limits: { series: 1 } });
    over.inc({ x: 'a' });
    clock.advance(2);
    over.inc({ x: 'b' });
    expect(registry.snapshot()[0]!.series.map(({ created }) => created! - begin)).toEqual([0, 2]);
  });

  test('Get or create gives the same instrument whether it is asked for or not: it does not change what the numbers mean.', () => {
    const registry = new Registry({ created: true });
    expect(registry.counter({ name: 'a_total', help, created: false })).toBe(registry.counter({ name: 'a_total', help }));
  });

  test('An instrument in no registry keeps them when it is asked to.', () => {
    const before = Date.now() / 1000;
    const counter = new Counter({ name: 'a_total', help, registry: null, created: true });
    const view = counter.view();
    const cursor = view.cursor();
    cursor.next();
    expect(cursor.cells[cursor.cellBase + view.createdCell]).toBeGreaterThanOrEqual(before);
    expect(cursor.cells[cursor.cellBase + view.createdCell]).toBeLessThanOrEqual(Date.now() / 1000);
  });
});
