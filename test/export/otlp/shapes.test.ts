import { describe, expect, test } from 'vitest';
import { pushOtlp } from '../../../src/export/otlp/exporter.js';
import { ucumUnit } from '../../../src/export/otlp/units.js';
import type { CollectedFamily } from '../../../src/model/collected.js';
import { Registry } from '../../../src/registry/registry.js';
import { Receiver, nanos } from './receiver.js';

/** What a receiver gets of a collected family, or of what a function records. */
async function sent(family: CollectedFamily | ((registry: Registry) => void), protocol: 'http/json' | 'http/protobuf' = 'http/json'): Promise<Receiver> {
  const receiver = new Receiver();
  const registry = new Registry({ clock: receiver.clock });
  if (typeof family === 'function') family(registry);
  else registry.register({ name: 'test', collect: () => [family] });
  receiver.clock.advance(10);
  await pushOtlp(receiver.options({ registry, protocol, serviceName: 'shop', resource: { 'service.instance.id': 'one' } }));
  return receiver;
}

/** When it is sent. */
const now = 1_700_001_010;

describe('A metric as OTLP has it', () => {
  test('A whole request in JSON is spelt as the protocol wants it.', async () => {
    const receiver = await sent((registry) => registry.counter({ name: 'jobs_total', help: 'Jobs done.', labelNames: ['queue'], constLabels: { zone: 'eu' } }).inc({ queue: 'a"ü' }, 2.5));
    const point = {
      startTimeUnixNano: '1700001010000000000',
      timeUnixNano: '1700001010000000000',
      asDouble: 2.5,
      attributes: [{ key: 'zone', value: { stringValue: 'eu' } }, { key: 'queue', value: { stringValue: 'a"ü' } }],
    };
    const metric = {
      name: 'jobs_total',
      description: 'Jobs done.',
      sum: { dataPoints: [point], aggregationTemporality: 2, isMonotonic: true },
      metadata: [{ key: 'prometheus.type', value: { stringValue: 'counter' } }],
    };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }, { key: 'service.instance.id', value: { stringValue: 'one' } }] };
    expect(JSON.parse(Buffer.from(receiver.bodies[0]!).toString())).toEqual({ resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 'tallystick' }, metrics: [metric] }] }] });
    expect(receiver.headers[0]).toEqual({ 'content-type': 'application/json', 'user-agent': 'tallystick' });
    expect(receiver.urls).toEqual(['http://localhost:4318/v1/metrics']);
  });

  test.each(['http/json', 'http/protobuf'] as const)('Every kind is what the compatibility page says, in %s.', async (protocol) => {
    const receiver = await sent((registry) => {
      registry.gauge({ name: 'temperature_celsius', help: 'How warm.', unit: 'celsius' }).set(-3.5);
      registry.info({ name: 'build', help: 'What runs.', labelNames: ['version'] }).set({ version: '1' });
      registry.stateSet({ name: 'mode', help: 'How it runs.', states: ['on', 'off'], stateLabel: 'state' }).enable('on');
      const histogram = registry.histogram({ name: 'latency_seconds', help: 'How long.', unit: 'seconds', buckets: [0.1, 1] });
      for (const value of [0.05, 0.1, 0.7, 5]) histogram.observe(value);
      const summary = registry.summary({ name: 'size_bytes', help: 'How large.', unit: 'bytes', quantiles: [0, 1], maxSamples: 10 });
      for (const value of [10, 20]) summary.observe(value);
      registry.register({ name: 'others', collect: () => [{ name: 'odd', help: 'Who knows.', type: 'unknown', series: [{ value: NaN }] }] });
    }, protocol);
    expect(receiver.metric('temperature_celsius')).toMatchObject({ kind: 'gauge', unit: 'Cel', type: 'gauge', description: 'How warm.', points: [{ value: -3.5, start: 0n, time: nanos(1010) }] });
    expect(receiver.metric('odd')).toMatchObject({ kind: 'gauge', type: 'unknown', points: [{ value: NaN }] });
    expect(receiver.metric('build_info')).toMatchObject({ kind: 'sum', isMonotonic: false, temporality: 2, type: 'info', points: [{ value: 1, attributes: { version: '1' } }] });
    expect(receiver.metric('mode')).toMatchObject({ kind: 'sum', isMonotonic: false, temporality: 2, type: 'stateset', points: [{ value: 1, attributes: { state: 'on' } }, { value: 0, attributes: { state: 'off' } }] });
    expect(receiver.metric('latency_seconds')).toMatchObject({ kind: 'histogram', unit: 's', temporality: 2, type: 'histogram', points: [{ count: 4n, sum: 5.85, bucketCounts: [2n, 1n, 1n], explicitBounds: [0.1, 1] }] });
    expect(receiver.metric('size_bytes')).toMatchObject({ kind: 'summary', unit: 'By', type: 'summary', points: [{ count: 2n, sum: 30, quantiles: { 0: 10, 1: 20 } }] });
  });

  test('Native buckets become an exponential histogram, dense, one place lower, whatever classic ones there are.', async () => {
    const native = { schema: 3, zeroThreshold: 0.001, zeroCount: 1, positive: [{ index: -2, count: 2 }, { index: 1, count: 4 }], negative: [{ index: 7, count: 2 }] };
    const receiver = await sent({ name: 'n_seconds', help: 'N.', type: 'histogram', series: [{ sum: 4, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 9 }], native }] });
    const metric = receiver.metric('n_seconds');
    expect(metric.kind).toBe('exponentialHistogram');
    expect(metric.points[0]).toMatchObject({ count: 9n, scale: 3, zeroCount: 1n, zeroThreshold: 0.001, positive: { offset: -3, bucketCounts: [2n, 0n, 0n, 4n] }, negative: { offset: 6, bucketCounts: [2n] } });
    // Something was negative: the sum need not rise.
    expect(metric.points[0]!.sum).toBeUndefined();
  });

  test('Native buckets that lie far apart are made coarser until they are few enough.', async () => {
    const native = { schema: 8, zeroThreshold: 0, zeroCount: 0, positive: [{ index: -200_001, count: 1 }, { index: 1, count: 1 }, { index: 200_000, count: 1 }], negative: [] };
    const receiver = await sent({ name: 'n', help: 'N.', type: 'histogram', series: [{ sum: 4, count: 3, native }] });
    const [point] = receiver.points('n');
    // Index i at schema 8 is ceil(i / 256) at schema 0.
    expect(point).toMatchObject({ scale: 0, sum: 4, positive: { offset: -782 } });
    expect(point!.positive.bucketCounts.flatMap((count, i) => (count > 0n ? [i - 782 + 1] : []))).toEqual([-781, 1, 782]);
  });

  test('A sum is left out where bounds are negative, and an infinite one is sent.', async () => {
    const receiver = await sent((registry) => {
      registry.histogram({ name: 'a', help: 'A.', buckets: [-1, 1] }).observe(-5);
      registry.histogram({ name: 'b', help: 'B.', buckets: [1] }).observe(Infinity);
    });
    expect(receiver.points('a')[0]!.sum).toBeUndefined();
    expect(receiver.points('b')[0]).toMatchObject({ sum: Infinity, count: 1n, bucketCounts: [0n, 1n] });
  });

  test('Counts that are no whole numbers are rounded, and still add up.', async () => {
    const receiver = await sent({ name: 'f', help: 'F.', type: 'histogram', series: [{ sum: 1, buckets: [{ le: 1, count: 0.5 }, { le: 2, count: 1 }, { le: Infinity, count: 3.4 }] }] });
    expect(receiver.points('f')[0]).toMatchObject({ count: 4n, bucketCounts: [1n, 1n, 2n] });
  });

  test('Exemplars carry their trace, and other labels as attributes.', async () => {
    const exemplars = [
      { labels: { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7', user: 'ü' }, value: 0.5, timestamp: now - 1 },
      { labels: { trace_id: '00000000000000000000000000000000', span_id: 'xyz' }, value: 3 },
    ];
    const receiver = await sent({ name: 'h', help: 'H.', type: 'histogram', series: [{ sum: 1, buckets: [{ le: 1, count: 1 }, { le: Infinity, count: 2 }], exemplars }] });
    expect(receiver.points('h')[0]!.exemplars).toEqual([
      { value: 0.5, time: nanos(1009), traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', attributes: { user: 'ü' } },
      { value: 3, time: nanos(1010), traceId: '', spanId: '', attributes: { trace_id: '00000000000000000000000000000000', span_id: 'xyz' } },
    ]);
  });

  test('Exemplars of counters and of native buckets are sent as well.', async () => {
    const exemplars = [{ labels: { a: 'b' }, value: 1, timestamp: now }];
    const counter = await sent({ name: 'c_total', help: 'C.', type: 'counter', series: [{ value: 3, exemplars }] });
    expect(counter.points('c_total')[0]!.exemplars).toHaveLength(1);
    const native = await sent({ name: 'n', help: 'N.', type: 'histogram', series: [{ sum: 1, count: 1, exemplars, native: { schema: 0, zeroThreshold: 0, zeroCount: 1, positive: [], negative: [] } }] });
    expect(native.points('n')[0]!.exemplars).toHaveLength(1);
  });

  test('Created times are start times, and samples keep the time they carry.', async () => {
    const receiver = await sent({ name: 'c_total', help: 'C.', type: 'counter', series: [{ value: 3, created: now - 600, timestamp: now - 5 }] });
    expect(receiver.points('c_total')[0]).toMatchObject({ start: nanos(1010 - 600), time: nanos(1005) });
  });

  test('A created time after the sample, as of a clock that was set back, does not make it start after its end.', async () => {
    const receiver = await sent({ name: 'c_total', help: 'C.', type: 'counter', series: [{ value: 3, created: now + 600 }] });
    expect(receiver.points('c_total')[0]).toMatchObject({ start: nanos(1010), time: nanos(1010) });
  });

  test('An empty label value is no attribute, as it is no label in Prometheus.', async () => {
    const receiver = await sent({ name: 'g', help: 'G.', type: 'gauge', series: [{ labels: { a: '', b: 'x' }, value: 1 }] });
    expect(receiver.points('g')[0]!.attributes).toEqual({ b: 'x' });
  });

  test('A negative quantile is left out, that of an empty window is not.', async () => {
    const quantiles = [{ quantile: 0.1, value: -1 }, { quantile: 0.5, value: 0 }, { quantile: 0.9, value: NaN }];
    const receiver = await sent({ name: 's', help: 'S.', type: 'summary', series: [{ count: 2, sum: 1, quantiles }] });
    expect(receiver.points('s')[0]!.quantiles).toEqual({ 0.5: 0, 0.9: NaN });
  });

  test('The facts of a target are attributes of the resource, unless something else is said there.', async () => {
    const receiver = await sent((registry) => {
      registry.info({ name: 'target', help: 'Where.', labelNames: ['zone', 'service.name'], nameValidation: 'utf8' }).set({ zone: 'eu', 'service.name': 'other' });
      registry.gauge({ name: 'g', help: 'G.' }).set(1);
    });
    expect(receiver.requests[0]).toMatchObject({ resource: { 'service.name': 'shop', zone: 'eu' }, metrics: [{ name: 'g' }] });
  });

  test('A gauge histogram is left out with a warning, as OTLP has none; where there is nothing else nothing is sent.', async () => {
    const receiver = new Receiver();
    const said: string[] = [];
    const registry = new Registry({ onFault: (message) => said.push(message) });
    registry.register({ name: 'test', collect: () => [{ name: 'gh', help: 'G.', type: 'gaugehistogram', series: [{ sum: 1, buckets: [{ le: Infinity, count: 2 }] }] }] });
    await pushOtlp(receiver.options({ registry }));
    expect(receiver.bodies).toEqual([]);
    expect(said).toEqual(['tallystick: gauge histogram "gh" is not sent: OTLP has no such metrics (this is said once)']);
  });

  test('A family that cannot be read costs itself only, and is said.', async () => {
    const receiver = new Receiver();
    const said: string[] = [];
    const registry = new Registry({ onFault: (message) => said.push(message) });
    registry.counter({ name: 'a_total', help: 'A.' }).inc();
    const summary = registry.summary({ name: 'b', help: 'B.', quantiles: [0.5] });
    const view = summary.view();
    view.cursor = () => {
      const cursor = Object.getPrototypeOf(view).cursor.call(view) as ReturnType<typeof view.cursor>;
      cursor.next = () => {
        throw new Error('broken');
      };
      return cursor;
    };
    summary.view = () => view;
    await pushOtlp(receiver.options({ registry }));
    expect(receiver.requests[0]!.metrics.map(({ name }) => name)).toEqual(['a_total']);
    expect(said).toEqual(['tallystick: "b" failed (this is said once)']);
  });
});

describe('A unit', () => {
  test.each([
    ['seconds', 's'], ['bytes', 'By'], ['ratio', '1'], ['celsius', 'Cel'], ['percent', '%'], ['milliseconds', 'ms'], ['bytes_per_second', 'By/s'], ['requests_per_minute', 'requests/min'],
    ['joules_per_kilograms', 'J/kg'], ['requests', 'requests'], ['constructor', 'constructor'], ['_per_second', '_per_second'],
  ])('%s is spelt %s.', (prometheus, ucum) => {
    expect(ucumUnit(prometheus)).toBe(ucum);
  });
});
