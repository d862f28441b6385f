import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { formatFor } from '../../src/format/formats.js';
import { Registry } from '../../src/registry/registry.js';
import { anyFamilies, registryOf } from '../support/families.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import { quotedNames, rare, showcase } from '../support/showcase.js';

const shown = (registry: Registry): string => toText(registry, { format: 'json' });

describe('JSON', () => {
  it('is an empty array for an empty registry, and ends with a line feed.', () => {
    expect(shown(new Registry())).toBe('[]\n');
  });

  it('has the content type of JSON.', () => {
    expect(formatFor('json').contentType).toBe('application/json; charset=utf-8');
  });

  it('has a family in each line.', () => {
    expect(shown(showcase())).toBe(String.raw`[{"name":"build","help":"Build.","type":"info","series":[{"labels":{"version":"1.4.0"},"value":1}]},
{"name":"door","help":"Door.","type":"stateset","series":[{"labels":{"side":"left"},"states":{"open":false,"shut":true}}]},
{"name":"heat_celsius","help":"Heat.","type":"gauge","unit":"celsius","series":[{"labels":{"zone":"x"},"value":-3.5}]},
{"name":"jobs_total","help":"Jobs \"done\".","type":"counter","series":[{"labels":{"queue":"a \"b\" \\ c\nd"},"value":3}]},
{"name":"none","help":"No series.","type":"gauge","series":[]},
{"name":"plain","help":"Without suffix.","type":"counter","series":[{"labels":{},"value":0.5}]},
{"name":"size_bytes","help":"Size.","type":"summary","unit":"bytes","series":[{"labels":{},"sum":6,"count":3,"quantiles":[{"quantile":0.5,"value":2},{"quantile":1,"value":3}]}]},
{"name":"took_seconds","help":"Time.","type":"histogram","unit":"seconds","series":[{"labels":{"op":"a"},"sum":2000001.9,"count":4,"buckets":[{"le":0.00001,"count":0},{"le":0.5,"count":1},{"le":1,"count":3},{"le":1000000,"count":3},{"le":"+Inf","count":4}]}]}]
`);
  });

  it('has native buckets, exemplars and times.', () => {
    const [calls, native] = JSON.parse(shown(rare())) as { readonly series: readonly object[] }[];
    expect(calls!.series).toEqual([
      { labels: { of: 'all' }, value: 7, exemplars: [{ labels: { trace_id: '4bf9' }, value: 1, timestamp: 1_700_000_059 }], created: 1_700_000_000.25, timestamp: 1_700_000_060.5 },
      { labels: { of: 'some' }, value: 1, exemplars: [{ labels: {}, value: 0.5 }] },
    ]);
    expect(native!.series[0]).toMatchObject({
      buckets: [{ le: 1, count: 5 }, { le: '+Inf', count: 7 }],
      native: { schema: 3, zeroThreshold: 0.001, zeroCount: 2, positive: [{ index: -2, count: 1 }, { index: -1, count: 2 }, { index: 3, count: 1 }], negative: [{ index: 0, count: 1 }] },
      created: 1_700_000_000,
    });
  });

  it('has names as they are.', () => {
    expect((JSON.parse(shown(quotedNames())) as { readonly name: string }[]).map(({ name }) => name)).toEqual(['a "b"\\\n', 'build.it', 'größe', 'http.requests', 'my.door', 'rule:door']);
  });

  it('writes what JSON has no number for as text, in exemplars, too, and -0 as 0.', () => {
    const exemplars = [{ labels: {}, value: Infinity }];
    const registry = registryOf([
      { name: 'a_total', help: 'A.', type: 'counter', series: [{ value: Infinity, exemplars }] },
      { name: 'b', help: 'B.', type: 'gauge', series: [{ labels: { x: 1 }, value: -0 }, { labels: { x: 2 }, value: NaN }, { labels: { x: 3 }, value: -Infinity }] },
    ]);
    expect(JSON.parse(shown(registry))).toEqual(registry.snapshot());
    expect(registry.snapshot().flatMap(({ series }) => series.map(({ value }) => value))).toEqual(['+Inf', 0, 'NaN', '-Inf']);
    expect(registry.snapshot()[0]!.series[0]!.exemplars).toEqual([{ labels: {}, value: '+Inf' }]);
  });

  it('reads back as the snapshot, for generated registries.', () => {
    fc.assert(fc.property(anyRegistry, (spec) => void expect(JSON.parse(shown(buildRegistry(spec)))).toEqual(buildRegistry(spec).snapshot())), { numRuns: 300 });
  });

  it.each(['legacy', 'utf8'] as const)('reads back as the snapshot, for generated families with all there is, with %s names.', (names) => {
    fc.assert(
      fc.property(anyFamilies({ names }), (families) => {
        const registry = registryOf(families, names);
        const snapshot = registry.snapshot();
        expect(JSON.parse(shown(registry))).toEqual(snapshot);
        expect(snapshot.map(({ name }) => name).sort()).toEqual(families.map(({ name }) => name).sort());
        for (const { name, series } of snapshot) expect(series).toHaveLength(families.find((family) => family.name === name)!.series.length);
      }),
      { numRuns: 200 },
    );
  });
});
