import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type YamlValue, toYaml } from '../../src/generate/yaml.js';

/** Reads a scalar in one of the forms that are written. */
function scalarOf(text: string): unknown {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  return text.startsWith('"') ? JSON.parse(text) : text;
}

describe('A YAML document', () => {
  it('is in block style, with keys in their order, and leaves out what is undefined.', () => {
    const value: YamlValue = { a: 1, list: [{ b: true, c: ['x', []] }, 'z', [['deep']]], none: undefined, empty: {}, text: 'line\n  more\n\nlast\n' };
    expect(toYaml(value)).toBe(`a: 1
list:
  - b: true
    c:
      - x
      - []
  - z
  - - - deep
empty: {}
text: |
  line
    more

  last
`);
  });

  it.each([
    ['plain text', 'plain text'], ['true', "'true'"], ['No', "'No'"], ['', "''"], ['5m', '5m'], ['12', "'12'"], ['1e3', "'1e3'"], ['a: b', "'a: b'"], ['a:', "'a:'"], ['a #b', "'a #b'"], ["it's: so", "'it''s: so'"],
    ['{{ $labels.job }}', "'{{ $labels.job }}'"], ['up{job="x"} == 0', 'up{job="x"} == 0'], ['- x', "'- x'"], [' x', "' x'"], ['x ', "'x '"], ['größe', '"größe"'], ['a\u0085b', '"a\\u0085b"'], ['a\r\nb', '"a\\r\\nb"'], ['\ud800', '"\\ufffd"'],
  ])('writes %j as %s.', (text, written) => {
    expect(toYaml([text])).toBe(`- ${written}\n`);
  });

  it('gives every text on one line back.', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (key, text) => {
      const one = toYaml([text]);
      const [, written] = /^- (.*)\n$/s.exec(one)!;
      expect(written).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
      expect(scalarOf(written!)).toBe(text);
      expect(toYaml({ [`k${key}`]: 1 }).endsWith(': 1\n')).toBe(true);
    }));
  });
});
