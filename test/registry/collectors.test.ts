import { describe, expect, test } from 'vitest';
import { type CollectedFamily, type Collector, Registry, toText } from '../../src/index.js';

const help = 'Collected.';
const family = (name: string, value = 1): CollectedFamily => ({ name, help, type: 'gauge', series: [{ value }] });

function make(...collectors: { name: string; collect: () => unknown }[]) {
  const faults: [message: string, error: unknown][] = [];
  const registry = new Registry({ onFault: (message, error) => faults.push([message, error]) });
  registry.gauge({ name: 'own', help });
  for (const collector of collectors) registry.register(collector as Collector);
  const names = (): string[] => registry.collectSync().map(({ descriptor }) => descriptor.name);
  const errors = (): unknown => registry.snapshot().find(({ name }) => name === 'tallystick_collector_errors_total')?.series;
  return { registry, faults, names, errors, message: () => (faults[0]![1] as Error).message };
}

describe('A collector of families', () => {
  test('It yields families of every type, which are written like those of instruments.', () => {
    const { registry } = make({
      name: 'all',
      collect: () => [
        { name: 'c_total', help, type: 'counter', series: [{ labels: { a: 1 }, value: 2 }, { labels: { a: 'x' }, value: 0 }] },
        { name: 'h', help, type: 'histogram', series: [{ sum: 3, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 5 }] }] },
        { name: 's', help, type: 'summary', series: [{ sum: 3, count: 2, quantiles: [{ quantile: 0.5, value: 1.5 }] }] },
        { name: 'i', help, type: 'info', series: [{ labels: { v: '1' } }] },
        { name: 'st', help, type: 'stateset', states: ['on', 'off'], stateLabel: 'state', series: [{ states: ['off'] }] },
        { name: 'u', help, type: 'unknown', series: [{ value: -1 }] },
        { name: 'none', help, type: 'gauge', series: [] },
      ],
    });
    const lines = toText(registry).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual([
      'c_total{a="1"} 2', 'c_total{a="x"} 0', 'h_bucket{le="1"} 2', 'h_bucket{le="+Inf"} 5', 'h_sum 3', 'h_count 5', 'i_info{v="1"} 1', 'own 0',
      's{quantile="0.5"} 1.5', 's_sum 3', 's_count 2', 'st{state="on"} 0', 'st{state="off"} 1', 'u -1',
    ]);
  });

  test('It may be a generator, is asked at every collection, and may be taken out by itself or by name.', () => {
    let asked = 0;
    const collector = { name: 'one', *collect() { yield family('a', (asked += 1)); yield family('b'); } };
    const { registry, names } = make(collector);
    expect(names()).toEqual(['a', 'b', 'own']);
    expect(registry.snapshot()[0]!.series[0]!.value).toBe(2);
    expect(registry.unregister(collector)).toBe(true);
    expect(registry.unregister(collector)).toBe(false);
    expect(names()).toEqual(['own']);
    registry.register(collector);
    expect(registry.unregister('one')).toBe(true);
  });

  test('A second one of the same name is refused.', () => {
    const { registry } = make({ name: 'one', collect: () => [] });
    expect(() => registry.register({ name: 'one', collect: () => [] })).toThrow('registry: a collector "one" is registered already; unregister it first, or take another name');
  });

  test('An asynchronous one is awaited by collect, and shows what it gave last where nobody waits.', async () => {
    const { registry, names, errors } = make({ name: 'late', collect: async () => [family('a')] });
    expect(names()).toEqual(['own']);
    expect((await registry.collect()).map(({ descriptor }) => descriptor.name)).toEqual(['a', 'own']);
    expect(names()).toEqual(['a', 'own']);
    expect(errors()).toBeUndefined();
  });

  test('One that hangs is given up at the deadline, and costs no other.', async () => {
    const { registry, faults, errors } = make({ name: 'stuck', collect: () => new Promise(() => {}) }, { name: 'well', collect: async () => [family('a')] });
    const started = performance.now();
    const views = await registry.collect({ timeoutSeconds: 0.05 });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(views.map(({ descriptor }) => descriptor.name)).toEqual(['a', 'own', 'tallystick_collector_errors_total']);
    await registry.collect({ timeoutSeconds: 0 });
    expect(errors()).toEqual([{ labels: { collector: 'stuck', reason: 'timeout' }, value: 2 }]);
    expect(faults.map(([message]) => message)).toEqual(['tallystick: "stuck" did not answer in time, and shows as last known (this is said once)']);
  });

  test('A gauge function that hangs shows its last value.', async () => {
    const { registry, errors } = make();
    let hang = false;
    registry.gauge({ name: 'slow', help, collect: () => (hang ? new Promise<number>(() => {}) : Promise.resolve(4)) });
    await registry.collect();
    hang = true;
    const views = await registry.collect({ timeoutSeconds: 0.01 });
    expect(views.map(({ descriptor }) => descriptor.name)).toEqual(['own', 'slow', 'tallystick_collector_errors_total']);
    expect(registry.snapshot()[1]!.series[0]!.value).toBe(4);
    expect(errors()).toEqual([{ labels: { collector: 'slow', reason: 'timeout' }, value: 1 }]);
  });

  const garbage: readonly [string, () => unknown, string][] = [
    ['throws', () => { throw new Error('broken'); }, 'broken'],
    ['throws what is no error', () => { throw 'words'; }, ''],
    ['gives nothing', () => undefined, 'collector "bad": collect() gave undefined; give an array of families or another iterable'],
    ['gives a number', () => 5, 'collector "bad": collect() gave 5; give an array of families or another iterable'],
    ['yields null', () => [null], 'collector: yielded null; yield families with name, help, type and series'],
    ['yields a family without series', () => [{ name: 'a', help, type: 'gauge' }], 'collector: yielded {name, help, type}; yield families with name, help, type and series'],
    ['yields a bad name', () => [{ ...family('a'), name: 'a b' }], 'collected "a b": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"'],
    ['yields no help', () => [{ ...family('a'), help: '' }], 'collected "a": help is ""; say in a sentence what the metric measures'],
    ['yields an unknown type', () => [{ ...family('a'), type: 'timer' }], 'collected "a": type is "timer"; the types are "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"'],
    ['yields a unit the name lacks', () => [{ ...family('a'), unit: 'bytes' }], 'collected "a": unit is "bytes", but the name does not end in it; call it "a_bytes"'],
    ['yields a value that is no number', () => [{ ...family('a'), series: [{ value: '1' }] }], 'collected "a": value is "1"; give a number'],
    ['yields a negative counter', () => [{ ...family('a', -1), type: 'counter' }], 'collected "a": value is -1; a counter\'s is 0 or more, use a gauge'],
    ['yields other labels', () => [{ ...family('a'), series: [{ labels: { x: '1' }, value: 1 }, { value: 2 }] }], 'collected "a": a series has the labels {}, the first one has "x"; all series of a family have the same label names'],
    ['yields a label value that is none', () => [{ ...family('a'), series: [{ labels: { x: null }, value: 1 }] }], 'collected "a": label "x" is null; give a string, number, boolean or bigint'],
    ['yields a series twice', () => [{ ...family('a'), series: [{ labels: { x: 1 }, value: 1 }, { labels: { x: '1' }, value: 2 }] }], 'collected "a": two series have the same labels {x}; yield each once'],
    ['yields buckets without +Inf', () => [{ name: 'a', help, type: 'histogram', series: [{ sum: 1, buckets: [{ le: 1, count: 1 }] }] }], 'collected "a": buckets is […]; give { le, count } for each upper bound, the last one Infinity'],
    ['yields buckets that fall', () => [{ name: 'a', help, type: 'histogram', series: [{ sum: 1, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 1 }] }] }], 'collected "a": bucket Infinity counts 1 after 2; counts are cumulative and do not fall'],
    ['yields a summary without count', () => [{ name: 'a', help, type: 'summary', series: [{ sum: 1 }] }], 'collected "a": count is undefined; give a whole number of at least 0'],
    ['yields a state that is none', () => [{ name: 'a', help, type: 'stateset', states: ['on'], series: [{ states: ['off'] }] }], 'collected "a": "off" is not one of its states; they are "on"'],
  ];

  test.each(garbage)('One that %s costs no other family, is counted each time, and told once.', async (_what, collect, message) => {
    const { registry, faults, names, errors } = make({ name: 'bad', collect }, { name: 'well', collect: () => [family('z')] });
    expect(names()).toEqual(['own', 'tallystick_collector_errors_total', 'z']);
    expect((await registry.collect()).map(({ descriptor }) => descriptor.name)).toEqual(['own', 'tallystick_collector_errors_total', 'z']);
    expect(errors()).toEqual([{ labels: { collector: 'bad', reason: 'error' }, value: 3 }]);
    expect(faults).toHaveLength(1);
    const [, error] = faults[0]!;
    expect(error instanceof Error ? error.message : '').toBe(message);
  });

  test.each(garbage)('An asynchronous one that %s is treated alike.', async (_what, collect) => {
    const { registry, errors } = make({ name: 'bad', collect: async () => collect() }, { name: 'well', collect: () => [family('z')] });
    expect((await registry.collect()).map(({ descriptor }) => descriptor.name)).toEqual(['own', 'tallystick_collector_errors_total', 'z']);
    expect(errors()).toEqual([{ labels: { collector: 'bad', reason: 'error' }, value: 1 }]);
  });

  test('A family whose name is taken is left out and counted; the first one shows.', () => {
    const { registry, errors, faults } = make({ name: 'twice', collect: () => [family('a', 1), family('a', 2), family('own', 9), { ...family('a_total', 3), type: 'counter' }] });
    const text = toText(registry);
    expect(text).toContain('\na 1\n');
    expect(text).toContain('\nown 0\n');
    expect(text).not.toContain('a_total 3');
    expect(errors()).toEqual([
      { labels: { collector: 'a', reason: 'clash' }, value: 2 },
      { labels: { collector: 'own', reason: 'clash' }, value: 2 },
      { labels: { collector: 'a_total', reason: 'clash' }, value: 2 },
    ]);
    expect(faults).toHaveLength(3);
  });

  test.each([
    ['a state label that is no label name', { stateLabel: 'not a label' }],
    ['a state twice', { stateLabel: 'state', states: ['on', 'on'] }],
    ['a name that cannot be the state label', { name: 'a:b' }],
  ])('A state set with %s is left out: it could not be read back.', (_what, part) => {
    const { names } = make({ name: 'states', collect: () => [{ name: 'a', help, type: 'stateset', states: ['on'], series: [{ states: ['on'] }], ...part }] });
    expect(names()).toEqual(['own', 'tallystick_collector_errors_total']);
  });

  test('A logger that throws does not take the collection down.', () => {
    const registry = new Registry({ onFault: () => { throw new Error('no log'); } });
    registry.register({ name: 'bad', collect: () => { throw new Error('broken'); } });
    expect(registry.collectSync().map(({ descriptor }) => descriptor.name)).toEqual(['tallystick_collector_errors_total']);
  });
});
