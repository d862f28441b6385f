import { describe, expect, test } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { Registry } from '../../src/registry/registry.js';

function make() {
  const faults: [string, unknown][] = [];
  const registry = new Registry({ onFault: (message, error) => faults.push([message, error]) });
  return { registry, faults, names: () => registry.collectSync().map(({ descriptor }) => descriptor.name) };
}

const help = 'Read when collected.';

describe('A function that is read at collection', () => {
  test('Its value is that of the gauge or the total of the counter, at every collection.', async () => {
    const { registry } = make();
    let reads = 0;
    registry.gauge({ name: 'g', help, collect: () => (reads += 1) });
    registry.counter({ name: 'c_total', help, collect: () => reads * 10 });
    expect(toText(registry)).toContain('c_total 0\n');
    expect(toText(registry)).toContain('g 2\n');
    await registry.collect();
    expect(registry.snapshot().map(({ series }) => series[0]!.value)).toEqual([30, 4]);
  });

  test('Without labels it may record on its instrument and return nothing; with labels it must.', () => {
    const { registry } = make();
    const pools = registry.gauge({ name: 'pools', help, labelNames: ['pool'], collect() { this.set({ pool: 'a' }, 1); this.set({ pool: 'b' }, 2); } });
    const single = registry.gauge({ name: 'single', help, collect() { this.inc(); } });
    const calls = registry.counter({ name: 'calls_total', help, collect() { this.inc(5); } });
    toText(registry);
    expect(pools.getAll().map(({ labels, value }) => [labels.pool, value])).toEqual([['a', 1], ['b', 2]]);
    expect([single.get()?.value, calls.get()?.value]).toEqual([1, 5]);
  });

  test('A promise is awaited by collect, and shows its last value when nobody waits.', async () => {
    const { registry } = make();
    let value = 1;
    registry.gauge({ name: 'g', help, collect: async () => value });
    expect(toText(registry)).toContain('\ng 0\n');
    await registry.collect();
    value = 2;
    expect(toText(registry)).toContain('\ng 1\n');
    await Promise.resolve();
    await registry.collect();
    expect(registry.snapshot()[0]!.series[0]!.value).toBe(2);
  });

  test('While one call is under way no other is begun.', async () => {
    const { registry } = make();
    let begun = 0;
    let settle!: (value: number) => void;
    registry.gauge({ name: 'g', help, collect: () => { begun += 1; return new Promise<number>((resolve) => (settle = resolve)); } });
    toText(registry);
    toText(registry);
    const collected = registry.collect();
    expect(begun).toBe(1);
    settle(9);
    await collected;
    expect(toText(registry)).toContain('\ng 9\n');
    expect(begun).toBe(2);
  });

  test.each([
    ['throws', () => { throw new Error('broken'); }, 'broken'],
    ['returns a string', () => '5', 'gauge "g": collect returned "5"; return a number, or nothing'],
    ['returns null', () => null, 'gauge "g": collect returned null; return a number, or nothing'],
    ['returns a bigint', () => 5n, 'gauge "g": collect returned 5n; return a number, or nothing'],
  ])('One that %s costs its own family only, is counted, and told once.', (_what, collect, message) => {
    const { registry, faults, names } = make();
    registry.gauge({ name: 'g', help, collect: collect as unknown as () => number });
    registry.gauge({ name: 'other', help });
    expect(names()).toEqual(['other', 'tallystick_collector_errors_total']);
    names();
    expect(registry.snapshot()[1]!.series).toEqual([{ labels: { collector: 'g', reason: 'error' }, value: 3 }]);
    expect(faults).toHaveLength(1);
    expect((faults[0]![1] as Error).message).toBe(message);
  });

  test.each([-1, NaN])('A counter does not take %d for its total, and keeps the last one.', (total) => {
    const { registry, faults, names } = make();
    let next = 7;
    const counter = registry.counter({ name: 'c_total', help, collect: () => next });
    names();
    next = total;
    names();
    expect(counter.get()?.value).toBe(7);
    expect((faults[0]![1] as Error).message).toBe(`counter "c_total": collect returned ${total}; a counter's total is 0 or more, use a gauge`);
  });

  test('A gauge takes NaN and infinities.', () => {
    const { registry } = make();
    registry.gauge({ name: 'g', help, collect: () => -Infinity });
    expect(toText(registry)).toContain('\ng -Inf\n');
  });

  test('A value for an instrument with labels is a fault that tells what to do.', () => {
    const { registry, faults, names } = make();
    registry.gauge({ name: 'g', help, labelNames: ['a'], collect: () => 5 });
    expect(names()).toEqual(['tallystick_collector_errors_total']);
    expect((faults[0]![1] as Error).message).toBe('gauge "g": collect returned 5, but the metric has labels; record with this.set(labels, value) and return nothing');
  });

  test('A promise that is rejected is a fault, and the next reading asks again.', async () => {
    const { registry, faults } = make();
    let healthy = false;
    registry.gauge({ name: 'g', help, collect: async () => { if (healthy) return 3; throw new Error('down'); } });
    expect((await registry.collect()).map(({ descriptor }) => descriptor.name)).toEqual(['tallystick_collector_errors_total']);
    expect((faults[0]![1] as Error).message).toBe('down');
    healthy = true;
    await registry.collect();
    expect(registry.get('g')?.view().cursor().next()).toBe(true);
    expect(registry.snapshot()[0]!.series[0]!.value).toBe(3);
  });

  test('A function that returns a thenable of another make is awaited.', async () => {
    const { registry } = make();
    registry.gauge({ name: 'g', help, collect: () => ({ then: (done: (value: number) => void) => done(6) }) as unknown as Promise<number> });
    await registry.collect();
    expect(registry.snapshot()[0]!.series[0]!.value).toBe(6);
  });
});
