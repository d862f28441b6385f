import { beforeEach, describe, expect, it } from 'vitest';
import { Counter, Gauge, Histogram, Registry } from '../../../src/index.js';
import type { CollectedFamily, CollectedSeries } from '../../../src/model/collected.js';
import { type EncoderOptions, RequestEncoder } from '../../../src/export/remote-write/request-encoder.js';
import { FakeClock } from '../../support/fake-clock.js';
import { type ReadRequest, type ReadSeries, readRequest, staleBits, valuesOf } from '../../support/remote-write-reader.js';

const defaults: EncoderOptions = { externalLabels: [], escaping: 'underscores', nativeHistograms: true, staleMarkers: true, maxSamplesPerRequest: 10_000, maxRequestBytes: 1e9 };
const now = 1_700_000_000;
let clock: FakeClock;
let registry: Registry;

beforeEach(() => {
  clock = new FakeClock(0, now);
  registry = new Registry({ clock, created: true, nameValidation: 'utf8' });
});

const encoderWith = (options: Partial<EncoderOptions> = {}): RequestEncoder => new RequestEncoder({ ...defaults, ...options }, registry);

/** One push, which must be one request. */
async function push(encoder: RequestEncoder, version: '1.0' | '2.0' = '1.0', seconds = clock.wallSeconds()): Promise<ReadRequest> {
  const payloads = [...encoder.encode(await registry.collect(), seconds, version)];
  expect(payloads).toHaveLength(1);
  return readRequest(payloads[0]!.bytes, version);
}

const called = ({ series }: ReadRequest, name: string): readonly ReadSeries[] => series.filter(({ labels }) => labels['__name__'] === name);

/** A collector of one family, whose series may be changed. */
function collecting(family: Omit<CollectedFamily, 'series'>, series: CollectedSeries[]): { readonly series: CollectedSeries[] } {
  const given = { series };
  registry.register({ name: family.name, collect: () => [{ ...family, series: given.series }] });
  return given;
}

const native = { schema: 3, zeroThreshold: 0.001, zeroCount: 1, positive: [{ index: -2, count: 2 }, { index: -1, count: 5 }, { index: 4, count: 1 }], negative: [{ index: 0, count: 3 }] };

describe('labels', () => {
  it('are sorted, have none without a value, and external ones give way to the series own', async () => {
    new Gauge({ name: 'temperature', help: 'T.', labelNames: ['zone', 'Area', 'unset'], constLabels: { job: 'own', empty: '' }, registry }).set({ zone: 'z', Area: 'ä\n"\\', unset: '' }, 1);
    const { series } = await push(encoderWith({ externalLabels: [['job', 'external'], ['instance', 'i'], ['none', '']] }));
    expect(Object.entries(series[0]!.labels)).toEqual([['Area', 'ä\n"\\'], ['__name__', 'temperature'], ['instance', 'i'], ['job', 'own'], ['zone', 'z']]);
  });

  it('may be longer than one byte can say', async () => {
    const long = 'é'.repeat(70_000);
    new Gauge({ name: 'long', help: 'L.', labelNames: ['a', 'b'], limits: { labelValueBytes: 1e6 }, registry }).set({ a: long, b: 'x'.repeat(120) }, 1);
    for (const version of ['1.0', '2.0'] as const) expect((await push(encoderWith(), version)).series[0]!.labels).toEqual({ __name__: 'long', a: long, b: 'x'.repeat(120) });
  });

  it('are escaped as asked', async () => {
    new Counter({ name: 'http.requests', help: 'R.', labelNames: ['http.route'], registry }).inc({ 'http.route': '/' });
    expect((await push(encoderWith())).series[0]!.labels).toEqual({ __name__: 'http_requests_total', http_route: '/' });
    expect((await push(encoderWith({ escaping: 'allow-utf-8' }), '2.0')).series[0]!.labels).toEqual({ __name__: 'http.requests_total', 'http.route': '/' });
  });
});

describe('values', () => {
  it('never carry the bits that end a series, whatever bits their NaN has', async () => {
    const gauge = new Gauge({ name: 'g', help: 'G.', registry });
    const bits = new DataView(new ArrayBuffer(8));
    bits.setBigUint64(0, staleBits);
    gauge.set(bits.getFloat64(0));
    const [sample] = (await push(encoderWith())).series[0]!.samples;
    expect(sample!.value).toBeNaN();
    expect(sample!.bits).not.toBe(staleBits);
  });

  it('carry their own time where they have one, and are not ended', async () => {
    const given = collecting({ name: 'old', help: 'O.', type: 'gauge' }, [{ labels: { a: '1' }, value: 1, timestamp: now - 5.25 }, { labels: { a: '2' }, value: 2 }]);
    const encoder = encoderWith();
    expect((await push(encoder)).series.map(({ samples }) => samples[0]!.timestamp)).toEqual([(now - 5.25) * 1000, now * 1000]);
    given.series.splice(0);
    expect(valuesOf(await push(encoder))).toEqual({ 'old{a="2"}': 'stale' });
  });

  it('never go back in time, however the clock is set', async () => {
    new Gauge({ name: 'g', help: 'G.', registry }).set(1);
    const encoder = encoderWith();
    const times: number[] = [];
    for (const seconds of [now, now + 15, now - 3600, now - 3600, now + 15.001, now + 30]) times.push((await push(encoder, '1.0', seconds)).series[0]!.samples[0]!.timestamp - now * 1000);
    expect(times).toEqual([0, 15_000, 15_003, 15_006, 15_009, 30_000]);
  });

  it('say in version 2.0 since when they count', async () => {
    const counter = new Counter({ name: 'c_total', help: 'C.', registry });
    new Gauge({ name: 'g', help: 'G.', registry }).set(1);
    clock.advance(20);
    counter.inc();
    const { series } = await push(encoderWith(), '2.0');
    expect(series.map(({ samples }) => [samples[0]!.timestamp, samples[0]!.start])).toEqual([[(now + 20) * 1000, now * 1000], [(now + 20) * 1000, undefined]]);
    // A start that lies ahead would be none.
    expect((await push(encoderWith(), '2.0', now - 1)).series[0]!.samples[0]!.start).toBeUndefined();
  });
});

describe('families', () => {
  it('tell of themselves once a minute in version 1.0, and with each series in version 2.0', async () => {
    new Counter({ name: 'took_seconds_total', help: 'Time "taken".', unit: 'seconds', registry });
    const encoder = encoderWith();
    expect((await push(encoder)).metadata).toEqual([{ type: 1, name: 'took_seconds_total', help: 'Time "taken".', unit: 'seconds' }]);
    clock.advance(59);
    expect((await push(encoder)).metadata).toEqual([]);
    clock.advance(1);
    expect((await push(encoder)).metadata).toHaveLength(1);
    const { series, metadata } = await push(encoderWith(), '2.0');
    expect(metadata).toEqual([]);
    expect(series[0]!.metadata).toEqual({ type: 1, help: 'Time "taken".', unit: 'seconds' });
  });

  it('have series as OpenMetrics names them, and no series for times of creation', async () => {
    new Histogram({ name: 'h', help: 'H.', buckets: [1, 2.5], registry }).observe(2);
    collecting({ name: 'q', help: 'Q.', type: 'gaugehistogram' }, [{ sum: -3, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 4 }] }]);
    expect(valuesOf(await push(encoderWith()))).toEqual({
      'h_bucket{le="1.0"}': 0, 'h_bucket{le="2.5"}': 1, 'h_bucket{le="+Inf"}': 1, 'h_sum{}': 2, 'h_count{}': 1, 'q_bucket{le="1.0"}': 2, 'q_bucket{le="+Inf"}': 4, 'q_gsum{}': -3, 'q_gcount{}': 4,
    });
  });

  it('without labels end when a collector no longer has their series, and may come again', async () => {
    const given = collecting({ name: 'u', help: 'U.', type: 'gauge' }, [{ value: 1 }]);
    const encoder = encoderWith();
    await push(encoder);
    const [series] = given.series.splice(0);
    expect(valuesOf(await push(encoder))).toEqual({ 'u{}': 'stale' });
    given.series.push(series!);
    expect(valuesOf(await push(encoder))).toEqual({ 'u{}': 1 });
    given.series[0] = { labels: { a: '1' }, value: 2 };
    expect(valuesOf(await push(encoder))).toEqual({ 'u{}': 'stale', 'u{a="1"}': 2 });
  });

  it('that are described in another way end before they begin anew', async () => {
    const before = new Histogram({ name: 'h', help: 'H.', buckets: [1, 2], registry });
    before.observe(1);
    const encoder = encoderWith();
    await push(encoder);
    registry.unregister(before);
    new Histogram({ name: 'h', help: 'H.', buckets: [1, 3], registry }).observe(1);
    clock.advance(15);
    const { series } = await push(encoder);
    const times = (name: string, le: string): unknown[] => called({ series, metadata: [] }, name).filter(({ labels }) => (labels['le'] ?? '') === le).map(({ samples: [sample] }) => [sample!.bits === staleBits ? 'stale' : sample!.value, sample!.timestamp - now * 1000]);
    expect(times('h_bucket', '1.0')).toEqual([['stale', 14_999], [1, 15_000]]);
    expect(times('h_bucket', '2.0')).toEqual([['stale', 14_999]]);
    expect(times('h_bucket', '3.0')).toEqual([[1, 15_000]]);
    expect(times('h_count', '')).toEqual([['stale', 14_999], [1, 15_000]]);
  });
});

describe('native histograms', () => {
  it('are a message of their own beside the classic series', async () => {
    collecting({ name: 'n', help: 'N.', type: 'histogram' }, [{ labels: { k: 'v' }, sum: 4.5, buckets: [{ le: 1, count: 4 }, { le: Infinity, count: 12 }], native, created: now - 60 }]);
    const want = {
      countInt: 12n, sum: expect.anything() as unknown, schema: 3, zeroThreshold: 0.001, zeroCountInt: 1n, negativeSpans: [{ offset: 0, length: 1 }], negativeDeltas: [3n],
      positiveSpans: [{ offset: -2, length: 2 }, { offset: 4, length: 1 }], positiveDeltas: [2n, 3n, -4n], timestamp: BigInt(now * 1000),
    };
    const one = await push(encoderWith());
    expect(called(one, 'n')[0]!.histograms).toEqual([want]);
    expect(called(one, 'n_bucket')).toHaveLength(2);
    expect(called(await push(encoderWith(), '2.0'), 'n')[0]!.histograms).toEqual([{ ...want, startTimestamp: BigInt((now - 60) * 1000) }]);
    expect(called(await push(encoderWith({ nativeHistograms: false })), 'n')).toEqual([]);
  });

  it('are alone where there are no other buckets, and are classic where nobody wants them', async () => {
    collecting({ name: 'n', help: 'N.', type: 'histogram' }, [{ sum: 4.5, count: 12, native }]);
    expect(valuesOf(await push(encoderWith()))).toEqual({ 'n{}': 12 });
    expect(valuesOf(await push(encoderWith({ nativeHistograms: false })))).toEqual({ 'n_bucket{le="+Inf"}': 12, 'n_sum{}': 4.5, 'n_count{}': 12 });
  });

  it('that may fall are marked, and have counts that are not whole as they are', async () => {
    const fractions = { ...native, zeroCount: 0.5, positive: [{ index: 1, count: 2.5 }], negative: [] };
    const given = collecting({ name: 'n', help: 'N.', type: 'gaugehistogram' }, [{ sum: 4.5, count: 3, native: fractions }]);
    const [first] = called(await push(encoderWith()), 'n')[0]!.histograms;
    expect(first).toMatchObject({ countFloat: 3, zeroCountFloat: 0.5, positiveCounts: [2.5], positiveSpans: [{ offset: 1, length: 1 }], resetHint: 3 });
    expect(given.series).toHaveLength(1);
  });

  it('are ended by a histogram whose sum is the stale marker', async () => {
    const given = collecting({ name: 'n', help: 'N.', type: 'histogram' }, [{ labels: { k: '1' }, sum: 4.5, count: 12, native }, { labels: { k: '2' }, sum: 4.5, count: 12, native }]);
    for (const version of ['1.0', '2.0'] as const) {
      const encoder = encoderWith();
      await push(encoder, version);
      const gone = given.series.pop()!;
      expect(valuesOf(await push(encoder, version))).toEqual({ 'n{k="1"}': 12, 'n{k="2"}': 'stale' });
      given.series.push(gone);
    }
  });
});

describe('exemplars', () => {
  it('are sent once, with their bucket or counter, and those without a time never', async () => {
    const given = collecting({ name: 'c', help: 'C.', type: 'counter' }, [{ labels: { k: '1' }, value: 3, exemplars: [{ labels: { trace_id: 't', a: 'b', empty: '' }, value: 1, timestamp: now - 1.5 }] }, { labels: { k: '2' }, value: 1, exemplars: [{ labels: { trace_id: 'u' }, value: 1 }] }]);
    for (const version of ['1.0', '2.0'] as const) {
      const encoder = encoderWith();
      expect((await push(encoder, version)).series.map(({ exemplars }) => exemplars)).toEqual([[{ labels: { a: 'b', trace_id: 't' }, value: 1, timestamp: (now - 1.5) * 1000 }], []]);
      expect((await push(encoder, version)).series.map(({ exemplars }) => exemplars)).toEqual([[], []]);
    }
    expect(given.series).toHaveLength(2);
  });

  it('of native histograms stand in the order of their times', async () => {
    collecting({ name: 'n', help: 'N.', type: 'histogram' }, [{ sum: 4.5, count: 12, native, exemplars: [{ labels: {}, value: 0.5, timestamp: now }, { labels: {}, value: 1.5, timestamp: now - 3 }, { labels: {}, value: 0.1, timestamp: now - 2 }] }]);
    for (const version of ['1.0', '2.0'] as const) expect((await push(encoderWith(), version)).series[0]!.exemplars.map(({ timestamp }) => timestamp - now * 1000)).toEqual([-3000, -2000, 0]);
  });
});

describe('the farewell', () => {
  it('ends everything after the last push, and keeps nothing in mind', async () => {
    new Gauge({ name: 'g', help: 'G.', labelNames: ['a'], registry }).set({ a: '1' }, 1);
    const encoder = encoderWith();
    const last = (await push(encoder)).series[0]!.samples[0]!.timestamp;
    const [payload] = [...encoder.farewell(clock.wallSeconds(), '1.0')];
    const { series } = readRequest(payload!.bytes, '1.0');
    expect(valuesOf({ series, metadata: [] })).toEqual({ 'g{a="1"}': 'stale' });
    expect(series[0]!.samples[0]!.timestamp).toBeGreaterThan(last);
    expect([...encoder.farewell(clock.wallSeconds(), '1.0')]).toEqual([]);
  });

  it('has nothing to say where nobody wants series to be ended', async () => {
    const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['a'], registry });
    gauge.set({ a: '1' }, 1);
    const encoder = encoderWith({ staleMarkers: false });
    await push(encoder);
    gauge.clear();
    expect([...encoder.encode(await registry.collect(), now + 1, '1.0')]).toEqual([]);
    expect([...encoder.farewell(now + 2, '1.0')]).toEqual([]);
  });
});
