import { describe, expect, test } from 'vitest';
import { type ExemplarSnapshot, Registry, TallystickError } from '../../src/index.js';
import { FakeClock } from './fake-clock.js';

const help = 'Held for the test.';
const wall = 1_700_000_000;

function held() {
  const clock = new FakeClock();
  const registry = new Registry({ clock });
  const jobs = registry.counter({ name: 'jobs_total', help });
  const requests = registry.counter({ name: 'requests_total', help, labelNames: ['route'] });
  const size = registry.histogram({ name: 'size_bytes', help, buckets: [1, 10] });
  const latency = registry.histogram({ name: 'latency_seconds', help, labelNames: ['route'], buckets: [1, 10] });
  /** What a scrape would show, metric by metric. */
  const shown = (): Record<string, readonly (readonly ExemplarSnapshot[] | undefined)[]> => Object.fromEntries(registry.snapshot().map(({ name, series }) => [name, series.map(({ exemplars }) => exemplars)]));
  return { clock, registry, jobs, requests, size, latency, shown };
}

const trace = (id: string) => ({ labels: { trace_id: id } });
const kept = (id: string, value: number, timestamp = wall) => ({ labels: { trace_id: id }, value, timestamp });

describe('An exemplar that comes with a recording', () => {
  test('A counter keeps it, with the amount and the time where it says neither, however it was recorded.', () => {
    const { clock, jobs, requests, shown } = held();
    jobs.inc(2, trace('a'));
    requests.inc({ route: '/' }, 3, trace('b'));
    clock.advance(5);
    requests.labels('/x').inc(undefined, { labels: { trace_id: 'c', sampled: true }, value: 7, timestamp: 12.5 });
    expect(shown()['jobs_total']).toEqual([[kept('a', 2)]]);
    expect(shown()['requests_total']).toEqual([[kept('b', 3)], [{ labels: { trace_id: 'c', sampled: 'true' }, value: 7, timestamp: 12.5 }]]);
    expect([jobs.get()?.value, requests.get('/')?.value, requests.get('/x')?.value]).toEqual([2, 3, 1]);
  });

  test('The label-less forms may give the labels as an empty object.', () => {
    const { jobs, size, shown } = held();
    jobs.inc({}, 2, trace('a'));
    size.observe({}, 3, trace('b'));
    expect([shown()['jobs_total'], shown()['size_bytes']]).toEqual([[[kept('a', 2)]], [[kept('b', 3)]]]);
    expect([jobs.get()?.value, size.get()?.count]).toEqual([2, 1]);
  });

  test('A histogram keeps one for each bucket, the latest.', () => {
    const { clock, size, latency, shown } = held();
    size.observe(0.5, trace('a'));
    size.observe(5, trace('b'));
    clock.advance(1);
    size.observe(1, trace('c'));
    size.observe(Infinity, trace('d'));
    expect(shown()['size_bytes']).toEqual([[kept('c', 1, wall + 1), kept('b', 5), { ...kept('d', 0, wall + 1), value: '+Inf' }]]);
    expect(size.get()?.exemplars?.at(-1)?.value).toBe(Infinity);
    latency.observe({ route: '/' }, 2, { labels: {}, value: 3 });
    latency.labels('/').observe(0.5, trace('e'));
    expect(shown()['latency_seconds']).toEqual([[kept('e', 0.5, wall + 1), { labels: {}, value: 3, timestamp: wall + 1 }]]);
    expect([size.get()?.count, size.get()?.sum, latency.get('/')?.count, latency.get('/')?.sum]).toEqual([4, Infinity, 2, 2.5]);
  });

  test('Readings show it, and those of series without one have no such field.', () => {
    const { requests, size } = held();
    requests.inc({ route: '/a' }, 1, trace('a'));
    requests.inc({ route: '/b' });
    size.observe(20, trace('b'));
    expect(requests.getAll().map((reading) => reading.exemplars)).toEqual([[kept('a', 1)], undefined]);
    expect(requests.getAll().map((reading) => 'exemplars' in reading)).toEqual([true, false]);
    expect(size.get()?.exemplars).toEqual([kept('b', 20)]);
  });

  test('Nothing of what the caller passed is kept.', () => {
    const { jobs, shown } = held();
    const given = { labels: { trace_id: 'a' }, value: 1, timestamp: 5 };
    jobs.inc(1, given);
    given.labels.trace_id = 'changed';
    given.value = 9;
    expect(shown()['jobs_total']).toEqual([[kept('a', 1, 5)]]);
    expect(() => ((jobs.get()!.exemplars![0]!.labels as Record<string, string>)['trace_id'] = 'changed')).toThrow(TypeError);
  });

  test('Half a surrogate pair in it becomes U+FFFD, and 128 characters are counted as code points.', () => {
    const { jobs, shown } = held();
    jobs.inc(1, { labels: { id: '\ud800' } });
    expect(shown()['jobs_total']![0]![0]!.labels).toEqual({ id: '\ufffd' });
    jobs.inc(1, { labels: { id: '😀'.repeat(126) } });
    expect(() => jobs.inc(1, { labels: { id: '😀'.repeat(127) } })).toThrow("have 129 characters; at most 128");
    expect(jobs.get()?.value).toBe(2);
  });

  test('A family in which there was none has no source of them, so that writers need not look.', () => {
    const { registry, jobs } = held();
    expect(registry.collectSync().map(({ exemplars }) => exemplars)).toEqual([undefined, undefined, undefined, undefined]);
    jobs.inc(1, trace('a'));
    expect(registry.collectSync().map(({ exemplars }) => exemplars !== undefined)).toEqual([true, false, false, false]);
    jobs.reset();
    expect(registry.collectSync().every(({ exemplars }) => exemplars === undefined)).toBe(true);
  });
});

describe('An exemplar goes with its series', () => {
  const two = () => {
    const all = held();
    for (const route of ['/a', '/b']) {
      all.requests.inc({ route }, 1, trace(route));
      all.latency.observe({ route }, 5, trace(route));
    }
    return all;
  };

  test.each([
    ['reset', (f: ReturnType<typeof two>) => { f.requests.reset(); f.latency.reset(); }, [undefined, undefined]],
    ['remove', (f: ReturnType<typeof two>) => { f.requests.remove('/a'); f.latency.remove({ route: '/a' }); }, [['/b']]],
    ['removeMatching', (f: ReturnType<typeof two>) => { f.requests.removeMatching({ route: '/b' }); f.latency.removeMatching({ route: '/b' }); }, [['/a']]],
    ['clear', (f: ReturnType<typeof two>) => { f.requests.clear(); f.latency.clear(); }, []],
    ['a reset of the registry', (f: ReturnType<typeof two>) => f.registry.reset(), [undefined, undefined]],
  ])('%s takes it away.', (_how, act, left) => {
    const all = two();
    act(all);
    for (const name of ['requests_total', 'latency_seconds']) expect(all.shown()[name]!.map((some) => some?.map(({ labels }) => labels['trace_id']))).toEqual(left);
  });

  test('The next series in the row of a removed one does not have it, nor does the removed one’s handle leave one there.', () => {
    const { requests, latency, shown } = held();
    const old = [requests.labels('/a'), latency.labels('/a')] as const;
    old[0].inc(1, trace('old'));
    old[1].observe(1, trace('old'));
    requests.remove('/a');
    latency.remove('/a');
    requests.inc({ route: '/b' });
    latency.observe({ route: '/b' }, 1);
    old[0].inc(1, trace('late'));
    old[1].observe(1, trace('late'));
    expect([shown()['requests_total'], shown()['latency_seconds']]).toEqual([[undefined], [undefined]]);
    expect([requests.get('/b')?.value, latency.get('/b')?.count]).toEqual([1, 1]);
  });

  test('The removal of very many takes all of them away, and handles find their own rows on every page.', () => {
    const { requests, registry, shown } = held();
    const routes = Array.from({ length: 3000 }, (_, i) => `/${i}`);
    for (const route of routes) requests.labels(route).inc(1, trace(route));
    expect(requests.getAll().every(({ labels, exemplars }) => exemplars?.[0]?.labels['trace_id'] === labels['route'])).toBe(true);
    requests.clear();
    for (const route of routes) requests.inc({ route });
    expect(shown()['requests_total']!.every((some) => some === undefined)).toBe(true);
    expect(registry.collectSync().find(({ descriptor }) => descriptor.name === 'requests_total')?.exemplars).toBeUndefined();
  });

  test.each([false, true])('It expires with the series, whether its handle is kept (%s) or not.', (isKept) => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, expireAfterSeconds: 10 });
    const requests = registry.counter({ name: 'requests_total', help, labelNames: ['route'] });
    const handle = isKept ? requests.labels('/') : undefined;
    requests.inc({ route: '/' }, 1, trace('a'));
    registry.collectSync();
    clock.advance(11);
    expect(registry.snapshot()[0]!.series).toEqual([]);
    if (handle === undefined) requests.inc({ route: '/' });
    else handle.inc();
    expect(registry.snapshot()[0]!.series).toEqual([{ labels: { route: '/' }, value: 1 }]);
  });

  test('A recording that a limit refuses leaves it with the overflow series, or nowhere.', () => {
    const { registry, shown } = held();
    const over = registry.counter({ name: 'over_total', help, labelNames: ['x'], limits: { series: 1 } });
    const dropped = registry.counter({ name: 'dropped_total', help, labelNames: ['x'], limits: { series: 1, onLimit: 'drop' } });
    for (const x of ['a', 'b']) {
      over.inc({ x }, 1, trace(x));
      dropped.inc({ x }, 1, trace(x));
    }
    expect(shown()['over_total']).toEqual([[kept('a', 1)], [kept('b', 1)]]);
    expect(shown()['dropped_total']).toEqual([[kept('a', 1)]]);
  });
});

describe('A timer of a histogram takes one', () => {
  test('when it is stopped, by itself or with the missing labels.', () => {
    const { clock, size, latency, shown } = held();
    const first = size.startTimer();
    const second = latency.startTimer();
    const third = latency.labels('/h').startTimer();
    clock.advance(2);
    first({}, trace('a'));
    second({ route: '/' }, trace('b'));
    third(trace('c'));
    expect(shown()['size_bytes']).toEqual([[kept('a', 2, wall + 2)]]);
    expect(shown()['latency_seconds']).toEqual([[kept('c', 2, wall + 2)], [kept('b', 2, wall + 2)]]);
  });

  test('A wrong one leaves it running.', () => {
    const { clock, size, shown } = held();
    const stop = size.labels().startTimer();
    clock.advance(2);
    expect(() => stop({ labels: { 'trace id': 'a' } })).toThrow(TallystickError);
    expect(size.get()?.count).toBe(0);
    clock.advance(1);
    expect(stop(trace('a'))).toBe(3);
    expect(shown()['size_bytes']).toEqual([[kept('a', 3, wall + 3)]]);
  });

  test('time takes one beside the function, which is not run when that is wrong.', async () => {
    const { clock, size, latency, shown } = held();
    expect(size.time(() => { clock.advance(2); return 'done'; }, trace('a'))).toBe('done');
    await latency.time({ route: '/' }, async () => clock.advance(3), { ...trace('b'), timestamp: 9 });
    expect(() => latency.labels('/').time(() => { throw new Error('broken'); }, trace('c'))).toThrow('broken');
    expect(shown()['size_bytes']).toEqual([[kept('a', 2, wall + 2)]]);
    expect(shown()['latency_seconds']).toEqual([[kept('c', 0, wall + 5), kept('b', 3, 9)]]);
    const never = (): never => expect.unreachable();
    const valued = { ...trace('d'), value: 1 };
    for (const call of [() => size.time(never, valued), () => latency.time({ route: '/new' }, never, valued), () => latency.labels('/').time(never, valued)]) {
      expect(call).toThrow('exemplar value is 1 before the time has been taken; leave it out for the seconds it took');
    }
    expect(latency.get('/new')).toBeUndefined();
  });
});

test('The exemplar is checked after the amount and before the labels make a series.', () => {
  const { requests, latency } = held();
  const wrong = { labels: 'a' } as never;
  expect(() => requests.inc({ route: '/' }, -1, wrong)).toThrow('is negative');
  expect(() => requests.labels('/x').inc(-1, wrong)).toThrow('is negative');
  expect(() => requests.inc({ route: '/' }, 1, wrong)).toThrow('exemplar labels is "a"');
  expect(() => latency.observe({ route: '/' }, NaN, wrong)).toThrow('is not a number');
  expect(() => latency.observe({ route: '/' }, 1, wrong)).toThrow('exemplar labels is "a"');
  expect(requests.get('/')).toBeUndefined();
  expect(latency.size).toBe(0);
});

test('Summaries, sampled counters and gauges take none.', () => {
  const registry = new Registry({ exemplars: () => expect.unreachable() });
  const loose = (recorder: object): { inc(...args: unknown[]): void; observe(...args: unknown[]): void } => recorder as never;
  loose(registry.summary({ name: 's', help })).observe(1, trace('a'));
  loose(registry.sampledCounter({ name: 'sc_total', help, sampleRate: 1 })).inc(1, trace('a'));
  loose(registry.gauge({ name: 'g', help })).inc(1, trace('a'));
  expect(registry.snapshot().flatMap(({ series }) => series).some((series) => 'exemplars' in series)).toBe(false);
});
