import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { expectedOpenMetrics, withNumericBounds } from '../support/expected-openmetrics.js';
import { anyFamilies, registryOf } from '../support/families.js';
import { checkOpenMetrics } from '../support/openmetrics-checker.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import { expectReservedNamesLeftOut } from '../support/reserved-names.js';

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

describe('OpenMetrics 1.0', () => {
  it.each(['legacy', 'utf8'] as const)('is strict and says what was collected, with %s names, whatever families have.', (names) => {
    fc.assert(
      fc.property(anyFamilies({ names }), (families) => {
        const text = toText(registryOf(families, names), { format: 'openmetrics-1.0.0', escaping: 'allow-utf-8' });
        expect(checkOpenMetrics(text).map(withNumericBounds).sort(byName)).toEqual(families.map(expectedOpenMetrics).sort(byName));
      }),
      { numRuns: 400 },
    );
  });

  it('is strict for what instruments have recorded.', () => {
    fc.assert(
      fc.property(anyRegistry, (spec) => {
        const registry = buildRegistry(spec.filter(({ labelNames, constLabels }) => ![...labelNames, ...Object.keys(constLabels)].some((label) => label.startsWith('_'))));
        const families = checkOpenMetrics(toText(registry, { format: 'openmetrics-1.0.0' }));
        expect(families.map(({ help }) => help)).toEqual(registry.snapshot().map(({ help }) => help));
      }),
      { numRuns: 200 },
    );
  });
});

describe('Names that OpenMetrics 1.0.0 reserves', () => {
  it('keep their families out, which is said and counted.', () => {
    expectReservedNamesLeftOut('openmetrics-1.0.0', checkOpenMetrics);
  });
});

describe('the checker of these tests', () => {
  const gauge = '# TYPE a gauge\n# HELP a A.\n';
  const counter = '# TYPE a counter\n# HELP a A.\n';
  const histogram = '# TYPE a histogram\n# HELP a A.\n';
  const end = '# EOF\n';
  it.each([
    ['no end', `${gauge}a 1\n`],
    ['what comes after the end', `${gauge}${end}a 1\n`],
    ['HELP before TYPE', `# HELP a A.\n# TYPE a gauge\na 1\n${end}`],
    ['metadata that comes twice', `${gauge}a 1\n${gauge}${end}`],
    ['a quote in HELP', `# TYPE a gauge\n# HELP a "A".\n${end}`],
    ['a unit that is not the end of the name', `# TYPE a gauge\n# UNIT a seconds\n# HELP a A.\n${end}`],
    ['a counter without its suffix', `${counter}a 1\n${end}`],
    ['a family with the suffix of its samples', `# TYPE a_total counter\n# HELP a_total A.\na_total_total 1\n${end}`],
    ['a counter that is NaN', `${counter}a_total NaN\n${end}`],
    ['an exemplar of a gauge', `${gauge}a 1 # {} 1\n${end}`],
    ['an exemplar of a created time', `${counter}a_total 1\na_created 1 # {} 1\n${end}`],
    ['an exemplar outside its bucket', `${histogram}a_bucket{le="1.0"} 1 # {} 2\na_bucket{le="+Inf"} 1\n${end}`],
    ['two exemplars', `${counter}a_total 1 # {} 1 # {} 1\n${end}`],
    ['an exemplar of 129 characters', `${counter}a_total 1 # {a="${'é'.repeat(128)}"} 1\n${end}`],
    ['a bound that is not canonical', `${histogram}a_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\n${end}`],
    ['a bound spelt as JavaScript does', `${histogram}a_bucket{le="1e-7"} 1\na_bucket{le="+Inf"} 1\n${end}`],
    ['buckets that fall', `${histogram}a_bucket{le="1.0"} 2\na_bucket{le="+Inf"} 1\n${end}`],
    ['a histogram without its last bucket', `${histogram}a_bucket{le="1.0"} 2\n${end}`],
    ['a count that is not that of the buckets', `${histogram}a_bucket{le="+Inf"} 2\na_count 1\na_sum 1\n${end}`],
    ['a count without a sum', `${histogram}a_bucket{le="+Inf"} 2\na_count 2\n${end}`],
    ['a sum with negative bounds', `${histogram}a_bucket{le="-1.0"} 1\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1\n${end}`],
    ['series of two families in turn', `${gauge}a{b="1"} 1\na{b="2"} 1\na{b="1"} 1\n${end}`],
    ['a family that another could have named', `${counter}a_total 1\n# TYPE a_total gauge\n# HELP a_total A.\n${end}`],
    ['two times in a series', `${counter}a_total 1 1\na_created 1\n${end}`],
    ['a state set without its label', `# TYPE a stateset\n# HELP a A.\na{state="b"} 1\n${end}`],
    ['quotes that are not needed', `${gauge}{"a"} 1\n${end}`],
    ['an empty line', `${gauge}\na 1\n${end}`],
    ['a comment', `${gauge}# a\na 1\n${end}`],
    ['two spaces', `${gauge}a  1\n${end}`],
    ['a comma too much', `${gauge}a{b="1",} 1\n${end}`],
    ['braces without labels', `${gauge}a{} 1\n${end}`],
  ])('refuses %s.', (_, text) => {
    expect(() => checkOpenMetrics(text)).toThrow(Error);
  });

  it('takes each of these documents once it is mended.', () => {
    for (const text of [`${gauge}a 1\n${end}`, `${counter}a_total 1 # {} 1\n${end}`, `${histogram}a_bucket{le="1.0"} 1 # {} 1 5\na_bucket{le="+Inf"} 2\na_count 2\na_sum 1\na_created 5\n${end}`]) expect(checkOpenMetrics(text)).toHaveLength(1);
  });
});
