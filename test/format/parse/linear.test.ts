import { describe, expect, test } from 'vitest';
import { ParseError, type ParsedFormat, parse, parseStream } from '../../../src/format/parse/entry.js';
import { encodeUtf8 } from '../../../src/platform/byte-buffer.js';

const many = (count: number, text: (place: number) => string, separator = ''): string => Array.from({ length: count }, (_, place) => text(place)).join(separator);

/** Documents of about so many bytes in which something comes over and over, good and bad. */
const shapes: readonly (readonly [what: string, format: ParsedFormat, document: (size: number) => string])[] = [
  ['labels of one sample', 'text-0.0.4', (size) => `a{${many(size / 10, (i) => `l${i}="v${i}"`, ',')}} 1\n`],
  ['labels of one sample, all of one name', 'text-0.0.4', (size) => `a{${many(size / 6, () => 'x="1"', ',')}} 1\n`],
  ['labels of two samples, the second time the other way round', 'text-0.0.4', (size) => `a{${many(size / 20, (i) => `l${i}="v${i}"`, ',')}} 1\na{${many(size / 20, (i) => `l${size - i}="v"`, ',')}} 1\n`],
  ['label names', 'text-0.0.4', (size) => many(size / 16, (i) => `a{name${i}="1"} 1\n`)],
  ['label values', 'text-0.0.4', (size) => many(size / 16, (i) => `a{name="${i}"} 1\n`)],
  ['label values that share a place in the table of strings', 'text-0.0.4', (size) => many(size / 20, (i) => `a{name="${i * 4096}"} 1\n`)],
  ['escapes in a label value', 'text-0.0.4', (size) => `a{x="${'\\n\\\\\\"'.repeat(size / 6)}"} 1\n`],
  ['backslashes in a help text', 'openmetrics-1.0.0', (size) => `# HELP a ${'\\'.repeat(size & ~1)}\n# EOF\n`],
  ['backslashes before a missing quotation mark', 'text-0.0.4', (size) => `a{x="${'\\'.repeat(size)}\n`],
  ['characters of a label value', 'text-0.0.4', (size) => `a{x="${'é'.repeat(size / 2)}"} 1\n`],
  ['characters of a name', 'text-0.0.4', (size) => `${'a'.repeat(size / 3)}{${'b'.repeat(size / 3)}="1"} 1\n${'a'.repeat(size / 3)}{${'b'.repeat(size / 3)}="2"} 1\n`],
  ['digits', 'text-0.0.4', (size) => `a 1${'0'.repeat(size / 2)}.${'1'.repeat(size / 2)}e-${size / 2}\n`],
  ['digits of an exponent', 'openmetrics-1.0.0', (size) => `a 1e${'0'.repeat(size)}1\n# EOF\n`],
  ['digits of a timestamp', 'text-0.0.4', (size) => `a 1 ${'9'.repeat(size)}\n`],
  ['blanks', 'text-0.0.4', (size) => `a${' '.repeat(size / 2)}{${'\t'.repeat(size / 2)}} 1\n`],
  ['empty lines', 'text-0.0.4', (size) => '\n'.repeat(size)],
  ['comments', 'text-0.0.4', (size) => '# é\n'.repeat(size / 5)],
  ['families', 'text-0.0.4', (size) => many(size / 10, (i) => `m${i} 1\n`)],
  ['families after one of many series', 'text-0.0.4', (size) => `${many(size / 20, (i) => `a{x="${i}"} 1\n`)}${many(size / 14, (i) => `m${i} 1\n`)}`],
  ['families with a TYPE', 'openmetrics-1.0.0', (size) => `${many(size / 40, (i) => `# TYPE m${i} counter\nm${i}_total 1\n`)}# EOF\n`],
  ['buckets', 'text-0.0.4', (size) => `# TYPE h histogram\n${many(size / 24, (i) => `h_bucket{le="${i}"} ${i}\n`)}h_bucket{le="+Inf"} ${size}\n`],
  ['histograms whose lines are apart', 'text-0.0.4', (size) => `# TYPE h histogram\n${many(size / 60, (i) => `h_bucket{x="${i}",le="1"} 1\n`)}${many(size / 60, (i) => `h_bucket{x="${i}",le="+Inf"} 1\n`)}`],
  ['quantiles, the other way round', 'openmetrics-1.0.0', (size) => `# TYPE s summary\n${many(size / 24, (i) => `s{quantile="${1 - i / size}"} 1\n`)}# EOF\n`],
  ['states', 'openmetrics-1.0.0', (size) => `# TYPE e stateset\n${many(size / 16, (i) => `e{e="s${i}"} ${i & 1}\n`)}# EOF\n`],
  ['points of one series', 'openmetrics-1.0.0', (size) => `${many(size / 16, (i) => `a{x="1"} 1 ${i}\n`)}# EOF\n`],
  ['labels of an exemplar', 'openmetrics-2.0.0', (size) => `# TYPE c counter\nc 1 # {${many(size / 10, (i) => `l${i}="v"`, ',')}} 1 1\n# EOF\n`],
  ['exemplars', 'openmetrics-2.0.0', (size) => `# TYPE c counter\nc 1${' # {a="b"} 1 1'.repeat(size / 14)}\n# EOF\n`],
  ['composite buckets', 'openmetrics-2.0.0', (size) => `# TYPE h histogram\nh {count:1,sum:1,bucket:[${many(size / 8, (i) => `${i}:0`, ',')},+Inf:1]}\n# EOF\n`],
  ['spans', 'openmetrics-2.0.0', (size) => `# TYPE h histogram\nh {count:0,sum:0,schema:8,zero_threshold:0,zero_count:0,positive_spans:[-${size}:1${',0:1'.repeat(size / 8)}],positive_buckets:[0${',0'.repeat(size / 8)}]}\n# EOF\n`],
  ['states of groups at many times', 'openmetrics-2.0.0', (size) => `# TYPE e stateset\n${many(size / 20, (i) => `e{e="a"} 1 ${i}\n`)}${many(size / 20, (i) => `e{e="b"} 1 ${i}\n`)}# EOF\n`],
  ['quoted names', 'text-1.0.0', (size) => many(size / 24, (i) => `{"m.${i}","l.${i}"="1"} 1\n`)],
];

/** The shortest of some runs, in milliseconds of this process: a busy machine takes longer, but does not do more. */
async function shortest(run: () => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

function attempt(document: Uint8Array, format: ParsedFormat): void {
  try {
    parse(document, { format });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Four times the input takes about four times as long; with a quadratic step it would take sixteen times. The rest is for a busy machine. */
const most = 9;

describe('Four times the document takes about four times as long', () => {
  test.each(shapes)('for %s (%s).', async (_what, format, document) => {
    const small = encodeUtf8(document(100_000));
    const large = encodeUtf8(document(400_000));
    // What is over in no time says nothing about its growth.
    const least = 3;
    let times = Infinity;
    for (let round = 0; round < 5 && times > most; round++) times = (await shortest(() => attempt(large, format))) / Math.max(least, await shortest(() => attempt(small, format)));
    expect(times).toBeLessThan(most);
  }, 60_000);

  test('for a line in pieces of a byte.', async () => {
    const read = async (size: number): Promise<void> => {
      const bytes = encodeUtf8(`a{x="${'y'.repeat(size)}"} 1\n`);
      for await (const family of parseStream(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)), { format: 'text-0.0.4' })) expect(family.name).toBe('a');
    };
    let times = Infinity;
    for (let round = 0; round < 5 && times > most; round++) times = (await shortest(() => read(40_000))) / (await shortest(() => read(10_000)));
    expect(times).toBeLessThan(most);
  }, 60_000);
});
