import { describe, expect, test } from 'vitest';
import { toText } from '../../src/index.js';
import { expiring } from '../support/expiring.js';
import { type Adding, addingKinds } from '../support/kinds.js';

describe.each(addingKinds)('Expiry of a %s', (_kind, make) => {
  test('A series goes when nothing has been recorded for the time, comes back from zero, and any change keeps it.', () => {
    const { registry, pass } = expiring();
    const { add, read } = make(registry, {});
    add('a', 5);
    add('b', 5);
    pass(9);
    add('b', 1);
    expect(read()).toEqual([['a', 5], ['b', 6]]);
    pass(1);
    expect(read()).toEqual([['b', 6]]);
    add('a', 2);
    registry.collectSync();
    expect(read()).toEqual([['b', 6], ['a', 2]]);
  });

  test('Its time is its own before the registry’s.', () => {
    const { registry, pass } = expiring();
    const short = make(registry, { name: 'short', expireAfterSeconds: 2 });
    const long = make(registry, { name: 'long', expireAfterSeconds: 100 });
    short.add('a', 1);
    long.add('a', 1);
    pass(2);
    expect([short.read(), long.read()]).toEqual([[], [['a', 1]]]);
    pass(90);
    expect(long.read()).toEqual([['a', 1]]);
    pass(100);
    expect(long.read()).toEqual([]);
  });

  test('A series of which a handle is held goes out of sight, and comes back from zero with the handle’s next recording.', () => {
    const { registry, pass } = expiring();
    const { handle, read, it } = make(registry, {});
    const held = handle('a');
    held.add(5);
    pass(10);
    expect(read()).toEqual([]);
    expect(it.size).toBe(0);
    expect(held.total()).toBe(0);
    pass(100);
    held.add(3);
    registry.collectSync();
    expect(read()).toEqual([['a', 3]]);
    expect(handle('a').total()).toBe(3);
    pass(9);
    expect(read()).toEqual([['a', 3]]);
  });

  test('A recording by label brings a series out of sight back, and it is the handle’s.', () => {
    const { registry, pass } = expiring();
    const { add, handle, read } = make(registry, {});
    const held = handle('a');
    held.add(5);
    pass(10);
    add('a', 2);
    held.add(1);
    registry.collectSync();
    expect(read()).toEqual([['a', 3]]);
    expect(held.total()).toBe(3);
  });

  test('A series out of sight can be removed, cleared and reset.', () => {
    const ends: readonly ((it: Adding['it']) => void)[] = [(it) => void it.remove('a'), (it) => void it.removeMatching({ x: 'a' }), (it) => it.clear()];
    for (const end of ends) {
      const { registry, pass } = expiring();
      const { add, handle, read, it } = make(registry, {});
      const held = handle('a');
      held.add(5);
      pass(10);
      end(it);
      held.add(1);
      registry.collectSync();
      expect(read()).toEqual([]);
      add('a', 4);
      expect(read()).toEqual([['a', 4]]);
      expect(held.total()).toBe(0);
    }
  });

  test('A reset also sets back a series that was recorded in since it went out of sight.', () => {
    const { registry, pass } = expiring();
    const { handle, read, it } = make(registry, {});
    const held = handle('a');
    held.add(5);
    pass(10);
    held.add(7);
    it.reset();
    expect(held.total()).toBe(0);
    held.add(1);
    registry.collectSync();
    expect(read()).toEqual([['a', 1]]);
  });

  test('removeMatching brings nothing back into sight that it does not match.', () => {
    const { registry, pass } = expiring();
    const { add, handle, read, it } = make(registry, {});
    handle('a').add(5);
    pass(10);
    add('b', 1);
    expect(it.removeMatching({ x: 'b' })).toBe(1);
    expect(read()).toEqual([]);
    registry.collectSync();
    expect(read()).toEqual([]);
  });

  test('A removal with wrong labels changes nothing, series out of sight included.', () => {
    const { registry, pass } = expiring();
    const { handle, read, it } = make(registry, {});
    handle('a').add(5);
    pass(10);
    expect(() => it.removeMatching({ y: 'b' } as never)).toThrow(expect.objectContaining({ code: 'INVALID_LABELS' }));
    expect(read()).toEqual([]);
  });

  test('Series recorded by label alone give their room and their label values back.', () => {
    const { registry, pass } = expiring({ series: 3 });
    const { add, read } = make(registry, {});
    for (const generation of ['a', 'b', 'c']) {
      for (let i = 0; i < 3; i++) add(`${generation}${i}`, 1);
      expect(read()).toEqual([0, 1, 2].map((i) => [`${generation}${i}`, 1]));
      pass(10);
      expect(read()).toEqual([]);
      expect(registry.catalog.store.labels.size).toBe(0);
      expect(registry.catalog.store.budget.size).toBe(0);
    }
    expect(toText(registry)).not.toContain('refused');
  });

  test('The overflow series expires like others, and the next refusal opens it from zero.', () => {
    const { registry, pass } = expiring();
    const { add, read } = make(registry, { limits: { series: 1 } });
    add('a', 1);
    add('b', 2);
    pass(9);
    add('a', 1);
    pass(1);
    expect(read()).toEqual([['a', 2]]);
    add('c', 4);
    registry.collectSync();
    expect(read()).toEqual([['a', 2], ['__overflow__', 4]]);
  });
});
