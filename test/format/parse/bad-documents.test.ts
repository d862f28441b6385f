import { describe, expect, test } from 'vitest';
import { TallystickError } from '../../../src/model/errors.js';
import { ParseError, type ParsedFormat, parse } from '../../../src/format/parse/entry.js';
import { badDocuments } from './bad-documents.js';

const titles: Partial<Record<ParsedFormat, string>> = { 'text-0.0.4': 'text 0.0.4', 'text-1.0.0': 'text 1.0.0', 'openmetrics-1.0.0': 'OpenMetrics 1.0.0', 'openmetrics-2.0.0': 'OpenMetrics 2.0.0' };

/** What parsing throws. */
function faultOf(document: string | Uint8Array, format: ParsedFormat): unknown {
  try {
    return parse(document, { format });
  } catch (error) {
    return error;
  }
}

for (const [format, documents] of Object.entries(badDocuments) as [keyof typeof badDocuments, (typeof badDocuments)[keyof typeof badDocuments]][]) {
  describe(`A bad document in ${titles[format]} is refused with the place and the rule`, () => {
    test.each(documents)('%j', (document, fault) => {
      const error = faultOf(document, format) as ParseError;
      expect(error).toBeInstanceOf(ParseError);
      expect(error.message).toBe(`${titles[format]}, ${fault}`);
    });
  });
}

describe('The table of bad documents', () => {
  test('has more than 120 rows, each a document of its own.', () => {
    const all = Object.entries(badDocuments).flatMap(([format, rows]) => rows.map(([document]) => `${format} ${document}`));
    expect(all.length).toBeGreaterThan(120);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('A parse error', () => {
  test('says in fields what its message says.', () => {
    const error = faultOf('# TYPE a gauge\na{é="1"} 1\n', 'text-0.0.4') as ParseError;
    expect(error).toBeInstanceOf(TallystickError);
    expect({ ...error }).toEqual({ name: 'ParseError', code: 'PARSE_ERROR', format: 'text-0.0.4', line: 2, column: 3, found: '"é"', expected: 'a label name' });
  });

  test('counts columns in characters, however many bytes and code units they take.', () => {
    expect(faultOf('a{x="é😀☃"} y\n', 'text-0.0.4')).toMatchObject({ column: 12 });
  });

  test.each([
    ['in a label value', [0x61, 0x7b, 0x78, 0x3d, 0x22, 0xc3, 0xa9, 0xff, 0x22, 0x7d, 0x20, 0x31, 0x0a], 7],
    ['in a comment', [0x23, 0x20, 0xe2, 0x98, 0x83, 0xe2, 0x98, 0x0a], 4],
    ['that is half a surrogate pair', [0x23, 0x20, 0xed, 0xa0, 0x80, 0x0a], 3],
    ['that is longer than it must be', [0x23, 0x20, 0xc0, 0xaf, 0x0a], 3],
  ])('finds the first byte that is not UTF-8 %s.', (_where, bytes, column) => {
    expect(faultOf(new Uint8Array(bytes), 'text-0.0.4')).toMatchObject({ line: 1, column, expected: 'UTF-8' });
  });

  test('finds the byte that is not UTF-8 in a long text, too.', () => {
    for (const at of [0, 1, 500, 4999, 9999]) {
      const bytes = new TextEncoder().encode(`# HELP a ${'é'.repeat(5000)}\n`);
      bytes[9 + at] = 0xff;
      const column = 10 + (at >>> 1);
      expect(faultOf(bytes, 'text-0.0.4')).toMatchObject({ column, expected: 'UTF-8' });
    }
  });

  test('is short, whatever was found.', () => {
    for (const format of ['text-0.0.4', 'openmetrics-1.0.0', 'openmetrics-2.0.0'] as const) {
      for (const document of [`a ${'x'.repeat(100_000)}\n`, `a{${'x'.repeat(100_000)}\n`, `a{x="${'y'.repeat(100_000)}"} 1\na{x="${'y'.repeat(100_000)}"} 1\n`, `${'x'.repeat(100_000)} 1\n${'x'.repeat(100_000)}_y 1\n${'x'.repeat(100_000)} 1\n`]) {
        const error = faultOf(document, format) as ParseError;
        expect(error).toBeInstanceOf(ParseError);
        expect(error.message.length).toBeLessThan(500);
      }
    }
  });
});

describe('What is no document', () => {
  test.each([
    ['no options', () => parse('', undefined as never), 'parse: options are undefined; give an object'],
    ['no format', () => parse('', {} as never), 'parse: format is undefined; the formats are "text-0.0.4", "text-1.0.0", "openmetrics-1.0.0", "openmetrics-2.0.0", "protobuf"'],
    ['a format there is not', () => parse('', { format: 'json' as never }), 'parse: format is "json"; the formats are "text-0.0.4", "text-1.0.0", "openmetrics-1.0.0", "openmetrics-2.0.0", "protobuf"'],
    ['an option there is not', () => parse('', { format: 'text-0.0.4', strict: true } as never), 'parse: unknown option "strict"; the options are "format", "quotedNames"'],
    ['quotedNames that is neither', () => parse('', { format: 'text-0.0.4', quotedNames: 1 as never }), 'parse: quotedNames is 1; give true or false'],
    ['a number', () => parse(1 as never, { format: 'text-0.0.4' }), 'parse: the document is 1; give a Uint8Array or a string'],
  ])('%s is refused as a bad option.', (_what, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', message }));
  });
});
