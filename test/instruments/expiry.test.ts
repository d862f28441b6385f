import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Registry, toText } from '../../src/index.js';
import { finiteNumber, nextUp } from '../support/doubles.js';
import { expiring } from '../support/expiring.js';
import { FakeClock } from '../support/fake-clock.js';

const help = 'Held for the test.';
const labelNames = ['x'] as const;

afterEach(() => {
  vi.useRealTimers();
});

describe('Expiry', () => {
  test('A state that changes keeps its series, whichever state it goes to.', () => {
    const states = ['a', 'b', 'c', 'd'] as const;
    const some = fc.subarray([...states]);
    fc.assert(
      fc.property(some, some, (before, after) => {
        fc.pre(before.join() !== after.join());
        const { registry, pass } = expiring();
        const it = registry.stateSet({ name: 'door', help, labelNames, states });
        const handle = it.labels('x');
        const show = (held: readonly (typeof states)[number][]): void => states.forEach((state) => (held.includes(state) ? handle.enable(state) : handle.disable(state)));
        show(before);
        pass(6);
        show(after);
        pass(6);
        expect(it.getAll().map((reading) => reading.states)).toEqual([after]);
        void registry.shutdown();
      }),
      { numRuns: 60 },
    );
  });

  test('A state set out of sight is in its initial state, and comes back with the next one.', () => {
    const { registry, pass } = expiring();
    const it = registry.stateSet({ name: 'door', help, labelNames, states: ['shut', 'open'] });
    const handle = it.labels('x');
    handle.set('open');
    pass(10);
    expect(it.getAll()).toEqual([]);
    expect(handle.get()).toEqual(['shut']);
    handle.set('open');
    registry.collectSync();
    expect(it.getAll().map(({ states }) => states)).toEqual([['open']]);
  });

  test('State sets recorded by label alone give their room back.', () => {
    const { registry, pass } = expiring();
    const it = registry.stateSet({ name: 'door', help, labelNames, states: ['shut', 'open'] });
    it.set({ x: 'a' }, 'open');
    it.enable({ x: 'b' }, 'open');
    pass(10);
    expect(it.getAll()).toEqual([]);
    expect(registry.catalog.store.budget.size).toBe(0);
  });

  test('A gauge set to the value it has counts as unchanged; NaN is a value like others.', () => {
    const { registry, pass } = expiring();
    const it = registry.gauge({ name: 'g', help, labelNames });
    for (const [x, value] of [['same', 3], ['unknown', NaN], ['moving', 1]] as const) it.set({ x }, value);
    pass(6);
    for (const [x, value] of [['same', 3], ['unknown', NaN], ['moving', 2]] as const) it.set({ x }, value);
    pass(6);
    expect(it.getAll().map(({ labels }) => labels.x)).toEqual(['moving']);
    it.set({ x: 'moving' }, NaN);
    pass(9);
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['moving', NaN]]);
    it.set({ x: 'moving' }, 2);
    pass(9);
    expect(it.getAll().map(({ labels, value }) => [labels.x, value])).toEqual([['moving', 2]]);
  });

  test('The smallest change there is keeps a gauge, whatever its value.', () => {
    fc.assert(
      fc.property(finiteNumber.filter((value) => value < Number.MAX_VALUE), (value) => {
        const { registry, pass } = expiring();
        const it = registry.gauge({ name: 'g', help, labelNames });
        it.set({ x: 'a' }, value);
        pass(6);
        it.set({ x: 'a' }, nextUp(value));
        pass(6);
        expect(it.getAll().map((reading) => reading.value)).toEqual([nextUp(value)]);
        void registry.shutdown();
      }),
      { numRuns: 300 },
    );
  });

  test('A rate-limited gauge that falls steadily is one that changes.', () => {
    for (const fall of [0.5, 1, 2, 3]) {
      const { registry, clock } = expiring();
      const it = registry.rateLimitedGauge({ name: 'remaining', help, labelNames, minIntervalSeconds: 0 });
      for (let second = 0; second < 30; second++) {
        it.set({ x: 'a' }, 1000 - second * fall);
        registry.collectSync();
        clock.advance(1);
      }
      expect(it.keeping.expiry?.expired).toBe(0);
      expect(it.getAll().map(({ value }) => value)).toEqual([1000 - 29 * fall]);
    }
  });

  test('A gauge that a function sets through a handle is there at every collection.', () => {
    const { registry, clock } = expiring();
    registry.gauge({
      name: 'g',
      help,
      labelNames,
      collect() {
        this.labels('a').set(5);
      },
    });
    for (let second = 0; second < 40; second++) {
      expect(toText(registry)).toContain('g{x="a"} 5\n');
      clock.advance(1);
    }
  });

  test('Facts and metrics without labels never expire.', () => {
    const { registry, pass } = expiring();
    registry.info({ name: 'build', help, labelNames }).add({ x: 'a' });
    registry.counter({ name: 'jobs_total', help }).inc();
    const before = toText(registry);
    pass(1000);
    pass(1000);
    expect(toText(registry)).toBe(before);
  });

  test('A series created after one has expired comes after those that are there, in the order of creation.', () => {
    const { registry, pass } = expiring();
    const it = registry.counter({ name: 'c_total', help, labelNames });
    for (const x of ['a', 'b', 'c', 'd']) it.inc({ x });
    pass(9);
    for (const x of ['b', 'd']) it.inc({ x });
    pass(1);
    for (const x of ['e', 'a', 'c']) it.inc({ x });
    expect(it.getAll().map(({ labels }) => labels.x)).toEqual(['b', 'd', 'e', 'a', 'c']);
  });

  test('What has expired is counted by cardinality().', () => {
    const { registry, pass } = expiring();
    const it = registry.counter({ name: 'c_total', help, labelNames });
    for (const x of ['a', 'b', 'c']) it.inc({ x });
    pass(10);
    expect(registry.cardinality().metrics[0]).toMatchObject({ metric: 'c_total', series: 0, expired: 3 });
  });

  test('Series expire without a collection, too, until the registry is shut down.', async () => {
    vi.useFakeTimers();
    const clock = new FakeClock();
    const registry = new Registry({ clock, expireAfterSeconds: 10 });
    const it = registry.counter({ name: 'c_total', help, labelNames });
    it.inc({ x: 'a' });
    for (let i = 0; i < 9; i++) {
      vi.advanceTimersByTime(1000);
      clock.advance(1);
    }
    expect(it.size).toBe(1);
    for (let i = 0; i < 3; i++) {
      clock.advance(1);
      vi.advanceTimersByTime(1000);
    }
    expect(it.size).toBe(0);
    it.inc({ x: 'b' });
    await registry.shutdown();
    expect(vi.getTimerCount()).toBe(0);
    clock.advance(100);
    vi.advanceTimersByTime(1000);
    expect(it.size).toBe(1);
  });

  test('A collection looks for no longer where there are many metrics, and by and by comes to all of them.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, expireAfterSeconds: 10 });
    let now = 0;
    // A tenth of a millisecond for each look at the time, of which there is one for 512 series.
    const timed = vi.spyOn(performance, 'now').mockImplementation(() => (now += 0.1));
    const all = Array.from({ length: 12 }, (_, i) => registry.counter({ name: `c${i}_total`, help, labelNames }));
    for (const it of all) for (let i = 0; i < 5000; i++) it.inc({ x: `value-${i}` });
    const longest = { milliseconds: 0, collections: 0 };
    const collect = (): void => {
      const began = now;
      registry.collectSync();
      longest.milliseconds = Math.max(longest.milliseconds, now - began);
      longest.collections += 1;
    };
    for (let i = 0; i < 20; i++) collect();
    clock.advance(11);
    while (all.some(({ size }) => size > 0) && longest.collections < 100) collect();
    timed.mockRestore();
    expect(all.map(({ size }) => size)).toEqual(all.map(() => 0));
    // Two for expired series, and a look for each metric.
    expect(longest.milliseconds).toBeLessThan(4);
    expect(longest.collections).toBeGreaterThan(22);
    void registry.shutdown();
  });

  test('There is no timer where nothing can expire, nor one left by an instrument that could not be made.', () => {
    vi.useFakeTimers();
    const registry = new Registry({ clock: new FakeClock(), expireAfterSeconds: 10 });
    registry.counter({ name: 'c_total', help });
    registry.info({ name: 'build', help, labelNames });
    expect(vi.getTimerCount()).toBe(0);
    expect(() => registry.sampledCounter({ name: 's_total', help, labelNames, sampleRate: 7 })).toThrow('sampleRate is 7');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('The timer does not keep the process alive.', async () => {
    const started = vi.spyOn(globalThis, 'setInterval');
    const registry = new Registry({ clock: new FakeClock(), expireAfterSeconds: 10 });
    registry.counter({ name: 'c_total', help, labelNames });
    expect(started).toHaveBeenCalledTimes(1);
    expect((started.mock.results[0]!.value as NodeJS.Timeout).hasRef()).toBe(false);
    started.mockRestore();
    await registry.shutdown();
  });
});
