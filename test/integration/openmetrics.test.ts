import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CollectedFamily, toText } from '../../src/index.js';
import { expectedOpenMetrics, withNumericBounds } from '../support/expected-openmetrics.js';
import { anyFamilies, registryOf } from '../support/families.js';
import type { CheckedFamily, CheckedSample } from '../support/openmetrics-checker.js';
import { runWell } from './support/processes.js';

interface ReadExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly timestamp: string | null;
}

interface ReadSample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: string;
  readonly timestamp: string | null;
  readonly exemplar: ReadExemplar | null;
}

interface Reading {
  readonly error?: string;
  readonly families: readonly { readonly name: string; readonly help: string; readonly type: string; readonly unit: string; readonly samples: readonly ReadSample[] }[];
}

/** The parser ends the labels of an exemplar at the first brace, even within a value. */
const tameExemplar = (text: string): string => text.replaceAll('}', ')');

let folder: string;
let families: CollectedFamily[][];
let readings: Reading[];

async function read(paths: readonly string[]): Promise<Reading[]> {
  // Debian's own Python, as its packages are not seen by another one.
  const lines = await runWell('/usr/bin/python3', [fileURLToPath(new URL('./python/read_openmetrics.py', import.meta.url)), ...paths]);
  return lines.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Reading);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-openmetrics-'));
  await mkdir(folder, { recursive: true });
  const { PROPERTY_SEED: given = '20250101' } = process.env;
  families = fc.sample(anyFamilies({ tameExemplar }), { numRuns: 300, seed: given === 'random' ? Date.now() | 0 : Number(given) });
  const paths = families.map((_, place) => join(folder, `${place}.om`));
  for (const [place, some] of families.entries()) await writeFile(paths[place]!, toText(registryOf(some), { format: 'openmetrics-1.0.0' }));
  readings = await read(paths);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));
/** The parser's own type for times rounds in the last place. */
const milliseconds = (seconds: number): number => Math.round(seconds * 1000);
const timeOf = (text: string | null): { readonly timestamp?: number } => (text === null ? {} : { timestamp: milliseconds(Number(text)) });

/** What was read, in the form of what should have been. */
function readSample({ name, labels, value, timestamp, exemplar }: ReadSample): CheckedSample {
  const found = exemplar === null ? {} : { exemplar: { labels: exemplar.labels, value: numberOf(exemplar.value), ...timeOf(exemplar.timestamp) } };
  return { name, labels, value: numberOf(value), ...timeOf(timestamp), ...found };
}

function rounded({ timestamp, exemplar, ...sample }: CheckedSample): CheckedSample {
  const found = exemplar === undefined ? {} : { exemplar: { labels: exemplar.labels, value: exemplar.value, ...timeOf(exemplar.timestamp?.toString() ?? null) } };
  return { ...sample, ...timeOf(timestamp?.toString() ?? null), ...found };
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

describe("the strict OpenMetrics parser of Prometheus' Python library", () => {
  it('gives back every value, time and exemplar of generated families.', () => {
    expect(readings).toHaveLength(families.length);
    for (const [place, { error, families: found }] of readings.entries()) {
      expect(error, `registry ${place}`).toBeUndefined();
      const read: CheckedFamily[] = found.map((family) => withNumericBounds({ ...family, samples: family.samples.map(readSample) }));
      const expected = families[place]!.map(expectedOpenMetrics).map((family) => ({ ...family, samples: family.samples.map(rounded) }));
      expect(read.sort(byName), `registry ${place}`).toEqual(expected.sort(byName));
    }
  });

  it('had enough to read for that to mean something.', () => {
    const all = readings.flatMap(({ families: found }) => found);
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown']));
    const samples = all.flatMap((family) => family.samples);
    expect(samples.filter(({ exemplar }) => exemplar !== null).length).toBeGreaterThan(50);
    expect(samples.filter(({ name }) => name.endsWith('_created')).length).toBeGreaterThan(20);
    expect(samples.filter(({ timestamp }) => timestamp !== null).length).toBeGreaterThan(50);
  });

  it('refuses what is no OpenMetrics.', async () => {
    const path = join(folder, 'broken.om');
    await writeFile(path, '# TYPE a counter\na 1\n# EOF');
    const [clash] = await read([path]);
    expect(clash?.error).toContain('Clashing name: a');
  });
});
