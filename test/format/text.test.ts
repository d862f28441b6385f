import { describe, expect, it } from 'vitest';
import { toBytes, toText } from '../../src/format/expose.js';
import { escapeHelp, escapeLabelValue } from '../../src/format/escape.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';
import { registryOf } from '../support/families.js';
import { quotedNames, rare } from '../support/showcase.js';

function shown(fill: (registry: Registry) => void): string {
  const registry = new Registry({ clock: new FakeClock() });
  fill(registry);
  return toText(registry);
}

describe('the text format', () => {
  it('shows nothing of an empty registry', () => {
    expect(shown(() => {})).toBe('');
  });

  it('shows a counter with its series in the order of their creation', () => {
    expect(
      shown((registry) => {
        const requests = registry.counter({ name: 'http_requests_total', help: 'HTTP requests served.', labelNames: ['method', 'status'] });
        requests.inc({ method: 'POST', status: '500' });
        requests.inc({ method: 'GET', status: '200' }, 2.5);
        requests.inc({ method: 'POST', status: '500' }, 2 ** 40);
      }),
    ).toBe(`# HELP http_requests_total HTTP requests served.
# TYPE http_requests_total counter
http_requests_total{method="POST",status="500"} 1099511627777
http_requests_total{method="GET",status="200"} 2.5
`);
  });

  it('shows gauges of all values', () => {
    expect(
      shown((registry) => {
        const gauge = registry.gauge({ name: 'g', help: 'G.', labelNames: ['of'] });
        for (const value of [-1.5, NaN, Infinity, -Infinity, -0, 1e-7, 1e21]) gauge.set({ of: String(value) }, value);
        registry.gauge({ name: 'alone', help: 'Without labels.' });
      }),
    ).toBe(`# HELP alone Without labels.
# TYPE alone gauge
alone 0
# HELP g G.
# TYPE g gauge
g{of="-1.5"} -1.5
g{of="NaN"} NaN
g{of="Infinity"} +Inf
g{of="-Infinity"} -Inf
g{of="0"} 0
g{of="1e-7"} 1e-7
g{of="1e+21"} 1e+21
`);
  });

  it('shows a histogram with cumulative buckets, canonical bounds, sum and count', () => {
    expect(
      shown((registry) => {
        const sizes = registry.histogram({ name: 'size_bytes', help: 'Sizes.', unit: 'bytes', labelNames: ['kind'], buckets: [0.00001, 0.5, 1000000, 2.5e9] });
        for (const value of [0.1, 0.2, 0.5, 0.6, 1e6, 1e10]) sizes.observe({ kind: 'a' }, value);
        sizes.labels('b');
      }),
    ).toBe(`# HELP size_bytes Sizes.
# TYPE size_bytes histogram
size_bytes_bucket{kind="a",le="1e-05"} 0
size_bytes_bucket{kind="a",le="0.5"} 3
size_bytes_bucket{kind="a",le="1e+06"} 5
size_bytes_bucket{kind="a",le="2.5e+09"} 5
size_bytes_bucket{kind="a",le="+Inf"} 6
size_bytes_sum{kind="a"} 10001000001.4
size_bytes_count{kind="a"} 6
size_bytes_bucket{kind="b",le="1e-05"} 0
size_bytes_bucket{kind="b",le="0.5"} 0
size_bytes_bucket{kind="b",le="1e+06"} 0
size_bytes_bucket{kind="b",le="2.5e+09"} 0
size_bytes_bucket{kind="b",le="+Inf"} 0
size_bytes_sum{kind="b"} 0
size_bytes_count{kind="b"} 0
`);
  });

  it('shows a summary with its quantiles, and NaN for those of no observation', () => {
    expect(
      shown((registry) => {
        const latency = registry.summary({ name: 'latency_seconds', help: 'L.', labelNames: ['m'], quantiles: [0.5, 1], maxSamples: 100 });
        for (const value of [3, 1, 2]) latency.observe({ m: 'x' }, value);
        latency.labels('empty');
        registry.summary({ name: 'plain', help: 'P.', quantiles: [] }).observe(4);
      }),
    ).toBe(`# HELP latency_seconds L.
# TYPE latency_seconds summary
latency_seconds{m="x",quantile="0.5"} 2
latency_seconds{m="x",quantile="1"} 3
latency_seconds_sum{m="x"} 6
latency_seconds_count{m="x"} 3
latency_seconds{m="empty",quantile="0.5"} NaN
latency_seconds{m="empty",quantile="1"} NaN
latency_seconds_sum{m="empty"} 0
latency_seconds_count{m="empty"} 0
# HELP plain P.
# TYPE plain summary
plain_sum 4
plain_count 1
`);
  });

  it('shows info and state sets as gauges', () => {
    expect(
      shown((registry) => {
        registry.info({ name: 'build', help: 'Build.', labelNames: ['version'] }).set({ version: '1.4.0' });
        registry.info({ name: 'named_info', help: 'Named.' });
        const state = registry.stateSet({ name: 'breaker', help: 'State.', states: ['open', 'half "open"'], labelNames: ['component'] });
        state.set({ component: 'billing' }, 'half "open"');
      }),
    ).toBe(`# HELP breaker State.
# TYPE breaker gauge
breaker{component="billing",breaker="open"} 0
breaker{component="billing",breaker="half \\"open\\""} 1
# HELP build_info Build.
# TYPE build_info gauge
build_info{version="1.4.0"} 1
# HELP named_info Named.
# TYPE named_info gauge
named_info 1
`);
  });

  it('calls a type it does not know untyped', () => {
    expect(
      shown((registry) => registry.register({ name: 'c', collect: () => [{ name: 'what', help: 'Unknown.', type: 'unknown', series: [{ labels: { a: 1 }, value: 7 }] }] })),
    ).toBe('# HELP what Unknown.\n# TYPE what untyped\nwhat{a="1"} 7\n');
  });

  it('shows only HELP and TYPE of a family without series', () => {
    expect(shown((registry) => void registry.counter({ name: 'none_total', help: 'None yet.', labelNames: ['a'] }))).toBe('# HELP none_total None yet.\n# TYPE none_total counter\n');
  });

  it('puts constant labels before the others, and the bound last', () => {
    expect(
      shown((registry) => {
        registry.counter({ name: 'c_total', help: 'C.', constLabels: { zone: 'a"b\\c\nd' } }).inc();
        registry.histogram({ name: 'h', help: 'H.', constLabels: { zone: 1 }, labelNames: ['x'], buckets: [1] }).observe({ x: 'y' }, 1);
      }),
    ).toBe(`# HELP c_total C.
# TYPE c_total counter
c_total{zone="a\\"b\\\\c\\nd"} 1
# HELP h H.
# TYPE h histogram
h_bucket{zone="1",x="y",le="1"} 1
h_bucket{zone="1",x="y",le="+Inf"} 1
h_sum{zone="1",x="y"} 1
h_count{zone="1",x="y"} 1
`);
  });

  it('escapes what HELP and label values must have escaped, and nothing else', () => {
    expect(
      shown((registry) => registry.gauge({ name: 'g', help: 'a "quoted" \\ help\nin two lines\r', labelNames: ['v'] }).set({ v: 'a "quoted" \\ value\nin two lines\r\t\0é😀\uFEFF' }, 1)),
    ).toBe('# HELP g a "quoted" \\\\ help\\nin two lines\uFFFD\n# TYPE g gauge\ng{v="a \\"quoted\\" \\\\ value\\nin two lines\uFFFD\t\0é😀\uFEFF"} 1\n');
    expect([escapeHelp('"\\\n'), escapeLabelValue('"\\\n')]).toEqual(['"\\\\\\n', '\\"\\\\\\n']);
  });

  it('is the same in bytes and as a string', () => {
    const registry = new Registry();
    registry.gauge({ name: 'g', help: '\uFEFFé😀', labelNames: ['v'] }).set({ v: '\uFEFFé😀\uD800' }, 1);
    expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(toBytes(registry))).toBe(toText(registry));
    expect(toText(registry)).toContain('g{v="\uFEFFé😀\uFFFD"} 1');
  });

  it('shows times in whole milliseconds, and neither exemplars, created times, units nor native buckets', () => {
    expect(toText(rare())).toBe(String.raw`# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{of="all"} 7 1700000060500
calls_total{of="some"} 1
# HELP native_seconds Native and classic.
# TYPE native_seconds histogram
native_seconds_bucket{le="1"} 5
native_seconds_bucket{le="+Inf"} 7
native_seconds_sum 4.5
native_seconds_count 7
# HELP negative Negative sums.
# TYPE negative histogram
negative_bucket{le="1"} 1
negative_bucket{le="+Inf"} 1
negative_sum -2
negative_count 1
# HELP odd Odd.
# TYPE odd summary
odd{x="below",quantile="0.5"} -1
odd{x="below",quantile="1"} 2
odd_sum{x="below"} -2
odd_count{x="below"} 3
odd{x="none",quantile="0.5"} NaN
odd{x="none",quantile="1"} NaN
odd_sum{x="none"} 0
odd_count{x="none"} 0
# HELP only_native Native alone.
# TYPE only_native histogram
only_native_bucket{x="1",le="+Inf"} 7
only_native_sum{x="1"} 4.5
only_native_count{x="1"} 7
only_native_bucket{x="2",le="+Inf"} 0
only_native_sum{x="2"} 0
only_native_count{x="2"} 0
# HELP waiting Waiting now.
# TYPE waiting histogram
waiting_bucket{le="-1"} 1 1700000060000
waiting_bucket{le="2"} 3 1700000060000
waiting_bucket{le="+Inf"} 4 1700000060000
waiting_sum -1.5 1700000060000
waiting_count 4 1700000060000
# HELP what Unknown.
# TYPE what untyped
what NaN 1700000060000
`);
  });

  it('writes the first and the last time there is in digits, and refuses those beyond', () => {
    const at = (timestamp: number): string => toText(registryOf([{ name: 'g', help: 'G.', type: 'gauge', series: [{ value: 1, timestamp }] }])).split('\n')[2]!;
    expect([-62_135_596_800, -0.0004, 253_402_300_799.999].map(at)).toEqual(['g 1 -62135596800000', 'g 1 0', 'g 1 253402300799999']);
    for (const timestamp of [-62_135_596_801, 253_402_300_800, 1.7e12, Infinity]) expect(at(timestamp)).toMatch(/^tallystick_collector_errors_total/);
  });

  it('quotes names that must be, in version 1.0.0', () => {
    expect(toText(quotedNames(), { format: 'text-1.0.0' })).toBe(String.raw`# HELP "a \"b\"\\\n" Odd.
# TYPE "a \"b\"\\\n" gauge
{"a \"b\"\\\n","http.route"="/",plain="y"} 1
# HELP "build.it_info" Build.
# TYPE "build.it_info" gauge
{"build.it_info"} 1
# HELP "größe" Größe.
# TYPE "größe" histogram
{"größe_bucket","é"="x",le="1"} 1
{"größe_bucket","é"="x",le="+Inf"} 1
{"größe_sum","é"="x"} 0.5
{"größe_count","é"="x"} 1
# HELP "http.requests" Requests.
# TYPE "http.requests" counter
{"http.requests"} 1
# HELP "my.door" Door.
# TYPE "my.door" gauge
{"my.door",state="open"} 1
# HELP rule:door Door.
# TYPE rule:door gauge
rule:door{state="open"} 1
`);
  });

  it('loses no byte at whatever length the buffer has to grow', () => {
    for (let length = 0; length < 300; length++) {
      const registry = new Registry();
      const gauge = registry.gauge({ name: 'g', help: 'G.', labelNames: ['v'] });
      const values = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(40 + length, 'x'));
      for (const v of values) gauge.set({ v }, -1.2345678901234567e-6);
      const expected = values.map((v) => `g{v="${v}"} -0.0000012345678901234567\n`).join('');
      expect(toText(registry)).toBe(`# HELP g G.\n# TYPE g gauge\n${expected}`);
    }
  });
});
