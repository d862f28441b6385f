import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeFamilies, escapeLabelName, escapeName, escapingSchemes, unescapeName } from '../../src/format/escaping.js';
import { isLegacyLabelName, isLegacyName } from '../../src/model/names.js';
import { sampleNames } from '../../src/model/sample-names.js';
import { loadFamily } from '../../src/registry/collected-family.js';

/** Names with much of what escaping is about. */
const piece = fc.constantFrom('_', '__', '.', '_dot_', 'dot', 'U__', 'U', ':', '0', '2e', 'a', 'F', 'é', '雷', '🎉', ' ', '"', '\\', '\n', '\u{10ffff}');
const anyName = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
);
const legacyScheme = fc.constantFrom(...escapingSchemes.filter((scheme) => scheme !== 'allow-utf-8'));

describe('escaping', () => {
  it('always makes legacy names.', () => {
    fc.assert(
      fc.property(anyName, legacyScheme, (name, scheme) => {
        expect(isLegacyName(escapeName(name, scheme))).toBe(true);
        expect(isLegacyLabelName(escapeLabelName(name, scheme))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('as values is undone, but for legacy names that look escaped already.', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        fc.pre(!(isLegacyName(name) && name.startsWith('U__')));
        expect(unescapeName(escapeName(name, 'values'), 'values')).toBe(name);
        expect(unescapeName(escapeLabelName(name, 'values'), 'values')).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  it('as dots is undone for names of legal characters and dots.', () => {
    const dotted = fc.array(fc.constantFrom('_', '.', 'dot', '_dot_', 'a', 'Z', ':', 'x9'), { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(dotted, (name) => void expect(unescapeName(escapeName(name, 'dots'), 'dots')).toBe(name)), { numRuns: 2000 });
  });

  it('as values tells any two names apart, but for legacy names that look escaped already.', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        fc.pre(a !== b && ![a, b].some((name) => isLegacyName(name) && name.startsWith('U__')));
        expect(escapeName(a, 'values')).not.toBe(escapeName(b, 'values'));
        expect(escapeLabelName(a, 'values')).not.toBe(escapeLabelName(b, 'values'));
      }),
      { numRuns: 2000 },
    );
  });

  it('of nothing changes nothing.', () => {
    fc.assert(fc.property(anyName, (name) => void expect([escapeName(name, 'allow-utf-8'), unescapeName(name, 'allow-utf-8'), unescapeName(name, 'underscores')]).toEqual([name, name, name])));
  });

  it('never makes anything but a name of any bytes, and never throws.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...escapingSchemes), (name, scheme) => {
        for (const text of [name, `U__${name}`]) expect(typeof unescapeName(text, scheme)).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  it('of families leaves no sample name and no label twice, and every family is written or noted.', () => {
    const family = fc.record({ name: anyName, type: fc.constantFrom('gauge' as const, 'summary' as const), labels: fc.uniqueArray(anyName.filter((name) => !name.startsWith('__') && name !== 'quantile'), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.uniqueArray(family, { selector: ({ name }) => name, maxLength: 12 }), legacyScheme, (families, scheme) => {
        const views = families.map(({ name, type, labels }) =>
          loadFamily({ name, help: 'x', type, series: [{ labels: Object.fromEntries(labels.map((label) => [label, 'v'])), ...(type === 'gauge' ? { value: 1 } : { sum: 1, count: 1 }) }] }, 'utf8'));
        let noted = 0;
        const whole = views.map(({ descriptor }) => descriptor);
        fc.pre(new Set(whole.flatMap(sampleNames)).size === whole.flatMap(sampleNames).length);
        const escaped = escapeFamilies(views, { noteFault: () => void (noted += 1) }, scheme).map(({ descriptor }) => descriptor);
        expect(escaped.length + noted).toBe(views.length);
        expect(new Set(escaped.flatMap(sampleNames)).size).toBe(escaped.flatMap(sampleNames).length);
        for (const { name, labelNames } of escaped) {
          expect(isLegacyName(name)).toBe(true);
          expect(new Set(labelNames).size).toBe(labelNames.length);
          for (const label of labelNames) expect(isLegacyLabelName(label) && label !== '__name__').toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
