import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import type { CollectedFamily, CollectedSeries } from '../../src/model/collected.js';
import type { Exemplar } from '../../src/model/exemplar.js';
import { anyFamilies, registryOf } from '../support/families.js';
import { type CheckedFamily2, type CheckedLine, type Composite, checkOpenMetrics2 } from '../support/openmetrics2-checker.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import { expectReservedNamesLeftOut } from '../support/reserved-names.js';

/** What OpenMetrics 2.0 must say of a family. */
function expected({ name, type, help, unit = '', states = [], series }: CollectedFamily): CheckedFamily2 {
  const shown = type === 'info' && !name.endsWith('_info') ? `${name}_info` : name;
  return { name: shown, type, unit, help, lines: series.flatMap((one) => linesOf(name, type, states, one)) };
}

function linesOf(name: string, type: CollectedFamily['type'], states: readonly string[], series: CollectedSeries): CheckedLine[] {
  const { timestamp, created, exemplars = [], native, buckets, quantiles = [] } = series;
  const labels = Object.entries(series.labels ?? {}) as [string, string][];
  const line = (value: number | Composite, shown: readonly Exemplar[] = [], last: readonly [string, string][] = []): CheckedLine => {
    const timed = shown.filter((exemplar) => exemplar.timestamp !== undefined).map((exemplar) => ({ ...exemplar, value: exemplar.value + 0 }));
    return { labels: [...labels, ...last], value, ...(timestamp === undefined ? {} : { timestamp }), ...(created === undefined ? {} : { start: created }), ...(timed.length === 0 ? {} : { exemplars: timed }) };
  };
  switch (type) {
    case 'counter':
      return [line(series.value! + 0, exemplars.slice(-1))];
    case 'info':
      return [line(1)];
    case 'stateset':
      return states.map((state) => line(series.states!.includes(state) ? 1 : 0, [], [[name, state]]));
    case 'histogram':
    case 'gaugehistogram': {
      const sum = series.sum! + 0;
      // A histogram without bounds that has native buckets has no need of classic ones.
      const classic = native === undefined || (buckets ?? []).length > 1 ? { buckets: buckets!.map(({ le, count }) => [le + 0, count] as const) } : {};
      const shown = native !== undefined && !('buckets' in classic) ? spread(exemplars) : perBucket(exemplars, buckets!.map(({ le }) => le));
      return [line({ count: (buckets?.at(-1) ?? series).count!, sum, ...(native === undefined ? {} : { native }), ...classic }, shown)];
    }
    case 'summary': {
      const sum = series.sum! + 0;
      // Its sum is required, and must not be negative.
      return sum >= 0 ? [line({ count: series.count!, sum, quantiles: quantiles.filter(({ value }) => !(value < 0)).map(({ quantile, value }) => [quantile, value + 0] as const) })] : [];
    }
    default:
      return [line(series.value! + 0)];
  }
}

/** By rising value; NaN is not compared. */
function spread(exemplars: readonly Exemplar[]): readonly Exemplar[] {
  return exemplars.filter(({ timestamp }) => timestamp !== undefined).sort((a, b) => a.value - b.value);
}

/** The last one of each bucket. */
function perBucket(exemplars: readonly Exemplar[], bounds: readonly number[]): readonly Exemplar[] {
  const placeOf = (value: number): number => (Number.isNaN(value) ? bounds.length - 1 : bounds.findIndex((bound) => value <= bound));
  return bounds.flatMap((_, place) => exemplars.filter(({ value }) => placeOf(value) === place).slice(-1));
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

describe('OpenMetrics 2.0', () => {
  it.each(['legacy', 'utf8'] as const)('is strict and says what was collected, with %s names, whatever families have.', (names) => {
    fc.assert(
      fc.property(anyFamilies({ names }), (families) => {
        const text = toText(registryOf(families, names), { format: 'openmetrics-2.0.0' });
        expect(checkOpenMetrics2(text).sort(byName)).toEqual(families.map(expected).sort(byName));
      }),
      { numRuns: 400 },
    );
  });

  it('is strict for what instruments have recorded.', () => {
    fc.assert(
      fc.property(anyRegistry, (spec) => {
        const registry = buildRegistry(spec.filter(({ labelNames, constLabels }) => ![...labelNames, ...Object.keys(constLabels)].some((label) => label.startsWith('_'))));
        const families = checkOpenMetrics2(toText(registry, { format: 'openmetrics-2.0.0' }));
        expect(families.map(({ help }) => help)).toEqual(registry.snapshot().map(({ help }) => help));
      }),
      { numRuns: 200 },
    );
  });
});

describe('Names that OpenMetrics 2.0.0 reserves', () => {
  it('keep their families out, which is said and counted.', () => {
    expectReservedNamesLeftOut('openmetrics-2.0.0', checkOpenMetrics2);
  });
});

describe('the checker of these tests', () => {
  const head = (type: string, name = 'a'): string => `# TYPE ${name} ${type}\n# HELP ${name} A.\n`;
  const end = '# EOF\n';
  it.each([
    ['no end', `${head('gauge')}a 1\n`],
    ['a suffix of 1.0', `${head('histogram')}a_bucket{le="1.0"} 1\n${end}`],
    ['a number where a composite must be', `${head('histogram')}a 1\n${end}`],
    ['a composite where a number must be', `${head('gauge')}a {count:1,sum:1,bucket:[+Inf:1]}\n${end}`],
    ['a histogram without buckets', `${head('histogram')}a {count:1,sum:1}\n${end}`],
    ['a space in a composite', `${head('histogram')}a {count:1, sum:1,bucket:[+Inf:1]}\n${end}`],
    ['fields in another order', `${head('histogram')}a {sum:1,count:1,bucket:[+Inf:1]}\n${end}`],
    ['a last bucket without the count', `${head('histogram')}a {count:2,sum:1,bucket:[+Inf:1]}\n${end}`],
    ['bounds that do not rise', `${head('histogram')}a {count:1,sum:1,bucket:[1:1,1:1,+Inf:1]}\n${end}`],
    ['counts that fall', `${head('histogram')}a {count:1,sum:1,bucket:[1:2,+Inf:1]}\n${end}`],
    ['native buckets that do not add up', `${head('histogram')}a {count:1,sum:1,schema:3,zero_threshold:0,zero_count:0,positive_spans:[0:1],positive_buckets:[2]}\n${end}`],
    ['positive spans before negative ones', `${head('histogram')}a {count:2,sum:1,schema:3,zero_threshold:0,zero_count:0,positive_spans:[0:1],positive_buckets:[1],negative_spans:[0:1],negative_buckets:[1]}\n${end}`],
    ['a span that goes back', `${head('histogram')}a {count:2,sum:1,schema:3,zero_threshold:0,zero_count:0,positive_spans:[0:1,-1:1],positive_buckets:[1,1]}\n${end}`],
    ['spans of more buckets than there are', `${head('histogram')}a {count:1,sum:1,schema:3,zero_threshold:0,zero_count:0,positive_spans:[0:2],positive_buckets:[1]}\n${end}`],
    ['a schema that is none', `${head('histogram')}a {count:1,sum:1,schema:9,zero_threshold:0,zero_count:1}\n${end}`],
    ['a summary with a negative sum', `${head('summary')}a {count:1,sum:-1,quantile:[]}\n${end}`],
    ['a summary without quantiles', `${head('summary')}a {count:1,sum:1}\n${end}`],
    ['a quantile above 1', `${head('summary')}a {count:1,sum:1,quantile:[2:1]}\n${end}`],
    ['a start before the time', `${head('counter')}a 1 st@1 2\n${end}`],
    ['a start behind an exemplar', `${head('counter')}a 1 # {} 1 1 st@1\n${end}`],
    ['a start of a gauge', `${head('gauge')}a 1 st@1\n${end}`],
    ['an exemplar without a time', `${head('counter')}a 1 # {} 1\n${end}`],
    ['an exemplar of a gauge', `${head('gauge')}a 1 # {} 1 1\n${end}`],
    ['an info without its suffix', `${head('info')}a 1\n${end}`],
    ['a series that comes twice', `${head('gauge')}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n${end}`],
    ['a state without its label', `${head('stateset')}a{state="b"} 1\n${end}`],
    ['a name that should be quoted', `${head('gauge', 'a.b')}a.b 1\n${end}`],
  ])('refuses %s.', (_, text) => {
    expect(() => checkOpenMetrics2(text)).toThrow(Error);
  });

  it('takes each of these documents once it is mended.', () => {
    const good = [
      `${head('gauge', '"a.b"')}{"a.b"} 1 5\n${end}`,
      `${head('counter')}a 1 2 st@1 # {} 1 1 # {x="y"} 1 1\n${end}`,
      `${head('histogram')}a {count:2,sum:1,schema:3,zero_threshold:0,zero_count:0,negative_spans:[-3:1],negative_buckets:[1],positive_spans:[0:1],positive_buckets:[1],bucket:[1:1,+Inf:2]}\n${end}`,
      `${head('gaugehistogram')}a {gcount:1,gsum:-1,bucket:[+Inf:1]}\n${end}`,
      `${head('summary')}a {count:1,sum:1,quantile:[]} st@5\n${end}`,
    ];
    for (const text of good) expect(checkOpenMetrics2(text)).toHaveLength(1);
  });
});
