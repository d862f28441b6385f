import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFamilies } from '../../src/cli/read-families.js';
import { encodeUtf8 } from '../../src/platform/byte-buffer.js';
import type { Finding } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';
import { run, start, until } from './support/processes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Debian's promtool, and a newer one where the oracles were set up; that one has rules more. */
const newer = join(process.env['ORACLES_HOME'] ?? join(homedir(), '.cache/metrics-oracles'), 'newer/usr/bin/promtool');
const promtools = ['promtool', ...(existsSync(newer) ? [newer] : [])];

/** What promtool says, and whether a finding says the same of the metric. */
const counterparts: readonly (readonly [text: RegExp, same: (finding: Finding, what: string) => boolean])[] = [
  [/^no help text$/, ({ code }) => code === 'help-missing'],
  [/^use base unit "(.+)"$/, ({ code, message }, what) => code === 'base-unit' && message.includes(what.split('" instead of "')[1]!)],
  [/^counter metrics should have "_total" suffix$/, ({ code }) => code === 'counter-total'],
  [/^non-counter metrics should not have "_total" suffix$/, ({ code }) => code === 'total-not-counter'],
  [/^non-histogram.* metrics should not have "(_bucket|_count|_sum)" suffix$/, ({ code, message }, what) => code === 'suffix-reserved' && message.includes(`"${what}"`)],
  [/^non-(?:histogram|summary) metrics should not have "(le|quantile)" label$/, ({ code, label }, what) => code === 'label-reserved' && label === what],
  [/^metric name should not include type '(.+)'$/, ({ code, message }, what) => code === 'name-type' && message.includes(`"${what.split('_')[0]}"`)],
  [/^metric names should not contain ':'$/, ({ code }) => code === 'name-colon'],
  [/^metric names should be written in 'snake_case' not 'camelCase'$/, ({ code }) => code === 'name-case'],
  [/^label names should be written in 'snake_case' not 'camelCase'$/, ({ code }) => code === 'label-case'],
  [/^metric names should not contain abbreviated units$/, ({ code }) => code === 'unit-abbreviated'],
  [/^non-gauge metrics should not have "_timestamp_seconds" suffix$/, ({ code }) => code === 'timestamp-not-gauge'],
];

/** What promtool found that we did not, as sentences, and how much it found. */
async function missed(promtool: string, text: string): Promise<{ readonly found: number; readonly missed: readonly string[] }> {
  const { code, stderr, stdout } = await run(promtool, ['check', 'metrics'], { input: text });
  expect([0, 3], stderr + stdout).toContain(code);
  const { families } = await readFamilies(encodeUtf8(text), 'text-0.0.4');
  const findings = lint(families, { severity: 'warning' }).concat(lint(families, { severity: 'error' }));
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  const without = lines.filter((line) => {
    const metric = line.slice(0, line.indexOf(' '));
    const said = line.slice(metric.length + 1);
    const [counterpart, what] = match(said);
    return counterpart === undefined || !findings.some((finding) => finding.metric === metric && counterpart(finding, what));
  });
  return { found: lines.length, missed: without };
}

function match(said: string): readonly [counterpart: ((finding: Finding, what: string) => boolean) | undefined, what: string] {
  for (const [text, same] of counterparts) {
    const found = text.exec(said);
    if (found !== null) return [same, found[1] ?? ''];
  }
  return [undefined, ''];
}

/** A family in the text format: its head, and one series. */
function write(type: string, name: string, labels: string, help = 'Help.'): string {
  const head = `${help === '' ? '' : `# HELP ${name} ${help}\n`}# TYPE ${name} ${type}\n`;
  const more = labels === '' ? '' : `${labels},`;
  const set = labels === '' ? '' : `{${labels}}`;
  if (type === 'histogram') return `${head}${name}_bucket{${more}le="1"} 1\n${name}_bucket{${more}le="+Inf"} 1\n${name}_sum${set} 1\n${name}_count${set} 1\n`;
  if (type === 'summary') return `${head}${name}{${more}quantile="0.5"} 1\n${name}_sum${set} 1\n${name}_count${set} 1\n`;
  return `${head}${name}${set} 1\n`;
}

const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const prefixes = ['', 'pico', 'nano', 'micro', 'milli', 'centi', 'deci', 'deca', 'hecto', 'kilo', 'kibi', 'mega', 'mibi', 'giga', 'gibi', 'tera', 'tebi', 'peta', 'pebi'];
const units = ['amperes', 'bytes', 'celsius', 'grams', 'joules', 'kelvin', 'meters', 'metres', 'seconds', 'volts', 'minutes', 'hours', 'days', 'weeks', 'kelvins', 'fahrenheit', 'rankine', 'inches', 'yards', 'miles', 'bits', 'calories', 'pounds', 'ounces'];
const abbreviations = ['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd'];
const suffixes = ['_total', '_count', '_sum', '_bucket', '_info', '_timestamp_seconds', '_counter', '_gauge', '_histogram', '_summary', '_untyped', '_gauge_histogram', ':sum', 'Total'];

const corpus: Readonly<Record<string, string>> = {
  'every unit with every prefix': prefixes.flatMap((prefix) => units.map((unit) => write('gauge', `x${prefix}${unit}_${prefix}${unit}`, ''))).join(''),
  'every abbreviation, within the name and at its end': abbreviations.flatMap((unit) => [write('gauge', `at_end_${unit}`, ''), write('gauge', `in_${unit}_side`, ''), write('gauge', `in_${unit.toUpperCase()}_case`, ''), write('gauge', `${unit}_begins`, '')]).join(''),
  'every suffix with every type': suffixes.flatMap((suffix) => types.map((type) => write(type, `a_${type.slice(0, 1)}x${suffix}`, ''))).join(''),
  'no help': types.map((type) => write(type, `no_help_${type.slice(0, 1)}x`, '', '')).join(''),
  'reserved labels, and labels in camelCase': types
    .flatMap((type) => ['le="1"', 'quantile="1"', 'camelCase="1"', 'a="1",camelCase="1",otherCase="2"'].filter((label) => !(type === 'histogram' && label.startsWith('le')) && !(type === 'summary' && label.startsWith('quantile'))).map((labels, i) => write(type, `labels_${type.slice(0, 1)}x${i}`, labels)))
    .join(''),
};

describe.each(promtools)('%s', (promtool) => {
  test.each(Object.entries(corpus))('finds nothing that is not found here: %s.', async (_, text) => {
    const { found, missed: left } = await missed(promtool, text);
    expect(left).toEqual([]);
    expect(found).toBeGreaterThan(4);
  });

  test('finds nothing in generated names that is not found here.', async () => {
    const words = [...units, ...prefixes.map((prefix) => `${prefix}bytes`), ...abbreviations, 'counter', 'gauge', 'histogram', 'summary', 'Total', 'total', 'count', 'sum', 'bucket', 'info', 'http', 'requestsServed', 'GaugE', 'MS', 'KiloBytes', '', '0', ':', 'a:b', 'thermometers', 'daysies'];
    const name = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((all) => all.join('_'));
    const labels = fc.subarray(['le="1"', 'quantile="0.1"', 'camelCase="x"', 'kind="y"', 'HTTP="z"'], { maxLength: 3 });
    const { PROPERTY_SEED: given = '20250101' } = process.env;
    const families = fc.sample(fc.tuple(fc.constantFrom(...types), name, labels, fc.constantFrom('', 'Help.')), { numRuns: 1500, seed: given === 'random' ? Date.now() | 0 : Number(given) });
    const own = (type: string, label: string): boolean => !(type === 'histogram' && label.startsWith('le=')) && !(type === 'summary' && label.startsWith('quantile='));
    // The place in front keeps the families apart; one in two has its words at the very beginning otherwise.
    const text = families.map(([type, words_, labels_, help], i) => write(type, i % 2 === 0 ? `f${i}_${words_}` : `f${i}${words_}`, labels_.filter((label) => own(type, label)).join(','), help)).join('');
    const { found, missed: left } = await missed(promtool, text);
    expect(left).toEqual([]);
    expect(found).toBeGreaterThan(1000);
  });

  test('says something that is known here of every metric that breaks all of its rules, so that silence means something.', async () => {
    const { found } = await missed(promtool, write('gauge', 'badName:x_milliseconds_gauge_ms_total', 'camelCase="1"', ''));
    expect(found).toBe(8);
  });
});

test('A series that comes twice, which the newer promtool complains of, breaks the format.', async () => {
  const text = write('gauge', 'shop_orders', 'kind="a"') + 'shop_orders{kind="a"} 2\n';
  for (const promtool of promtools.slice(1)) expect((await run(promtool, ['check', 'metrics'], { input: text })).stderr).toContain('shop_orders metric not unique');
  const { faults } = await readFamilies(encodeUtf8(text), 'text-0.0.4');
  expect(faults).toMatchObject([{ line: 4, expected: 'each series once' }]);
});

test('The command has nothing to say about the example service, whatever it is asked for.', async () => {
  const service = start(process.execPath, [join(root, 'docs/examples/service.js')], { env: { ...process.env, PORT: '0' } });
  try {
    const url = await until('the service', () => /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(service.output())?.[0]);
    for (const flags of [[], ['--format', 'text-0.0.4']]) {
      const { code, stdout, stderr } = await run(process.execPath, [join(root, 'dist/cli/main.js'), 'lint', url, ...flags]);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringMatching(/^No findings in \d+ metrics of /) as string, stderr: '' });
    }
  } finally {
    await service.stop();
  }
});
