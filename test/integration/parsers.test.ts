import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry, toText } from '../../src/index.js';
import { type Generated, registries, withTexts, write } from './support/generated.js';
import { runWell } from './support/processes.js';
import { type ComparableFamily, type Reading, comparableReading, comparableSnapshot } from './support/readings.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Marks that keep blanks away from the ends of a help text. The format lets a help text begin and end with blanks, and ours is written so,
 * but the Go parser skips blanks before it and the Python parser strips both ends: see the last test.
 */
const guard = (help: string): string => `«${help}»`;

let folder: string;
let generated: Generated[];
let goReader: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-parsers-'));
  goReader = join(folder, 'read-text');
  // Debian's packages of Go libraries are a GOPATH, not modules. Without cgo no C compiler is needed.
  await runWell('go', ['build', '-o', goReader, here('./go/read-text.go')], { env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', CGO_ENABLED: '0' } });
  generated = await write(join(folder, 'generated'), registries(200, (spec) => withTexts(spec, guard, (text) => text)));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function readWith(command: string, args: readonly string[], files: readonly string[]): Promise<Reading[]> {
  const lines = (await runWell(command, [...args, ...files])).split('\n').slice(0, -1);
  expect(lines).toHaveLength(files.length);
  return lines.map((line) => JSON.parse(line) as Reading);
}

const readWithGo = (files: readonly string[]): Promise<Reading[]> => readWith(goReader, [], files);
// Debian's own Python, as its packages are not seen by another one.
const readWithPython = (files: readonly string[]): Promise<Reading[]> => readWith('/usr/bin/python3', [here('./python/read_text.py')], files);

function compare(readings: readonly Reading[], expected: (families: readonly ComparableFamily[]) => readonly ComparableFamily[]): void {
  for (const [place, reading] of readings.entries()) {
    expect(reading.error, `registry ${place}`).toBeUndefined();
    const snapshot = expected(generated[place]!.snapshot.map(comparableSnapshot));
    const byName = (a: ComparableFamily, b: ComparableFamily): number => (a.name < b.name ? -1 : 1);
    expect(reading.families.map(comparableReading).sort(byName), `registry ${place}`).toEqual([...snapshot].sort(byName));
  }
}

describe('parsers of other languages on generated registries', () => {
  it('The generated registries hold enough to be worth reading.', () => {
    const families = generated.flatMap(({ snapshot }) => snapshot);
    expect(new Set(families.map(({ type }) => type))).toEqual(new Set(['counter', 'gauge', 'histogram', 'summary', 'info', 'stateset']));
    expect(families.flatMap(({ series }) => series).length).toBeGreaterThan(500);
    const texts = families.flatMap(({ help, series }) => [help, ...series.flatMap(({ labels }) => Object.values(labels))]).join('');
    for (const hostile of ['"', '\\', '\n', '\0', '}', '\u2028', '\uFFFD', '😀']) expect(texts).toContain(hostile);
  });

  it('The Go parser reads back the very values of the snapshot.', async () => {
    const readings = await readWithGo(generated.map(({ path }) => path));
    // It drops families without samples.
    compare(readings, (families) => families.filter(({ samples }) => Object.keys(samples).length > 0));
  });

  it('The Python parser reads back the very values of the snapshot.', async () => {
    const readings = await readWithPython(generated.map(({ path }) => path));
    compare(readings, (families) => families.map(asPythonNames));
  });

  it('Both parsers drop blanks at the ends of a help text, though the text has them.', async () => {
    const registry = new Registry();
    registry.gauge({ name: 'x', help: ' \t a b \t' });
    expect(toText(registry)).toContain('# HELP x  \t a b \t\n');
    const path = join(folder, 'blanks.prom');
    await writeFile(path, toText(registry));
    const [go] = await readWithGo([path]);
    const [python] = await readWithPython([path]);
    expect(go?.families[0]?.help).toBe('a b \t');
    expect(python?.families[0]?.help).toBe('a b');
  });

  it('Both parsers refuse what is no exposition, so that their silence means something.', async () => {
    const path = join(folder, 'broken.prom');
    await writeFile(path, '# TYPE x gauge\nx{a="b"} one\n');
    const [go] = await readWithGo([path]);
    const [python] = await readWithPython([path]);
    expect(go?.error).toContain('"one"');
    expect(python?.error).toContain('could not convert');
  });
});

/** The Python library calls a counter by its OpenMetrics 1.0 name: the family without `_total`, its samples always with it. */
function asPythonNames(family: ComparableFamily): ComparableFamily {
  if (family.type !== 'counter') return family;
  if (family.name.endsWith('_total')) return { ...family, name: family.name.slice(0, -'_total'.length) };
  const samples = Object.entries(family.samples).map(([key, value]) => {
    const [name, ...labels] = JSON.parse(key) as [string, ...unknown[]];
    return [JSON.stringify([`${name}_total`, ...labels]), value] as const;
  });
  return { ...family, samples: Object.fromEntries(samples) };
}
