import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { Counter, Gauge, Histogram, Info, RateLimitedGauge, Registry, SampledCounter, StateSet, Summary } from '../../src/index.js';
import { until } from './support/processes.js';
import { Prometheus } from './support/prometheus.js';

/** Values that a careless writer or reader would break. */
const hostile = ['plain', '', 'quote "x"', 'back\\slash', 'line\nfeed', '\\n is no line feed', 'trailing \\', '{le="1"} 2', 'a,b="c"', '🎉 ünïcode 漢字', ' blanks ', 'tab\tbell\u0007', '# HELP x y'];

const registry = new Registry();
const requests = new Counter({ name: 'fixed_requests_total', help: 'Requests, with "quotes", a \\ and a\nline feed.', labelNames: ['route', 'status'], registry });
const took = new Histogram({ name: 'fixed_took_seconds', help: 'Time said to be taken.', unit: 'seconds', labelNames: ['route'], buckets: [0.01, 0.1, 0.25, 1, 10], registry });
const size = new Summary({ name: 'fixed_size_bytes', help: 'Size said to be sent.', unit: 'bytes', quantiles: [0, 0.5, 0.9, 1], maxSamples: 1000, maxAgeSeconds: 3600, registry });
const sketch = new Summary({ name: 'fixed_sketch_bytes', help: 'The same, by a sketch.', unit: 'bytes', quantiles: [0.5, 0.9], maxAgeSeconds: 3600, registry });
new Summary({ name: 'fixed_silent_bytes', help: 'Never observed.', quantiles: [0.5], registry });
const numbers = new Gauge({ name: 'fixed_number', help: 'Numbers at the ends of their range.', labelNames: ['what'], registry });
const values = new Gauge({ name: 'fixed_value', help: 'Label values at the ends of theirs.', labelNames: ['value'], registry });
const sampled = new SampledCounter({ name: 'fixed_sampled_total', help: 'Every call counted.', sampleRate: 1, registry });
const limited = new RateLimitedGauge({ name: 'fixed_limited', help: 'Latest value.', registry });
const state = new StateSet({ name: 'fixed_state', help: 'State.', states: ['closed', 'open "wide"', 'half\\open'], stateLabel: 'state', registry });
const build = new Info({ name: 'fixed_build', help: 'Build.', labelNames: ['version'], registry });
new Gauge({ name: 'fixed_awaited', help: 'Read with a pause.', collect: () => new Promise<number>((resolve) => setTimeout(() => resolve(11), 10)), registry });

const ends: Readonly<Record<string, number>> = { zero: 0, minus: -1.5, tenth: 0.1, largest: Number.MAX_VALUE, smallest: Number.MIN_VALUE, exact: Number.MAX_SAFE_INTEGER, infinite: Infinity, least: -Infinity, none: NaN };

const handle = createMetricsHandler(registry, { negotiation: { formats: ['text-0.0.4'] } });
const negotiating = createMetricsHandler(registry, { compression: { minBytes: 0 } });
const asked = new Set<string | undefined>();
/** The same metrics, in whatever format they are asked for. */
const other = createServer((request, response) => {
  asked.add(request.headers.accept);
  negotiating(request, response);
});
const service = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://service');
  if (url.pathname === '/metrics') {
    handle(request, response);
    return;
  }
  const status = url.pathname.startsWith('/known') ? 200 : 404;
  requests.inc({ route: url.pathname, status });
  took.observe({ route: url.pathname }, Number(url.searchParams.get('took')));
  response.writeHead(status).end();
});

let port: number;
let prometheus: Prometheus;
let negotiated: Prometheus;

async function send(path: string, times: number, seconds: (i: number) => number): Promise<void> {
  for (let i = 0; i < times; i++) await (await fetch(`http://127.0.0.1:${port}${path}?took=${seconds(i)}`)).arrayBuffer();
}

const listening = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

beforeAll(async () => {
  await listening(service);
  port = (service.address() as AddressInfo).port;
  for (const [what, value] of Object.entries(ends)) numbers.set({ what }, value);
  for (const [place, value] of hostile.entries()) values.set({ value }, place + 1);
  for (let i = 1; i <= 100; i++) size.observe(i);
  for (let i = 1; i <= 100; i++) sketch.observe(i);
  for (let i = 0; i < 25; i++) sampled.inc();
  limited.set(1);
  limited.set(2);
  state.set('open "wide"');
  build.set({ version: '1.2.3' });
  // 0.002, 0.004 … 0.4: 5 up to 0.01, 50 up to 0.1, 125 up to 0.25, 200 up to 1.
  await send('/known', 200, (i) => (2 * (i + 1)) / 1000);
  await send('/unknown', 7, () => 20);
  prometheus = await Prometheus.start({ fixed: `127.0.0.1:${port}` });
  await listening(other);
  negotiated = await Prometheus.start({ open: `127.0.0.1:${(other.address() as AddressInfo).port}` });
  await until('the first scrape', async () => (await negotiated.query('up{job="open"}')).length > 0);
  await until('the first scrape', async () => (await prometheus.query('up{job="fixed"}')).length > 0);
});

afterAll(async () => {
  await prometheus?.stop();
  await negotiated?.stop();
  for (const server of [service, other]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('a real Prometheus that is given the text format', () => {
  it('finds the target up and takes every sample of it.', async () => {
    expect(await prometheus.targetErrors()).toEqual({});
    expect(await prometheus.valueOf('up')).toBe(1);
    const body = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(await prometheus.valueOf('scrape_samples_scraped')).toBe(lines.length);
    expect(await prometheus.valueOf('scrape_samples_post_metric_relabeling')).toBe(lines.length);
    expect(await prometheus.valueOf('count({__name__=~"fixed_.+"})')).toBe(lines.length);
  });

  it('counts the traffic exactly.', async () => {
    expect(await prometheus.valueOf('fixed_requests_total{route="/known",status="200"}')).toBe(200);
    expect(await prometheus.valueOf('fixed_requests_total{route="/unknown",status="404"}')).toBe(7);
    expect(await prometheus.valueOf('sum(fixed_requests_total)')).toBe(207);
    expect(await prometheus.valueOf('fixed_sampled_total')).toBe(25);
  });

  it('reads the buckets, sum and count of the histogram exactly.', async () => {
    const buckets = await prometheus.query('fixed_took_seconds_bucket{route="/known"}');
    expect(Object.fromEntries(buckets.map(({ metric, value }) => [metric['le'], value]))).toEqual({ '0.01': 5, '0.1': 50, '0.25': 125, 1: 200, 10: 200, '+Inf': 200 });
    expect(await prometheus.valueOf('fixed_took_seconds_count{route="/known"}')).toBe(200);
    expect(await prometheus.valueOf('fixed_took_seconds_sum{route="/known"}')).toBeCloseTo(40.2, 12);
    expect(await prometheus.valueOf('fixed_took_seconds_bucket{route="/unknown",le="10"}')).toBe(0);
    expect(await prometheus.valueOf('fixed_took_seconds_bucket{route="/unknown",le="+Inf"}')).toBe(7);
  });

  it.each([
    [0.02, 0.008, 0, 0.01],
    [0.25, 0.1, 0.01, 0.1],
    [0.5, 0.2, 0.1, 0.25],
    [0.9, 0.36, 0.25, 1],
  ])('finds the %d quantile, %d, within its bucket.', async (quantile, exact, lower, upper) => {
    const found = await prometheus.valueOf(`histogram_quantile(${quantile}, fixed_took_seconds_bucket{route="/known"})`);
    expect(exact).toBeGreaterThan(lower);
    expect(exact).toBeLessThanOrEqual(upper);
    expect(found).toBeGreaterThan(lower);
    // Interpolation ends at the bound, give or take a rounding.
    expect(found).toBeLessThanOrEqual(upper * (1 + 1e-12));
  });

  it('reads the quantiles, sum and count of the summaries.', async () => {
    const exact = await prometheus.query('fixed_size_bytes');
    expect(Object.fromEntries(exact.map(({ metric, value }) => [metric['quantile'], value]))).toEqual({ 0: 1, '0.5': 50, '0.9': 90, 1: 100 });
    expect(await prometheus.valueOf('fixed_size_bytes_sum')).toBe(5050);
    expect(await prometheus.valueOf('fixed_size_bytes_count')).toBe(100);
    for (const [quantile, value] of [['0.5', 50], ['0.9', 90]] as const) {
      const found = await prometheus.valueOf(`fixed_sketch_bytes{quantile="${quantile}"}`);
      expect(Math.abs(found - value)).toBeLessThanOrEqual(0.01 * value);
    }
    expect(await prometheus.valueOf('fixed_silent_bytes{quantile="0.5"}')).toBeNaN();
    expect(await prometheus.valueOf('fixed_silent_bytes_count')).toBe(0);
  });

  it('reads gauges, up to the ends of the range of numbers.', async () => {
    const found = await prometheus.query('fixed_number');
    expect(Object.fromEntries(found.map(({ metric, value }) => [metric['what'], value]))).toEqual(ends);
    expect(await prometheus.valueOf('fixed_limited')).toBe(2);
    expect(await prometheus.valueOf('fixed_awaited')).toBe(11);
  });

  it('reads the state set and the info.', async () => {
    const states = await prometheus.query('fixed_state');
    expect(Object.fromEntries(states.map(({ metric, value }) => [metric['state'], value]))).toEqual({ closed: 0, 'open "wide"': 1, 'half\\open': 0 });
    expect(await prometheus.valueOf('fixed_build_info{version="1.2.3"}')).toBe(1);
  });

  it('reads every label value as it was given.', async () => {
    const found = await prometheus.query('fixed_value');
    // For Prometheus, an empty label is the same as none.
    const read = new Map(found.map(({ metric, value }) => [metric['value'] ?? '', value]));
    expect(read).toEqual(new Map(hostile.map((value, place) => [value, place + 1])));
  });

  it('knows type and help of each metric.', async () => {
    const metadata = await prometheus.metadata();
    expect(metadata['fixed_requests_total']).toEqual([{ type: 'counter', help: 'Requests, with "quotes", a \\ and a\nline feed.', unit: '' }]);
    const types = Object.fromEntries(Object.entries(metadata).map(([name, [entry]]) => [name, entry?.type]));
    expect(types).toMatchObject({ fixed_took_seconds: 'histogram', fixed_size_bytes: 'summary', fixed_number: 'gauge', fixed_state: 'gauge', fixed_build_info: 'gauge' });
  });

  it('sees the next scrape take up what came since.', async () => {
    await send('/known', 3, () => 0.05);
    expect(await until('the new count', async () => (await prometheus.valueOf('sum(fixed_requests_total)')) === 210)).toBe(true);
    await until('the new bucket', async () => (await prometheus.valueOf('fixed_took_seconds_bucket{route="/known",le="0.1"}')) === 53);
    expect(await prometheus.valueOf('fixed_took_seconds_bucket{route="/known",le="0.01"}')).toBe(5);
  });
});

describe('a real Prometheus that is given what it asks for', () => {
  it('asks for OpenMetrics, compressed, and takes every sample of it.', async () => {
    expect(await negotiated.targetErrors()).toEqual({});
    expect(await negotiated.valueOf('up')).toBe(1);
    const [accept] = asked;
    const { headers } = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`, { headers: { accept: accept!, 'accept-encoding': 'gzip' } });
    expect(headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0; charset=utf-8/);
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(await negotiated.valueOf('count({__name__=~"fixed_.+"})')).toBe(await prometheus.valueOf('count({__name__=~"fixed_.+"})'));
  });

  it('reads numbers, bounds and states as OpenMetrics spells them.', async () => {
    const by = async (query: string, label: string): Promise<unknown> => Object.fromEntries((await negotiated.query(query)).map(({ metric, value }) => [metric[label], value]));
    expect(await by('fixed_took_seconds_bucket{route="/unknown"}', 'le')).toEqual({ '0.01': 0, '0.1': 0, '0.25': 0, '1.0': 0, '10.0': 0, '+Inf': 7 });
    expect(await by('fixed_size_bytes', 'quantile')).toEqual({ '0.0': 1, '0.5': 50, '0.9': 90, '1.0': 100 });
    expect(await by('fixed_state', 'fixed_state')).toEqual({ closed: 0, 'open "wide"': 1, 'half\\open': 0 });
    expect(await by('fixed_number', 'what')).toEqual(ends);
    expect(await negotiated.valueOf('fixed_build_info{version="1.2.3"}')).toBe(1);
    expect(await negotiated.valueOf('fixed_requests_total{route="/unknown",status="404"}')).toBe(7);
    expect(new Map((await negotiated.query('fixed_value')).map(({ metric, value }) => [metric['value'] ?? '', value]))).toEqual(new Map(hostile.map((value, place) => [value, place + 1])));
  });

  it('knows types that the text format does not have.', async () => {
    const metadata = await negotiated.metadata();
    expect(metadata['fixed_requests']).toEqual([{ type: 'counter', help: 'Requests, with "quotes", a \\ and a\nline feed.', unit: '' }]);
    expect(Object.fromEntries(Object.entries(metadata).map(([name, [entry]]) => [name, entry?.type]))).toMatchObject({ fixed_took_seconds: 'histogram', fixed_state: 'stateset', fixed_build: 'info' });
  });
});
