import { describe, expect, test } from 'vitest';
import { type CollectedFamily, Registry, type FamilySnapshot } from '../../src/index.js';

const help = 'Collected.';

function collected(...families: CollectedFamily[]): readonly FamilySnapshot[] {
  const registry = new Registry({ onFault: (_message, error) => { throw error; } });
  registry.register({ name: 'all', collect: () => families });
  const shown = registry.snapshot();
  expect(shown.some(({ name }) => name === 'tallystick_collector_errors_total')).toBe(false);
  return shown;
}

const buckets = [{ le: 1, count: 1 }, { le: 10, count: 3 }, { le: Infinity, count: 11 }];
const jsonBuckets = [{ le: 1, count: 1 }, { le: 10, count: 3 }, { le: '+Inf', count: 11 }];
const exemplar = (id: string, value: number, timestamp?: number) => ({ labels: { trace_id: id }, value, ...(timestamp === undefined ? {} : { timestamp }) });
const native = { schema: 2, zeroThreshold: 1e-9, zeroCount: 1, positive: [{ index: -40, count: 1 }, { index: -17, count: 2 }, { index: 16, count: 3 }], negative: [{ index: 4096, count: 4 }] };

describe('What collected series have beside their values', () => {
  test('Times of creation and of the sample are shown for those that have them.', () => {
    const [counter, gauge, , summary] = collected(
      { name: 'a_total', help, type: 'counter', series: [{ labels: { x: 1 }, value: 1, created: 1.5e9, timestamp: 1.6e9 }, { labels: { x: 2 }, value: 1 }, { labels: { x: 3 }, value: 1, created: 0 }] },
      { name: 'b', help, type: 'gauge', series: [{ value: 1, timestamp: -1.25 }] },
      { name: 'c', help, type: 'histogram', series: [{ sum: 1, buckets, created: 3, timestamp: 4 }] },
      { name: 'd', help, type: 'summary', series: [{ sum: 1, count: 1, created: 5 }] },
    );
    expect(counter!.series).toEqual([{ labels: { x: '1' }, value: 1, created: 1.5e9, timestamp: 1.6e9 }, { labels: { x: '2' }, value: 1 }, { labels: { x: '3' }, value: 1, created: 0 }]);
    expect(gauge!.series).toEqual([{ labels: {}, value: 1, timestamp: -1.25 }]);
    expect(summary!.series).toEqual([{ labels: {}, sum: 1, count: 1, quantiles: [], created: 5 }]);
  });

  test('Native buckets come back as they were, beside classic ones or alone; buckets that count nothing do not show.', () => {
    const [both, alone] = collected(
      { name: 'a', help, type: 'histogram', series: [{ sum: 1, buckets, native }] },
      { name: 'b', help, type: 'histogram', series: [{ labels: { x: 1 }, sum: 1, count: 11, native }, { labels: { x: 2 }, sum: 0, count: 0, native: { schema: -4, zeroThreshold: 0, zeroCount: 0, positive: [{ index: 1, count: 0 }], negative: [] } }] },
    );
    expect(both!.series).toEqual([{ labels: {}, sum: 1, count: 11, buckets: jsonBuckets, native }]);
    expect(alone!.series).toEqual([
      { labels: { x: '1' }, sum: 1, count: 11, buckets: [{ le: '+Inf', count: 11 }], native },
      { labels: { x: '2' }, sum: 0, count: 0, buckets: [{ le: '+Inf', count: 0 }], native: { schema: -4, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [] } },
    ]);
  });

  test('A gauge histogram has buckets, native ones and exemplars as a histogram has; its counts may be of any size.', () => {
    const [family] = collected({ name: 'a', help, type: 'gaugehistogram', series: [{ sum: -2, buckets, native, exemplars: [exemplar('a', 5)], timestamp: 9 }] });
    expect(family).toEqual({ name: 'a', help, type: 'gaugehistogram', series: [{ labels: {}, sum: -2, count: 11, buckets: jsonBuckets, native, exemplars: [exemplar('a', 5)], timestamp: 9 }] });
  });

  test('A histogram may have the bucket up to +Inf only.', () => {
    const [family] = collected({ name: 'a', help, type: 'histogram', series: [{ sum: 1, buckets: [{ le: Infinity, count: 2 }] }] });
    expect(family!.series).toEqual([{ labels: {}, sum: 1, count: 2, buckets: [{ le: '+Inf', count: 2 }] }]);
  });

  test('An exemplar is put with the bucket it lies in, and the last one of a bucket counts.', () => {
    const [counter, histogram] = collected(
      { name: 'a_total', help, type: 'counter', series: [{ value: 1, exemplars: [exemplar('a', 1, 2), exemplar('b', 3)] }] },
      { name: 'b', help, type: 'histogram', series: [{ sum: 1, buckets, exemplars: [exemplar('a', 11), exemplar('b', 1), exemplar('c', 10, 7), exemplar('d', 1, 8)] }] },
    );
    expect(counter!.series[0]!.exemplars).toEqual([exemplar('b', 3)]);
    expect(histogram!.series[0]!.exemplars).toEqual([exemplar('d', 1, 8), exemplar('c', 10, 7), exemplar('a', 11)]);
  });

  test('Native buckets alone show the exemplars that have a time, by rising value.', () => {
    const [family] = collected({ name: 'a', help, type: 'histogram', series: [{ sum: 1, count: 11, native, exemplars: [exemplar('a', 7, 1), exemplar('b', -1, 2), exemplar('c', 3)] }] });
    expect(family!.series[0]!.exemplars).toEqual([exemplar('b', -1, 2), exemplar('a', 7, 1)]);
  });

  test('Some series may have exemplars and others none.', () => {
    const [family] = collected({ name: 'a_total', help, type: 'counter', series: [{ labels: { x: 1 }, value: 1 }, { labels: { x: 2 }, value: 1, exemplars: [exemplar('a', 1)] }, { labels: { x: 3 }, value: 1, exemplars: [] }] });
    expect(family!.series.map(({ exemplars }) => exemplars)).toEqual([undefined, [exemplar('a', 1)], undefined]);
  });

  test('Label values of exemplars may be of any kind that labels may.', () => {
    const labels = { sampled: true, shard: 3, id: 12n } as never;
    const [family] = collected({ name: 'a_total', help, type: 'counter', series: [{ value: 1, exemplars: [{ labels, value: 1 }] }] });
    expect(family!.series[0]!.exemplars).toEqual([{ labels: { sampled: 'true', shard: '3', id: '12' }, value: 1 }]);
  });
});
