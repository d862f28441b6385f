import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Counter, Gauge, Histogram, Registry, StateSet, Summary } from '../../src/index.js';
import { type RemoteWriteOptions, remoteWrite, startRemoteWrite } from '../../src/export/remote-write/entry.js';
import type { Pusher } from '../../src/export/push-loop.js';
import { until } from './support/processes.js';
import { Prometheus } from './support/prometheus.js';

/** What the proxy before Prometheus does with a request: hands it on, answers with a status, says nothing, or cuts the connection. */
type Deed = 'pass' | number | 'silence' | 'cut';

let prometheus: Prometheus;
let proxy: Server;
let deeds: Deed[] = [];
let seen: Deed[] = [];
let url: string;
const running: Pusher[] = [];

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const deed = deeds.shift() ?? 'pass';
  seen.push(deed);
  if (deed === 'silence') return;
  if (deed === 'cut') {
    request.socket.destroy();
    return;
  }
  if (deed !== 'pass') {
    response.writeHead(deed, deed === 429 ? { 'retry-after': '1' } : {}).end('not now');
    return;
  }
  const headers = Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name)) as [string, string][];
  const answer = await fetch(`${prometheus.base}/api/v1/write`, { method: 'POST', headers, body: Buffer.concat(chunks) });
  response.writeHead(answer.status).end(await answer.text());
}

/** A registry whose loop pushes when told to. */
function starting(options: Partial<RemoteWriteOptions> = {}): { readonly registry: Registry; readonly pusher: Pusher; readonly said: string[] } {
  const said: string[] = [];
  const registry = new Registry({ onFault: (message) => said.push(message) });
  const pusher = startRemoteWrite({ url, registry, intervalSeconds: 3600, timeoutSeconds: 10, externalLabels: { job: 'test' }, ...options });
  running.push(pusher);
  return { registry, pusher, said };
}

/** All that Prometheus has of a series, oldest first. */
async function history(selector: string): Promise<readonly number[]> {
  const response = await fetch(`${prometheus.base}/api/v1/query?${new URLSearchParams({ query: `${selector}[1h]` })}`);
  const { data } = (await response.json()) as { data: { result: { values?: [number, string][] }[] } };
  return (data.result[0]?.values ?? []).map(([, value]) => Number(value));
}

beforeAll(async () => {
  prometheus = await Prometheus.start({}, ['native-histograms', 'exemplar-storage'], ['--web.enable-remote-write-receiver']);
  proxy = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/v1/write`;
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((pusher) => pusher.shutdown()));
  deeds = [];
  seen = [];
});

afterAll(async () => {
  proxy?.closeAllConnections();
  await new Promise((resolve) => proxy?.close(resolve) ?? resolve(undefined));
  await prometheus?.stop();
});

describe.each(['1.0', '2.0'] as const)('a Prometheus that receives version 1.0, sent version %s', (version) => {
  it('has every value as it was recorded', async () => {
    const { registry, pusher } = starting({ version, externalLabels: { job: 'values', instance: version } });
    const numbers: Readonly<Record<string, number>> = { zero: 0, minus: -1.5, tenth: 0.1, largest: Number.MAX_VALUE, smallest: Number.MIN_VALUE, infinite: Infinity, least: -Infinity, none: NaN };
    const hostile = ['plain', 'quote "x"', 'back\\slash', 'line\nfeed', '🎉 ünïcode 漢字', ' blanks ', 'tab\tbell\u0007', 'x'.repeat(300)];
    const gauge = new Gauge({ name: 'rw_number', help: 'Numbers.', labelNames: ['what'], registry });
    for (const [what, value] of Object.entries(numbers)) gauge.set({ what }, value);
    const counter = new Counter({ name: 'rw_hostile_total', help: 'Labels.', labelNames: ['value', 'empty'], registry });
    for (const [place, value] of hostile.entries()) counter.inc({ value, empty: '' }, place + 1);
    const took = new Histogram({ name: 'rw_took_seconds', help: 'Time.', unit: 'seconds', buckets: [0.1, 1, 10], registry });
    for (const value of [0.05, 0.5, 5, 50]) took.observe(value, { labels: { trace_id: `t${value}` } });
    new Summary({ name: 'rw_size', help: 'Size.', quantiles: [0.5], maxSamples: 10, maxAgeSeconds: 600, registry }).observe(4);
    new StateSet({ name: 'rw_state', help: 'State.', states: ['on', 'off'], initial: 'on', registry });
    await pusher.flush();
    const of = `job="values",instance="${version}"`;
    const numbersRead = new Map((await prometheus.query(`rw_number{${of}}`)).map(({ metric, value }) => [metric['what'], value]));
    expect(numbersRead).toEqual(new Map(Object.entries(numbers)));
    const labelsRead = new Map((await prometheus.query(`rw_hostile_total{${of}}`)).map(({ metric, value }) => [metric['value'], [value, metric['empty']]]));
    expect(labelsRead).toEqual(new Map(hostile.map((value, place) => [value, [place + 1, undefined]])));
    expect(await prometheus.valueOf(`rw_took_seconds_bucket{${of},le="1.0"}`)).toBe(2);
    expect(await prometheus.valueOf(`rw_took_seconds_bucket{${of},le="+Inf"}`)).toBe(4);
    expect(await prometheus.valueOf(`rw_took_seconds_sum{${of}}`)).toBe(55.55);
    expect(await prometheus.valueOf(`rw_size{${of},quantile="0.5"}`)).toBe(4);
    expect(await prometheus.valueOf(`rw_state{${of},rw_state="on"}`)).toBe(1);
    expect((await prometheus.exemplars(`rw_took_seconds_bucket{${of}}`)).flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'])).sort()).toEqual(['t0.05', 't0.5', 't5', 't50']);
  });
});

describe('a native histogram', () => {
  it('is one there, and ends there', async () => {
    const { registry, pusher } = starting();
    const native = { schema: 0, zeroThreshold: 1e-6, zeroCount: 1, positive: [{ index: 0, count: 2 }, { index: 3, count: 4 }], negative: [{ index: 1, count: 3 }] };
    let there = true;
    registry.register({ name: 'c', collect: () => (there ? [{ name: 'rw_native_seconds', help: 'N.', type: 'histogram', series: [{ sum: 20, count: 10, native }] }] : []) });
    await pusher.flush();
    expect(await prometheus.valueOf('histogram_count(rw_native_seconds)')).toBe(10);
    expect(await prometheus.valueOf('histogram_sum(rw_native_seconds)')).toBe(20);
    // Of ten observations, four are up to 0 and six up to 1.
    expect(await prometheus.valueOf('histogram_fraction(-Inf, 1, rw_native_seconds)')).toBeCloseTo(0.6, 9);
    there = false;
    await pusher.flush();
    expect(await prometheus.query('rw_native_seconds')).toEqual([]);
  });

  it('does not keep the rest from a Prometheus that has them disabled', async () => {
    const plain = await Prometheus.start({}, [], ['--web.enable-remote-write-receiver']);
    try {
      const { registry, pusher, said } = starting({ url: `${plain.base}/api/v1/write` });
      const native = { schema: 0, zeroThreshold: 0, zeroCount: 2, positive: [], negative: [] };
      registry.register({ name: 'c', collect: () => [{ name: 'rw_disabled', help: 'D.', type: 'histogram', series: [{ sum: 0, count: 2, native }] }] });
      new Gauge({ name: 'rw_rest', help: 'R.', registry }).set(5);
      await pusher.flush();
      await pusher.flush();
      expect(await plain.valueOf('rw_rest')).toBe(5);
      expect(await plain.valueOf('rw_disabled_count')).toBe(2);
      expect(said.join()).toContain('takes no native histograms');
      await pusher.shutdown();
    } finally {
      await plain.stop();
    }
  });
});

describe('a series that vanishes', () => {
  it('no longer shows, while the others do; nor does any after shutdown', async () => {
    const { registry, pusher } = starting();
    const gauge = new Gauge({ name: 'rw_worker', help: 'W.', labelNames: ['id'], registry });
    gauge.set({ id: '1' }, 1);
    gauge.set({ id: '2' }, 2);
    await pusher.flush();
    expect(await prometheus.query('rw_worker')).toHaveLength(2);
    gauge.remove({ id: '1' });
    await pusher.flush();
    expect((await prometheus.query('rw_worker')).map(({ metric }) => metric['id'])).toEqual(['2']);
    await pusher.shutdown();
    // The clock of an instant query may not have reached the last millisecond.
    await until('the series to end', async () => (await prometheus.query('rw_worker')).length === 0);
  });

  it('shows on after a single push', async () => {
    const registry = new Registry();
    new Gauge({ name: 'rw_batch_done', help: 'B.', registry }).set(17);
    await remoteWrite({ url, registry, externalLabels: { job: 'batch' } });
    expect(await prometheus.valueOf('rw_batch_done{job="batch"}')).toBe(17);
  });
});

describe('a receiver that is not well', () => {
  it.each<[string, Deed[]]>([
    ['answers 500 and 503', [500, 503]],
    ['answers 429 and when to come back', [429]],
    ['cuts the connection', ['cut', 'cut']],
    ['says nothing', ['silence']],
  ])('and %s loses nothing', async (what, bad) => {
    const { registry, pusher, said } = starting({ timeoutSeconds: 1 });
    const gauge = new Gauge({ name: 'rw_step', help: 'S.', labelNames: ['case'], registry });
    deeds = [...bad];
    for (let step = 1; step <= 4; step++) {
      gauge.set({ case: what }, step);
      await pusher.flush();
      // Times must differ, or it would be one sample.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until('all to have arrived', async () => (await history(`rw_step{case="${what}"}`)).length === 4);
    expect(await history(`rw_step{case="${what}"}`)).toEqual([1, 2, 3, 4]);
    expect(seen.slice(0, bad.length)).toEqual(bad);
    expect(said.length).toBeGreaterThan(0);
  });

  it('gets what it missed once it is there again', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer();
      server.listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as AddressInfo;
        server.close(() => resolve(free));
      });
    });
    const { registry, pusher } = starting({ url: `http://127.0.0.1:${port}/api/v1/write` });
    const gauge = new Gauge({ name: 'rw_missed', help: 'M.', registry });
    for (let step = 1; step <= 3; step++) {
      gauge.set(step);
      await pusher.flush();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const late = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
    try {
      gauge.set(4);
      await pusher.flush();
      expect(await history('rw_missed')).toEqual([1, 2, 3, 4]);
      await pusher.shutdown();
    } finally {
      late.closeAllConnections();
      await new Promise((resolve) => late.close(resolve));
    }
  });

  it('is not asked again about what it refuses', async () => {
    const { registry, pusher, said } = starting();
    const gauge = new Gauge({ name: 'rw_refused', help: 'R.', registry });
    deeds = [400];
    gauge.set(1);
    await pusher.flush();
    gauge.set(2);
    await pusher.flush();
    expect(await history('rw_refused')).toEqual([2]);
    expect(seen).toEqual([400, 'pass']);
    expect(said.join()).toContain('status 400');
  });
});
