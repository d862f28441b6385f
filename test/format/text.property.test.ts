import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes, toText } from '../../src/format/expose.js';
import { Registry } from '../../src/registry/registry.js';
import type { FamilySnapshot, SeriesSnapshot } from '../../src/registry/snapshot.js';
import { anyNumber, risingBounds } from '../support/doubles.js';
import { anyRegistry, buildRegistry, observations } from '../support/registries.js';
import { type ParsedFamily, type ParsedSample, parseNumber, parseText } from '../support/text-parser.js';

const textTypes = { counter: 'counter', gauge: 'gauge', histogram: 'histogram',
  gaugehistogram: 'histogram', summary: 'summary', info: 'gauge', stateset: 'gauge', unknown: 'untyped' } as const;

/** What the text of a snapshot must say; bounds as numbers, since how they are spelt is a law of its own. */
function expected(snapshot: FamilySnapshot): ParsedFamily {
  const name = snapshot.type === 'info' && !snapshot.name.endsWith('_info') ? `${snapshot.name}_info` : snapshot.name;
  return { name, help: snapshot.help, type: textTypes[snapshot.type], samples: snapshot.series.flatMap((series) => samplesOf(name, snapshot.type, series)) };
}

function samplesOf(name: string, type: string, series: SeriesSnapshot): ParsedSample[] {
  const labels = Object.entries(series.labels);
  const sample = (suffix: string, value: unknown, ...last: (readonly [string, string])[]): ParsedSample => ({ name: name + suffix, labels: [...labels, ...last], value: parseNumber(String(value)) });
  const total = [sample('_sum', series.sum), sample('_count', series.count)];
  switch (type) {
    case 'histogram':
      return [...series.buckets!.map(({ le, count }) => sample('_bucket', count, ['le', String(parseNumber(String(le)))])), ...total];
    case 'summary':
      return [...series.quantiles!.map(({ quantile, value }) => sample('', value, ['quantile', String(quantile)])), ...total];
    case 'stateset':
      return Object.entries(series.states!).map(([state, holds]) => sample('', holds ? 1 : 0, ['state', state]));
    default:
      return [sample('', series.value)];
  }
}

/** Reads the bounds of parsed families as numbers. */
function numberBounds(family: ParsedFamily): ParsedFamily {
  const bound = { histogram: 'le', summary: 'quantile' }[family.type];
  const samples = family.samples.map((sample) => ({
    ...sample,
    labels: sample.labels.map(([label, value]) => [label, label === bound ? String(parseNumber(value)) : value] as const),
  }));
  return { ...family, samples };
}

describe('the text format', () => {
  it('reads back as the very values of the snapshot, for generated registries', () => {
    fc.assert(
      fc.property(anyRegistry, (spec) => {
        const registry = buildRegistry(spec);
        const text = toText(registry);
        expect(parseText(text).map(numberBounds)).toEqual(registry.snapshot().map(expected));
        expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(toBytes(registry))).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  it('is the same at every reading as long as nothing is recorded', () => {
    fc.assert(
      fc.property(anyRegistry, (spec) => {
        const registry = buildRegistry(spec);
        const text = toText(registry);
        expect(toText(registry)).toBe(text);
        expect(toText(buildRegistry(spec))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('shows families in the order of their names, whatever the order of their making', () => {
    fc.assert(
      fc.property(anyRegistry, (spec) => {
        expect(toText(buildRegistry([...spec].reverse()))).toBe(toText(buildRegistry(spec)));
        const names = buildRegistry(spec).snapshot().map((family) => family.name);
        expect(names).toEqual([...names].sort());
      }),
      { numRuns: 50 },
    );
  });

  it('shows buckets that never fall, each the number of observations up to its bound, the last one the count', () => {
    fc.assert(
      fc.property(risingBounds(), observations, fc.array(anyNumber, { maxLength: 3 }), (bounds, values, more) => {
        const all = [...values, ...more, ...bounds];
        const registry = new Registry();
        const histogram = registry.histogram({ name: 'h', help: 'H.', buckets: bounds });
        for (const value of all) histogram.observe(value);
        const [family] = parseText(toText(registry));
        const buckets = family!.samples.filter((sample) => sample.name === 'h_bucket');
        expect(buckets.map((bucket) => parseNumber(bucket.labels[0]![1]))).toEqual([...bounds, Infinity]);
        expect(buckets.map((bucket) => bucket.value)).toEqual([...bounds, Infinity].map((bound) => all.filter((value) => value <= bound).length));
        expect(family!.samples.find((sample) => sample.name === 'h_count')!.value).toBe(buckets.at(-1)!.value);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the parser of these tests', () => {
  const head = '# HELP a A.\n# TYPE a gauge\n';
  it.each([
    ['no last line feed', `${head}a 1`],
    ['a sample before its family', 'a 1\n'],
    ['HELP without TYPE', '# HELP a A.\na 1\n'],
    ['an unknown type', '# HELP a A.\n# TYPE a number\n'],
    ['a family that comes twice', head + head],
    ['a series that comes twice', `${head}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n`],
    ['a label that comes twice', `${head}a{b="1",b="2"} 1\n`],
    ["another family's sample", `${head}b 1\n`],
    ['an unknown escape', `${head}a{b="\\t"} 1\n`],
    ['an open label value', `${head}a{b="} 1\n`],
    ['a missing value', `${head}a \n`],
    ['a value with two spaces', `${head}a  1\n`],
    ['Infinity spelt as JavaScript does', `${head}a Infinity\n`],
    ['a timestamp', `${head}a 1 1\n`],
    ['an empty line', `${head}\na 1\n`],
  ])('refuses %s', (_, text) => {
    expect(() => parseText(text)).toThrow(Error);
  });
});
