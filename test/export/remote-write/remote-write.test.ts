import { beforeEach, describe, expect, it } from 'vitest';
import { Counter, Gauge, Registry } from '../../../src/index.js';
import { type RemoteWriteOptions, remoteWrite, startRemoteWrite } from '../../../src/export/remote-write/entry.js';
import { FakeClock } from '../../support/fake-clock.js';
import { type PlannedAnswer, recordingFetch } from '../../support/recording-fetch.js';
import { readRequest, valuesOf } from '../../support/remote-write-reader.js';

const url = 'http://store.example/api/v1/push';
const written = (samples: number, histograms = 0): Record<string, string> => ({
  'x-prometheus-remote-write-samples-written': `${samples}`, 'x-prometheus-remote-write-histograms-written': `${histograms}`, 'x-prometheus-remote-write-exemplars-written': '0',
});

let clock: FakeClock;
let registry: Registry;
let counter: Counter;
let said: string[];
/** What the loop wants to be run later, in how many seconds. */
let planned: { readonly run: () => void; readonly seconds: number }[];

beforeEach(() => {
  clock = new FakeClock();
  said = [];
  planned = [];
  registry = new Registry({ clock, onFault: (message) => said.push(message) });
  counter = new Counter({ name: 'jobs_total', help: 'Jobs.', registry });
});

/** A loop that pushes only when it is told to; its own metrics are in another registry. */
function starting(answers: PlannedAnswer[], options: Partial<RemoteWriteOptions> = {}) {
  const recording = recordingFetch(answers);
  const schedule = (run: () => void, seconds: number): (() => void) => {
    planned.push({ run, seconds });
    return () => {};
  };
  const pusher = startRemoteWrite({ url, registry, clock, schedule, fetch: recording.fetch, timeoutSeconds: 5, ...options });
  const bodies = (): (number | 'stale' | undefined)[] => recording.sent.map(({ body, headers }) => valuesOf(readRequest(body, headers['x-prometheus-remote-write-version'] === '2.0.0' ? '2.0' : '1.0'))['jobs_total{}']);
  return { pusher, ...recording, bodies };
}

/** A metric of the loop's own, by its name and reason. */
function own(name: string, reason?: string): unknown {
  const family = registry.snapshot().find((one) => one.name === `tallystick_push_${name}`);
  return family?.series.find(({ labels }) => reason === undefined || labels['reason'] === reason)?.value;
}

describe('remote write 1.0', () => {
  it('says in its headers what it sends', async () => {
    const { pusher, sent } = starting([], { auth: { username: 'u', password: 'p' }, headers: { 'X-Scope-OrgID': 'tenant' } });
    await pusher.flush();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'POST', url });
    expect(sent[0]!.headers).toEqual({
      authorization: 'Basic dTpw', 'x-scope-orgid': 'tenant', 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf', 'x-prometheus-remote-write-version': '0.1.0', 'user-agent': 'tallystick',
    });
  });

  it.each([503, 500, 429, new Error('cut')])('tries again after %s, in the order of time, and loses nothing', async (answer) => {
    const { pusher, bodies, plan } = starting([answer]);
    counter.inc();
    await pusher.flush();
    counter.inc();
    clock.advance(15);
    plan.unshift(204);
    await pusher.flush();
    expect(bodies()).toEqual([1, 1, 2]);
    await pusher.flush();
    expect(own('dropped_items_total')).toBeUndefined();
  });

  it('waits as long as Retry-After says', async () => {
    const { pusher, sent } = starting([{ status: 429, headers: { 'retry-after': '42' } }]);
    await pusher.flush();
    expect(planned.at(-1)!.seconds).toBe(42);
    expect(sent).toHaveLength(1);
  });

  it.each([400, 401, 404, 413, 415])('never tries again after %i, and says why', async (status) => {
    const { pusher, sent } = starting([{ status, body: 'out of order sample' }]);
    await pusher.flush();
    await pusher.flush();
    expect(sent).toHaveLength(2);
    expect(own('dropped_items_total', 'refused')).toBeGreaterThan(0);
    expect(said.join()).toContain(`the receiver refuses what it is sent, with status ${status}`);
  });

  it('goes on without native histograms where the store has them disabled, instead of trying for ever', async () => {
    const { pusher, sent, plan } = starting([{ status: 500, body: 'native histograms are disabled\n' }]);
    const native = { schema: 0, zeroThreshold: 0, zeroCount: 1, positive: [], negative: [] };
    registry.register({ name: 'n', collect: () => [{ name: 'n', help: 'N.', type: 'histogram', series: [{ sum: 0, count: 1, native }] }] });
    await pusher.flush();
    expect(own('failures_total', 'native_histograms')).toBe(1);
    plan.push(204);
    await pusher.flush();
    const { series } = readRequest(sent[1]!.body, '1.0');
    expect(series.every(({ histograms }) => histograms.length === 0)).toBe(true);
    expect(series.filter(({ labels }) => labels['__name__']!.startsWith('n_')).map(({ labels, samples }) => [labels['__name__'], samples[0]!.value])).toEqual([['n_bucket', 1], ['n_sum', 0], ['n_count', 1]]);
    expect(said.filter((line) => line.includes('takes no native histograms'))).toHaveLength(1);
    await pusher.shutdown();
    for (const { body } of sent.slice(1)) expect(readRequest(body, '1.0').series.every(({ histograms }) => histograms.length === 0)).toBe(true);
  });

  it('sends a last push and ends all series at shutdown', async () => {
    const { pusher, bodies, sent } = starting([]);
    counter.inc(7);
    await pusher.flush();
    await registry.shutdown();
    await pusher.shutdown();
    expect(bodies()).toEqual([7, 7, 'stale']);
    expect(Object.values(valuesOf(readRequest(sent[2]!.body, '1.0'))).every((value) => value === 'stale')).toBe(true);
  });

  it('ends nothing at shutdown where that is not wanted', async () => {
    const { pusher, bodies } = starting([], { staleMarkers: false });
    await pusher.shutdown();
    expect(bodies()).toEqual([0]);
  });

  it('lets the event loop run between the requests of a push', async () => {
    const many = new Gauge({ name: 'many', help: 'M.', labelNames: ['i'], registry });
    for (let i = 0; i < 100; i++) many.set({ i }, i);
    const { pusher, sent } = starting([], { maxSamplesPerRequest: 10 });
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await pusher.flush();
    isOver = true;
    expect(sent.length).toBeGreaterThan(10);
    expect(turns).toBeGreaterThanOrEqual(sent.length);
  });

  it('keeps no more bytes than it may while the store is down', async () => {
    const many = new Gauge({ name: 'many', help: 'M.', labelNames: ['i'], registry });
    for (let i = 0; i < 2000; i++) many.set({ i: `${i}-${Math.random()}` }, i);
    const answers = new Array<PlannedAnswer>(2000).fill(new Error('down'));
    const { pusher } = starting(answers, { maxBufferBytes: 100_000, maxSamplesPerRequest: 500 });
    for (let i = 0; i < 50; i++) await pusher.flush();
    expect(own('dropped_items_total', 'buffer_full')).toBeGreaterThan(2000 * 40);
    await pusher.shutdown();
  });
});

describe('remote write 2.0', () => {
  it('goes on with 2.0 alone once the store has said what it wrote', async () => {
    const { pusher, sent, plan } = starting([{ status: 200, headers: written(1) }], { version: '2.0' });
    await pusher.flush();
    plan.push({ status: 200, headers: written(9) });
    await pusher.flush();
    expect(sent.map(({ headers }) => [headers['content-type'], headers['x-prometheus-remote-write-version']])).toEqual([
      ['application/x-protobuf;proto=io.prometheus.write.v2.Request', '2.0.0'],
      ['application/x-protobuf;proto=io.prometheus.write.v2.Request', '2.0.0'],
    ]);
    expect(said.filter((line) => line.includes('2.0'))).toEqual([]);
  });

  it.each([['answers 415', 415], ['answers as if it were 1.0', 204]])('falls back to 1.0 where the store %s, and says so once', async (_, answer) => {
    const { pusher, sent, bodies, plan } = starting([answer, 204], { version: '2.0' });
    counter.inc(3);
    await pusher.flush();
    plan.push(204);
    await pusher.flush();
    expect(sent.map(({ headers }) => headers['x-prometheus-remote-write-version'])).toEqual(['2.0.0', '0.1.0', '0.1.0']);
    expect(bodies()).toEqual([3, 3, 3]);
    expect(said.filter((line) => line.includes('does not know version 2.0'))).toHaveLength(1);
    expect(own('failures_total')).toBeUndefined();
  });

  it('does not fall back for what has nothing to do with the version', async () => {
    const { pusher, sent, plan } = starting([503, { status: 503 }], { version: '2.0' });
    await pusher.flush();
    plan.splice(0, plan.length, { status: 400, body: 'bad' }, { status: 200, headers: written(1) });
    await pusher.flush();
    expect(sent.every(({ headers }) => headers['x-prometheus-remote-write-version'] === '2.0.0')).toBe(true);
    expect(own('failures_total', 'status_503')).toBe(1);
    expect(own('failures_total', 'status_400')).toBe(1);
  });

  it('counts what a store has left out, be its answer a success or not', async () => {
    const { pusher, plan } = starting([{ status: 200, headers: written(1) }], { version: '2.0' });
    new Gauge({ name: 'other', help: 'O.', registry }).set(1);
    await pusher.flush();
    const items = Number(own('sent_items_total')) + Number(own('dropped_items_total', 'rejected'));
    expect(own('sent_items_total')).toBe(1);
    plan.push({ status: 400, headers: written(2), body: 'out of order' });
    await pusher.flush();
    expect(own('sent_items_total')).toBe(3);
    expect(own('dropped_items_total', 'rejected')).toBeGreaterThanOrEqual(items - 1);
    expect(own('dropped_items_total', 'refused')).toBeUndefined();
  });

  it('drops what it has only in 2.0 when the store has forgotten it, and goes on with 1.0', async () => {
    const { pusher, sent, plan } = starting([{ status: 200, headers: written(9) }], { version: '2.0' });
    await pusher.flush();
    plan.push(415);
    await pusher.flush();
    await pusher.flush();
    expect(sent.map(({ headers }) => headers['x-prometheus-remote-write-version'])).toEqual(['2.0.0', '2.0.0', '0.1.0']);
    expect(own('failures_total', 'version')).toBe(1);
  });
});

describe('remoteWrite', () => {
  it('sends everything once, and ends nothing', async () => {
    const { fetch, sent } = recordingFetch();
    counter.inc(2);
    await remoteWrite({ url, registry, clock, fetch, externalLabels: { job: 'nightly', shard: 3 } });
    expect(sent).toHaveLength(1);
    expect(valuesOf(readRequest(sent[0]!.body, '1.0'))).toEqual({ 'jobs_total{job="nightly",shard="3"}': 2 });
  });

  it('falls back to 1.0 as well', async () => {
    const { fetch, sent } = recordingFetch([415, 204]);
    await remoteWrite({ url, registry, clock, fetch, version: '2.0' });
    expect(sent).toHaveLength(2);
  });

  it.each<[PlannedAnswer, string]>([
    [{ status: 400, body: 'no' }, 'status_400'],
    [503, 'status_503'],
    [new Error('refused'), 'refused'],
  ])('is rejected after %s', async (answer, reason) => {
    const { fetch } = recordingFetch([answer]);
    await expect(remoteWrite({ url, registry, clock, fetch })).rejects.toMatchObject({ code: 'PUSH_FAILED', message: expect.stringContaining(reason) as unknown });
  });
});

describe('options of remote write', () => {
  it.each<[object, string]>([
    [{}, 'url is undefined'],
    [{ url: 'store' }, 'url is "store"'],
    [{ url: 'http://u:p@store' }, 'url holds a name or a password'],
    [{ url, version: '3.0' }, 'version is "3.0"; give "1.0" or "2.0"'],
    [{ url, escaping: 'none' }, 'escaping is "none"'],
    [{ url, nativeHistograms: 'yes' }, 'nativeHistograms is "yes"; give true or false'],
    [{ url, staleMarkers: 1 }, 'staleMarkers is 1'],
    [{ url, maxSamplesPerRequest: 0 }, 'maxSamplesPerRequest is 0; give a number of at least 1'],
    [{ url, maxRequestBytes: NaN }, 'maxRequestBytes is NaN'],
    [{ url, timeoutSeconds: -1 }, 'timeoutSeconds is -1'],
    [{ url, externalLabels: ['a'] }, 'externalLabels is ["a"]'],
    [{ url, externalLabels: { 'a-b': 'x' } }, 'externalLabels has the label "a-b"'],
    [{ url, externalLabels: { __name__: 'x' } }, 'externalLabels has the label "__name__"'],
    [{ url, externalLabels: { a: null } }, 'external label "a" is null'],
    [{ url, external: {} }, 'unknown option "external"'],
  ])('%j are refused', (options, message) => {
    expect(() => startRemoteWrite(options as RemoteWriteOptions)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringContaining(`remote write: ${message}`) as unknown }) as Error);
  });
});
