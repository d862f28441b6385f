import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ParsedFormat, parse } from '../../../src/format/parse/entry.js';
import { escapeLabelName, spelledIn } from '../../../src/format/escaping.js';
import type { EscapingScheme } from '../../../src/format/format.js';
import type { CollectedFamily, CollectedSeries } from '../../../src/model/collected.js';
import { familyName } from '../../../src/model/descriptor.js';
import { isLegacyLabelName } from '../../../src/model/names.js';
import { type Tastes, anyFamilies, written } from './families.js';

/** Families as OpenMetrics 1.0 can carry them: its histograms with a negative bound have no sum. */
function inOpenMetrics1(families: readonly CollectedFamily[]): CollectedFamily[] {
  return families.map((family) => ({
    ...family,
    series: family.series.map(({ sum, ...series }): CollectedSeries => (sum === undefined || (family.type === 'histogram' && series.buckets![0]!.le < 0) ? series : { ...series, sum })),
  }));
}

/** Families as the text formats can carry them: with fewer types, and with samples for what is more than numbers. */
function inText(families: readonly CollectedFamily[]): CollectedFamily[] {
  return families.map(({ name, help, type, series, states = [], stateLabel = '' }) => {
    const bare = series.map(({ created: _created, exemplars: _exemplars, native: _native, ...rest }) => rest);
    switch (type) {
      case 'info':
        return { name, help, type: 'gauge', series: bare.map((one) => ({ ...one, value: 1 })) };
      case 'stateset':
        return {
          name,
          help,
          type: 'gauge',
          series: bare.flatMap(({ states: held = [], labels, ...one }) => states.map((state) => ({ ...one, labels: { ...labels, [stateLabel]: state }, value: held.includes(state) ? 1 : 0 }))),
        };
      case 'gaugehistogram':
        return { name, help, type: 'histogram', series: bare };
      default:
        return { name, help, type, series: bare };
    }
  });
}

/** What is parsed of what is written must be what was written, as far as the format can carry it. */
function holds(format: ParsedFormat, tastes: Tastes, carried: (families: readonly CollectedFamily[]) => readonly CollectedFamily[], quotedNames?: boolean): void {
  fc.assert(
    fc.property(anyFamilies(tastes), (families) => {
      expect(parse(written(families, format), { format, ...(quotedNames === undefined ? {} : { quotedNames }) })).toEqual(carried(families));
    }),
    { numRuns: 400 },
  );
}

describe('What is written is read back', () => {
  test('in OpenMetrics 1.0.', () => {
    holds('openmetrics-1.0.0', {}, inOpenMetrics1);
  });

  test('in OpenMetrics 1.0 with names of any text, which are read when asked for.', () => {
    holds('openmetrics-1.0.0', { utf8: true }, inOpenMetrics1, true);
  });

  test('in OpenMetrics 2.0, with native buckets and names of any text.', () => {
    holds('openmetrics-2.0.0', { utf8: true, native: true }, (families) => families);
  });

  test('in text 0.0.4, as far as it can carry it.', () => {
    holds('text-0.0.4', {}, inText);
  });

  test('in text 1.0.0, names of any text included.', () => {
    holds('text-1.0.0', { utf8: true }, inText);
  });
});

/** Families under the names that a scheme gives them; without the unit, where the name no longer ends in it. */
function escaped(families: readonly CollectedFamily[], scheme: EscapingScheme): CollectedFamily[] {
  const label = (name: string): string => (isLegacyLabelName(name) ? name : escapeLabelName(name, scheme));
  return families.map(({ unit, ...family }) => ({
    ...family,
    name: spelledIn(family.name, scheme),
    ...(unit !== undefined && familyName({ ...family, name: spelledIn(family.name, scheme) }).endsWith(`_${unit}`) ? { unit } : {}),
    series: family.series.map((series) => ({ ...series, labels: Object.fromEntries(Object.entries(series.labels!).map(([name, value]) => [label(name), value])) })),
  }));
}

/** Whether no two labels of a family are one under a scheme. */
function isDistinct(families: readonly CollectedFamily[], scheme: EscapingScheme): boolean {
  return escaped(families, scheme).every(({ series }, place) => series.every(({ labels }, row) => Object.keys(labels!).length === Object.keys(families[place]!.series[row]!.labels!).length));
}

describe.each(['underscores', 'dots', 'values'] as const)('What is written with names escaped as %s is read back under these names', (scheme) => {
  test.each([
    ['text-0.0.4', inText],
    ['text-1.0.0', inText],
    ['openmetrics-1.0.0', inOpenMetrics1],
    ['openmetrics-2.0.0', (families: readonly CollectedFamily[]) => families],
  ] as const)('in %s.', (format, carried) => {
    fc.assert(
      fc.property(anyFamilies({ utf8: true, native: format === 'openmetrics-2.0.0' }), (families) => {
        fc.pre(isDistinct(families, scheme));
        expect(parse(written(families, format, scheme), { format })).toEqual(carried(escaped(families, scheme)));
      }),
      { numRuns: 100 },
    );
  });
});
