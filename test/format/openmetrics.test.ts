import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { formatFor } from '../../src/format/formats.js';
import { Registry } from '../../src/registry/registry.js';
import { registryOf } from '../support/families.js';
import { quotedNames, rare, showcase } from '../support/showcase.js';

const shown = (registry: Registry): string => toText(registry, { format: 'openmetrics-1.0.0', escaping: 'allow-utf-8' });

describe('OpenMetrics 1.0', () => {
  it('shows nothing but its end of an empty registry.', () => {
    expect(shown(new Registry())).toBe('# EOF\n');
  });

  it('has the content type of its version.', () => {
    expect(formatFor('openmetrics-1.0.0').contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  });

  it('shows each instrument by the name of its family, its samples with the suffixes of its type, bounds with a point.', () => {
    expect(shown(showcase())).toBe(String.raw`# TYPE build info
# HELP build Build.
build_info{version="1.4.0"} 1
# TYPE door stateset
# HELP door Door.
door{side="left",door="open"} 0
door{side="left",door="shut"} 1
# TYPE heat_celsius gauge
# UNIT heat_celsius celsius
# HELP heat_celsius Heat.
heat_celsius{zone="x"} -3.5
# TYPE jobs counter
# HELP jobs Jobs \"done\".
jobs_total{queue="a \"b\" \\ c\nd"} 3
# TYPE none gauge
# HELP none No series.
# TYPE plain counter
# HELP plain Without suffix.
plain_total 0.5
# TYPE size_bytes summary
# UNIT size_bytes bytes
# HELP size_bytes Size.
size_bytes{quantile="0.5"} 2
size_bytes{quantile="1.0"} 3
size_bytes_count 3
size_bytes_sum 6
# TYPE took_seconds histogram
# UNIT took_seconds seconds
# HELP took_seconds Time.
took_seconds_bucket{op="a",le="1e-05"} 0
took_seconds_bucket{op="a",le="0.5"} 1
took_seconds_bucket{op="a",le="1.0"} 3
took_seconds_bucket{op="a",le="1e+06"} 3
took_seconds_bucket{op="a",le="+Inf"} 4
took_seconds_count{op="a"} 4
took_seconds_sum{op="a"} 2000001.9
# EOF
`);
  });

  it('shows times in seconds, created times, and exemplars of counters and buckets; leaves out sums that are none, and native buckets.', () => {
    expect(shown(rare())).toBe(String.raw`# TYPE calls counter
# HELP calls Calls.
calls_total{of="all"} 7 1700000060.5 # {trace_id="4bf9"} 1 1700000059
calls_created{of="all"} 1700000000.25 1700000060.5
calls_total{of="some"} 1 # {} 0.5
# TYPE native_seconds histogram
# UNIT native_seconds seconds
# HELP native_seconds Native and classic.
native_seconds_bucket{le="1.0"} 5 # {trace_id="4bf9"} 0.9 1700000001
native_seconds_bucket{le="+Inf"} 7 # {span_id="a \"b\"\n"} 3 1700000003.5
native_seconds_count 7
native_seconds_sum 4.5
native_seconds_created 1700000000
# TYPE negative histogram
# HELP negative Negative sums.
negative_bucket{le="1.0"} 1
negative_bucket{le="+Inf"} 1
# TYPE odd summary
# HELP odd Odd.
odd{x="below",quantile="1.0"} 2
odd_count{x="below"} 3
odd_created{x="below"} 1700000000
odd{x="none",quantile="0.5"} NaN
odd{x="none",quantile="1.0"} NaN
odd_count{x="none"} 0
odd_sum{x="none"} 0
# TYPE only_native histogram
# HELP only_native Native alone.
only_native_bucket{x="1",le="+Inf"} 7 # {trace_id="4bf9"} 0.9 1700000001
only_native_count{x="1"} 7
only_native_sum{x="1"} 4.5
only_native_bucket{x="2",le="+Inf"} 0
only_native_count{x="2"} 0
only_native_sum{x="2"} 0
# TYPE waiting gaugehistogram
# HELP waiting Waiting now.
waiting_bucket{le="-1.0"} 1 1700000060
waiting_bucket{le="2.0"} 3 1700000060
waiting_bucket{le="+Inf"} 4 1700000060
waiting_gcount 4 1700000060
waiting_gsum -1.5 1700000060
# TYPE what unknown
# HELP what Unknown.
what NaN 1700000060.0004
# EOF
`);
  });

  it('quotes names that must be, as Prometheus reads them; a state set that cannot name its label is a gauge.', () => {
    expect(shown(quotedNames())).toBe(String.raw`# TYPE "a \"b\"\\\n" gauge
# HELP "a \"b\"\\\n" Odd.
{"a \"b\"\\\n","http.route"="/",plain="y"} 1
# TYPE "build.it" info
# HELP "build.it" Build.
{"build.it_info"} 1
# TYPE "größe" histogram
# HELP "größe" Größe.
{"größe_bucket","é"="x",le="1.0"} 1
{"größe_bucket","é"="x",le="+Inf"} 1
{"größe_count","é"="x"} 1
{"größe_sum","é"="x"} 0.5
# TYPE "http.requests" counter
# HELP "http.requests" Requests.
{"http.requests_total"} 1
# TYPE "my.door" stateset
# HELP "my.door" Door.
{"my.door","my.door"="open"} 1
# TYPE rule:door gauge
# HELP rule:door Door.
rule:door{state="open"} 1
# EOF
`);
  });

  it('shows a NUL in a label of an exemplar as U+FFFD, since Prometheus refuses all of an exposition that has one.', () => {
    const exemplars = [{ labels: { trace_id: 'a\0b\uD800' }, value: 1 }];
    expect(shown(registryOf([{ name: 'a_total', help: 'A.', type: 'counter', series: [{ labels: { x: '\0' }, value: 1, exemplars }] }]))).toBe('# TYPE a counter\n# HELP a A.\na_total{x="\0"} 1 # {trace_id="a\uFFFDb\uFFFD"} 1\n# EOF\n');
  });

  it('refuses a state set with a label that is called as it is, which would come twice.', () => {
    const registry = new Registry();
    expect(() => registry.stateSet({ name: 'door', help: 'Door.', states: ['open'], stateLabel: 'state', labelNames: ['door'] })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_NAME' }));
    expect(() => registry.stateSet({ name: 'door', help: 'Door.', states: ['open'], stateLabel: 'state', labelNames: ['state'] })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_NAME' }));
  });
});
