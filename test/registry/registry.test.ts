import { describe, expect, test } from 'vitest';
import { Counter, Registry, toText } from '../../src/index.js';

const help = 'Held for the test.';

describe('A registry', () => {
  test('It gives its instruments sorted by name, and each by its full name.', () => {
    const registry = new Registry();
    const b = registry.gauge({ name: 'b', help });
    const a = registry.counter({ namespace: 'a', name: 'x_total', help });
    expect(registry.instruments()).toEqual([a, b]);
    expect(registry.get('a_x_total')).toBe(a);
    expect(registry.get('x_total')).toBeUndefined();
    expect(registry.collectSync().map(({ descriptor }) => descriptor.name)).toEqual(['a_x_total', 'b']);
  });

  test('An instrument of no registry is collected once it is registered, and keeps what it counted.', () => {
    const registry = new Registry();
    const jobs = new Counter({ name: 'jobs_total', help, registry: null });
    jobs.inc(3);
    expect(toText(registry)).toBe('');
    registry.register(jobs);
    expect(toText(registry)).toContain('jobs_total 3\n');
    expect(() => registry.register(jobs)).toThrow('counter "jobs_total": is in this registry already');
  });

  test('An instrument may be in two registries.', () => {
    const one = new Registry();
    const two = new Registry();
    const jobs = one.counter({ name: 'jobs_total', help });
    two.register(jobs);
    jobs.inc();
    expect(toText(two)).toBe(toText(one));
    expect(two.unregister(jobs)).toBe(true);
    expect(toText(two)).toBe('');
    expect(toText(one)).toContain('jobs_total 1');
  });

  test('What is taken out goes on working and is not collected; taking it out again tells so.', () => {
    const registry = new Registry();
    const jobs = registry.counter({ name: 'jobs_total', help });
    expect(registry.unregister(jobs)).toBe(true);
    expect(registry.unregister(jobs)).toBe(false);
    expect(registry.unregister('jobs_total')).toBe(false);
    expect(registry.unregister(undefined as never)).toBe(false);
    jobs.inc();
    expect(jobs.get()?.value).toBe(1);
    expect(registry.get('jobs_total')).toBeUndefined();
    registry.register(jobs);
    expect(registry.unregister('jobs_total')).toBe(true);
  });

  test('Another instrument of the same name does not take the first one out.', () => {
    const registry = new Registry();
    registry.counter({ name: 'jobs_total', help });
    expect(registry.unregister(new Counter({ name: 'jobs_total', help, registry: null }))).toBe(false);
    expect(registry.instruments()).toHaveLength(1);
  });

  test('A constructor that fails leaves the name free.', () => {
    const registry = new Registry();
    expect(() => registry.sampledCounter({ name: 'a_total', help, sampleRate: 2 })).toThrow();
    expect(() => registry.gauge({ name: 'a', help, collect: 5 as never })).toThrow();
    expect(registry.instruments()).toEqual([]);
    expect(registry.counter({ name: 'a_total', help }).size).toBe(1);
  });

  test('A reset sets every series back and keeps it.', () => {
    const registry = new Registry();
    registry.counter({ name: 'a_total', help, labelNames: ['x'] }).inc({ x: 'y' }, 5);
    registry.histogram({ name: 'b', help }).observe(1);
    registry.info({ name: 'c', help, labelNames: ['v'] }).set({ v: '1' });
    registry.stateSet({ name: 'd', help, states: ['on', 'off'], stateLabel: 's' }).set('off');
    registry.reset();
    expect(registry.snapshot().map(({ series }) => series[0])).toMatchObject([
      { labels: { x: 'y' }, value: 0 },
      { sum: 0, count: 0 },
      { value: 1 },
      { states: { on: true, off: false } },
    ]);
  });

  test('A snapshot is plain data that JSON can hold.', () => {
    const registry = new Registry();
    registry.gauge({ name: 'g_bytes', help, unit: 'bytes', constLabels: { zone: 'a' }, labelNames: ['x'] }).set({ x: 'y' }, NaN);
    registry.counter({ name: 'c_total', help }).inc(Infinity);
    registry.histogram({ name: 'h', help, buckets: [1] }).observe(-Infinity);
    registry.summary({ name: 's', help, quantiles: [0.5] });
    const snapshot = registry.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot).toEqual([
      { name: 'c_total', help, type: 'counter', series: [{ labels: {}, value: '+Inf' }] },
      { name: 'g_bytes', help, type: 'gauge', unit: 'bytes', series: [{ labels: { zone: 'a', x: 'y' }, value: 'NaN' }] },
      { name: 'h', help, type: 'histogram', series: [{ labels: {}, sum: '-Inf', count: 1, buckets: [{ le: 1, count: 1 }, { le: '+Inf', count: 1 }] }] },
      { name: 's', help, type: 'summary', series: [{ labels: {}, sum: 0, count: 0, quantiles: [{ quantile: 0.5, value: 'NaN' }] }] },
    ]);
  });

  test('A shutdown calls what was asked for once and all at once, waits for it, and goes on after one that fails.', async () => {
    const faults: unknown[] = [];
    const registry = new Registry({ onFault: (_message, error) => faults.push(error) });
    const calls: string[] = [];
    registry.onShutdown(async () => {
      await Promise.resolve();
      calls.push('first');
    });
    registry.onShutdown(() => {
      throw new Error('broken');
    });
    registry.onShutdown(() => void calls.push('last'));
    await registry.shutdown();
    await registry.shutdown();
    expect(calls).toEqual(['last', 'first']);
    expect(faults).toEqual([new Error('broken')]);
    const jobs = registry.counter({ name: 'jobs_total', help });
    jobs.inc();
    expect(toText(registry)).toContain('jobs_total 1\n');
  });
});

describe('Registries that are merged', () => {
  const two = () => {
    const faults: [string, unknown][] = [];
    const a = new Registry({ onFault: () => {} });
    const b = new Registry({ onFault: () => {} });
    a.counter({ name: 'x_total', help }).inc();
    b.gauge({ name: 'b', help }).set(2);
    return { a, b, faults, merged: Registry.merge([a, b], { onFault: (message, error) => faults.push([message, error]) }) };
  };

  test('They show all families in one order, as they are at each collection, beside instruments of their own.', async () => {
    const { a, b, merged } = two();
    merged.gauge({ name: 'c', help });
    a.counter({ name: 'late_total', help }).inc(5);
    b.unregister('b');
    const names = ['c', 'late_total', 'x_total'];
    expect(merged.collectSync().map(({ descriptor }) => descriptor.name)).toEqual(names);
    expect((await merged.collect()).map(({ descriptor }) => descriptor.name)).toEqual(names);
    expect(toText([a, b])).toBe(`${toText(a)}${toText(b)}`);
  });

  test('A metric that two of them have is refused.', () => {
    const { a, b } = two();
    b.gauge({ name: 'x', help });
    expect(() => Registry.merge([a, b])).toThrow(expect.objectContaining({ code: 'DUPLICATE_NAME' }));
    expect(() => toText([a, a])).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  test('A merged registry does not make a metric beside one of its parts.', () => {
    const { merged } = two();
    expect(() => merged.counter({ name: 'x_total', help })).toThrow('belongs to a registry that was merged into this one');
  });

  test('Clearing takes instruments and collectors out, and they go on working.', () => {
    const registry = new Registry();
    const jobs = registry.counter({ name: 'jobs_total', help });
    registry.register({ name: 'extra', collect: () => [{ name: 'extra', help, type: 'gauge', series: [{ value: 1 }] }] });
    registry.clear();
    jobs.inc();
    expect(toText(registry)).toBe('');
    expect(jobs.get()?.value).toBe(1);
    expect(registry.counter({ name: 'jobs_total', help })).not.toBe(jobs);
  });

  test('A clash that comes later shows the first one, is counted, and told once.', () => {
    const { b, faults, merged } = two();
    b.gauge({ name: 'x', help }).set(9);
    expect(merged.collectSync().map(({ descriptor }) => descriptor.name)).toEqual(['b', 'tallystick_collector_errors_total', 'x_total']);
    merged.collectSync();
    expect(merged.snapshot()[1]!.series).toEqual([{ labels: { collector: 'x', reason: 'clash' }, value: 3 }]);
    expect(faults).toHaveLength(1);
  });

  test('Asynchronous functions of all of them are awaited.', async () => {
    const { a, b, merged } = two();
    a.gauge({ name: 'slow_a', help, collect: async () => 1 });
    b.gauge({ name: 'slow_b', help, collect: async () => 2 });
    await merged.collect();
    expect(merged.snapshot().filter(({ name }) => name.startsWith('slow')).map(({ series }) => series[0]!.value)).toEqual([1, 2]);
  });

  test('One that hangs in one of them costs no other family, and shows its last value.', async () => {
    const { a, merged, faults } = two();
    a.gauge({ name: 'hanging', help, collect: () => new Promise<number>(() => {}) });
    const names = (await merged.collect({ timeoutSeconds: 0.03 })).map(({ descriptor }) => descriptor.name);
    expect(names).toEqual(['b', 'hanging', 'tallystick_collector_errors_total', 'x_total']);
    expect(faults).toEqual([]);
  });

  test('Faults in each of them are all shown, and are no clash.', () => {
    const { a, b, merged, faults } = two();
    for (const [name, registry] of Object.entries({ a, b })) registry.gauge({ name: `broken_${name}`, help, collect: () => { throw new Error(name); } });
    merged.collectSync();
    const errors = merged.snapshot().find(({ name }) => name === 'tallystick_collector_errors_total');
    expect(errors?.series.map(({ labels }) => labels.collector)).toEqual(['broken_a', 'broken_b']);
    expect(faults).toEqual([]);
  });

  test('What is no registry is refused.', () => {
    expect(() => Registry.merge([{}] as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
