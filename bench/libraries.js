// @ts-check
/**
 * How each library is set up. Only making an instrument and writing the exposition differ; recording is spelt alike in all of them but
 * OpenTelemetry, so that the cases call the library itself with nothing in between.
 *
 * @typedef {{ inc(labels?: object | number, amount?: number): void, labels(...values: string[]): { inc(amount?: number): void } }} CounterLike
 * @typedef {{ observe(labelsOrValue: object | number, value?: number): void }} ObserverLike
 * @typedef {{
 *   name: string,
 *   version: string,
 *   counter(name: string, labelNames?: string[]): CounterLike,
 *   histogram(name: string, labelNames?: string[], buckets?: readonly number[]): ObserverLike,
 *   summary(name: string): ObserverLike,
 *   exposition(format?: string): Promise<number>,
 *   handler(): Promise<import('node:http').RequestListener>,
 *   registry?: any,
 *   share?(name: string): void,
 * }} Library
 *
 * `exposition`: writes all metrics, in a format that only this library has or in text, and tells how long that is. `handler`: what answers a scrape over HTTP.
 * `share`: has another thread read what is recorded.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** The bounds both Node clients and the Go client have by default; given to all, so that all do the same work. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
export const quantiles = [0.5, 0.9, 0.95, 0.99];

/** What a report calls each library. */
export const titles = {
  tallystick: 'tallystick',
  'own-thread': 'tallystick on the own thread',
  client: '@prometheus-io/client',
  'prom-client': 'prom-client',
  opentelemetry: 'OpenTelemetry JS',
  client_golang: 'client_golang',
};

/** Where the library under measurement was built to; another build can be given to compare two. */
export function distUrl(path = 'index.js') {
  const given = process.env['BENCH_LIBRARY'];
  const base = given === undefined ? new URL('../dist/', import.meta.url) : pathToFileURL(`${given}/`);
  return new URL(path, base).href;
}

/** Many series are the point of most cases: they measure without the limits that protect a service by default. */
const limits = { series: Infinity };

/** @returns {Promise<Library>} */
async function tallystick() {
  const { Counter, ExpositionBuffer, Histogram, Registry, Summary, toBytes } = await import(distUrl());
  // As who renders again and again would do; the peer's strings come from a heap that the collector reuses.
  const buffer = new ExpositionBuffer();
  const registry = new Registry({ limits });
  return {
    name: 'tallystick',
    version: require('../package.json').version,
    counter: (name, labelNames = []) => new Counter({ name, help: 'A counter.', labelNames, limits, registry }),
    histogram: (name, labelNames = [], buckets = bounds) => new Histogram({ name, help: 'A histogram.', labelNames, buckets, limits, registry }),
    summary: (name) => new Summary({ name, help: 'A summary.', quantiles, maxAgeSeconds: 60, ageBuckets: 5, limits, registry }),
    exposition: async (format) => toBytes(registry, format === undefined ? { buffer } : { buffer, format }).length,
    handler: async () => {
      const { createMetricsHandler } = await import(distUrl('expose/metrics-handler.js'));
      return createMetricsHandler(registry);
    },
    registry,
    share: (name) => registry.share(name),
  };
}

/**
 * `prom-client` 15 and its successor, the official client, have one interface.
 *
 * @param {string} name
 * @returns {Promise<Library>}
 */
async function nodeClient(name) {
  const { Counter, Histogram, Registry, Summary } = require(name);
  const registry = new Registry();
  const registers = [registry];
  return {
    name,
    version: require(`${name}/package.json`).version,
    counter: (metric, labelNames = []) => new Counter({ name: metric, help: 'A counter.', labelNames, registers }),
    histogram: (metric, labelNames = [], buckets = bounds) => new Histogram({ name: metric, help: 'A histogram.', labelNames, buckets, registers }),
    summary: (metric) => new Summary({ name: metric, help: 'A summary.', percentiles: quantiles, maxAgeSeconds: 60, ageBuckets: 5, registers }),
    exposition: async () => (await registry.metrics()).length,
    // As its documentation serves it.
    handler: async () => async (_request, response) => {
      response.setHeader('content-type', registry.contentType);
      response.end(await registry.metrics());
    },
  };
}

/** A meter with a reader that waits to be asked, as a Prometheus exporter's does. */
export function meter() {
  const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
  class Reader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  return new MeterProvider({ readers: [new Reader()] }).getMeter('bench');
}

/**
 * @param {string} name a key of {@link titles}
 * @returns {Promise<Library>}
 */
export async function open(name) {
  if (name === 'tallystick') return tallystick();
  if (name === 'client') return nodeClient('@prometheus-io/client');
  if (name === 'prom-client') return nodeClient('prom-client');
  throw new Error(`no library "${name}"; one of ${Object.keys(titles).join(', ')}`);
}
