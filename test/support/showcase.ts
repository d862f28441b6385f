import type { CollectedFamily } from '../../src/model/collected.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from './fake-clock.js';
import { registryOf } from './families.js';

/** One of each kind of instrument, recorded into. */
export function showcase(): Registry {
  const registry = new Registry({ clock: new FakeClock() });
  registry.counter({ name: 'jobs_total', help: 'Jobs "done".', labelNames: ['queue'] }).inc({ queue: 'a "b" \\ c\nd' }, 3);
  registry.counter({ name: 'plain', help: 'Without suffix.' }).inc(0.5);
  registry.gauge({ name: 'heat_celsius', help: 'Heat.', unit: 'celsius', constLabels: { zone: 'x' } }).set(-3.5);
  const took = registry.histogram({ name: 'took_seconds', help: 'Time.', unit: 'seconds', labelNames: ['op'], buckets: [0.00001, 0.5, 1, 1e6] });
  for (const value of [0.2, 0.7, 1, 2e6]) took.observe({ op: 'a' }, value);
  const size = registry.summary({ name: 'size_bytes', help: 'Size.', unit: 'bytes', quantiles: [0.5, 1], maxSamples: 10 });
  for (const value of [1, 2, 3]) size.observe(value);
  registry.info({ name: 'build', help: 'Build.', labelNames: ['version'] }).set({ version: '1.4.0' });
  registry.stateSet({ name: 'door', help: 'Door.', states: ['open', 'shut'], stateLabel: 'state', labelNames: ['side'] }).set({ side: 'left' }, 'shut');
  registry.gauge({ name: 'none', help: 'No series.', labelNames: ['a'] });
  return registry;
}

const native = { schema: 3, zeroThreshold: 0.001, zeroCount: 2, positive: [{ index: -2, count: 1 }, { index: -1, count: 2 }, { index: 3, count: 1 }], negative: [{ index: 0, count: 1 }] };
const trace = { trace_id: '4bf9' };

/** What only collectors can yield, or parsers: times, exemplars, native buckets, gauge histograms, unknown types. */
export const rareFamilies: readonly CollectedFamily[] = [
  {
    name: 'calls_total', help: 'Calls.', type: 'counter',
    series: [
      { labels: { of: 'all' }, value: 7, created: 1_700_000_000.25, timestamp: 1_700_000_060.5, exemplars: [{ labels: trace, value: 1, timestamp: 1_700_000_059 }] },
      { labels: { of: 'some' }, value: 1, exemplars: [{ labels: {}, value: 0.5 }] },
    ],
  },
  {
    name: 'native_seconds', help: 'Native and classic.', type: 'histogram', unit: 'seconds',
    series: [{
      sum: 4.5, created: 1_700_000_000, buckets: [{ le: 1, count: 5 }, { le: Infinity, count: 7 }], native,
      exemplars: [{ labels: trace, value: 0.9, timestamp: 1_700_000_001 }, { labels: trace, value: 2, timestamp: 1_700_000_002 }, { labels: { span_id: 'a "b"\n' }, value: 3, timestamp: 1_700_000_003.5 }],
    }],
  },
  {
    name: 'only_native', help: 'Native alone.', type: 'histogram',
    series: [
      { labels: { x: '1' }, sum: 4.5, count: 7, native, exemplars: [{ labels: trace, value: 2, timestamp: 1_700_000_002 }, { labels: trace, value: 0.9, timestamp: 1_700_000_001 }] },
      { labels: { x: '2' }, sum: 0, count: 0, native: { schema: 8, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [] } },
    ],
  },
  { name: 'waiting', help: 'Waiting now.', type: 'gaugehistogram', series: [{ sum: -1.5, buckets: [{ le: -1, count: 1 }, { le: 2, count: 3 }, { le: Infinity, count: 4 }], timestamp: 1_700_000_060 }] },
  { name: 'negative', help: 'Negative sums.', type: 'histogram', series: [{ sum: -2, buckets: [{ le: 1, count: 1 }, { le: Infinity, count: 1 }] }] },
  { name: 'odd', help: 'Odd.', type: 'summary', series: [{ labels: { x: 'below' }, sum: -2, count: 3, quantiles: [{ quantile: 0.5, value: -1 }, { quantile: 1, value: 2 }], created: 1_700_000_000 }, { labels: { x: 'none' }, sum: 0, count: 0, quantiles: [{ quantile: 0.5, value: NaN }, { quantile: 1, value: NaN }] }] },
  { name: 'what', help: 'Unknown.', type: 'unknown', series: [{ value: NaN, timestamp: 1_700_000_060.0004 }] },
];

export const rare = (): Registry => registryOf(rareFamilies);

/** Names that must be quoted. */
export function quotedNames(): Registry {
  const registry = new Registry({ clock: new FakeClock(), nameValidation: 'utf8' });
  registry.counter({ name: 'http.requests', help: 'Requests.' }).inc();
  registry.gauge({ name: 'a "b"\\\n', help: 'Odd.', labelNames: ['http.route', 'plain'] }).set({ 'http.route': '/', plain: 'y' }, 1);
  registry.histogram({ name: 'größe', help: 'Größe.', buckets: [1], constLabels: { 'é': 'x' } }).observe(0.5);
  registry.stateSet({ name: 'my.door', help: 'Door.', states: ['open'], stateLabel: 'state' });
  registry.stateSet({ name: 'rule:door', help: 'Door.', states: ['open'], stateLabel: 'state' });
  registry.info({ name: 'build.it', help: 'Build.' });
  return registry;
}
