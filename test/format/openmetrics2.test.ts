import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { formatFor } from '../../src/format/formats.js';
import { Registry } from '../../src/registry/registry.js';
import { quotedNames, rare, showcase } from '../support/showcase.js';

const shown = (registry: Registry): string => toText(registry, { format: 'openmetrics-2.0.0' });

describe('OpenMetrics 2.0', () => {
  it('shows nothing but its end of an empty registry.', () => {
    expect(shown(new Registry())).toBe('# EOF\n');
  });

  it('has the content type of its version.', () => {
    expect(formatFor('openmetrics-2.0.0').contentType).toBe('application/openmetrics-text; version=2.0.0; charset=utf-8');
  });

  it('shows each instrument by its own name, a series in one line.', () => {
    expect(shown(showcase())).toBe(String.raw`# TYPE build_info info
# HELP build_info Build.
build_info{version="1.4.0"} 1
# TYPE door stateset
# HELP door Door.
door{side="left",door="open"} 0
door{side="left",door="shut"} 1
# TYPE heat_celsius gauge
# UNIT heat_celsius celsius
# HELP heat_celsius Heat.
heat_celsius{zone="x"} -3.5
# TYPE jobs_total counter
# HELP jobs_total Jobs \"done\".
jobs_total{queue="a \"b\" \\ c\nd"} 3
# TYPE none gauge
# HELP none No series.
# TYPE plain counter
# HELP plain Without suffix.
plain 0.5
# TYPE size_bytes summary
# UNIT size_bytes bytes
# HELP size_bytes Size.
size_bytes {count:3,sum:6,quantile:[0.5:2,1:3]}
# TYPE took_seconds histogram
# UNIT took_seconds seconds
# HELP took_seconds Time.
took_seconds{op="a"} {count:4,sum:2000001.9,bucket:[1e-05:0,0.5:1,1:3,1e+06:3,+Inf:4]}
# EOF
`);
  });

  it('shows times, start times and all exemplars that have a time, and native buckets; a summary whose sum is none is left out.', () => {
    expect(shown(rare())).toBe(String.raw`# TYPE calls_total counter
# HELP calls_total Calls.
calls_total{of="all"} 7 1700000060.5 st@1700000000.25 # {trace_id="4bf9"} 1 1700000059
calls_total{of="some"} 1
# TYPE native_seconds histogram
# UNIT native_seconds seconds
# HELP native_seconds Native and classic.
native_seconds {count:7,sum:4.5,schema:3,zero_threshold:0.001,zero_count:2,negative_spans:[0:1],negative_buckets:[1],positive_spans:[-2:2,3:1],positive_buckets:[1,2,1],bucket:[1:5,+Inf:7]} st@1700000000 # {trace_id="4bf9"} 0.9 1700000001 # {span_id="a \"b\"\n"} 3 1700000003.5
# TYPE negative histogram
# HELP negative Negative sums.
negative {count:1,sum:-2,bucket:[1:1,+Inf:1]}
# TYPE odd summary
# HELP odd Odd.
odd{x="none"} {count:0,sum:0,quantile:[0.5:NaN,1:NaN]}
# TYPE only_native histogram
# HELP only_native Native alone.
only_native{x="1"} {count:7,sum:4.5,schema:3,zero_threshold:0.001,zero_count:2,negative_spans:[0:1],negative_buckets:[1],positive_spans:[-2:2,3:1],positive_buckets:[1,2,1]} # {trace_id="4bf9"} 0.9 1700000001 # {trace_id="4bf9"} 2 1700000002
only_native{x="2"} {count:0,sum:0,schema:8,zero_threshold:0,zero_count:0}
# TYPE waiting gaugehistogram
# HELP waiting Waiting now.
waiting {gcount:4,gsum:-1.5,bucket:[-1:1,2:3,+Inf:4]} 1700000060
# TYPE what unknown
# HELP what Unknown.
what NaN 1700000060.0004
# EOF
`);
  });

  it('quotes names that must be, and the label of a state set whose name is no label name.', () => {
    expect(shown(quotedNames())).toBe(String.raw`# TYPE "a \"b\"\\\n" gauge
# HELP "a \"b\"\\\n" Odd.
{"a \"b\"\\\n","http.route"="/",plain="y"} 1
# TYPE "build.it_info" info
# HELP "build.it_info" Build.
{"build.it_info"} 1
# TYPE "größe" histogram
# HELP "größe" Größe.
{"größe","é"="x"} {count:1,sum:0.5,bucket:[1:1,+Inf:1]}
# TYPE "http.requests" counter
# HELP "http.requests" Requests.
{"http.requests"} 1
# TYPE "my.door" stateset
# HELP "my.door" Door.
{"my.door","my.door"="open"} 1
# TYPE rule:door stateset
# HELP rule:door Door.
rule:door{"rule:door"="open"} 1
# EOF
`);
  });
});
