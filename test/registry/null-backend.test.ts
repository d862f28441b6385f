import { describe, expect, test } from 'vitest';
import { Counter, Registry, TallystickError, toText } from '../../src/index.js';

const help = 'Help.';
const labelNames = ['a'] as const;

/** One of each kind, with labels and without. */
function all(registry: Registry) {
  return {
    counter: registry.counter({ name: 'c_total', help, labelNames }),
    counter1: registry.counter({ name: 'c1_total', help }),
    gauge: registry.gauge({ name: 'g', help, labelNames }),
    gauge1: registry.gauge({ name: 'g1', help }),
    histogram: registry.histogram({ name: 'h', help, labelNames, buckets: [1] }),
    histogram1: registry.histogram({ name: 'h1', help, buckets: [1] }),
    summary: registry.summary({ name: 's', help, labelNames, quantiles: [0.5] }),
    summary1: registry.summary({ name: 's1', help, quantiles: [0.5] }),
    sampled: registry.sampledCounter({ name: 'sc_total', help, labelNames, sampleRate: 1 }),
    sampled1: registry.sampledCounter({ name: 'sc1_total', help, sampleRate: 1 }),
    limited: registry.rateLimitedGauge({ name: 'rl', help, labelNames }),
    limited1: registry.rateLimitedGauge({ name: 'rl1', help }),
    info: registry.info({ name: 'i', help, labelNames }),
    states: registry.stateSet({ name: 'st', help, labelNames, states: ['x', 'y'] }),
    states1: registry.stateSet({ name: 'st1', help, states: ['x', 'y'] }),
  };
}

/** Records in every way there is. */
async function record(m: ReturnType<typeof all>): Promise<void> {
  for (const a of ['1', '2']) {
    m.counter.inc({ a }, 2, { labels: { trace_id: 'x' } });
    m.counter.labels(a).inc();
    m.gauge.set({ a }, 5);
    m.gauge.inc({ a });
    m.gauge.dec({ a }, 2);
    m.gauge.setToCurrentTime({ a });
    m.gauge.time({ a }, () => 1);
    m.gauge.startInProgress({ a })();
    await m.gauge.labels({ a }).trackInProgress(async () => 1);
    m.histogram.observe({ a }, 3);
    m.histogram.labels(a).time(() => 1);
    m.histogram.startTimer({ a })();
    m.summary.observe({ a }, 3);
    m.summary.time({ a }, () => 1);
    m.sampled.inc({ a });
    m.limited.set({ a }, 4);
    m.info.set({ a });
    m.info.add({ a });
    m.states.set({ a }, 'y');
    m.states.labels(a).enable('y');
  }
  m.counter1.inc(4);
  m.gauge1.set(4);
  m.gauge1.inc();
  m.gauge1.dec();
  m.gauge1.setToCurrentTime();
  m.gauge1.startTimer()();
  m.histogram1.observe(4);
  m.summary1.observe(4);
  m.sampled1.inc(4);
  m.limited1.set(4);
  m.states1.set('y');
  m.states1.enable('y');
  m.states1.disable('x');
}

describe('a registry that keeps nothing', () => {
  test('Takes every recording, and reads as at the beginning.', async () => {
    const registry = new Registry({ backend: 'null', selfMetrics: true, created: true, expireAfterSeconds: 1 });
    const metrics = all(registry);
    const fresh = all(new Registry({ created: true }));
    const shapes = (those: ReturnType<typeof all>): unknown[] =>
      [those.counter1, those.gauge1, those.histogram1, those.summary1, those.sampled1, those.limited1, those.states1].map((one) => ({ ...one.get(), timestamp: 0 }));
    await record(metrics);
    expect(shapes(metrics)).toEqual(shapes(fresh));
    for (const one of Object.values(metrics)) {
      if (one.labelNames.length === 0) continue;
      expect([one.size, one.getAll(), (one as Counter<typeof labelNames>).get({ a: '1' })]).toEqual([0, [], undefined]);
    }
    expect(metrics.counter.labels('1').get()).toBe(0);
    expect(metrics.gauge1.labels().get()).toBe(0);
    expect(metrics.histogram.labels('1').get()).toEqual({ sum: 0, count: 0, buckets: [{ le: 1, count: 0 }, { le: Infinity, count: 0 }] });
    expect(metrics.summary.labels('1').get()).toEqual({ sum: 0, count: 0, quantiles: [{ quantile: 0.5, value: NaN }] });
    expect(metrics.states.labels('1').get()).toEqual([]);
    expect(metrics.info.labels('1').get()).toBe(0);
  });

  test('Shows nothing and asks no collector, also where it is merged with others.', async () => {
    const registry = new Registry({ backend: 'null', selfMetrics: true });
    let asked = 0;
    registry.register({ name: 'c', collect: () => { asked += 1; return []; } });
    registry.gauge({ name: 'asked', help, collect: () => ++asked });
    await record(all(registry));
    const other = new Registry();
    other.counter({ name: 'other_total', help }).inc();
    expect(await registry.collect()).toEqual([]);
    expect([registry.collectSync(), registry.snapshot(), toText(registry)]).toEqual([[], [], '']);
    expect(toText([registry, other])).toBe(toText(other));
    expect((await Registry.merge([registry, other]).collect()).map(({ descriptor }) => descriptor.name)).toEqual(['other_total']);
    expect(asked).toBe(0);
  });

  test('Has instruments with names and shapes as any other, and runs what is timed.', async () => {
    const registry = new Registry({ backend: 'null' });
    const counter = new Counter({ name: 'c_total', help, labelNames, registry });
    expect(registry.counter({ name: 'c_total', help, labelNames })).toBe(counter);
    expect(() => registry.gauge({ name: 'c_total', help })).toThrow(TallystickError);
    expect(() => registry.counter({ name: 'a b', help })).toThrow(TallystickError);
    expect(registry.get('c_total')).toBe(counter);
    const { gauge, histogram, summary } = all(new Registry({ backend: 'null' }));
    expect([gauge.time({ a: '1' }, () => 1), histogram.time({ a: '1' }, () => 2), await summary.time({ a: '1' }, async () => 3)]).toEqual([1, 2, 3]);
    expect(histogram.startTimer({ a: '1' })()).toBeGreaterThanOrEqual(0);
    expect(() => histogram.time({ a: '1' }, () => { throw new Error('mine'); })).toThrow('mine');
  });

  test('Can be told to remove, clear, reset and make series, in vain and without growing.', () => {
    const registry = new Registry({ backend: 'null' });
    const { counter, gauge1 } = all(registry);
    counter.init([{ a: '1' }]);
    for (let i = 0; i < 20_000; i++) counter.labels(`${i}`).inc();
    expect(counter.labels('1')).toBe(counter.labels('2'));
    expect([counter.remove({ a: '1' }), counter.removeMatching({ a: '1' }), counter.size]).toEqual([false, 0, 0]);
    counter.clear();
    gauge1.clear();
    registry.reset();
    counter.labels('1').inc();
    expect(registry.cardinality()).toMatchObject({ series: 7, labelValues: 0 });
  });

  test('Is asked for by its name only.', () => {
    expect(() => new Registry({ backend: 'statsd' as never })).toThrow('registry: backend is "statsd"; the only choice is "null"');
  });
});
