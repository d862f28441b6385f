import { describe, expect, expectTypeOf, test } from 'vitest';
import { Counter, Gauge, Histogram, Info, RateLimitedGauge, Registry, SampledCounter, StateSet, Summary } from '../../src/index.js';

// What must not compile is marked `@ts-expect-error`: the type check fails where it does. Run, the same call must throw.
const options = { name: 'metric', help: 'Held for the test.', labelNames: ['method', 'status'], registry: null } as const;
const good = { method: 'GET', status: 200 };

describe('Label names that the compiler checks', () => {
  test('A missing, extra or misspelt label is refused in an object, by every kind of instrument.', () => {
    const counter = new Counter(options);
    const gauge = new Gauge(options);
    const histogram = new Histogram(options);
    const summary = new Summary(options);
    const sampled = new SampledCounter({ ...options, sampleRate: 1 });
    const limited = new RateLimitedGauge(options);
    const info = new Info(options);
    const states = new StateSet({ ...options, states: ['on'] });
    // @ts-expect-error `status` is missing.
    expect(() => counter.inc({ method: 'GET' })).toThrow();
    // @ts-expect-error `zone` is extra.
    expect(() => counter.inc({ ...good, zone: 'a' } satisfies { method: string; status: number })).toThrow();
    // @ts-expect-error `zone` is extra.
    expect(() => counter.inc({ method: 'GET', status: 200, zone: 'a' })).toThrow();
    // @ts-expect-error `sttus` is misspelt.
    expect(() => counter.inc({ method: 'GET', sttus: '200' })).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => gauge.set({ method: 'GET' }, 1)).toThrow();
    // @ts-expect-error `sttus` is misspelt.
    expect(() => gauge.dec({ method: 'GET', sttus: '200' })).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => gauge.setToCurrentTime({ method: 'GET' })).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => gauge.trackInProgress({ method: 'GET' }, () => 1)).toThrow();
    // @ts-expect-error `sttus` is misspelt.
    expect(() => histogram.observe({ method: 'GET', sttus: '200' }, 1)).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => histogram.time({ method: 'GET' }, () => 1)).toThrow();
    // @ts-expect-error `sttus` is misspelt.
    expect(() => histogram.startTimer({ sttus: '200' })(good)).toThrow();
    // @ts-expect-error `zone` is extra.
    expect(() => summary.observe({ method: 'GET', status: 1, zone: 'a' }, 1)).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => sampled.inc({ method: 'GET' })).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => limited.set({ method: 'GET' }, 1)).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => info.set({ method: 'GET' })).toThrow();
    // @ts-expect-error `sttus` is misspelt.
    expect(() => states.set({ method: 'GET', sttus: '200' }, 'on')).toThrow();
  });

  test('Too few and too many values are refused in order, and objects that do not fit.', () => {
    const counter = new Counter(options);
    // @ts-expect-error one value for two labels.
    expect(() => counter.labels('GET')).toThrow();
    // @ts-expect-error three values for two labels.
    expect(() => counter.labels('GET', '200', 'a')).toThrow();
    // @ts-expect-error no value at all.
    expect(() => counter.labels()).toThrow();
    // @ts-expect-error an object and a value.
    expect(() => counter.labels(good, 'GET')).toThrow();
    // @ts-expect-error `sttus` is misspelt.
    expect(() => counter.labels({ method: 'GET', sttus: '200' })).toThrow();
    // @ts-expect-error one value for two labels.
    expect(() => counter.get('GET')).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => counter.remove({ method: 'GET' })).toThrow();
    // @ts-expect-error `zone` is unknown.
    expect(() => counter.removeMatching({ zone: 'a' })).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => counter.init([{ method: 'GET' }])).toThrow();
    // @ts-expect-error `status` is missing.
    expect(() => counter.init({ method: ['GET'] })).toThrow();
    counter.labels('GET', 200).inc();
    counter.inc({ status: true, method: 5n });
    counter.init({ method: ['GET', 1], status: [true] });
    expect(counter.size).toBe(4);
    expect(counter.removeMatching({ status: 200 })).toBe(1);
  });

  test('Values that are no label values are refused.', () => {
    const counter = new Counter(options);
    // @ts-expect-error null is none.
    expect(() => counter.inc({ method: null, status: 1 })).toThrow();
    // @ts-expect-error undefined is none.
    expect(() => counter.labels('GET', undefined)).toThrow();
    // @ts-expect-error an array is none.
    expect(() => counter.labels('GET', ['a'])).toThrow();
  });

  test('A metric without labels takes none.', () => {
    const plain = { name: 'plain', help: 'Plain.', registry: null } as const;
    // @ts-expect-error it has no labels.
    expect(() => new Counter(plain).inc({ method: 'GET' })).toThrow();
    // @ts-expect-error it has no labels.
    expect(() => new Gauge(plain).set({ method: 'GET' }, 1)).toThrow();
    // @ts-expect-error it has no labels.
    expect(() => new Gauge(plain).labels('GET')).toThrow();
    // @ts-expect-error it has no labels.
    expect(() => new Histogram(plain).observe({ method: 'GET' }, 1)).toThrow();
    // @ts-expect-error it has no labels.
    expect(() => new Summary(plain).get('GET')).toThrow();
    // @ts-expect-error it has no labels.
    expect(() => new RateLimitedGauge(plain).set({ method: 'GET' }, 1)).toThrow();
    new Counter(plain).inc(2);
    new Counter(plain).labels().inc();
    expect(new Gauge(plain).time(() => 'done')).toBe('done');
  });

  test('A timer of a metric without labels takes none.', () => {
    const histogram = new Histogram({ name: 'plain', help: 'Plain.', registry: null });
    // @ts-expect-error it has no labels.
    expect(() => histogram.startTimer({ method: 'GET' })()).toThrow();
  });

  test('A metric with labels cannot be recorded without them.', () => {
    // @ts-expect-error labels are missing.
    expect(() => new Counter(options).inc()).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new Counter(options).inc(5)).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new Gauge(options).set(5)).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new Gauge(options).setToCurrentTime()).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new Histogram(options).observe(5)).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new Summary(options).time(() => 5)).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new SampledCounter({ ...options, sampleRate: 1 }).inc()).toThrow();
    // @ts-expect-error labels are missing.
    expect(() => new StateSet({ ...options, states: ['on'] }).set('on')).toThrow();
  });

  test('Label names are inferred by the constructor and by the registry alike, without `as const`.', () => {
    const registry = new Registry();
    const made = new Counter({ name: 'made_total', help: 'Made.', labelNames: ['a', 'b'], registry });
    const asked = registry.counter({ name: 'asked_total', help: 'Asked.', labelNames: ['a', 'b'] });
    expectTypeOf(made).toEqualTypeOf<Counter<readonly ['a', 'b'], object>>();
    expectTypeOf(asked).toEqualTypeOf<Counter<readonly ['a', 'b'], object>>();
    // @ts-expect-error `b` is missing.
    expect(() => made.inc({ a: '1' })).toThrow();
    // @ts-expect-error `b` is missing.
    expect(() => asked.inc({ a: '1' })).toThrow();
    // @ts-expect-error `a` is missing.
    expect(() => registry.summary({ name: 's', help: 'S.', labelNames: ['a'] }).observe(1)).toThrow();
  });
});

describe('Label values that are declared', () => {
  const declared = () => new Counter({ name: 'd_total', help: 'Declared.', labelNames: ['method', 'code', 'path'], labelValues: { method: ['GET', 'POST'], code: [200, 404] }, registry: null });

  test('Others do not compile, in an object, in order, in a product and in part.', () => {
    const counter = declared();
    // @ts-expect-error PUT is not declared.
    expect(() => counter.inc({ method: 'PUT', code: 200, path: '/' })).toThrow();
    // @ts-expect-error 500 is not declared.
    expect(() => counter.labels('GET', 500, '/')).toThrow();
    // @ts-expect-error PUT is not declared.
    expect(() => counter.init({ method: ['PUT'], code: [200], path: ['/'] })).toThrow();
    // @ts-expect-error PUT is not declared; nothing carries it.
    expect(counter.removeMatching({ method: 'PUT' })).toBe(0);
    counter.inc({ method: 'GET', code: 404, path: 'anything' });
    counter.labels('POST', 200, 7).inc();
    expect(counter.size).toBe(2);
  });

  test('Values for a label the metric does not have are refused.', () => {
    // @ts-expect-error `zone` is not among the label names.
    expect(() => new Counter({ name: 'd', help: 'D.', labelNames: ['a'], labelValues: { zone: ['x'] }, registry: null })).toThrow();
  });
});
