import { describe, expect, test } from 'vitest';
import { StatsdEncoder } from '../../../src/export/statsd/encoder.js';
import { type StatsdOptions, statsdSettings } from '../../../src/export/statsd/options.js';
import { packetOf } from '../../../src/export/statsd/packer.js';
import { type CollectedFamily, Registry, TallystickError } from '../../../src/index.js';

/** Encodes a registry again and again; gives the packets of a collection. */
function encoding(registry: Registry, options: StatsdOptions = {}): () => string[] {
  const encoder = new StatsdEncoder(statsdSettings(options), (name) => tooLong.push(name));
  return () => {
    const payloads = [...encoder.encode(registry.collectSync())];
    return payloads.flatMap((payload) => (payload?.ends ?? []).map((_, place) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(packetOf(payload!, place))));
  };
}

const tooLong: string[] = [];
const help = 'Help.';
const lines = (packets: readonly string[]): string[] => packets.flatMap((packet) => packet.split('\n'));

describe('lines of counters', () => {
  test('A counter is sent as what it has risen by since the last push, and not at all when it has not.', () => {
    const registry = new Registry();
    const jobs = registry.counter({ name: 'jobs_total', help, labelNames: ['queue'] });
    const encode = encoding(registry);
    expect(encode()).toEqual([]);
    jobs.inc({ queue: 'mail' }, 3);
    expect(encode()).toEqual(['jobs_total.queue.mail:3|c']);
    expect(encode()).toEqual([]);
    jobs.inc({ queue: 'mail' }, 0.5);
    jobs.inc({ queue: 'web' });
    expect(encode()).toEqual(['jobs_total.queue.mail:0.5|c\njobs_total.queue.web:1|c']);
  });

  test('A counter that was reset, or whose series was made again, has risen from 0.', () => {
    const registry = new Registry({ created: true });
    const jobs = registry.counter({ name: 'jobs_total', help });
    const perQueue = registry.counter({ name: 'queued_total', help, labelNames: ['queue'], created: false });
    const encode = encoding(registry);
    jobs.inc(5);
    perQueue.inc({ queue: 'a' }, 5);
    encode();
    jobs.reset();
    jobs.inc(2);
    perQueue.remove({ queue: 'a' });
    perQueue.inc({ queue: 'a' }, 1);
    expect(lines(encode())).toEqual(['jobs_total:2|c', 'queued_total.queue.a:1|c']);
    perQueue.remove({ queue: 'a' });
    expect(encode()).toEqual([]);
    perQueue.inc({ queue: 'a' }, 7);
    expect(lines(encode())).toEqual(['queued_total.queue.a:7|c']);
  });

  test('A reset that is overtaken by what came after shows where series keep their time of creation.', () => {
    let wall = 1_700_000_000;
    const registry = new Registry({ created: true, clock: { monotonicSeconds: () => wall, wallSeconds: () => wall } });
    const jobs = registry.counter({ name: 'jobs_total', help });
    const encode = encoding(registry);
    jobs.inc(5);
    encode();
    wall += 1;
    jobs.reset();
    jobs.inc(8);
    expect(encode()).toEqual(['jobs_total:8|c']);
  });

  test('A family that a failing collector leaves out for a while is not counted twice.', () => {
    const registry = new Registry({ onFault: () => {} });
    let value = 100;
    let fails = false;
    registry.register({ name: 'c', collect: (): CollectedFamily[] => {
      if (fails) throw new Error('no');
      return [{ name: 'seen_total', help, type: 'counter', series: [{ labels: {}, value }] }];
    } });
    const encode = encoding(registry);
    expect(encode()).toEqual(['seen_total:100|c']);
    fails = true;
    encode();
    fails = false;
    value = 101;
    expect(lines(encode())).toContain('seen_total:1|c');
  });

  test('Numbers that StatsD does not know are left out.', () => {
    const registry = new Registry();
    registry.counter({ name: 'infinite_total', help }).inc(Infinity);
    for (const [name, value] of [['nan', NaN], ['plus', Infinity], ['minus', -Infinity]] as const) registry.gauge({ name, help }).set(value);
    registry.summary({ name: 'empty', help, quantiles: [0.5] });
    const encode = encoding(registry);
    expect(encode()).toEqual([]);
    expect(encode()).toEqual([]);
  });
});

describe('lines of gauges', () => {
  test('A gauge is sent each time; a negative one after 0 in the same packet, as its sign would change it by so much.', () => {
    const registry = new Registry();
    const gauge = registry.gauge({ name: 'degrees', help });
    const encode = encoding(registry);
    gauge.set(-5.5);
    expect(encode()).toEqual(['degrees:0|g\ndegrees:-5.5|g']);
    gauge.set(-0);
    expect(encode()).toEqual(['degrees:0|g']);
    gauge.set(1e21);
    expect(encode()).toEqual(['degrees:1e+21|g']);
    expect(encode()).toEqual(['degrees:1e+21|g']);
  });

  test('Info, state sets, and what has no type are gauges.', () => {
    const registry = new Registry();
    registry.info({ name: 'build', help, labelNames: ['version'] }).set({ version: '1.2' });
    registry.stateSet({ name: 'door', help, states: ['open', 'shut'], stateLabel: 'is' }).set('shut');
    registry.register({ name: 'c', collect: () => [{ name: 'thing', help, type: 'unknown', series: [{ labels: {}, value: 2 }] }] });
    expect(lines(encoding(registry)())).toEqual(['build_info.version.1_2:1|g', 'door.is.open:0|g', 'door.is.shut:1|g', 'thing:2|g']);
  });
});

describe('lines of distributions', () => {
  function latencies(): Registry {
    const registry = new Registry();
    const latency = registry.histogram({ name: 'latency_seconds', help, buckets: [0.1, 1] });
    for (const seconds of [0.05, 0.5, 0.5, 3]) latency.observe(seconds);
    return registry;
  }

  test.each([
    ['sum-count', ['latency_seconds_count:4|c', 'latency_seconds_sum:4.05|c']],
    ['buckets', ['latency_seconds_bucket.le.0_1:1|c', 'latency_seconds_bucket.le.1:3|c', 'latency_seconds_bucket.le._Inf:4|c', 'latency_seconds_count:4|c', 'latency_seconds_sum:4.05|c']],
    ['timings', ['latency_seconds:50|ms', 'latency_seconds:550|ms|@0.5', 'latency_seconds:1000|ms']],
    ['off', []],
  ] as const)('A histogram as %s.', (histograms, expected) => {
    const registry = latencies();
    const encode = encoding(registry, { histograms });
    expect(lines(encode())).toEqual(expected);
    expect(encode()).toEqual([]);
    (registry.get('latency_seconds') as unknown as { observe(value: number): void }).observe(-2);
    if (histograms === 'sum-count') expect(lines(encode())).toEqual(['latency_seconds_count:1|c', 'latency_seconds_sum:-2|c']);
  });

  test('DogStatsD has histograms of its own, in the unit of the metric.', () => {
    expect(lines(encoding(latencies(), { dialect: 'dogstatsd', histograms: 'timings', tags: { env: 'a' } })())).toEqual(['latency_seconds:0.05|h|#env:a', 'latency_seconds:0.55|h|@0.5|#env:a', 'latency_seconds:1|h|#env:a']);
  });

  test('A summary is its count and sum, and its quantiles as gauges.', () => {
    const registry = new Registry();
    const sizes = registry.summary({ name: 'size', help, quantiles: [0.5], maxSamples: 10 });
    sizes.observe(4);
    const encode = encoding(registry, { dialect: 'dogstatsd' });
    expect(lines(encode())).toEqual(['size_count:1|c', 'size_sum:4|c', 'size:4|g|#quantile:0.5']);
    expect(lines(encode())).toEqual(['size:4|g|#quantile:0.5']);
  });

  test('A distribution of this moment is gauges.', () => {
    const registry = new Registry();
    registry.register({ name: 'c', collect: () => [{ name: 'ages', help, type: 'gaugehistogram', series: [{ labels: {}, sum: -4, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 3 }] }] }] });
    expect(lines(encoding(registry)())).toEqual(['ages_gcount:3|g', 'ages_gsum:0|g', 'ages_gsum:-4|g']);
    expect(lines(encoding(registry, { histograms: 'buckets' })())).toEqual(['ages_bucket.le.1:2|g', 'ages_bucket.le._Inf:3|g', 'ages_gcount:3|g', 'ages_gsum:0|g', 'ages_gsum:-4|g']);
    expect(encoding(registry, { histograms: 'off' })()).toEqual([]);
  });
});

describe('names, labels and packets', () => {
  function odd(): Registry {
    const registry = new Registry({ nameValidation: 'utf8' });
    registry.counter({ name: 'a:b|c@d#e ü', help, labelNames: ['route', 'empty'], constLabels: { zone: 'x' } }).inc({ route: '/a.b|c:d,e#f\n@ü', empty: '' });
    return registry;
  }

  test('What is syntax is replaced, in names, labels and tags.', () => {
    expect(encoding(odd(), { prefix: 'shop.' })()).toEqual(['shop.a_b_c_d_e__.zone.x.route._a_b_c_d_e_f___.empty._:1|c']);
    expect(encoding(odd(), { labels: 'values' })()).toEqual(['a_b_c_d_e__.x._a_b_c_d_e_f___._:1|c']);
    expect(encoding(odd(), { dialect: 'dogstatsd' })()).toEqual(['a_b_c_d_e__:1|c|#zone:x,route:/a.b_c:d_e_f__ü']);
  });

  test('Lines are packed below the limit in bytes; one that fits nowhere is left out and told of, and what belongs together stays so.', () => {
    const registry = new Registry();
    const gauge = registry.gauge({ name: 'g', help, labelNames: ['l'] });
    for (let i = 0; i < 40; i++) gauge.set({ l: `ü${i}` }, -i);
    gauge.set({ l: 'ü'.repeat(40) }, 1);
    const packets = encoding(registry, { dialect: 'dogstatsd', maxPacketBytes: 64 })();
    for (const packet of packets) {
      expect(Buffer.byteLength(packet)).toBeLessThanOrEqual(64);
      expect(packet.split('\n').filter((line) => line.includes(':-')).length).toBe(packet.split('\n').filter((line) => line.startsWith('g:0') && !line.endsWith('ü0')).length);
    }
    expect(lines(packets)).toHaveLength(79);
    expect(tooLong).toEqual(['g']);
    expect(encoding(registry, { dialect: 'dogstatsd' })()).toHaveLength(1);
  });
});

describe('options', () => {
  test.each([
    [{ dialect: 'other' as never }, 'statsd: dialect is "other"; the choices are "statsd", "dogstatsd"'],
    [{ protocol: 'unix' as never }, 'statsd: protocol is "unix"'],
    [{ protocol: 'unix-stream' }, 'statsd: path is undefined; give the path of the socket'],
    [{ path: '/x' }, 'statsd: path is "/x"; udp has none'],
    [{ protocol: 'unix-datagram', path: '/x' }, 'Node.js has no Unix datagrams of its own'],
    [{ createSocket: () => ({}) as never }, 'only the protocol "unix-datagram" takes one'],
    [{ host: 'a b' }, 'statsd: host is "a b"'],
    [{ port: 0 }, 'statsd: port is 0'],
    [{ prefix: 'a:b' }, 'statsd: prefix is "a:b"'],
    [{ tags: { a: 'b' } }, 'plain StatsD has no tags; give a prefix, or the dialect "dogstatsd"'],
    [{ dialect: 'dogstatsd', tags: { a: {} as never } }, 'statsd: tag "a" is {}'],
    [{ dialect: 'dogstatsd', tags: [] as never }, 'statsd: tags is []'],
    [{ labels: 'off' as never }, 'statsd: labels is "off"'],
    [{ histograms: 'all' as never }, 'statsd: histograms is "all"'],
    [{ maxPacketBytes: 63 }, 'statsd: maxPacketBytes is 63'],
    [{ sampleRate: 1 } as never, 'statsd: unknown option "sampleRate"'],
  ] as [StatsdOptions, string][])('Bad ones are refused: %j.', (options, text) => {
    expect(() => statsdSettings(options)).toThrow(TallystickError);
    expect(() => statsdSettings(options)).toThrow(text);
  });
});
