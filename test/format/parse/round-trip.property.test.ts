import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ParsedFormat, parse } from '../../../src/format/parse/entry.js';
import type { CollectedFamily, CollectedSeries } from '../../../src/model/collected.js';
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
