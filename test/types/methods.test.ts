import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Aggregator,
  Counter,
  Gauge,
  type GaugeHandle,
  type GaugeOptions,
  Histogram,
  type HistogramReading,
  Info,
  RateLimitedGauge,
  type RateLimitedGaugeOptions,
  Registry,
  SampledCounter,
  StateSet,
  type StopTimer,
  Summary,
  type SummaryReading,
  type ValueReading,
} from '../../src/index.js';

const plain = { name: 'metric', help: 'Held for the test.', registry: null } as const;

describe('Calls that a type does not have', () => {
  test('A counter does not fall, is not set, and observes nothing.', () => {
    const counter = new Counter(plain);
    // @ts-expect-error a counter only rises.
    expect(() => counter.dec()).toThrow(TypeError);
    // @ts-expect-error a counter is not set.
    expect(() => counter.set(5)).toThrow(TypeError);
    // @ts-expect-error a counter observes nothing.
    expect(() => counter.labels().observe(5)).toThrow(TypeError);
    // @ts-expect-error an amount is a number.
    expect(() => counter.inc('5')).toThrow();
    // @ts-expect-error an amount is a number, and no bigint.
    expect(() => counter.labels().inc(5n)).toThrow();
    expect(counter.get()?.value).toBe(0);
  });

  test('Distributions are only observed.', () => {
    // @ts-expect-error a histogram is not raised.
    expect(() => new Histogram(plain).inc()).toThrow(TypeError);
    // @ts-expect-error a summary is not set.
    expect(() => new Summary(plain).labels().set(1)).toThrow(TypeError);
    // @ts-expect-error an observation is a number.
    expect(() => new Histogram(plain).observe('1')).toThrow();
    // @ts-expect-error a value is missing.
    expect(() => new Summary(plain).observe()).toThrow();
  });

  test('The other kinds have no calls but their own.', () => {
    // @ts-expect-error a sampled counter only rises.
    expect(() => new SampledCounter({ ...plain, sampleRate: 1 }).dec()).toThrow(TypeError);
    // @ts-expect-error a rate-limited gauge is set, not raised.
    expect(() => new RateLimitedGauge(plain).inc()).toThrow(TypeError);
    // @ts-expect-error an info has no number.
    expect(() => new Info(plain).inc()).toThrow(TypeError);
    // @ts-expect-error a gauge observes nothing.
    expect(() => new Gauge(plain).observe(1)).toThrow(TypeError);
    // @ts-expect-error a state set has states, and no numbers.
    expect(() => new StateSet({ ...plain, states: ['on'] }).set(1)).toThrow();
  });

  test('Exemplars are for counters and histograms, and are objects with labels.', () => {
    const exemplar = { labels: { trace_id: 'a', shard: 3 } };
    const counter = new Counter({ ...plain, labelNames: ['a'] });
    counter.inc({ a: 'x' }, 1, exemplar);
    counter.labels('x').inc(undefined, exemplar);
    const histogram = new Histogram(plain);
    histogram.observe(1, { ...exemplar, value: 1, timestamp: 1 });
    expectTypeOf(histogram.time(() => 'done', exemplar)).toEqualTypeOf<string>();
    histogram.startTimer()({}, exemplar);
    histogram.labels().startTimer()(exemplar);
    // @ts-expect-error an exemplar has labels.
    expect(() => counter.inc({ a: 'x' }, 1, { trace_id: 'a' })).toThrow();
    // @ts-expect-error the amount comes before the exemplar.
    expect(() => counter.labels('x').inc(exemplar)).toThrow();
    // @ts-expect-error a summary takes none.
    new Summary(plain).observe(1, exemplar);
    // @ts-expect-error a summary's timer takes none.
    new Summary(plain).labels().startTimer()(exemplar);
    // @ts-expect-error a sampled counter takes none.
    new SampledCounter({ ...plain, sampleRate: 1 }).inc(1, exemplar);
    // @ts-expect-error a supplier gives labels at once.
    expect(new Registry({ exemplars: async () => exemplar.labels })).toBeInstanceOf(Registry);
    expect([counter.get('x')?.value, histogram.get()?.count]).toEqual([2, 4]);
  });

  test('States are those that were declared.', () => {
    const set = new StateSet({ ...plain, states: ['on', 'off'], initial: 'off' });
    // @ts-expect-error `dim` is no state.
    expect(() => set.set('dim')).toThrow();
    // @ts-expect-error `dim` is no state.
    expect(() => set.labels().enable('dim')).toThrow();
    // @ts-expect-error `dim` is no state.
    expect(() => new StateSet({ ...plain, states: ['on', 'off'], initial: 'dim' })).toThrow();
    expectTypeOf(set.labels().get()).toEqualTypeOf<('on' | 'off')[]>();
    set.set('on');
    expect(set.get()?.states).toEqual(['on']);
  });
});

describe('Options that a type does not have', () => {
  test('What is required is required.', () => {
    // @ts-expect-error help is missing.
    expect(() => new Counter({ name: 'a', registry: null })).toThrow();
    // @ts-expect-error the name is missing.
    expect(() => new Gauge({ help: 'A.', registry: null })).toThrow();
    // @ts-expect-error the sample rate is missing.
    expect(() => new SampledCounter(plain)).toThrow();
    // @ts-expect-error the states are missing.
    expect(() => new StateSet(plain)).toThrow();
    // @ts-expect-error buckets are numbers.
    expect(() => new Histogram({ ...plain, buckets: ['1'] })).toThrow();
    // @ts-expect-error a bucket factor is a number.
    expect(() => new Histogram({ ...plain, native: { bucketFactor: '2' } })).toThrow();
    // @ts-expect-error native buckets have no bounds.
    expect(() => new Histogram({ ...plain, native: { buckets: [1] } })).toThrow();
    // @ts-expect-error a registry has a catalog.
    expect(() => new Counter({ ...plain, registry: {} })).toThrow();
    // @ts-expect-error collect gives a number.
    expect(new Gauge({ ...plain, collect: () => 'five' }).name).toBe('metric');
    // @ts-expect-error the registry's own methods choose the registry.
    expect(() => new Registry().counter({ name: 'a', help: 'A.', registry: null })).toThrow('leave it out');
  });
});

describe('Options that only some kinds have', () => {
  test('Only gauges have an aggregator, and only one that there is.', () => {
    expectTypeOf<NonNullable<GaugeOptions['aggregator']>>().toEqualTypeOf<Aggregator>();
    expectTypeOf<NonNullable<RateLimitedGaugeOptions['aggregator']>>().toEqualTypeOf<'sum' | 'min' | 'max' | 'average' | 'last' | 'perWorker'>();
    expectTypeOf(new Gauge({ ...plain, aggregator: 'last' }).aggregator).toEqualTypeOf<Aggregator>();
    // @ts-expect-error there is no such aggregator.
    expect(() => new Gauge({ ...plain, aggregator: 'median' })).toThrow();
    // @ts-expect-error counters are always added up.
    expect(() => new Counter({ ...plain, aggregator: 'max' })).toThrow();
    // @ts-expect-error of a state set a state holds where it holds for anyone.
    expect(() => new StateSet({ ...plain, states: ['on'], aggregator: 'max' })).toThrow();
  });
});

describe('What calls return', () => {
  test('Readings, handles and timers have types of their own.', async () => {
    const gauge = new Gauge({ ...plain, labelNames: ['a'], collect() { expectTypeOf(this.set).toBeFunction(); } });
    expectTypeOf(gauge.get('x')).toEqualTypeOf<ValueReading | undefined>();
    expectTypeOf(gauge.labels('x')).toEqualTypeOf<GaugeHandle>();
    expectTypeOf(gauge.labels('x').startTimer()).toEqualTypeOf<StopTimer>();
    expectTypeOf(new Histogram(plain).getAll()).toEqualTypeOf<HistogramReading[]>();
    expectTypeOf(new Histogram(plain).quantile(0.5)).toEqualTypeOf<number>();
    const labelled = new Histogram({ ...plain, labelNames: ['a'] });
    expectTypeOf(labelled.quantile({ a: 'x' }, 0.5)).toEqualTypeOf<number>();
    // @ts-expect-error the labels are missing.
    expect(() => labelled.quantile(0.5)).toThrow();
    expectTypeOf(new Summary(plain).get()).toEqualTypeOf<SummaryReading | undefined>();
    expectTypeOf(new RateLimitedGauge(plain).set(1)).toEqualTypeOf<boolean>();
    const result = gauge.time({ a: 'x' }, async () => 5 as const);
    expectTypeOf(result).toEqualTypeOf<Promise<5>>();
    expect(await result).toBe(5);
  });
});
