import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FamilySnapshot, SeriesSnapshot } from '../../../src/index.js';
import { RequestEncoder, type Versions } from '../../../src/export/remote-write/request-encoder.js';
import { describedIn } from '../../../src/format/escaping.js';
import { anyRegistry, buildRegistry } from '../../support/registries.js';
import { type ReadRequest, readRequest, seriesText, valuesOf } from '../../support/remote-write-reader.js';

const options = { externalLabels: [['instance', 'i'], ['a', 'external']] as const, escaping: 'underscores', nativeHistograms: true, staleMarkers: true, maxSamplesPerRequest: 10_000, maxRequestBytes: 1e9 } as const;
const wallSeconds = 1_700_000_000.5;

/** A bound or quantile as it stands in a label, by way of the number. */
const bound = (text: string): number => (text === '+Inf' ? Infinity : Number(text));

/** All series and their values as a snapshot tells of them, by means of their own. */
function expected(family: FamilySnapshot, statesLabel: string): [string, number][] {
  const { name, type } = family;
  const base = (suffix: string): string => (name.endsWith(suffix) && name !== suffix ? name : name + suffix);
  const number = (value: unknown): number => (value === 'NaN' ? NaN : value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value));
  return family.series.flatMap((series: SeriesSnapshot): [string, number][] => {
    const at = (metric: string, value: unknown, more: Record<string, string> = {}): [string, number] => [seriesText({ instance: 'i', a: 'external', ...series.labels, ...more, __name__: metric }), number(value)];
    if (series.states !== undefined) return Object.entries(series.states).map(([state, holds]) => at(name, holds ? 1 : 0, { [statesLabel]: state }));
    if (series.value !== undefined) return [at(type === 'counter' ? base('_total') : type === 'info' ? base('_info') : name, series.value)];
    return [
      ...(series.buckets ?? []).map(({ le, count }) => at(`${name}_bucket`, count, { le: `${number(le)}` })),
      ...(series.quantiles ?? []).map(({ quantile, value }) => at(name, value, { quantile: `${quantile}` })),
      at(`${name}_sum`, series.sum),
      at(`${name}_count`, series.count),
    ];
  });
}

/** What was read, with numbers in labels spelt as JavaScript does. */
function read(requests: readonly ReadRequest[]): Record<string, number | 'stale'> {
  const series = requests.flatMap((request) => request.series).map((one) => {
    const { le, quantile, ...labels } = one.labels;
    return { ...one, labels: { ...labels, ...(le === undefined ? {} : { le: `${bound(le)}` }), ...(quantile === undefined ? {} : { quantile: `${bound(quantile)}` }) } };
  });
  return valuesOf({ series, metadata: [] });
}

function bodiesOf(encoder: RequestEncoder, views: Parameters<RequestEncoder['encode']>[0], versions: Versions): { one: ReadRequest[]; two: ReadRequest[]; items: number } {
  const payloads = [...encoder.encode(views, wallSeconds, versions)];
  return {
    one: versions === '2.0' ? [] : payloads.map(({ bytes, middle }) => readRequest(bytes.subarray(middle), '1.0')),
    two: versions === '1.0' ? [] : payloads.map(({ bytes, middle }) => readRequest(bytes.subarray(0, middle), '2.0')),
    items: payloads.reduce((sum, { items }) => sum + items, 0),
  };
}

describe('the requests of any registry', () => {
  it('hold each of its numbers once, under labels as the specifications want them, in both versions', async () => {
    await fc.assert(fc.asyncProperty(anyRegistry, async (spec) => {
      const registry = buildRegistry(spec);
      const views = await registry.collect();
      const { one, two, items } = bodiesOf(new RequestEncoder(options, registry), views, 'both');
      const wanted = Object.fromEntries(registry.snapshot().flatMap((family) => expected(family, 'state')));
      expect(read(one)).toEqual(wanted);
      expect(read(two)).toEqual(wanted);
      expect(items).toBe(Object.keys(wanted).length);
      expect(views.every((view) => describedIn(view, 'underscores') === view)).toBe(true);
    }), { numRuns: 150 });
  });

  it('are the same numbers, however small the requests have to be', async () => {
    await fc.assert(fc.asyncProperty(anyRegistry, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2000 }), async (spec, maxSamplesPerRequest, maxRequestBytes) => {
      const registry = buildRegistry(spec);
      const views = await registry.collect();
      const whole = bodiesOf(new RequestEncoder(options, registry), views, '1.0');
      const parts = bodiesOf(new RequestEncoder({ ...options, maxSamplesPerRequest, maxRequestBytes }, registry), views, 'both');
      expect(read(parts.one)).toEqual(read(whole.one));
      expect(read(parts.two)).toEqual(read(whole.one));
      for (const { series } of parts.one) {
        const rows = new Set(series.map(({ labels: { le: _, quantile: __, state: ___, __name__: name, ...labels } }) => JSON.stringify([name!.replace(/_(bucket|sum|count)$/, ''), labels])));
        expect(series.length <= maxSamplesPerRequest || rows.size === 1).toBe(true);
      }
    }), { numRuns: 80 });
  });

  it('end every series they had, once, when nothing is left', async () => {
    await fc.assert(fc.asyncProperty(anyRegistry, async (spec) => {
      const registry = buildRegistry(spec);
      const encoder = new RequestEncoder(options, registry);
      const before = read(bodiesOf(encoder, await registry.collect(), '1.0').one);
      const after = read(bodiesOf(encoder, [], '1.0').one);
      expect(after).toEqual(Object.fromEntries(Object.keys(before).map((key) => [key, 'stale'])));
      expect([...encoder.encode([], wallSeconds, '1.0')]).toEqual([]);
    }), { numRuns: 60 });
  });
});
