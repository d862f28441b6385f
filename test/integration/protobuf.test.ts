import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CollectedFamily, type Exemplar, Registry, toBytes } from '../../src/index.js';
import { protobufContentType } from '../../src/format/protobuf.js';
import { buildRegistry } from '../support/registries.js';
import { registries } from './support/generated.js';
import { runWell, until } from './support/processes.js';
import { Prometheus } from './support/prometheus.js';
import { type Reading, comparableReading, comparableSnapshot } from './support/readings.js';

const format = 'protobuf';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe("Go's decoder on generated registries in protobuf", () => {
  let folder: string;
  let goReader: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-protobuf-'));
    await mkdir(join(folder, 'generated'));
    goReader = join(folder, 'read-text');
    await runWell('go', ['build', '-o', goReader, here('./go/read-text.go')], { env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', CGO_ENABLED: '0' } });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function readWithGo(documents: readonly Uint8Array[]): Promise<Reading[]> {
    const paths = documents.map((_, place) => join(folder, 'generated', `${place}.pb`));
    await Promise.all(documents.map((document, place) => writeFile(paths[place]!, document)));
    return (await runWell(goReader, paths)).split('\n').slice(0, -1).map((line) => JSON.parse(line) as Reading);
  }

  it('The very values of the snapshot are read back, and every text as it was.', async () => {
    const built = registries(200, (specification) => specification).map(buildRegistry);
    const readings = await readWithGo(built.map((registry) => toBytes(registry, { format })));
    expect(readings).toHaveLength(200);
    for (const [place, reading] of readings.entries()) {
      expect(reading.error, `registry ${place}`).toBeUndefined();
      // Families without series are not written.
      const expected = built[place]!.snapshot().map(comparableSnapshot).filter(({ samples }) => Object.keys(samples).length > 0);
      expect(Object.fromEntries(reading.families.map(comparableReading).map((family) => [family.name, family])), `registry ${place}`).toEqual(Object.fromEntries(expected.map((family) => [family.name, family])));
    }
  });

  it('What is no protobuf is refused, so that its silence means something.', async () => {
    const [reading] = await readWithGo([Buffer.from([5, 0x0a])]);
    expect(reading!.error).toContain('EOF');
  });
});

/** Observations of a long-tailed kind, from 1 ms to some seconds, the same each time. */
const observations = Array.from({ length: 1000 }, (_, i) => 0.001 * 1.01 ** i * (1 + (i % 7) / 100));
const schema = 3;
const growth = 2 ** (2 ** -schema);
const seconds = Math.floor(Date.now() / 1000);
const exemplar: Exemplar = { labels: { trace_id: 'abc' }, value: 2, timestamp: seconds };

/** The buckets of observations above 0. */
function bucketsOf(values: readonly number[]): { index: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    const index = Math.ceil(Math.log2(value) * 2 ** schema);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts].map(([index, count]) => ({ index, count })).sort((a, b) => a.index - b.index);
}

const sum = observations.reduce((total, value) => total + value, 0);
const native = { schema, zeroThreshold: 0, zeroCount: 0, positive: bucketsOf(observations), negative: [] };
const families: readonly CollectedFamily[] = [
  { name: 'fixed_total', help: 'Counted.', type: 'counter', series: [{ labels: { value: 'quote "x" \\ \n 🎉' }, value: 7, created: seconds - 60, exemplars: [exemplar] }] },
  { name: 'fixed_seconds', help: 'Native.', type: 'histogram', unit: 'seconds', series: [{ sum, count: observations.length, native, created: seconds - 60, exemplars: [exemplar] }] },
  // The span of nothing, by which one without a zero threshold is known, is understood since Prometheus 2.46.
  { name: 'fixed_empty', help: 'Native, without observations.', type: 'histogram', series: [{ sum: 0, count: 0, native: { ...native, zeroThreshold: 2 ** -128, positive: [] } }] },
  { name: 'fixed_classic', help: 'Classic.', type: 'histogram', series: [{ sum: 9, buckets: [{ le: 0.5, count: 1 }, { le: Infinity, count: 4 }], exemplars: [{ ...exemplar, value: 0.25 }, { ...exemplar, value: 8 }] }] },
  { name: 'fixed_size', help: 'Summary.', type: 'summary', series: [{ sum: 9, count: 4, quantiles: [{ quantile: 0.5, value: 2 }] }] },
  { name: 'fixed_build', help: 'Info.', type: 'info', series: [{ labels: { version: '1' } }] },
  { name: 'fixed_unknown', help: 'Unknown.', type: 'unknown', series: [{ value: NaN }] },
];

describe('A Prometheus that takes native histograms', () => {
  const requests: IncomingHttpHeaders[] = [];
  const registry = new Registry();
  registry.register({ name: 'fixed', collect: () => families });
  const service = createServer((request, response) => {
    requests.push(request.headers);
    response.writeHead(200, { 'content-type': protobufContentType }).end(toBytes(registry, { format }));
  });
  let prometheus: Prometheus;

  beforeAll(async () => {
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    prometheus = await Prometheus.start({ fixed: `127.0.0.1:${(service.address() as AddressInfo).port}` }, ['native-histograms', 'exemplar-storage']);
    await until('the first scrape', async () => (await prometheus.query('up{job="fixed"}')).length > 0);
  });

  afterAll(async () => {
    await prometheus?.stop();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
  });

  it('asks for protobuf, and takes all of it.', async () => {
    expect(requests[0]!.accept).toContain('application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited');
    expect(await prometheus.targetErrors()).toEqual({});
    expect(await prometheus.valueOf('up')).toBe(1);
  });

  it('has the very values.', async () => {
    const [counter] = await prometheus.query('fixed_total');
    expect(counter).toMatchObject({ metric: { value: 'quote "x" \\ \n 🎉' }, value: 7 });
    expect(await prometheus.valueOf('fixed_classic_bucket{le="0.5"}')).toBe(1);
    expect(await prometheus.valueOf('fixed_classic_bucket{le="+Inf"}')).toBe(4);
    expect(await prometheus.valueOf('fixed_size{quantile="0.5"}')).toBe(2);
    expect(await prometheus.valueOf('fixed_size_count')).toBe(4);
    expect(await prometheus.valueOf('fixed_build_info{version="1"}')).toBe(1);
    expect(await prometheus.valueOf('fixed_unknown')).toBeNaN();
  });

  it('has the count and the sum of the native histogram, and quantiles within a bucket of sorting.', async () => {
    expect(await prometheus.valueOf('histogram_count(fixed_seconds)')).toBe(observations.length);
    expect(await prometheus.valueOf('histogram_sum(fixed_seconds)')).toBe(sum);
    const sorted = [...observations].sort((a, b) => a - b);
    for (const quantile of [0.01, 0.1, 0.5, 0.9, 0.99, 1]) {
      const exact = sorted[Math.ceil(quantile * sorted.length) - 1]!;
      const found = await prometheus.valueOf(`histogram_quantile(${quantile}, fixed_seconds)`);
      expect(found).toBeLessThanOrEqual(exact * growth);
      expect(found).toBeGreaterThanOrEqual(exact / growth);
    }
  });

  it('counts exactly what lies below the bound of a bucket.', async () => {
    for (const index of [-40, 0, 20]) {
      const bound = growth ** index;
      const below = observations.filter((value) => value <= bound).length;
      const found = await prometheus.valueOf(`histogram_fraction(0, ${bound}, fixed_seconds)`);
      expect(Math.round(found * observations.length)).toBe(below);
    }
  });

  it('knows a native histogram without observations for one.', async () => {
    expect(await prometheus.valueOf('histogram_count(fixed_empty)')).toBe(0);
    expect(await prometheus.query('fixed_empty_count')).toEqual([]);
  });

  it('has the exemplars of counters and classic buckets.', async () => {
    const shown = async (selector: string): Promise<unknown[]> => (await prometheus.exemplars(selector)).flatMap(({ exemplars }) => exemplars.map(({ labels, value }) => ({ labels, value: Number(value) })));
    expect(await shown('fixed_total')).toEqual([{ labels: { trace_id: 'abc' }, value: 2 }]);
    expect(await shown('fixed_classic_bucket')).toEqual(expect.arrayContaining([0.25, 8].map((value) => ({ labels: { trace_id: 'abc' }, value }))));
  });

  it('knows the types.', async () => {
    const metadata = await prometheus.metadata();
    const types = Object.fromEntries(Object.entries(metadata).map(([name, [entry]]) => [name, entry?.type]));
    expect(types).toMatchObject({ fixed_total: 'counter', fixed_seconds: 'histogram', fixed_size: 'summary', fixed_build_info: 'gauge', fixed_unknown: 'unknown' });
  });
});
