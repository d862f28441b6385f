import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Counter, Histogram, Registry, toBytes, toText } from '../../src/index.js';
import { acceptFor, detectFormat, parsedFormats } from '../../src/cli/detect-format.js';
import { UsageError } from '../../src/cli/failures.js';
import { readLintArguments } from '../../src/cli/lint-arguments.js';
import { type LintReport, lintTable, syntaxFinding } from '../../src/cli/lint-report.js';
import { readFamilies } from '../../src/cli/read-families.js';
import { encodeUtf8 } from '../../src/platform/byte-buffer.js';
import { lint } from '../../src/lint/lint.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';

describe('The arguments of the linter', () => {
  test('A file is enough.', () => {
    expect(readLintArguments(['metrics.txt'])).toEqual({ help: false, from: 'metrics.txt', format: undefined, json: false, options: { ignore: [], thresholds: {} } });
  });

  test('Each flag is read, before and after the file, with its value behind a space or an equals sign.', () => {
    expect(readLintArguments('--format openmetrics-1.0.0 - --ignore=name-case,base-unit --min-severity warning --threshold series=5e3,firstShare=0.5 --json'.split(' '))).toEqual({
      help: false, from: '-', format: 'openmetrics-1.0.0', json: true, options: { ignore: ['name-case', 'base-unit'], severity: 'warning', thresholds: { series: 5000, firstShare: 0.5 } },
    });
    expect(readLintArguments(['-h']).help).toBe(true);
  });

  test.each([
    [[], 'nothing is given to lint; give the path of a file, a URL, or - for the standard input'],
    [[''], '"" is no flag of this command; --help lists them'],
    [['a', 'b'], '"b" is one argument too many; one is taken'],
    [['a', '--nonsense'], '"--nonsense" is no flag of this command; --help lists them'],
    [['a', '--json=x'], '--json takes no value; leave it out'],
    [['a', '--format', 'json'], '--format is "json"; give one of text-0.0.4, text-1.0.0, openmetrics-1.0.0, openmetrics-2.0.0, protobuf'],
    [['a', '--min-severity', 'bad'], '--min-severity is "bad"; give one of error, warning, info'],
    [['a', '--ignore', 'name-case,'], '--ignore is "name-case,"; give codes with commas between them'],
    [['a', '--ignore', 'nonsense'], 'ignore names "nonsense", which is no code of a rule; docs/linting.md lists them'],
    [['a', '--threshold', 'series'], '--threshold is "series"; give names and numbers, for instance series=5000,buckets=40'],
    [['a', '--threshold', 'series=-1'], '--threshold is "series=-1"; give names and numbers, for instance series=5000,buckets=40'],
    [['a', '--threshold', 'serie=1'], /^unknown threshold "serie"; they are "series", /],
    [['a', '--threshold', '__proto__=1'], /is "__proto__=1"; give names and numbers/],
  ])('%j is refused.', (args, message) => {
    expect(() => readLintArguments(args)).toThrow(UsageError);
    expect(() => readLintArguments(args)).toThrow(message);
  });
});

describe('The format of a document', () => {
  const registry = new Registry();
  new Counter({ name: 'shop_orders_total', help: 'Orders.', registry }).inc();
  const plain = toText(registry);

  test.each([
    ['text/plain; version=0.0.4; charset=utf-8', 'text-0.0.4'],
    ['text/plain; charset=utf-8; version=1.0.0; escaping=allow-utf-8', 'text-1.0.0'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics-1.0.0'],
    ['application/openmetrics-text; version=0.0.1', 'openmetrics-1.0.0'],
    ['application/openmetrics-text; version="2.0.0"', 'openmetrics-2.0.0'],
    ['Application/OpenMetrics-Text', 'openmetrics-1.0.0'],
    ['application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited', 'protobuf'],
  ])('It is what the service says: %s.', (contentType, format) => {
    expect(detectFormat(contentType, encodeUtf8(plain))).toBe(format);
  });

  test.each([
    ['plain text', plain, 'text-0.0.4'],
    ['nothing', '', 'text-0.0.4'],
    ['a page', '<html></html>', 'text-0.0.4'],
    ['the end mark', '# TYPE a counter\na_total 1\n# EOF\n', 'openmetrics-1.0.0'],
    ['the end mark without a line feed', '# TYPE a counter\na_total 1\n# EOF', 'openmetrics-1.0.0'],
    ['an end mark in a help text', '# HELP a # EOF\na 1\n', 'text-0.0.4'],
    ['a value of several parts', '# TYPE a histogram\na{b="x"} {count:1,sum:1,bucket:[+Inf:1]}\n# EOF\n', 'openmetrics-2.0.0'],
    ['a time of beginning', '# TYPE a gauge\na 1 st@3\n# EOF\n', 'openmetrics-2.0.0'],
    ['a counter that is called so', '# TYPE a_total counter\na_total 1\n# EOF\n', 'openmetrics-2.0.0'],
    ['a label value that looks like several parts', 'a{b=" {count:1"} 1\n# EOF\n', 'openmetrics-2.0.0'],
  ])('Otherwise it is what the document looks like: %s.', (_, text, format) => {
    for (const contentType of [undefined, 'text/plain', 'application/octet-stream', ';;=']) expect(detectFormat(contentType, encodeUtf8(text))).toBe(format);
  });

  test('Delimited messages are told from text.', () => {
    const message = [0x0a, 1, 0x61, 0x12, 1, 0x62, 0x18, 1, 0x22, 11, 0x12, 9, 0x09, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(detectFormat(undefined, new Uint8Array([message.length, ...message]))).toBe('protobuf');
    expect(detectFormat(undefined, new Uint8Array([0x80 | 3, 1, ...message]))).toBe('protobuf');
    expect(detectFormat(undefined, encodeUtf8('\n\na 1\n'))).toBe('text-0.0.4');
  });

  test('A service is asked for the one format, or for what it has.', () => {
    expect(acceptFor('protobuf')).toMatch(/^application\/vnd\.google\.protobuf; .*encoding=delimited/);
    expect(acceptFor(undefined).split(', ').map((part) => part.split(';')[0])).toEqual(['application/openmetrics-text', 'text/plain', 'text/plain', '*/*']);
    expect(parsedFormats.map((format) => detectFormat(acceptFor(format), new Uint8Array()))).toEqual(parsedFormats);
  });
});

describe('Documents that break their format', () => {
  const read = async (text: string, format: (typeof parsedFormats)[number] = 'text-0.0.4'): Promise<readonly [names: string[], faults: string[]]> => {
    const { families, faults } = await readFamilies(encodeUtf8(text), format);
    return [families.map(({ name }) => name), faults.map(({ line, column, expected }) => `${line}:${column} ${expected}`)];
  };

  test('A fault costs its line only, and each is told with its place.', async () => {
    expect(await read('# TYPE a gauge\na{x="1"} 1\na{x="2"} one\na{x="3"} 3\nb{ 2\n\n# TYPE c gauge\nc 1\nc 2\n')).toEqual([['a', 'c'], ['3:10 a number', '5:4 a label name', '9:1 each series once']]);
    expect((await readFamilies(encodeUtf8('a{x="1"} 1\na{x="2"} one\na{x="3"} 3\n'), 'text-0.0.4')).families[0]!.series).toHaveLength(2);
  });

  test('A second fault in one family is not told, as it may follow from the first, and costs the family.', async () => {
    expect(await read('a 1\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n# TYPE z gauge\nz 1\n')).toEqual([['a', 'z'], ['5:1 a bucket le="+Inf" in each series of "h"']]);
  });

  test('A document whose last line has no end is read as if it had.', async () => {
    expect(await read('a 1\nb 2')).toEqual([['a', 'b'], ['2:4 a line feed']]);
    expect(await read('a 1\nb x')).toEqual([['a'], ['2:3 a number']]);
  });

  test('In OpenMetrics a fault costs its family.', async () => {
    expect(await read('# TYPE a gauge\na 1\n# TYPE b gauge\nb  2\n# TYPE c gauge\nc 3\n# EOF\n', 'openmetrics-1.0.0')).toEqual([['a', 'c'], ['4:3 a number']]);
    expect(await read('# TYPE a gauge\na 1\n', 'openmetrics-1.0.0')).toEqual([['a'], [expect.stringContaining('"# EOF"')]]);
  });

  test('Of protobuf what stands before the first fault is read.', async () => {
    const registry = new Registry();
    for (const name of ['shop_a_total', 'shop_b_total']) new Counter({ name, help: 'Orders.', registry }).inc();
    const bytes = toBytes(registry, { format: 'protobuf' });
    expect(detectFormat(undefined, bytes)).toBe('protobuf');
    expect(await readFamilies(bytes, 'protobuf')).toMatchObject({ families: [{ name: 'shop_a_total' }, { name: 'shop_b_total' }], faults: [] });
    expect(await readFamilies(bytes.subarray(0, -1), 'protobuf')).toMatchObject({ families: [{ name: 'shop_a_total' }], faults: [{ line: 2, found: 'the end of the document' }] });
  });

  test('What is something else altogether is told twenty times at most.', async () => {
    const [names, faults] = await read(Array.from({ length: 1000 }, (_, i) => `<p${i}>x</p>\n`).join(''));
    expect(names).toEqual([]);
    expect(faults).toHaveLength(20);
  });

  test('Any text is read, with faults that lie within it.', async () => {
    const piece = fc.oneof(fc.constantFrom('# TYPE ', '# HELP ', '# EOF\n', 'a', 'b_total', ' counter\n', ' histogram\n', '{', '}', '="1"', ',', ' 1\n', '\n', '"', '\\', 'le', '\r', '\0', '{a="x"} 2\n', 'b_bucket{le="+Inf"} 1\n'), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.constantFrom(...parsedFormats.slice(0, 4)), async (pieces, format) => {
        const text = pieces.join('');
        const bytes = encodeUtf8(text);
        const before = bytes.slice();
        const { families, faults } = await readFamilies(bytes, format);
        expect(bytes).toEqual(before);
        const lines = text.split('\n').length;
        expect(new Set(faults.map(({ line }) => line)).size).toBe(faults.length);
        for (const [i, { line, column }] of faults.entries()) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThan(0);
          expect(syntaxFinding(format, faults[i]!).message).toMatch(/^line \d+, column \d+: found .+; expected .+$/s);
        }
        lint(families);
      }),
      { numRuns: 1000 },
    );
  });

  test('What was written without a fault is read without one, and the findings are those of the registry.', async () => {
    await fc.assert(
      fc.asyncProperty(anyRegistry, async (spec) => {
        const registry = buildRegistry(spec);
        const { families, faults } = await readFamilies(encodeUtf8(toText(registry)), 'text-0.0.4');
        expect(faults).toEqual([]);
        // Text 0.0.4 has no types info and state set, writes "_info" where it is missing, and knows neither units nor labels of what is empty.
        const told = (codes: readonly string[], found: ReturnType<typeof lint>): string[] => found.filter(({ code }) => codes.includes(code)).map(({ metric, code, message }) => `${metric} ${code} ${message}`);
        const same = ['counter-total', 'total-not-counter', 'base-unit', 'unit-abbreviated', 'help-missing', 'buckets-gap'];
        const types = new Map(spec.map(({ name, type }) => [name, type]));
        const comparable = (found: ReturnType<typeof lint>): ReturnType<typeof lint> => found.filter(({ metric }) => ['counter', 'gauge', 'histogram', 'summary'].includes(types.get(metric) ?? ''));
        expect(told(same, comparable(lint(families)))).toEqual(told(same, comparable(lint(registry.snapshot()))));
      }),
      { numRuns: 60 },
    );
  });
});

describe('The report of the linter', () => {
  const report = (findings: LintReport['findings']): LintReport => ({ command: 'lint', source: 'here', format: 'text-0.0.4', metrics: 1, findings });

  test('Nothing found is said in a sentence.', () => {
    expect(lintTable(report([]), undefined)).toBe('No findings in 1 metric of here.\n');
  });

  test('Each finding is a line, its columns under each other, and they are counted.', () => {
    const registry = new Registry();
    new Counter({ name: 'shop_orders', help: 'Orders.', registry });
    new Histogram({ name: 'shop_waits', help: 'Waits.', buckets: [1, 100], registry });
    const found = [syntaxFinding('text-0.0.4', { line: 3, column: 7, found: '"x"', expected: 'a number' }), ...lint(registry.snapshot())];
    expect(lintTable(report(found), undefined)).toBe(
      [
        'error    syntax         line 3, column 7: found "x"; expected a number',
        'warning  counter-total  counter "shop_orders": the name of a counter ends in "_total"; call it "shop_orders_total"',
        'info     buckets-gap    histogram "shop_waits": between 1 and 100 a quantile is only guessed; put bounds between them',
        '',
        '1 error, 1 warning, 1 info in 1 metric of here.',
        '',
      ].join('\n'),
    );
  });

  test('On a terminal texts are broken to its width, and nothing commands it.', () => {
    const [finding] = lint([{ name: 'shop_orders', help: 'Orders.', type: 'counter', series: [{ value: 1, labels: { '\u009b2J': '\u202e' } }] }], { ignore: ['label-characters'] });
    expect(lintTable(report([finding!]), 60)).toBe(
      [
        'warning  counter-total  counter "shop_orders": the name of a',
        '                        counter ends in "_total"; call it',
        '                        "shop_orders_total"',
        '',
        '1 warning in 1 metric of here.',
        '',
      ].join('\n'),
    );
    const told = lint([{ name: 'shop_orders_total', help: 'Orders.', type: 'counter', series: [{ value: 1, labels: { '\u009b2J': 'x' } }] }]);
    expect(lintTable(report(told), undefined)).toContain('the label name "?2J" needs quotes');
  });

  test('Of protobuf the message and the byte are told.', () => {
    expect(syntaxFinding('protobuf', { line: 2, column: 5, found: '0x07', expected: 'a field' }).message).toBe('message 2, byte 5: found 0x07; expected a field');
  });
});
