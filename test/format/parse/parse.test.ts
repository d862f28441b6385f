import { describe, expect, test } from 'vitest';
import { type ParsedFormat, parse } from '../../../src/format/parse/entry.js';
import type { CollectedFamily } from '../../../src/model/collected.js';

function read(format: ParsedFormat, ...lines: string[]): CollectedFamily[] {
  return parse(lines.map((line) => `${line}\n`).join(''), { format });
}

describe('Text 0.0.4', () => {
  test('An empty document has no families.', () => {
    expect(read('text-0.0.4')).toEqual([]);
    expect(read('text-0.0.4', '', '# nothing', '  ')).toEqual([]);
  });

  test('Tokens may stand apart, labels may end with a comma, and comments and empty lines are gone over.', () => {
    expect(read('text-0.0.4', '#comment', '\t#  HELP\ta  \tThe help.', ' # TYPE a\t gauge ', '', '  a { x = "1" ,\ty="2" , } \t -1.5e+3 \t 1000 ')).toEqual([
      { name: 'a', help: 'The help.', type: 'gauge', series: [{ labels: { x: '1', y: '2' }, value: -1500, timestamp: 1 }] },
    ]);
  });

  test('What has no TYPE is of unknown type, what has no HELP has none.', () => {
    expect(read('text-0.0.4', 'a_sum 1', '# TYPE b untyped', 'b 2')).toEqual([
      { name: 'a_sum', help: '', type: 'unknown', series: [{ labels: {}, value: 1 }] },
      { name: 'b', help: '', type: 'unknown', series: [{ labels: {}, value: 2 }] },
    ]);
  });

  test('A family may have no series.', () => {
    expect(read('text-0.0.4', '# HELP a Nothing yet.', '# TYPE b counter')).toEqual([
      { name: 'a', help: 'Nothing yet.', type: 'unknown', series: [] },
      { name: 'b', help: '', type: 'counter', series: [] },
    ]);
  });

  test.each([
    ['0', 0], ['-0', -0], ['+1', 1], ['1.', 1], ['.5', 0.5], ['00.10', 0.1], ['1E3', 1000], ['9007199254740993', 9007199254740992], ['0.1234567890123456789', 0.1234567890123456789],
    ['123456789012345e-22', 123456789012345e-22], ['1e22', 1e22], ['1e23', 1e23], ['4.9e-324', 5e-324], ['1e-400', 0], ['1.7976931348623157e308', Number.MAX_VALUE], ['NaN', NaN], ['+Inf', Infinity], ['-Inf', -Infinity],
  ])('The value %s is read as the nearest double.', (text, value) => {
    expect(read('text-0.0.4', `a ${text}`)[0]!.series[0]!.value).toBe(value);
  });

  test.each([['9223372036854775807', 9223372036854775.807], ['-9223372036854775808', -9223372036854775.808], ['+5', 0.005], ['-1', -0.001]])('The timestamp %s is in milliseconds.', (text, seconds) => {
    expect(read('text-0.0.4', `a 1 ${text}`)[0]!.series[0]!.timestamp).toBe(seconds);
  });

  test('Lines of histograms and summaries may stand in any order within the family, and sum and count may be left out.', () => {
    const lines = ['h_count{x="2"} 5', 'h_bucket{le="1",x="1"} 1', 'h_bucket{x="2",le="1"} 2', 'h_bucket{x="1",le="+Inf"} 3', 'h_bucket{x="2",le="+Inf"} 5', 'h_sum{x="1"} 7'];
    expect(read('text-0.0.4', '# TYPE h histogram', ...lines, '# TYPE s summary', 's_count 1', 's{quantile="0.5"} NaN')).toEqual([
      {
        name: 'h',
        help: '',
        type: 'histogram',
        series: [
          { labels: { x: '2' }, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 5 }] },
          { labels: { x: '1' }, sum: 7, buckets: [{ le: 1, count: 1 }, { le: Infinity, count: 3 }] },
        ],
      },
      { name: 's', help: '', type: 'summary', series: [{ labels: {}, count: 1, quantiles: [{ quantile: 0.5, value: NaN }] }] },
    ]);
  });

  test('Lines that begin alike are told apart.', () => {
    const lines = ['h_bucket{le="1"} 1', 'h_bucket{le="+Inf"} 1', 'h_bucket{x="1",le="1"} 2', 'h_bucket{x="1",le="+Inf"} 2', 'h_bucket{le="1",x="2"} 3', 'h_bucket{le="+Inf",x="2"} 3', 'h_bucket{x="11",le="+Inf"} 4', 'h_bucket{x="1",le="1",y="1"} 5', 'h_bucket{x="1",le="+Inf",y="1"} 5'];
    expect(read('text-0.0.4', '# TYPE h histogram', ...lines)[0]!.series.map(({ labels, buckets }) => [labels, buckets!.map(({ count }) => count)])).toEqual([
      [{}, [1, 1]],
      [{ x: '1' }, [2, 2]],
      [{ x: '2' }, [3, 3]],
      [{ x: '11' }, [4]],
      [{ x: '1', y: '1' }, [5, 5]],
    ]);
    expect(read('text-0.0.4', 'a 1', 'a{x="1"} 2', 'a{x="1",y="2"} 3', 'a{y="2"} 4', 'ab 5', 'ab{x="1"} 6').map(({ name, series }) => [name, series.map(({ labels }) => labels)])).toEqual([
      ['a', [{}, { x: '1' }, { x: '1', y: '2' }, { y: '2' }]],
      ['ab', [{}, { x: '1' }]],
    ]);
  });

  test('Label values that share a place in the table of strings are told apart.', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => `v${i * 7919}`);
    expect(read('text-0.0.4', ...values.map((value) => `a{x="${value}"} 1`))[0]!.series.map(({ labels }) => labels!['x'])).toEqual(values);
  });

  test('Text 1.0.0 has names in quotes.', () => {
    expect(read('text-1.0.0', '# HELP "a.b\\n" x', '# TYPE "a.b\\n" counter', '{"a.b\\n","l\\"",y="1"} 2'.replace('"l\\""', '"l\\""="0"'), '{ "a.b\\n" , } 3', '{"plain"} 1', 'plain{"x"="1"} 2')).toEqual([
      { name: 'a.b\n', help: 'x', type: 'counter', series: [{ labels: { 'l"': '0', y: '1' }, value: 2 }, { labels: {}, value: 3 }] },
      { name: 'plain', help: '', type: 'unknown', series: [{ labels: {}, value: 1 }, { labels: { x: '1' }, value: 2 }] },
    ]);
    expect(parse('{"a.b"} 1\n', { format: 'text-0.0.4', quotedNames: true })).toMatchObject([{ name: 'a.b' }]);
  });
});

describe('OpenMetrics 1.0', () => {
  const om = (...lines: string[]): CollectedFamily[] => read('openmetrics-1.0.0', ...lines, '# EOF');

  test('The end may lack its line feed.', () => {
    expect(parse('a 1\n# EOF', { format: 'openmetrics-1.0.0' })).toHaveLength(1);
  });

  test('Counters and infos have the name of their samples, and times are in seconds.', () => {
    expect(om('# TYPE a_seconds counter', '# UNIT a_seconds seconds', 'a_seconds_created 1.5', 'a_seconds_total 2 # {} 1', '# TYPE b info', 'b_info{v="1"} 1.0')).toEqual([
      { name: 'a_seconds_total', help: '', type: 'counter', unit: 'seconds', series: [{ labels: {}, value: 2, created: 1.5, exemplars: [{ labels: {}, value: 1 }] }] },
      { name: 'b_info', help: '', type: 'info', series: [{ labels: { v: '1' } }] },
    ]);
  });

  test('A series with several timestamps is there once for each.', () => {
    expect(om('# TYPE s summary', 's_count{x="1"} 1 10', 's_sum{x="1"} 2 10', 's_count{x="1"} 3 20.5', 's_count{x="2"} 4')[0]!.series).toEqual([
      { labels: { x: '1' }, sum: 2, count: 1, timestamp: 10 },
      { labels: { x: '1' }, count: 3, timestamp: 20.5 },
      { labels: { x: '2' }, count: 4 },
    ]);
  });

  test('An unknown escape stands for itself, and empty metadata for none.', () => {
    expect(om('# HELP a \\d\\n\\"', '# UNIT a ', 'a{x="\\d"} 1', '# HELP b ')).toEqual([
      { name: 'a', help: '\\d\n"', type: 'unknown', series: [{ labels: { x: '\\d' }, value: 1 }] },
      { name: 'b', help: '', type: 'unknown', series: [] },
    ]);
  });

  test('Numbers may be spelt in any case, and bounds that are not canonical as anyone likes.', () => {
    expect(om('a{x="1"} nAn', 'a{x="2"} inf', 'a{x="3"} -INFINITY')[0]!.series.map(({ value }) => value)).toEqual([NaN, Infinity, -Infinity]);
    expect(om('# TYPE h histogram', 'h_bucket{le="1.1e-4"} 1', 'h_bucket{le="1"} 1', 'h_bucket{le="12.50"} 1', 'h_bucket{le="+Inf"} 1')[0]!.series[0]!.buckets!.map(({ le }) => le)).toEqual([0.00011, 1, 12.5, Infinity]);
  });

  test('Quantiles may be in any order, and a histogram with a negative bound has neither sum nor count.', () => {
    expect(om('# TYPE s summary', 's{quantile="0.9"} 2', 's{quantile="0.5"} 1')[0]!.series[0]!.quantiles).toEqual([{ quantile: 0.5, value: 1 }, { quantile: 0.9, value: 2 }]);
    expect(om('# TYPE h histogram', 'h_bucket{le="-1.0"} 1', 'h_bucket{le="+Inf"} 1')[0]!.series).toEqual([{ labels: {}, buckets: [{ le: -1, count: 1 }, { le: Infinity, count: 1 }] }]);
  });

  test('The states of a state set are those of all its series.', () => {
    expect(om('# TYPE e stateset', 'e{e="a",x="1"} 1', 'e{e="b",x="1"} 0', 'e{x="2",e="b"} 0', 'e{x="2",e="c"} 1')).toEqual([
      { name: 'e', help: '', type: 'stateset', series: [{ labels: { x: '1' }, states: ['a'] }, { labels: { x: '2' }, states: ['c'] }], states: ['a', 'b', 'c'], stateLabel: 'e' },
    ]);
  });

  test('Exemplars have up to 128 characters, however many bytes these are.', () => {
    expect(om('# TYPE c counter', `c_total 1 # {a="${'😀'.repeat(127)}"} 1 2`)[0]!.series[0]!.exemplars).toEqual([{ labels: { a: '😀'.repeat(127) }, value: 1, timestamp: 2 }]);
  });
});

describe('OpenMetrics 2.0', () => {
  const om = (...lines: string[]): CollectedFamily[] => read('openmetrics-2.0.0', ...lines, '# EOF');

  test('Names are as they stand, and one line holds all of a series.', () => {
    const line = 'h{x="1"} {count:6,sum:2.5,schema:1,zero_threshold:0.5,zero_count:1,negative_spans:[2:1],negative_buckets:[1],positive_spans:[-3:2,4:1],positive_buckets:[1,0,2],bucket:[1:2,+Inf:6]} 20 st@10 # {a="b"} 0.5 11 # {} 3 12';
    const native = { schema: 1, zeroThreshold: 0.5, zeroCount: 1, negative: [{ index: 2, count: 1 }], positive: [{ index: -3, count: 1 }, { index: 3, count: 2 }] };
    expect(om('# TYPE h histogram', line.replace('count:6', 'count:5').replace('Inf:6', 'Inf:5'), '# TYPE c counter', 'c 1')).toEqual([
      {
        name: 'h',
        help: '',
        type: 'histogram',
        series: [
          {
            labels: { x: '1' },
            sum: 2.5,
            buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 5 }],
            native,
            exemplars: [{ labels: { a: 'b' }, value: 0.5, timestamp: 11 }, { labels: {}, value: 3, timestamp: 12 }],
            created: 10,
            timestamp: 20,
          },
        ],
      },
      { name: 'c', help: '', type: 'counter', series: [{ labels: {}, value: 1 }] },
    ]);
  });

  test('An observation of NaN is in the count and in no native bucket.', () => {
    expect(om('# TYPE h histogram', 'h {count:3,sum:NaN,schema:0,zero_threshold:0,zero_count:2}')[0]!.series[0]).toMatchObject({ count: 3, sum: NaN });
  });

  test('The states of a group may have several timestamps, each state for itself.', () => {
    expect(om('# TYPE e stateset', 'e{e="a"} 1 1', 'e{e="a"} 0 2', 'e{e="b"} 0 1', 'e{e="b"} 1 2')[0]!.series).toEqual([
      { labels: {}, states: ['a'], timestamp: 1 },
      { labels: {}, states: ['b'], timestamp: 2 },
    ]);
  });

  test('An unknown metric may have a composite value.', () => {
    expect(om('a {count:1,sum:2,quantile:[0.5:1]}', 'b {gcount:1,gsum:-2,bucket:[+Inf:1]}').map(({ series }) => series[0])).toEqual([
      { labels: {}, count: 1, sum: 2, quantiles: [{ quantile: 0.5, value: 1 }] },
      { labels: {}, sum: -2, buckets: [{ le: Infinity, count: 1 }] },
    ]);
  });
});
