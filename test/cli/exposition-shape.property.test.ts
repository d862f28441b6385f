import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShape, readerLimits } from '../../src/cli/exposition-shape.js';
import { RunError } from '../../src/cli/failures.js';
import { readSampleLine } from '../../src/cli/sample-line.js';
import { kinds } from '../../src/cli/shape.js';
import { Counter, Gauge, Histogram, Registry, Summary, toText } from '../../src/index.js';
import { anyText, storable } from '../support/texts.js';

const metric = fc.record({
  kind: fc.constantFrom(...kinds),
  buckets: fc.uniqueArray(fc.integer({ min: -5, max: 1000 }), { minLength: 1, maxLength: 6 }).map((all) => all.sort((a, b) => a - b)),
  quantiles: fc.uniqueArray(fc.constantFrom(0, 0.5, 0.9, 0.99, 1), { maxLength: 3 }).map((all) => all.sort()),
  names: fc.uniqueArray(fc.constantFrom('a', 'b', 'method', 'constructor', 'toString'), { minLength: 1, maxLength: 3 }).map((all): readonly string[] => all),
  rows: fc.array(fc.array(anyText, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
});

describe('The shape of an exposition', () => {
  test('Kinds, buckets, quantiles, and the numbers of series and of label values come back from what was written.', () => {
    fc.assert(
      fc.property(fc.array(metric, { minLength: 1, maxLength: 4 }), (metrics) => {
        const registry = new Registry();
        const expected = metrics.map(({ kind, buckets, quantiles, names, rows }, i) => {
          const options = { name: `m${i}_${kind}${kind === 'counter' ? '_total' : ''}`, help: 'Help with "quotes"\nand\\more.', labelNames: names, registry };
          const all = rows.map((row) => row.slice(0, names.length));
          const labels = all.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]!])));
          if (kind === 'counter') labels.forEach(((counter) => (one) => counter.inc(one))(new Counter(options)));
          else if (kind === 'gauge') labels.forEach(((gauge) => (one) => gauge.set(one, -1.5))(new Gauge(options)));
          else if (kind === 'histogram') labels.forEach(((histogram) => (one) => histogram.observe(one, 3))(new Histogram({ ...options, buckets })));
          else labels.forEach(((summary) => (one) => summary.observe(one, 3))(new Summary({ ...options, quantiles })));
          const stored = all.map((row) => row.map(storable));
          return {
            name: options.name,
            kind,
            bounds: kind === 'histogram' ? buckets : [],
            quantiles: kind === 'summary' ? quantiles : [],
            series: new Set(stored.map((row) => JSON.stringify(row))).size,
            labels: Object.fromEntries(names.map((name, place) => [name, new Set(stored.map((row) => row[place])).size] as const).filter(([, distinct], place) => distinct > 1 || stored[0]![place] !== '')),
          };
        });
        const read = readShape(`${toText(registry)}other{x="1"} 1\n`).families.filter(({ name }) => name !== 'other');
        const found = read.map(({ name, kind, bounds, quantiles, labelNames, pattern }) => ({
          name, kind, bounds, quantiles, series: pattern!.series, labels: Object.fromEntries(labelNames.map((label, place) => [label, pattern!.distinct[place]!])),
        }));
        expect(found.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected.sort((a, b) => (a.name < b.name ? -1 : 1)));
      }),
      { numRuns: 200 },
    );
  });

  test('What other writers put there is read as well: timestamps, exemplars, quoted names, suffixes, and the end mark.', () => {
    const shape = readShape(
      [
        '# TYPE http_requests counter', 'http_requests_total{ code = "200" , } 3 1700000000 # {trace="x"} 1', 'http_requests_created{code="200"} 1.7e9', '# TYPE t summary', 't_sum{a="1"} 1', 't_count{a="1"} 1', 't{a="1",quantile="0.5"} NaN',
        '{"my.metric",l="a"} +Inf', '\tspaced\t{l="b"}\t.5\t', '# TYPE native histogram', 'native_count{a="1"} 2', 'native_sum{a="1"} 2', 'native_bucket{a="1",le="+Inf"} 2', 'nothing to see', 'broken{a="1} 1', '# EOF', '',
      ].join('\r\n').replaceAll('\r\n', '\n'),
    );
    expect(shape.families.map(({ name, kind, quantiles, pattern }) => [name, kind, quantiles, pattern!.series])).toEqual([
      ['http_requests_total', 'counter', [], 1],
      ['t', 'summary', [0.5], 1],
      ['my.metric', 'gauge', [], 1],
      ['spaced', 'gauge', [], 1],
      ['native', 'summary', [], 1],
    ]);
  });

  test('A label that some series lack is empty there, whenever it turns up.', () => {
    const { pattern, labelNames } = readShape('x{a="1"} 1\nx{a="1",b="2"} 1\nx{b="",a="1"} 1\nx{b="2",a="1"} 1').families[0]!;
    expect([labelNames, pattern!.series, pattern!.distinct]).toEqual([['a', 'b'], 2, [1, 2]]);
  });
});

describe('Hostile text', () => {
  const pieces = fc.constantFrom('{', '}', '"', '\\', '\n', ',', '=', ' ', '#', '# TYPE ', '# HELP ', 'x', 'le', '1', '{a="', '"} 1\n', '__proto__', '_bucket', '\0', '\u001b[2J', '😀', '\ud800');
  test('Any text is read or refused with a sentence, never otherwise.', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')), (text) => {
        try {
          for (const family of readShape(text).families) expect(family.pattern!.series).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RunError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['opening braces', '{'.repeat(60_000)],
    ['quotes', `x{a="${'"'.repeat(60_000)}`],
    ['backslashes', `x{a="${'\\'.repeat(60_000)}`],
    ['commas', `x{${','.repeat(60_000)}`],
    ['blanks', `x${' '.repeat(60_000)}{a="1"}${' '.repeat(100)}`],
    ['digits', `x ${'1'.repeat(60_000)}`],
    ['equals signs', `x{${'='.repeat(60_000)}`],
    ['comments', `# TYPE ${' '.repeat(60_000)}x`],
  ])('A line of %s costs no more than its length.', (_, line) => {
    const text = `${line}\n`.repeat(100);
    const start = performance.now();
    try {
      readShape(text);
    } catch (error) {
      expect(error).toBeInstanceOf(RunError);
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test.each([
    ['an empty text', '', 'the exposition has no sample that could be read; is it in the text format?'],
    ['a page', '<html>hello</html>', 'the exposition has no sample that could be read; is it in the text format?'],
    ['no labels', 'up 1\n', 'no metric of the exposition has labels, so that none can grow; use --labels instead of --from'],
    ['a long line', `x{a="${'y'.repeat(70_000)}"} 1`, 'the exposition has more than 65535 characters in line 1; give a smaller one'],
    ['many metrics', Array.from({ length: readerLimits.families + 1 }, (_, i) => `x${i} 1`).join('\n'), 'the exposition has more than 20000 metrics; give a smaller one'],
    ['many buckets', `# TYPE h histogram\n${Array.from({ length: 1001 }, (_, i) => `h_bucket{le="${i}"} 1`).join('\n')}`, 'a metric of the exposition has more than 1000 buckets or quantiles; give one with fewer'],
    ['many label names', Array.from({ length: 129 }, (_, i) => `x{l${i}="1"} 1`).join('\n'), 'a metric of the exposition has more than 128 label names; give one with fewer'],
  ])('It is refused: %s.', (_, text, message) => {
    expect(() => readShape(text)).toThrow(new RunError(message));
  });

  test('Reading ends when the time is up.', () => {
    expect(() => readShape('x{a="1"} 1\n', () => true)).toThrow(new RunError('the time was up while the exposition was read; give more --seconds'));
  });

  test('Control characters in names do not reach a terminal.', () => {
    const [family] = readShape('{"\u001b[2Jname\u0007","\u009blabel"="v"} 1').families;
    expect([family!.name, family!.labelNames]).toEqual(['?[2Jname?', ['?label']]);
  });

  test('A sample without a number, or with more labels than anyone has, is none.', () => {
    expect(readSampleLine('x')).toBeUndefined();
    expect(readSampleLine('x{a="1"}')).toBeUndefined();
    expect(readSampleLine('x{a="1"} 1')).toEqual({ name: 'x', labels: ['a', '1'] });
    expect(readSampleLine(`x{${Array.from({ length: 129 }, (_, i) => `l${i}="1"`).join(',')}} 1`)).toBeUndefined();
  });
});
