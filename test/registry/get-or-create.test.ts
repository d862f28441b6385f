import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, TallystickError } from '../../src/index.js';

const help = 'Held for the test.';

describe('Asking a registry for an instrument', () => {
  test('The same name and shape give the same object, for every kind.', () => {
    const registry = new Registry();
    const asks = [
      () => registry.counter({ name: 'a_total', help, labelNames: ['x', 'y'], constLabels: { zone: 'z' } }),
      () => registry.gauge({ name: 'b_bytes', help, unit: 'bytes' }),
      () => registry.histogram({ name: 'c', help, buckets: [1, 2] }),
      () => registry.histogram({ name: 'ca', help, native: { maxBuckets: 20 } }),
      () => registry.summary({ name: 'd', help, quantiles: [0.5, 0.9] }),
      () => registry.sampledCounter({ name: 'e_total', help, sampleRate: 0.5 }),
      () => registry.rateLimitedGauge({ name: 'f', help }),
      () => registry.info({ name: 'g', help, labelNames: ['version'] }),
      () => registry.stateSet({ name: 'h', help, states: ['on', 'off'], stateLabel: 'state' }),
    ];
    const made = asks.map((ask) => ask());
    expect(asks.map((ask) => ask()).every((again, i) => again === made[i])).toBe(true);
    expect(registry.instruments()).toEqual(made);
  });

  test('Namespace and subsystem are part of the name, and other spellings of one shape are the same.', () => {
    const registry = new Registry();
    const one = registry.histogram({ namespace: 'app', subsystem: 'http', name: 'size', help, buckets: [1, 2, Infinity] });
    expect(registry.histogram({ name: 'app_http_size', help: 'Another text.', buckets: [1, 2] })).toBe(one);
    const summary = registry.summary({ name: 's', help, quantiles: [0.9, 0.5] });
    expect(registry.summary({ name: 's', help, quantiles: [0.5, 0.9] })).toBe(summary);
  });

  test('An instrument made with new is found as well.', () => {
    const registry = new Registry();
    const jobs = new Counter({ name: 'jobs_total', help, registry });
    expect(registry.counter({ name: 'jobs_total', help })).toBe(jobs);
  });

  test('Asking never changes what is recorded.', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a_total', 'b_total', 'c_total'), { maxLength: 30 }), (names) => {
        const registry = new Registry();
        const asked = new Map<string, number>();
        for (const name of names) {
          registry.counter({ name, help }).inc();
          asked.set(name, (asked.get(name) ?? 0) + 1);
        }
        expect(registry.snapshot().map(({ name, series }) => [name, series[0]!.value])).toEqual([...asked].sort(([a], [b]) => (a < b ? -1 : 1)));
      }),
      { seed: 20_240_604, numRuns: 100 },
    );
  });

  const clashes: readonly [string, (r: Registry) => unknown, (r: Registry) => unknown, string][] = [
    ['another type', (r) => r.counter({ name: 'm', help }), (r) => r.gauge({ name: 'm', help }), 'gauge "m": the registry has counter "m" with another shape: it is a counter, asked for was a gauge'],
    ['another kind of counter', (r) => r.counter({ name: 'm', help }), (r) => r.sampledCounter({ name: 'm', help, sampleRate: 1 }), 'it is a counter, asked for was a sampled counter'],
    ['other labels', (r) => r.gauge({ name: 'm', help, labelNames: ['a'] }), (r) => r.gauge({ name: 'm', help, labelNames: ['b'] }), 'labels ["a"], asked for was ["b"]'],
    ['other constant labels', (r) => r.gauge({ name: 'm', help, constLabels: { a: 1 } }), (r) => r.gauge({ name: 'm', help }), 'constant labels ["a=1"], asked for was []'],
    ['another unit', (r) => r.gauge({ name: 'm_bytes', help, unit: 'bytes' }), (r) => r.gauge({ name: 'm_bytes', help }), 'unit "bytes", asked for was ""'],
    ['native buckets', (r) => r.histogram({ name: 'm', help, native: { bucketFactor: 1.5 } }), (r) => r.histogram({ name: 'm', help, native: { bucketFactor: 1.6 }, buckets: [1] }), 'buckets [], asked for was [1]'],
    ['another limit of native buckets', (r) => r.histogram({ name: 'm', help, native: {} }), (r) => r.histogram({ name: 'm', help, native: { maxBuckets: 100 } }), 'native maxBuckets 160, asked for was 100'],
    ['no native buckets', (r) => r.histogram({ name: 'm', help, native: {}, buckets: [1] }), (r) => r.histogram({ name: 'm', help, buckets: [1] }), 'native schema 3, asked for was undefined'],
    ['other buckets', (r) => r.histogram({ name: 'm', help, buckets: [1, 2] }), (r) => r.histogram({ name: 'm', help, buckets: [1, 3] }), 'buckets [1, 2], asked for was [1, 3]'],
    ['other quantiles', (r) => r.summary({ name: 'm', help, quantiles: [0.5] }), (r) => r.summary({ name: 'm', help }), 'quantiles [0.5], asked for was [0.5, 0.9, 0.95, 0.99]'],
    ['other states', (r) => r.stateSet({ name: 'm', help, states: ['a', 'b'] }), (r) => r.stateSet({ name: 'm', help, states: ['b', 'a'] }), 'states ["a", "b"], asked for was ["b", "a"]'],
    ['another state label', (r) => r.stateSet({ name: 'm', help, states: ['a'] }), (r) => r.stateSet({ name: 'm', help, states: ['a'], stateLabel: 's' }), 'state label "m", asked for was "s"'],
  ];

  test.each(clashes)('With %s it is an error that shows both, and nothing is made.', (_what, first, second, message) => {
    const registry = new Registry();
    const made = first(registry);
    expect(() => second(registry)).toThrow(message);
    expect(() => second(registry)).toThrow(TallystickError);
    expect(registry.instruments()).toEqual([made]);
  });

  test.each(['gauge', 'counter'] as const)('A collect function that would never be called is refused for a %s, and the same one or none is not.', (kind) => {
    const registry = new Registry();
    const collect = (): number => 1;
    const plain = registry[kind]({ name: 'plain', help });
    expect(() => registry[kind]({ name: 'plain', help, collect })).toThrow(`${kind} "plain": the registry has ${kind} "plain" with another shape: collect is not set there, and this one would never be called: leave it out, or give it where the metric is made first`);
    expect(registry[kind]({ name: 'plain', help })).toBe(plain);
    const read = registry[kind]({ name: 'read', help, collect });
    expect(registry[kind]({ name: 'read', help, collect })).toBe(read);
    expect(registry[kind]({ name: 'read', help })).toBe(read);
    expect(() => registry[kind]({ name: 'read', help, collect: () => 2 })).toThrow(expect.objectContaining({ code: 'SHAPE_MISMATCH', message: expect.stringContaining('collect is another function there') as string }));
    expect(registry.snapshot().map(({ series }) => series[0]!.value)).toEqual([0, 1]);
  });

  test('Options that are wrong are told before shapes are compared.', () => {
    const registry = new Registry();
    registry.histogram({ name: 'm', help });
    expect(() => registry.histogram({ name: 'm', help, buckets: [2, 1] })).toThrow('are not rising');
    expect(() => registry.counter(undefined as never)).toThrow('name is undefined');
  });
});

describe('Names that samples would share', () => {
  const make: Record<string, (registry: Registry, name: string) => unknown> = {
    counter: (registry, name) => new Counter({ name, help, registry }),
    gauge: (registry, name) => new Gauge({ name, help, registry }),
    histogram: (registry, name) => new Histogram({ name, help, registry }),
    summary: (registry, name) => new Summary({ name, help, registry }),
    info: (registry, name) => new Info({ name, help, registry }),
    stateSet: (registry, name) => new StateSet({ name, help, states: ['a'], registry }),
  };

  test.each([
    ['counter', 'x_total', 'gauge', 'x'],
    ['counter', 'x', 'gauge', 'x_total'],
    ['counter', 'x', 'counter', 'x_total'],
    ['counter', 'x_total', 'gauge', 'x_created'],
    ['histogram', 'h', 'gauge', 'h_count'],
    ['histogram', 'h', 'gauge', 'h_sum'],
    ['histogram', 'h', 'gauge', 'h_bucket'],
    ['histogram', 'h', 'counter', 'h_created'],
    ['histogram', 'h', 'summary', 'h'],
    ['summary', 's', 'gauge', 's_count'],
    ['summary', 's', 'counter', 's_sum_total'],
    ['info', 'i', 'gauge', 'i_info'],
    ['info', 'i_info', 'gauge', 'i'],
    ['info', 'i', 'info', 'i_info'],
    ['stateSet', 'st', 'gauge', 'st'],
  ] as const)('%s %s and %s %s are refused in either order.', (kind, name, otherKind, otherName) => {
    for (const [first, second] of [[[kind, name], [otherKind, otherName]], [[otherKind, otherName], [kind, name]]] as const) {
      const registry = new Registry();
      const made = make[first[0]]!(registry, first[1]);
      expect(() => make[second[0]]!(registry, second[1])).toThrow(expect.objectContaining({ code: 'DUPLICATE_NAME' }));
      expect(registry.instruments()).toEqual([made]);
    }
  });

  test.each([
    ['gauge', 'x_total', 'gauge', 'x'],
    ['gauge', 'h', 'gauge', 'h_count'],
    ['summary', 's', 'gauge', 's_bucket'],
    ['counter', 'x_total', 'gauge', 'x_total_count'],
  ] as const)('%s %s and %s %s live side by side.', (kind, name, otherKind, otherName) => {
    const registry = new Registry();
    make[kind]!(registry, name);
    make[otherKind]!(registry, otherName);
    expect(registry.instruments()).toHaveLength(2);
  });

  test('A name is free again when its metric has been taken out.', () => {
    const registry = new Registry();
    make.histogram!(registry, 'h');
    expect(registry.unregister('h')).toBe(true);
    make.gauge!(registry, 'h_count');
    make.gauge!(registry, 'h');
    expect(registry.instruments().map(({ descriptor }) => descriptor.name)).toEqual(['h', 'h_count']);
  });
});
