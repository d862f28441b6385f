import { describe, expect, test } from 'vitest';
import { readCardinalityArguments } from '../../src/cli/arguments.js';
import { UsageError } from '../../src/cli/failures.js';
import { parseBytes, parseMilliseconds, parseWhole, rounded, shown, shownBytes, shownMilliseconds } from '../../src/cli/quantities.js';

describe('The flags of the cardinality bench', () => {
  test('Without any, a counter with three labels grows to a million series within ten minutes.', () => {
    expect(readCardinalityArguments([])).toEqual({
      help: false, kind: 'counter', labels: 3, buckets: 12, from: undefined, max: 1e6, seconds: 600, budgets: {}, json: undefined, html: undefined,
    });
  });

  test('Each is read, with its value behind a space or an equals sign.', () => {
    const args = '--max 1e7 --labels=2 --buckets 5 --kind=histogram --memory 512MB --scrape-time=1s --delay 10ms --seconds 30 --json - --html=out.html'.split(' ');
    expect(readCardinalityArguments(args)).toEqual({
      help: false, kind: 'histogram', labels: 2, buckets: 5, from: undefined, max: 1e7, seconds: 30,
      budgets: { memoryBytes: 512e6, scrapeMilliseconds: 1000, delayMilliseconds: 10 }, json: '-', html: 'out.html',
    });
    expect(readCardinalityArguments(['--from', 'https://example.test/metrics', '-h'])).toMatchObject({ from: 'https://example.test/metrics', help: true });
  });

  test.each([
    [['--max', 'abc'], '--max is "abc"; give a whole number from 1 to 1e8'],
    [['--max', '0'], '--max is "0"; give a whole number from 1 to 1e8'],
    [['--max', '1e9'], '--max is "1e9"; give a whole number from 1 to 1e8'],
    [['--max=1.5'], '--max is "1.5"; give a whole number from 1 to 1e8'],
    [['--max='], '--max is ""; give a whole number from 1 to 1e8'],
    [['--max'], '--max has no value; --help says what it takes'],
    [['--max', '--labels'], '--max has no value; --help says what it takes'],
    [['--max', '10', '--max', '20'], '--max comes twice; give it once'],
    [['--labels', '31'], '--labels is "31"; give a whole number from 1 to 30'],
    [['--buckets', '0'], '--buckets is "0"; give a whole number from 1 to 500'],
    [['--seconds', '-1'], '--seconds has no value; --help says what it takes'],
    [['--seconds=-1'], '--seconds is "-1"; give a whole number from 1 to 86400'],
    [['--kind', 'meter'], '--kind is "meter"; give one of counter, gauge, histogram, summary'],
    [['--memory', '512'], '--memory is "512"; give a size above 0 with its unit, for instance 512MB'],
    [['--memory', '0MB'], '--memory is "0MB"; give a size above 0 with its unit, for instance 512MB'],
    [['--scrape-time', '1'], '--scrape-time is "1"; give a time above 0 with its unit, for instance 1s'],
    [['--delay', 'ms'], '--delay is "ms"; give a time above 0 with its unit, for instance 10ms'],
    [['--html', '-'], '--html is "-"; give the path of a file'],
    [['--json='], '--json is ""; give the path of a file, or - for the standard output'],
    [['--from=a', '--kind=gauge'], '--kind and --from exclude each other; an exposition says itself what its metrics are'],
    [['--from', 'a', '--labels', '2'], '--labels and --from exclude each other; an exposition says itself what its metrics are'],
    [['--help=yes'], '--help takes no value; leave it out'],
    [['--nonsense'], '"--nonsense" is no flag of this command; --help lists them'],
    [['--constructor=1'], '"--constructor=1" is no flag of this command; --help lists them'],
    [['more'], '"more" is no flag of this command; --help lists them'],
    [['\u001b[31m'], '"\\u001b[31m" is no flag of this command; --help lists them'],
  ])('%j is refused.', (args, message) => {
    expect(() => readCardinalityArguments(args)).toThrow(new UsageError(message));
  });
});

describe('Numbers with units', () => {
  test('Sizes and times are read with every unit, and nothing else is.', () => {
    expect(['1B', '2kB', '2KB', '1.5 MB', '1GB', '1KiB', '1MiB', '1GiB', '1e3MB'].map(parseBytes)).toEqual([1, 2000, 2000, 1.5e6, 1e9, 1024, 2 ** 20, 2 ** 30, 1e9]);
    expect(['5us', '5ms', '0.5s', '2min'].map(parseMilliseconds)).toEqual([0.005, 5, 500, 120_000]);
    expect(['', 'MB', '1', '1 TB', '-1MB', 'NaNMB', '1e400MB', '0x10MB', '1MB '].map(parseBytes)).toEqual(Array(9).fill(undefined));
    expect([parseWhole('1e6', 1, 1e7), parseWhole('12', 12, 12), parseWhole('11', 12, 13), parseWhole('1e-3', 0, 1), parseWhole('', 0, 1)]).toEqual([1e6, 12, undefined, undefined, undefined]);
  });

  test('Figures are shown with as many digits as count.', () => {
    expect([0, 0.0123, 0.00012, 1.26, 12.34, 99.96, 1234.5, 1e6, NaN, Infinity].map(shown)).toEqual(['0', '0.01', '0.0001', '1.3', '12.3', '100', '1 235', '1 000 000', '-', '-']);
    expect([0, 999, 81_100, 89_100_000, 2.5e9].map(shownBytes)).toEqual(['0 B', '999 B', '81.1 kB', '89.1 MB', '2.5 GB']);
    expect([0.05, 1.26, 1500].map(shownMilliseconds)).toEqual(['50 us', '1.3 ms', '1.5 s']);
    expect([999.9, 123_456, 1_999_999].map(rounded)).toEqual([999, 123_000, 2_000_000]);
  });
});
