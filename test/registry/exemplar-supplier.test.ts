import { describe, expect, test } from 'vitest';
import { type ExemplarSupplier, Registry } from '../../src/index.js';
import { ExemplarStore } from '../../src/instruments/exemplar-store.js';
import { LabelTable } from '../../src/store/label-table.js';
import { SeriesTable } from '../../src/store/series-table.js';
import { Store } from '../../src/store/store.js';
import { FakeClock } from '../support/fake-clock.js';

const help = 'Held for the test.';

function supplied(supplier: ExemplarSupplier) {
  const clock = new FakeClock();
  const faults: [message: string, error: unknown][] = [];
  const registry = new Registry({ clock, exemplars: supplier, onFault: (message, error) => faults.push([message, error]) });
  const requests = registry.counter({ name: 'requests_total', help, labelNames: ['route'] });
  const jobs = registry.counter({ name: 'jobs_total', help });
  const latency = registry.histogram({ name: 'latency_seconds', help, labelNames: ['route'], buckets: [1, 10] });
  const ids = (name: string): unknown => registry.snapshot().find((family) => family.name === name)?.series.map(({ exemplars }) => exemplars?.map(({ labels, value }) => [labels['trace_id'], value]));
  const faultCount = (): unknown => registry.snapshot().find(({ name }) => name === 'tallystick_collector_errors_total')?.series;
  return { clock, registry, faults, requests, jobs, latency, ids, faultCount };
}

/** Gives trace ids `1`, `2` and so on. */
function counting() {
  const state = { asked: 0 };
  const supplier = () => ({ trace_id: `${(state.asked += 1)}` });
  return { state, ...supplied(supplier) };
}

describe('A registry with a supplier of exemplars', () => {
  test('It is asked for recordings that bring none, by handle or by labels, in counters and histograms.', () => {
    const { state, requests, jobs, latency, ids } = counting();
    jobs.inc(3);
    requests.labels('/a').inc();
    requests.inc({ route: '/b' }, 2);
    latency.labels('/a').observe(0.5);
    latency.observe({ route: '/a' }, 5);
    latency.time({ route: '/b' }, () => {});
    expect(ids('jobs_total')).toEqual([[['1', 3]]]);
    expect(ids('requests_total')).toEqual([[['2', 1]], [['3', 2]]]);
    expect(ids('latency_seconds')).toEqual([[['4', 0.5], ['5', 5]], [['6', 0]]]);
    expect(state.asked).toBe(6);
  });

  test('Its exemplars carry the wall clock’s time.', () => {
    const { clock, jobs } = counting();
    jobs.inc();
    expect(jobs.get()?.exemplars).toEqual([{ labels: { trace_id: '1' }, value: 1, timestamp: clock.wallSeconds() }]);
  });

  test('One that is younger than five seconds is kept and nobody is asked, per counter and bucket.', () => {
    const { clock, state, jobs, latency, ids } = counting();
    const handle = latency.labels('/');
    for (let i = 0; i < 100; i++) {
      jobs.inc();
      handle.observe(0.5);
      latency.observe({ route: '/' }, 5);
    }
    expect(state.asked).toBe(3);
    clock.advance(4.9);
    jobs.inc();
    expect(state.asked).toBe(3);
    clock.advance(0.1);
    jobs.inc(7);
    handle.observe(0.6);
    expect(ids('jobs_total')).toEqual([[['4', 7]]]);
    expect(ids('latency_seconds')).toEqual([[['5', 0.6], ['3', 5]]]);
    clock.advance(-60);
    jobs.inc(8);
    expect(ids('jobs_total')).toEqual([[['6', 8]]]);
  });

  test('What a recording brings itself is taken in any case, and nobody is asked.', () => {
    const { state, requests, latency, ids } = counting();
    const own = (id: string) => ({ labels: { trace_id: id } });
    requests.labels('/').inc(1, own('a'));
    requests.inc({ route: '/' }, 2, own('b'));
    latency.labels('/').observe(1, own('c'));
    latency.observe({ route: '/' }, 0.5, own('d'));
    requests.inc({ route: '/' });
    latency.labels('/').observe(1);
    expect(state.asked).toBe(0);
    expect([ids('requests_total'), ids('latency_seconds')]).toEqual([[[['b', 2]]], [[['d', 0.5]]]]);
  });

  test('It may have none: the recording counts, and the last one stays.', () => {
    let span: string | undefined;
    const { clock, jobs, ids, faults } = supplied(() => (span === undefined ? undefined : { trace_id: span }));
    jobs.inc();
    expect(ids('jobs_total')).toEqual([undefined]);
    span = 'a';
    jobs.inc();
    span = undefined;
    clock.advance(60);
    jobs.inc();
    expect(ids('jobs_total')).toEqual([[['a', 1]]]);
    expect([jobs.get()?.value, faults]).toEqual([3, []]);
  });

  test('An increment by 0 and a recording that is refused do not ask.', () => {
    const { state, jobs, requests, latency } = counting();
    jobs.inc(0);
    requests.inc({ route: '/' }, 0);
    expect(() => jobs.inc(-1)).toThrow('is negative');
    expect(() => latency.labels('/').observe(NaN)).toThrow('is not a number');
    expect(() => latency.observe({ rout: '/' } as never, 1)).toThrow();
    expect(state.asked).toBe(0);
  });

  test('The handle of a removed series asks no more, and leaves nothing in the next series of its row.', () => {
    const { state, requests, latency, ids } = counting();
    const [counter, histogram] = [requests.labels('/a'), latency.labels('/a')];
    requests.remove('/a');
    latency.remove('/a');
    requests.init([{ route: '/b' }]);
    latency.init([{ route: '/b' }]);
    counter.inc();
    histogram.observe(1);
    expect(state.asked).toBe(0);
    expect([ids('requests_total'), ids('latency_seconds')]).toEqual([[undefined], [undefined]]);
  });

  test('After a reset the next recording asks at once.', () => {
    const { registry, state, jobs, ids } = counting();
    jobs.inc();
    registry.reset();
    expect(ids('jobs_total')).toEqual([undefined]);
    jobs.inc();
    expect([state.asked, ids('jobs_total')]).toEqual([2, [[['2', 1]]]]);
  });

  const bad: readonly (readonly [what: string, supplier: () => unknown, message: string])[] = [
    ['throws', () => { throw new Error('no tracer'); }, 'no tracer'],
    ['throws what is no error', () => { throw 'no tracer'; }, ''],
    ['gives a string', () => 'abc', 'counter "jobs_total": exemplar labels is "abc"; give an object, for instance { trace_id: "4bf92f35" }'],
    ['gives null', () => null, 'counter "jobs_total": exemplar labels is null; give an object, for instance { trace_id: "4bf92f35" }'],
    ['gives a wrong label name', () => ({ 'trace-id': 'a' }), 'counter "jobs_total": exemplar label "trace-id" is not a label name; use letters, digits and "_", and begin with a letter'],
    ['gives too much', () => ({ baggage: 'x'.repeat(122) }), 'counter "jobs_total": the names and values of the exemplar\'s labels have 129 characters; at most 128 are allowed, keep to what leads to the trace'],
    ['gives a promise', async () => ({ trace_id: 'a' }), 'counter "jobs_total": exemplars gave {}, a promise; give labels or undefined at once'],
    ['gives a promise that fails', async () => { throw new Error('late'); }, 'counter "jobs_total": exemplars gave {}, a promise; give labels or undefined at once'],
    ['gives what throws when read', () => ({ get trace_id(): string { throw new Error('no such span'); } }), 'no such span'],
  ];

  test.each(bad)('One that %s costs the exemplar only; it is counted, told once, and left alone for a second.', (_what, supplier, message) => {
    let asked = 0;
    const { clock, jobs, faults, ids, faultCount } = supplied((() => ((asked += 1), supplier())) as ExemplarSupplier);
    for (let i = 0; i < 10; i++) jobs.inc();
    expect([jobs.get()?.value, asked, ids('jobs_total')]).toEqual([10, 1, [undefined]]);
    clock.advance(1);
    jobs.inc();
    expect(asked).toBe(2);
    expect(faultCount()).toEqual([{ labels: { collector: 'exemplars', reason: 'recording' }, value: 2 }]);
    expect(faults.map(([text]) => text)).toEqual(['tallystick: "exemplars" failed; what was recorded counts, without an exemplar (this is said once)']);
    const [, error] = faults[0]!;
    expect(error instanceof Error ? error.message : '').toBe(message);
  });

  test('One that records in the same registry is not asked for that.', () => {
    let asked = 0;
    const it = supplied(() => {
      asked += 1;
      it.requests.inc({ route: 'asked' });
      return { trace_id: 'a' };
    });
    it.jobs.inc();
    expect([asked, it.requests.get('asked')?.value, it.ids('requests_total'), it.ids('jobs_total')]).toEqual([1, 1, [undefined], [[['a', 1]]]]);
  });

  test('It is asked with no arguments and no receiver of the library’s.', () => {
    let seen: unknown[] = [];
    const { jobs } = supplied(function (this: unknown, ...args: unknown[]): undefined {
      seen = [this, ...args];
    });
    jobs.inc();
    expect(seen).toEqual([undefined]);
  });

  test('Every instrument of the registry has it, one outside has not.', () => {
    let asked = 0;
    const { registry } = supplied(() => void (asked += 1) as undefined);
    new Registry().counter({ name: 'other_total', help }).inc();
    expect(asked).toBe(0);
    registry.counter({ name: 'late_total', help }).inc();
    expect(asked).toBe(1);
  });
});

test('Where there are native buckets, it is asked by the spread of the values, and both kinds are kept.', () => {
  const clock = new FakeClock();
  let asked = 0;
  const store = new Store({ clock, exemplars: { supplier: () => ({ id: ++asked }), onFault: (error) => { throw error; } } });
  const table = new SeriesTable(new LabelTable(), 0, 1);
  const exemplars = new ExemplarStore('histogram "h"', table, [10], true, store);
  for (let i = 0; i < 100; i++) exemplars.sample(0, 0, 1);
  expect(asked).toBe(1);
  exemplars.sample(0, 0, 8);
  expect(asked).toBe(1);
  clock.advance(0.5);
  exemplars.sample(0, 0, 8);
  clock.advance(0.5);
  exemplars.sample(0, 1, 100);
  expect(exemplars.spread(0).map(({ value }) => value)).toEqual([1, 8, 100]);
  expect([exemplars.at(0, 0)?.value, exemplars.at(0, 1)?.value, exemplars.at(1, 0)]).toEqual([8, 100, undefined]);
  expect(exemplars.all(0).map(({ value }) => value)).toEqual([8, 100]);
  exemplars.forget(0);
  expect([exemplars.isEmpty, exemplars.spread(0), exemplars.all(0)]).toEqual([true, [], []]);
});
