import { describe, expect, test } from 'vitest';
import { type CollectedFamily, type Collector, Registry, toText } from '../../src/index.js';

const help = 'Collected.';
const family = (name: string, value = 1): CollectedFamily => ({ name, help, type: 'gauge', series: [{ value }] });

/** A family of one series that has something wrong beside its values. */
const extra = (type: string, part: object): (() => unknown) => () => [{ name: 'a', help, type, series: [{ value: 1, sum: 1, count: 1, ...part }] }];
const buckets = [{ le: 1, count: 1 }, { le: Infinity, count: 1 }];
const native = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: [{ index: 1, count: 1 }], negative: [] };
const histogram = (part: object): (() => unknown) => extra('histogram', { buckets, native: { ...native, ...part } });
const exemplar = (part: unknown): (() => unknown) => extra('counter', { exemplars: [typeof part === 'object' && part !== null ? { labels: {}, value: 1, ...part } : part] });

const badExtras: readonly [string, () => unknown, string][] = [
  ['yields native buckets of a gauge', extra('gauge', { native }), 'collected "a": a gauge has no native; leave it out'],
  ['yields exemplars of a gauge', extra('gauge', { exemplars: [] }), 'collected "a": a gauge has no exemplars; leave it out'],
  ['yields exemplars of a summary', extra('summary', { exemplars: [] }), 'collected "a": a summary has no exemplars; leave it out'],
  ['yields the creation of a gauge', extra('gauge', { created: 1 }), 'collected "a": a gauge has no created; leave it out'],
  ['yields the creation of a gauge histogram', extra('gaugehistogram', { buckets, created: 1 }), 'collected "a": a gaugehistogram has no created; leave it out'],
  ['yields a creation that is no time', extra('counter', { created: '2026' }), 'collected "a": created is "2026"; give seconds since the Unix epoch'],
  ['yields an infinite time of creation', extra('counter', { created: Infinity }), 'collected "a": created is Infinity; give seconds since the Unix epoch'],
  ['yields a sample time that is none', extra('gauge', { timestamp: NaN }), 'collected "a": timestamp is NaN; give seconds since the Unix epoch'],
  ['yields native buckets that are none', extra('histogram', { buckets, native: 5 }), 'collected "a": native is 5; all series of a family have native buckets, or none'],
  ['yields native buckets of some series', () => [{ name: 'a', help, type: 'histogram', series: [{ labels: { x: 1 }, sum: 1, buckets, native }, { labels: { x: 2 }, sum: 1, buckets }] }], 'collected "a": native is undefined; all series of a family have native buckets, or none'],
  ['yields native buckets alone and no count', extra('histogram', { count: undefined, native }), 'collected "a": count is undefined; give a whole number of at least 0'],
  ['yields a schema beyond 8', histogram({ schema: 9 }), 'collected "a": native.schema is 9; give a whole number from -4 to 8'],
  ['yields a schema below -4', histogram({ schema: -5 }), 'collected "a": native.schema is -5; give a whole number from -4 to 8'],
  ['yields half a schema', histogram({ schema: 0.5 }), 'collected "a": native.schema is 0.5; give a whole number from -4 to 8'],
  ['yields a negative zero threshold', histogram({ zeroThreshold: -1 }), 'collected "a": native.zeroThreshold is -1; give a number of at least 0'],
  ['yields no zero threshold', histogram({ zeroThreshold: undefined }), 'collected "a": native.zeroThreshold is undefined; give a number of at least 0'],
  ['yields a zero count that is none', histogram({ zeroCount: NaN }), 'collected "a": native.zeroCount counts NaN; give a number of at least 0'],
  ['yields positive buckets that are none', histogram({ positive: {} }), 'collected "a": native.positive is {}; give an array of { index, count }'],
  ['yields no negative buckets', histogram({ negative: undefined }), 'collected "a": native.negative is undefined; give an array of { index, count }'],
  ['yields a bucket that is null', histogram({ positive: [null] }), 'collected "a": native.positive has the index undefined after -Infinity; give whole numbers that rise'],
  ['yields bucket indices that fall', histogram({ positive: [{ index: 2, count: 1 }, { index: 1, count: 1 }] }), 'collected "a": native.positive has the index 1 after 2; give whole numbers that rise'],
  ['yields a bucket twice', histogram({ negative: [{ index: 2, count: 1 }, { index: 2, count: 1 }] }), 'collected "a": native.negative has the index 2 after 2; give whole numbers that rise'],
  ['yields half a bucket index', histogram({ negative: [{ index: 0.5, count: 1 }] }), 'collected "a": native.negative has the index 0.5 after -Infinity; give whole numbers that rise'],
  ['yields a bucket index beyond every double', histogram({ positive: [{ index: 2 ** 21, count: 1 }] }), 'collected "a": native.positive has the index 2097152, but the buckets of schema 0 are -1074 to 1025; check the schema'],
  ['yields a bucket index of another schema', histogram({ schema: -4, negative: [{ index: 1, count: 1 }, { index: 66, count: 1 }] }), 'collected "a": native.negative has the index 66, but the buckets of schema -4 are -67 to 65; check the schema'],
  ['yields native buckets that count more than the series', histogram({ zeroCount: 1 }), 'collected "a": native counts 2 observations, but the series 1; give the same number'],
  ['yields native buckets that count less, though no NaN was observed', histogram({ positive: [] }), 'collected "a": native counts 0 observations, but the series 1; give the same number'],
  ['yields a negative bucket count', histogram({ positive: [{ index: 1, count: -1 }] }), 'collected "a": native.positive counts -1; give a number of at least 0'],
  ['yields exemplars that are no array', extra('counter', { exemplars: {} }), 'collected "a": exemplars is {}; give an array'],
  ['yields an exemplar that is null', exemplar(null), 'collected "a": exemplar is null; give { labels, value, timestamp }'],
  ['yields an exemplar that is a string', exemplar('trace'), 'collected "a": exemplar is "trace"; give { labels, value, timestamp }'],
  ['yields an exemplar without a value', exemplar({ value: undefined }), 'collected "a": exemplar value is undefined; give a number'],
  ['yields an exemplar of a time that is none', exemplar({ timestamp: Infinity }), 'collected "a": exemplar timestamp is Infinity; give seconds since the Unix epoch, or leave it out'],
  ['yields an exemplar without labels', exemplar({ labels: undefined }), 'collected "a": exemplar labels is undefined; give an object, for instance { trace_id: "4bf92f35" }'],
  ['yields exemplar labels as an array', exemplar({ labels: ['a'] }), 'collected "a": exemplar labels is ["a"]; give an object, for instance { trace_id: "4bf92f35" }'],
  ['yields an exemplar label name that is none', exemplar({ labels: { 'trace id': 'a' } }), 'collected "a": exemplar label "trace id" is not a label name; use letters, digits and "_", and begin with a letter'],
  ['yields an exemplar label value that is none', exemplar({ labels: { id: {} } }), 'collected "a": exemplar label "id" is {}; give a string, number, boolean or bigint'],
  ['yields an exemplar that is too long', exemplar({ labels: { id: 'x'.repeat(127) } }), 'collected "a": the names and values of the exemplar\'s labels have 129 characters; at most 128 are allowed, keep to what leads to the trace'],
];

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
    ['yields a family without series', () => [{ name: 'a', help, type: 'gauge' }], 'collected "a": series are undefined; give an array'],
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
    ...badExtras,
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

  test('What is not wanted is not collected, and its functions are not called, in merged registries neither.', async () => {
    const { registry } = make({ name: 'several', collect: () => [family('a'), family('b')] });
    const calls: string[] = [];
    for (const name of ['c', 'd']) registry.gauge({ name, help, collect: () => (calls.push(name), 1) });
    const wanted = ({ name }: { name: string }): boolean => name === 'a' || name === 'c';
    for (const one of [registry, Registry.merge([registry])]) {
      expect((await one.collect({ wanted })).map(({ descriptor }) => descriptor.name)).toEqual(['a', 'c']);
      expect(calls.splice(0)).toEqual(['c']);
    }
    await expect(registry.collect({ wanted: () => { throw new Error('broken'); } })).rejects.toThrow('broken');
  });
});
