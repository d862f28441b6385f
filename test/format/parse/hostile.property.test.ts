import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParseError, type ParsedFormat, parse, parseStream } from '../../../src/format/parse/entry.js';
import type { CollectedFamily } from '../../../src/model/collected.js';
import { encodeUtf8 } from '../../../src/platform/byte-buffer.js';
import { seededRandom } from '../../support/random.js';
import { badDocuments } from './bad-documents.js';
import { anyFamilies, written } from './families.js';

/** Cases of each property here; `FUZZ_CASES=1000000` makes a long run. */
const cases = Number(process.env['FUZZ_CASES'] ?? 4000);
const formats = ['text-0.0.4', 'text-1.0.0', 'openmetrics-1.0.0', 'openmetrics-2.0.0'] as const;

type Outcome = readonly CollectedFamily[] | string;

/** The families, or the message of the error; anything but a `ParseError` is thrown on. */
function outcome(bytes: Uint8Array, format: ParsedFormat): Outcome {
  try {
    return parse(bytes, { format });
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

/** As {@link outcome}, for a document in pieces. */
async function streamOutcome(pieces: Iterable<Uint8Array>, format: ParsedFormat): Promise<Outcome> {
  const families: CollectedFamily[] = [];
  try {
    for await (const family of parseStream(pieces, { format })) families.push(family);
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
  return families;
}

/** What means something in some format, and what is likely to be mishandled. */
const tokens = ['"', '\\', '\n', '{', '}', ',', '=', ' ', '#', '# ', '# EOF\n', '# TYPE ', '# HELP ', '# UNIT ', '_total', '_bucket', '_sum', '_count', '_created', 'le="', 'quantile="', '+Inf', 'NaN', '-', '1e999', '1e-999', '0x1', ' # {} 1', ' st@1', '{count:1,sum:1,bucket:[+Inf:1]}', 'schema:0', 'positive_spans:[0:999999999]', '__proto__', 'constructor', '\uFEFF', '\0', '\r', '\t', 'é', '😀'].map(encodeUtf8);

/** A document that was changed in some places. */
function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = Array.from(bytes);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let change = 1 + below(4); change > 0; change--) {
    const at = below(result.length + 1);
    const length = below(random() < 0.8 ? 12 : result.length + 1);
    switch (below(6)) {
      case 0:
        result[at] = below(256);
        break;
      case 1:
        result.splice(at, length);
        break;
      case 2:
        result.splice(at, 0, ...tokens[below(tokens.length)]!);
        break;
      case 3:
        result.splice(at, 0, ...result.slice(at, at + length));
        break;
      case 4:
        result = result.slice(0, at);
        break;
      default:
        result.splice(at, 0, ...result.splice(below(result.length + 1), length));
    }
  }
  return Uint8Array.from(result);
}

/** Sound documents of each format, and bad ones. */
const seeds: Readonly<Record<(typeof formats)[number], readonly Uint8Array[]>> = Object.fromEntries(
  formats.map((format) => {
    const sound = fc.sample(anyFamilies({ utf8: format === 'text-1.0.0' || format === 'openmetrics-2.0.0', native: format === 'openmetrics-2.0.0' }), { numRuns: 150, seed: 7 });
    return [format, [...sound.map((families) => written(families, format)), ...badDocuments[format].map(([document]) => encodeUtf8(document))]];
  }),
) as Record<(typeof formats)[number], Uint8Array[]>;

describe('Whatever comes', () => {
  test.each(formats)('%s: a document that was changed is parsed or refused with a ParseError.', (format) => {
    const random = seededRandom(11);
    const known = seeds[format];
    let refused = 0;
    for (let i = 0; i < cases; i++) if (typeof outcome(mutated(known[Math.floor(random() * known.length)]!, random), format) === 'string') refused += 1;
    // Neither all nor none: the changes tell.
    expect(refused).toBeGreaterThan(cases / 4);
    expect(refused).toBeLessThan(cases);
  }, 0);

  test.each(formats)('%s: random bytes are parsed or refused with a ParseError.', (format) => {
    const random = seededRandom(12);
    for (let i = 0; i < cases; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 60) }, () => (random() < 0.5 ? 32 + Math.floor(random() * 95) : Math.floor(random() * 256)));
      outcome(bytes, format);
    }
  }, 0);

  test.each(formats)('%s: random words of the format are parsed or refused with a ParseError.', (format) => {
    const random = seededRandom(13);
    for (let i = 0; i < cases; i++) {
      outcome(Uint8Array.from(Array.from({ length: Math.floor(random() * 30) }, () => (random() < 0.3 ? [0x61 + Math.floor(random() * 3)] : [...tokens[Math.floor(random() * tokens.length)]!])).flat()), format);
    }
  }, 0);

  test.each(formats)('%s: cut anywhere, a document gives the same families or the same error.', async (format) => {
    const random = seededRandom(14);
    const known = seeds[format];
    for (let i = 0; i < Math.max(400, cases / 10); i++) {
      const sound = known[i % known.length]!;
      const bytes = i < known.length * 2 ? sound : mutated(sound, random);
      const pieces: Uint8Array[] = [];
      const longest = 1 + Math.floor(random() * (random() < 0.5 ? 5 : 200));
      for (let at = 0; at < bytes.length; ) {
        const length = Math.floor(random() * (longest + 1));
        pieces.push(bytes.subarray(at, at + length));
        at += length;
      }
      expect(await streamOutcome(pieces, format)).toEqual(outcome(bytes, format));
    }
  }, 0);
});

describe('No name reaches a prototype', () => {
  test.each(formats)('%s: names that objects have by themselves are labels like any other, and `__proto__` is refused.', (format) => {
    const end = format.startsWith('openmetrics') ? '# EOF\n' : '';
    const [family] = parse(`constructor{constructor="a",toString="b",hasOwnProperty="c",valueOf="d"} 1\n${end}`, { format });
    expect(family!.name).toBe('constructor');
    expect(Object.entries(family!.series[0]!.labels!)).toEqual([['constructor', 'a'], ['toString', 'b'], ['hasOwnProperty', 'c'], ['valueOf', 'd']]);
    for (const document of [`a{__proto__="x"} 1\n${end}`, `{"a","__proto__"="x"} 1\n${end}`, `# TYPE c counter\nc_total 1 # {__proto__="x"} 1\n${end}`]) expect(typeof outcome(encodeUtf8(document), format)).toBe('string');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('A metric may be called `__proto__` in the text formats.', () => {
    expect(parse('__proto__ 1\n__proto__x 2\n', { format: 'text-0.0.4' }).map(({ name }) => name)).toEqual(['__proto__', '__proto__x']);
  });
});
