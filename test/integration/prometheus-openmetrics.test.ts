import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFor } from '../../src/format/formats.js';
import { type CollectedFamily, toBytes } from '../../src/index.js';
import { anyFamilies, registryOf } from '../support/families.js';
import { until } from './support/processes.js';
import { Prometheus } from './support/prometheus.js';

/** It takes no exemplar that is older than what it has in memory. */
const now = Math.floor(Date.now() / 1000);
const hostile = 'a "b" \\ c\nd 漢字 🎉 # {x="y"} 1';
/** Prometheus 2.42 leaves escapes in the label values of exemplars as they are. */
const withoutEscapes = '漢字 🎉 # {x=y} 1';
const native = { schema: 3, zeroThreshold: 0.001, zeroCount: 1, positive: [{ index: 2, count: 3 }], negative: [] };

const families: readonly CollectedFamily[] = [
  {
    name: 'om_jobs_total', help: 'Jobs "done" \\ and\nmore.', type: 'counter',
    series: [
      { labels: { queue: hostile }, value: 7, created: now - 60.5, exemplars: [{ labels: { trace_id: '4bf9', note: withoutEscapes }, value: 2.5, timestamp: now - 1.25 }] },
      { labels: { queue: 'other' }, value: 1e21, created: now - 60.5 },
    ],
  },
  {
    name: 'om_took_seconds', help: 'Time.', type: 'histogram', unit: 'seconds',
    series: [{
      sum: 4.5, buckets: [{ le: 0.00001, count: 0 }, { le: 1, count: 3 }, { le: 1e6, count: 4 }, { le: Infinity, count: 4 }], native, created: now - 60,
      exemplars: [{ labels: { trace_id: 'first' }, value: 0.5, timestamp: now - 3 }, { labels: { trace_id: 'second' }, value: 2, timestamp: now - 2 }],
    }],
  },
  { name: 'om_size_bytes', help: 'Size.', type: 'summary', unit: 'bytes', series: [{ sum: 10, count: 4, quantiles: [{ quantile: 0.5, value: 2 }, { quantile: 1, value: NaN }] }] },
  { name: 'om_heat', help: 'Heat.', type: 'gauge', series: [{ labels: { of: 'a' }, value: -1.5 }, { labels: { of: 'b' }, value: Infinity }] },
  { name: 'om_waiting', help: 'Waiting.', type: 'gaugehistogram', series: [{ sum: 3, buckets: [{ le: 1, count: 1 }, { le: Infinity, count: 2 }] }] },
  { name: 'om_build', help: 'Build.', type: 'info', series: [{ labels: { version: '1' } }] },
  { name: 'om_door', help: 'Door.', type: 'stateset', states: ['open', 'shut'], stateLabel: 'state', series: [{ states: ['open'] }] },
  { name: 'om_what', help: 'What.', type: 'unknown', series: [{ value: 3 }] },
];

const exposition = toBytes(registryOf(families), { format: 'openmetrics-1.0.0' });

/** Families with all there is, but for times of their own, which are long ago: Prometheus would drop what has them. */
const generated = fc
  .sample(anyFamilies(), { numRuns: 150, seed: 20250101 })
  .flat()
  .map((family, place) => ({ ...family, name: family.name.replace(/_f\d/, `_g${place}`), series: family.series.map(({ timestamp: _, ...series }) => series) }));
const generatedExposition = toBytes(registryOf(generated), { format: 'openmetrics-1.0.0' });

const { contentType } = formatFor('openmetrics-1.0.0');
let accepted: string | undefined;
const service = createServer((request: IncomingMessage, response) => {
  accepted = request.headers.accept;
  response.writeHead(200, { 'content-type': contentType }).end(exposition);
});
const generatedService = createServer((_, response) => response.writeHead(200, { 'content-type': contentType }).end(generatedExposition));
const services = [service, generatedService];

let prometheus: Prometheus;

beforeAll(async () => {
  for (const one of services) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  const [om, all] = services.map((one) => `127.0.0.1:${(one.address() as AddressInfo).port}`);
  prometheus = await Prometheus.start({ om: om!, all: all! }, ['exemplar-storage']);
  await until('the first scrapes', async () => (await prometheus.query('up')).length === 2);
});

afterAll(async () => {
  await prometheus?.stop();
  for (const one of services) {
    one.closeAllConnections();
    await new Promise((resolve) => one.close(resolve));
  }
});

const samplesIn = (bytes: Uint8Array): number => new TextDecoder().decode(bytes).split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;

const byLabel = async (promql: string, label: string): Promise<Record<string, number>> => Object.fromEntries((await prometheus.query(promql)).map(({ metric, value }) => [metric[label] ?? '', value]));

describe('a real Prometheus that is given OpenMetrics 1.0', () => {
  it('asks for it, finds the target up and takes every sample of it.', async () => {
    expect(accepted).toContain('application/openmetrics-text');
    expect(await prometheus.targetErrors()).toEqual({});
    expect(await prometheus.valueOf('up{job="om"}')).toBe(1);
    expect(await prometheus.valueOf('scrape_samples_scraped{job="om"}')).toBe(samplesIn(exposition));
    expect(await prometheus.valueOf('count({__name__=~"om_.+"})')).toBe(samplesIn(exposition));
  });

  it('reads every number.', async () => {
    expect(await byLabel('om_jobs_total', 'queue')).toEqual({ [hostile]: 7, other: 1e21 });
    expect(await byLabel('om_took_seconds_bucket', 'le')).toEqual({ '1e-05': 0, '1.0': 3, '1e+06': 4, '+Inf': 4 });
    expect([await prometheus.valueOf('om_took_seconds_sum'), await prometheus.valueOf('om_took_seconds_count')]).toEqual([4.5, 4]);
    expect(await byLabel('om_size_bytes', 'quantile')).toEqual({ '0.5': 2, '1.0': NaN });
    expect([await prometheus.valueOf('om_size_bytes_sum'), await prometheus.valueOf('om_size_bytes_count')]).toEqual([10, 4]);
    expect(await byLabel('om_heat', 'of')).toEqual({ a: -1.5, b: Infinity });
    expect(await byLabel('om_waiting_bucket', 'le')).toEqual({ '1.0': 1, '+Inf': 2 });
    expect([await prometheus.valueOf('om_waiting_gsum'), await prometheus.valueOf('om_waiting_gcount')]).toEqual([3, 2]);
    expect(await byLabel('om_door', 'om_door')).toEqual({ open: 1, shut: 0 });
    expect([await prometheus.valueOf('om_build_info{version="1"}'), await prometheus.valueOf('om_what')]).toEqual([1, 3]);
  });

  it('reads created times.', async () => {
    expect(await byLabel('om_jobs_created', 'queue')).toEqual({ [hostile]: now - 60.5, other: now - 60.5 });
    expect(await prometheus.valueOf('om_took_seconds_created')).toBe(now - 60);
  });

  it('stores every exemplar with its labels, value and time.', async () => {
    const [jobs, ...others] = await prometheus.exemplars('om_jobs_total');
    expect(others).toEqual([]);
    expect(jobs!.seriesLabels['queue']).toBe(hostile);
    expect(jobs!.exemplars).toEqual([{ labels: { trace_id: '4bf9', note: withoutEscapes }, value: '2.5', timestamp: now - 1.25 }]);
    const buckets = await prometheus.exemplars('om_took_seconds_bucket');
    expect(Object.fromEntries(buckets.map(({ seriesLabels, exemplars }) => [seriesLabels['le'], exemplars]))).toEqual({
      '1.0': [{ labels: { trace_id: 'first' }, value: '0.5', timestamp: now - 3 }],
      '1e+06': [{ labels: { trace_id: 'second' }, value: '2', timestamp: now - 2 }],
    });
  });

  it('takes every sample of generated families, whatever their label values and exemplars.', async () => {
    expect(await prometheus.valueOf('up{job="all"}')).toBe(1);
    expect(samplesIn(generatedExposition)).toBeGreaterThan(1000);
    expect(await prometheus.valueOf('scrape_samples_scraped{job="all"}')).toBe(samplesIn(generatedExposition));
    // Those that carry no time of their own.
    expect((await prometheus.exemplars('{job="all"}')).length).toBeGreaterThan(5);
  });

  it('knows type, unit and help of each family.', async () => {
    const metadata = await prometheus.metadata();
    expect(metadata['om_jobs']).toEqual([{ type: 'counter', help: 'Jobs "done" \\ and\nmore.', unit: '' }]);
    expect(metadata['om_took_seconds']).toEqual([{ type: 'histogram', help: 'Time.', unit: 'seconds' }]);
    const types = Object.fromEntries(Object.entries(metadata).map(([name, [entry]]) => [name, entry?.type]));
    expect(types).toMatchObject({ om_size_bytes: 'summary', om_heat: 'gauge', om_waiting: 'gaugehistogram', om_build: 'info', om_door: 'stateset', om_what: 'unknown' });
  });

  it('finds a target down that leaves out the end, so that its silence means something.', async () => {
    const cut = createServer((_, response) => response.writeHead(200, { 'content-type': contentType }).end('# TYPE a gauge\n# HELP a A.\na 1\n'));
    await new Promise<void>((resolve) => cut.listen(0, '127.0.0.1', resolve));
    const other = await Prometheus.start({ cut: `127.0.0.1:${(cut.address() as AddressInfo).port}` });
    try {
      await until('the first scrape', async () => (await other.query('up')).length > 0);
      expect(await other.valueOf('up')).toBe(0);
      expect((await other.targetErrors())['cut']).toContain('# EOF');
    } finally {
      await other.stop();
      cut.closeAllConnections();
      await new Promise((resolve) => cut.close(resolve));
    }
  });
});
