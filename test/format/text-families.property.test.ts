import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import type { CollectedFamily, CollectedSeries } from '../../src/model/collected.js';
import { anyFamilies, registryOf } from '../support/families.js';
import { LineScanner, type Labels } from '../support/line-scanner.js';

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** In milliseconds. */
  readonly timestamp?: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const types = { counter: 'counter', gauge: 'gauge', histogram: 'histogram', gaugehistogram: 'histogram', summary: 'summary', info: 'gauge', stateset: 'gauge', unknown: 'untyped' } as const;

/** What the text format must say of a family. */
function expected({ name, type, help, states = [], series }: CollectedFamily): Family {
  const shown = type === 'info' && !name.endsWith('_info') ? `${name}_info` : name;
  return { name: shown, type: types[type], help, samples: series.flatMap((one) => samplesOf(shown, type, states, one)) };
}

function samplesOf(name: string, type: CollectedFamily['type'], states: readonly string[], series: CollectedSeries): Sample[] {
  const { timestamp, buckets = [{ le: Infinity, count: series.count! }], quantiles = [] } = series;
  const labels = Object.entries(series.labels ?? {}) as [string, string][];
  const time = timestamp === undefined ? {} : { timestamp: Math.round(timestamp * 1000) };
  const sample = (suffix: string, value: number, ...last: [string, string][]): Sample => ({ name: name + suffix, labels: [...labels, ...last], value: value + 0, ...time });
  switch (type) {
    case 'info':
      return [sample('', 1)];
    case 'stateset':
      return states.map((state) => sample('', series.states!.includes(state) ? 1 : 0, ['state', state]));
    case 'histogram':
    case 'gaugehistogram':
      return [...buckets.map(({ le, count }) => sample('_bucket', count, ['le', String(le + 0)])), sample('_sum', series.sum!), sample('_count', buckets.at(-1)!.count)];
    case 'summary':
      return [...quantiles.map(({ quantile, value }) => sample('', value, ['quantile', String(quantile)])), sample('_sum', series.sum!), sample('_count', series.count!)];
    default:
      return [sample('', series.value!)];
  }
}

/** Reads a text line by line; HELP and TYPE begin a family. */
function read(text: string): Family[] {
  const families: (Family & { readonly samples: Sample[] })[] = [];
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  for (let at = 0; at < lines.length; at++) {
    const scanner = new LineScanner(lines[at]!);
    if (scanner.skip('# HELP ')) {
      const name = scanner.name();
      scanner.expect(' ');
      const help = scanner.rest().replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
      const second = new LineScanner(lines[++at]!);
      second.expect('# TYPE ');
      expect(second.name()).toBe(name);
      second.expect(' ');
      families.push({ name, help, type: second.rest(), samples: [] });
      continue;
    }
    const { name, labels } = scanner.sampleHead();
    scanner.expect(' ');
    const value = scanner.number();
    const timestamp = scanner.timeBehind();
    scanner.end();
    if (timestamp !== undefined) expect(Number.isInteger(timestamp)).toBe(true);
    const { type, samples } = families.at(-1)!;
    const own = { histogram: 'le', summary: 'quantile' }[type];
    const numeric = labels.map(([label, some]) => [label, label === own ? String(Number(some.replace('+Inf', 'Infinity'))) : some] as const);
    samples.push({ name, labels: numeric, value, ...(timestamp === undefined ? {} : { timestamp }) });
  }
  return families;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

describe('the text format', () => {
  it.each([['0.0.4', 'legacy'], ['1.0.0', 'legacy'], ['1.0.0', 'utf8']] as const)('in version %s says of families with %s names what it can carry.', (version, names) => {
    fc.assert(
      fc.property(anyFamilies({ names }), (families) => {
        const text = toText(registryOf(families, names), { format: `text-${version}` });
        expect(read(text).sort(byName)).toEqual(families.map(expected).sort(byName));
      }),
      { numRuns: 200 },
    );
  });
});
