import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CollectedFamily, CollectedSeries } from '../../src/model/collected.js';
import { identifierKind } from '../../src/lint/identifiers.js';
import { lint } from '../../src/lint/lint.js';
import { rules } from '../../src/lint/rules.js';
import { severities } from '../../src/lint/finding.js';
import { snakeCase } from '../../src/lint/spelling.js';
import { anyDouble } from '../support/doubles.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import { anyText } from '../support/texts.js';
import { examples } from './examples.js';

const word = fc.constantFrom('http', 'requests', 'total', 'seconds', 'milliseconds', 'kb', 'percent', 'info', 'count', 'sum', 'bucket', 'gauge', 'per', 'since', 'by', 'queueDepth', 'p99', '404', 'constructor', '');
const name = fc.oneof(fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('_')), anyText);
const label = fc.oneof(fc.constantFrom('le', 'quantile', 'type', 'env', '__name__', 'requests', '__proto__', 'constructor'), anyText);
const type = fc.constantFrom('counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown');

/** Anything that the types allow, whether it makes sense or not. */
const series: fc.Arbitrary<CollectedSeries> = fc.record(
  {
    labels: fc.dictionary(label, fc.oneof(anyText, fc.integer(), fc.boolean(), fc.uuid(), fc.webUrl(), fc.emailAddress()), { maxKeys: 4 }),
    value: anyDouble,
    sum: anyDouble,
    count: anyDouble,
    buckets: fc.array(fc.record({ le: anyDouble, count: anyDouble }), { maxLength: 5 }),
    quantiles: fc.array(fc.record({ quantile: anyDouble, value: anyDouble }), { maxLength: 3 }),
    timestamp: anyDouble,
  },
  { requiredKeys: [] },
);
const family: fc.Arbitrary<CollectedFamily> = fc.record({ name, help: fc.oneof(name, anyText), type, unit: fc.oneof(fc.constant(''), word), series: fc.array(series, { maxLength: 5 }) });
const families = fc.array(family, { maxLength: 8 });
const low = { thresholds: { series: 0, labelValues: 0, identifiers: 0, labelValueCharacters: 0, labels: 0, helpCharacters: 0, buckets: 0, bucketSeries: 0, boundFactor: 1, firstShare: 0, infiniteShare: 0, observations: 0, summarySeries: 0 } };

describe('Any families', () => {
  test('They are linted without an error, and every finding is of a known rule and a family that is there.', () => {
    fc.assert(
      fc.property(families, fc.constantFrom({}, low), (given, options) => {
        const before = JSON.stringify(given);
        for (const { code, severity, metric, message, mend } of lint(given, options)) {
          expect(rules.find((rule) => rule.code === code)?.severity).toBe(severity);
          expect(given.map((one) => one.name)).toContain(metric);
          expect(mend).not.toBe('');
          expect(message).not.toMatch(/undefined|\[object/);
        }
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test('Findings are sorted by metric, code and label, each is told once, and the order of the families does not matter.', () => {
    fc.assert(
      fc.property(fc.uniqueArray(family, { maxLength: 8, selector: (one) => one.name }).chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length }))), ([given, shuffled]) => {
        const found = lint(given, low);
        const keys = found.map((finding) => [finding.metric, finding.code, finding.label ?? '', finding.message]);
        expect(keys).toEqual([...keys].sort((a, b) => a.map((part, i) => (part < b[i]! ? -1 : part > b[i]! ? 1 : 0)).find((sign) => sign !== 0) ?? 0));
        expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
        expect(lint(shuffled, low)).toEqual(found);
      }),
      { numRuns: 300 },
    );
  });

  test('What is asked for is what all findings have less what was not: codes, and severities.', () => {
    fc.assert(
      fc.property(families, fc.subarray(rules.map((rule) => rule.code)), fc.constantFrom(...severities), (given, ignore, severity) => {
        const kept = lint(given).filter((finding) => !ignore.includes(finding.code) && severities.indexOf(finding.severity) <= severities.indexOf(severity));
        expect(lint(given, { ignore, severity })).toEqual(kept);
      }),
      { numRuns: 200 },
    );
  });

  test('A registry of any instruments is linted by its snapshot.', () => {
    fc.assert(
      fc.property(anyRegistry, (spec) => {
        const findings = lint(buildRegistry(spec).snapshot());
        expect(findings.filter(({ code }) => ['series-duplicate', 'buckets-order', 'unit-suffix', 'counter-value', 'label-names-differ', 'type-missing'].includes(code))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('The names that are proposed', () => {
  test('A name in snake_case stays as it is, and has no upper-case letters.', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9_:.]{0,40}$/), (given) => {
        const snake = snakeCase(given);
        expect(snake).not.toMatch(/[A-Z]/);
        expect(snakeCase(snake)).toBe(snake);
        expect(snake.replaceAll('_', '')).toBe(given.replaceAll('_', '').toLowerCase());
      }),
    );
  });

  test('A name that a rule proposes is one that the rule accepts.', () => {
    const codes = ['name-colon', 'name-case', 'name-underscore', 'name-characters', 'counter-total', 'base-unit', 'unit-singular', 'unit-suffix', 'timestamp-suffix'];
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => `a_${words.join('_')}`), type, (given, kind) => {
        for (const { code, mend } of lint([{ name: given, help: 'Help.', type: kind, series: [] }])) {
          if (!codes.includes(code)) continue;
          const proposed = JSON.parse(/"(?:[^"\\]|\\.)*"/.exec(mend)![0]) as string;
          expect(proposed).not.toBe(given);
          const again = lint([{ name: proposed, help: 'Help.', type: kind, series: [] }]).filter((finding) => finding.code === code);
          // One finding for each word that is wrong: each proposal mends one of them.
          expect(again.length).toBeLessThan(lint([{ name: given, help: 'Help.', type: kind, series: [] }]).filter((finding) => finding.code === code).length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('Label values', () => {
  test.each([
    ['0b9e8d2c-6f4b-4b9c-8a3e-0123456789ab', 'UUIDs'], ['anna@example.org', 'e-mail addresses'], ['https://example.org/', 'URLs'], ['10.0.0.7', 'IP addresses'], ['10.0.0.7:9090', 'IP addresses'],
    ['1700000000', 'times'], ['1700000000123', 'times'], ['2024-01-01T00:00:00Z', 'times'], ['48151', 'numbers'], ['9f86d081884c7d65', 'hashes'], ['/users/42', 'paths with identifiers'], ['/find?q=x', 'paths with identifiers'],
    ['/users/0b9e8d2c-6f4b-4b9c-8a3e-0123456789ab/x', 'paths with identifiers'],
  ])('%s looks like one of many %s.', (value, kind) => {
    expect(identifierKind(value)).toBe(kind);
  });

  test.each(['', 'GET', '200', '8080', '/users/:id', '/users/{id}', '/api/v1/users', '/', 'a@b', 'v1.2.3', 'deadbeefdeadbeef', 'x'.repeat(5000), 'feedfacecafebeef'])('%s looks like a value that has an end.', (value) => {
    expect(identifierKind(value)).toBeUndefined();
  });

  test.each(['@', 'a@', '.', 'a@.', '1', 'f', '/', '-', ' ', 'a@a.', '1.'])('A value of many %j costs no more than its length.', (piece) => {
    const values = Array.from({ length: 200 }, (_, i) => piece.repeat(2000 / piece.length) + i.toString(36));
    const start = performance.now();
    lint([{ name: values[0]!, help: values.join(''), type: 'gauge', series: values.map((value) => ({ labels: { a: value }, value: 1 })) }]);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('Names and helps of any length cost no more than that.', () => {
    const long = ['A', 'a', '_', 'aA', '1_', '#', '_1', 'a_total'].map((piece) => piece.repeat(50_000 / piece.length));
    const start = performance.now();
    for (const text of long) lint([{ name: text, help: text, type: 'counter', series: [{ labels: { [text]: text }, value: 1 }] }]);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('The examples of all rules together are linted as well.', () => {
    expect(lint(Object.values(examples).flatMap(({ bad, good }) => [...bad, ...good])).length).toBeGreaterThan(Object.keys(examples).length);
  });
});
