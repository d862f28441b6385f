import { describe, expect, test } from 'vitest';
import {
  Counter,
  Gauge,
  Histogram,
  Info,
  RateLimitedGauge,
  SampledCounter,
  StateSet,
  Summary,
} from '../../src/index.js';

const options = { name: 'metric', help: 'Held for the test.', labelNames: ['a', 'b'], registry: null } as const;
type Ab = { a: string | number | boolean | bigint; b: string | number | boolean | bigint };

/** Every kind of instrument with two labels, and one way to record on it that makes its series visible. */
const kinds = {
  'a counter': () => { const it = new Counter(options); return { it, record: (labels: Ab) => it.inc(labels) }; },
  'a gauge': () => { const it = new Gauge(options); return { it, record: (labels: Ab) => it.set(labels, 1) }; },
  'a histogram': () => { const it = new Histogram(options); return { it, record: (labels: Ab) => it.observe(labels, 1) }; },
  'a summary': () => { const it = new Summary(options); return { it, record: (labels: Ab) => it.observe(labels, 1) }; },
  'an exact summary': () => { const it = new Summary({ ...options, maxSamples: 4 }); return { it, record: (labels: Ab) => it.observe(labels, 1) }; },
  'a sampled counter': () => { const it = new SampledCounter({ ...options, sampleRate: 1 }); return { it, record: (labels: Ab) => it.inc(labels) }; },
  'a rate-limited gauge': () => { const it = new RateLimitedGauge(options); return { it, record: (labels: Ab) => void it.set(labels, 1) }; },
  'an info': () => { const it = new Info(options); return { it, record: (labels: Ab) => it.add(labels) }; },
  'a state set': () => { const it = new StateSet({ ...options, states: ['on', 'off'] }); return { it, record: (labels: Ab) => it.set(labels, 'on') }; },
};

const labelsOf = (it: { getAll(): readonly { readonly labels: unknown }[] }): unknown[] => it.getAll().map(({ labels }) => labels);

describe.each(Object.entries(kinds))('The labels of %s', (_kind, make) => {
  test('Their order in the object does not matter, and both call forms mean the same series.', () => {
    const { it, record } = make();
    record({ a: 'x', b: 'y' });
    record({ b: 'y', a: 'x' });
    it.labels('x', 'y');
    it.labels({ b: 'y', a: 'x' });
    expect(labelsOf(it)).toEqual([{ a: 'x', b: 'y' }]);
    expect({ ...it.get('x', 'y'), timestamp: 0 }).toEqual({ ...it.get({ b: 'y', a: 'x' }), timestamp: 0 });
  });

  test('The same labels give the same handle.', () => {
    const { it } = make();
    const handle = it.labels('x', 'y');
    expect(it.labels({ b: 'y', a: 'x' })).toBe(handle);
    expect(it.labels('y', 'x')).not.toBe(handle);
  });

  test('Numbers, booleans and bigints are the strings they are written as.', () => {
    const { it, record } = make();
    record({ a: 1, b: true });
    record({ a: '1', b: 'true' });
    record({ a: 1n, b: true });
    record({ a: -0, b: NaN });
    expect(labelsOf(it)).toEqual([{ a: '1', b: 'true' }, { a: '0', b: 'NaN' }]);
    expect(it.labels(1, true)).toBe(it.labels('1', 'true'));
  });

  test('No separator can make two series one.', () => {
    const { it, record } = make();
    const pairs = [['a|', 'b'], ['a', '|b'], ['', 'ab'], ['ab', ''], ['a,b', ''], ['a\0', 'b'], ['a', '\0b'], ['a"', 'b'], ['a\\', 'b'], ['a\n', 'b']] as const;
    for (const [a, b] of pairs) record({ a, b });
    expect(labelsOf(it)).toEqual(pairs.map(([a, b]) => ({ a, b })));
  });

  test('An object that is changed after the call changes nothing.', () => {
    const { it, record } = make();
    const labels = { a: 'x', b: 'y' };
    record(labels);
    labels.a = 'changed';
    it.init([labels]);
    labels.b = 'changed';
    expect(labelsOf(it)).toEqual([{ a: 'x', b: 'y' }, { a: 'changed', b: 'y' }]);
    (it.getAll()[0]!.labels as Record<string, string>).a = 'mine';
    expect(labelsOf(it)[0]).toEqual({ a: 'x', b: 'y' });
  });

  test('Getters and inherited values are read like any other; one that throws makes no series.', () => {
    const { it, record } = make();
    record(Object.create({ a: 'x', b: 'y' }) as Ab);
    record({ get a() { return 'x'; }, get b() { return 'y'; } });
    expect(it.size).toBe(1);
    expect(() => record({ a: 'new', get b(): string { throw new Error('not now'); } })).toThrow('not now');
    expect(it.size).toBe(1);
  });

  test('A getter that answers differently each time makes one series of one answer.', () => {
    const { it, record } = make();
    let calls = 0;
    record({ get a() { return `x${(calls += 1)}`; }, b: 'y' });
    expect(it.size).toBe(1);
    expect((labelsOf(it)[0] as Ab).a).toMatch(/^x\d$/);
  });

  test('Wrong labels make no series.', () => {
    const { it, record } = make();
    for (const wrong of [{}, { a: 'x' }, { a: 'x', b: 'y', c: 'z' }, { a: 'x', c: 'z' }, { a: 'x', b: null }, { a: {}, b: 'y' }, ['x', 'y'], 'x', 5, null, undefined]) {
      expect(() => record(wrong as never)).toThrow('"metric"');
    }
    expect(() => it.labels(...(['x'] as unknown as ['x', 'y']))).toThrow('1 label value given');
    expect(() => it.labels(...(['x', 'y', 'z'] as unknown as ['x', 'y']))).toThrow('3 label values given');
    expect(it.size).toBe(0);
  });

  test('Reading and removing a series that is not there makes none.', () => {
    const { it } = make();
    expect(it.get('x', 'y')).toBeUndefined();
    expect(it.remove('x', 'y')).toBe(false);
    expect(it.removeMatching({ a: 'x' })).toBe(0);
    expect(it.size).toBe(0);
  });

  test('A removed series starts again with a new handle, and the old one records nowhere.', () => {
    const { it, record } = make();
    record({ a: 'x', b: 'y' });
    const old = it.labels('x', 'y');
    const fresh = JSON.stringify(make().it.labels('x', 'y').get());
    const first = JSON.stringify(old.get());
    expect(it.remove({ a: 'x', b: 'y' })).toBe(true);
    expect(it.labels('x', 'y')).not.toBe(old);
    expect(JSON.stringify(it.labels('x', 'y').get())).toBe(fresh);
    record({ a: 'x', b: 'y' });
    expect(JSON.stringify(it.labels('x', 'y').get())).toBe(first);
  });

  test('Series are removed by some of their labels, in any number.', () => {
    const { it } = make();
    it.init({ a: ['1', '2', '3'], b: ['x', 'y'] });
    expect(it.size).toBe(6);
    expect(it.removeMatching({ a: 2 })).toBe(2);
    expect(it.removeMatching({ b: 'y' })).toBe(2);
    expect(it.removeMatching({ a: '1', b: 'y' })).toBe(0);
    expect(labelsOf(it)).toEqual([{ a: '1', b: 'x' }, { a: '3', b: 'x' }]);
    expect(it.removeMatching({})).toBe(2);
    expect(it.size).toBe(0);
  });

  test('Clearing removes every series, resetting keeps each at its beginning.', () => {
    const { it, record } = make();
    record({ a: 'x', b: 'y' });
    it.labels('x', 'z');
    it.reset();
    const beginning = make();
    beginning.it.labels('x', 'y');
    const valueOf = (reading: object | undefined): unknown => ({ ...reading, timestamp: 0 });
    expect(valueOf(it.get('x', 'y'))).toEqual(valueOf(beginning.it.get('x', 'y')));
    expect(it.size).toBe(2);
    it.clear();
    expect(it.size).toBe(0);
    expect(it.getAll()).toEqual([]);
  });

  test('Series are made in advance from objects, from a product, and never twice.', () => {
    const { it } = make();
    it.init([{ a: 'x', b: 1 }, { b: 1, a: 'x' }]);
    it.init(new Set([{ a: 'x', b: 2 }]));
    it.init({ b: [1, 2, 3], a: ['x'] });
    expect(labelsOf(it)).toEqual([{ a: 'x', b: '1' }, { a: 'x', b: '2' }, { a: 'x', b: '3' }]);
    it.init([]);
    it.init({ a: [], b: ['1'] });
    expect(it.size).toBe(3);
  });
});

describe('Declared label values', () => {
  const make = () => new Counter({ name: 'declared_total', help: 'Declared.', labelNames: ['method', 'code'], labelValues: { method: ['GET', 'POST'], code: [200, 404] }, registry: null });

  test('All their combinations are made by init without arguments.', () => {
    const declared = make();
    declared.init();
    expect(labelsOf(declared)).toEqual([
      { method: 'GET', code: '200' },
      { method: 'GET', code: '404' },
      { method: 'POST', code: '200' },
      { method: 'POST', code: '404' },
    ]);
  });

  test('Others are refused however they come, and make no series.', () => {
    const declared = make();
    expect(() => declared.inc({ method: 'PUT' as 'GET', code: 200 })).toThrow('label "method" is "PUT"; labelValues allows only "GET", "POST"');
    expect(() => declared.labels('GET', 500 as 200)).toThrow('label "code" is "500"; labelValues allows only "200", "404"');
    expect(() => declared.init([{ method: 'GET', code: 200 }, { method: 'GET', code: 1 as 200 }])).toThrow('label "code" is "1"');
    expect(declared.size).toBe(0);
  });

  test('A sampled counter refuses them whether it draws the call or not.', () => {
    const make = (random: number) =>
      new SampledCounter({ name: 's_total', help: 'Sampled.', labelNames: ['a'], labelValues: { a: ['x'] }, sampleRate: 0.5, random: () => random, registry: null });
    for (const random of [0, 0.999]) expect(() => make(random).inc({ a: 'y' as 'x' })).toThrow('labelValues allows only "x"');
  });
});

test('A getter that records on the same instrument does not lead the outer call to another series.', () => {
  const counter = new Counter({ ...options, name: 'reentrant_total' });
  counter.init({ a: ['x', 'inner'], b: ['y'] });
  let recorded = false;
  counter.inc({
    a: 'x',
    get b() {
      if (!recorded) counter.inc({ a: 'inner', b: 'y' });
      recorded = true;
      return 'y';
    },
  });
  expect(counter.getAll().map(({ labels, value }) => [labels.a, value])).toEqual([['x', 1], ['inner', 1]]);
});
