import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Console } from '../../src/cli/console.js';
import { dispatch } from '../../src/cli/dispatch.js';
import { types } from '../../src/cli/types.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-types-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  const said = { out: '', error: '' };
  const console: Console = { out: (text) => void (said.out += text), error: (text) => void (said.error += text), columns: undefined, outColumns: undefined };
  return { status: await dispatch(['types', ...args], { types }, console), ...said };
}

async function fileOf(name: string, value: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('tallystick types', () => {
  test('It writes an interface with every metric, its labels and their values.', async () => {
    const file = await fileOf('all.json', {
      counters: [
        { name: 'ops_total', description: 'Ends here: */ no.', labels: ['status', 'tool'], labelValues: { status: ['ok', "it's"] } },
        { name: 'app:plain_total', description: 'Two\nlines.', labels: [], capture: false },
      ],
      histograms: [{ name: 'op_duration_seconds', description: 'Time.' }],
    });
    const expected = `import type { LabelValue } from 'tallystick';

/** The metrics that ${file} declares. Written by \`npx tallystick types\`: do not edit, run it again. */
export interface ServiceMetrics {
  readonly counters: {
    /** Ends here: * / no. */
    readonly ops_total: { readonly status: "ok" | "it's"; readonly tool: LabelValue };
    /** Two lines. */
    readonly "app:plain_total": Readonly<Record<string, never>>;
  };
  readonly gauges: {
  };
  readonly histograms: {
    /** Time. */
    readonly op_duration_seconds: Readonly<Record<string, LabelValue>>;
  };
  readonly summaries: {
  };
}
`;
    expect(await run(file, '--name', 'ServiceMetrics')).toEqual({ status: 0, out: expected, error: '' });
    const out = join(folder, 'metrics.d.ts');
    expect(await run('--name=ServiceMetrics', file, `--out=${out}`)).toEqual({ status: 0, out: '', error: '' });
    expect(await readFile(out, 'utf8')).toBe(expected);
  });

  test('A file with faults ends with status 1 and every fault on a line.', async () => {
    const file = await fileOf('bad.json', '{\n"counters": [{ "name": "a" }],\n"service": 5\n}');
    expect(await run(file)).toEqual({ status: 1, out: '', error: `${file}:2:14: counters[0]: has no "description"; give one\n${file}:3:12: service: is 5; give a string\n` });
    expect((await run(join(folder, 'none.json'))).error).toContain('cannot be read (ENOENT)');
  });

  test.each([
    [[], 'tallystick types: no configuration is given; give the path of a YAML or JSON file\n'],
    [['a.json', '--name', 'no-name'], 'tallystick types: --name is "no-name"; give the name of an interface, for instance Metrics\n'],
    [['a.json', '--force'], 'tallystick types: "--force" is no flag of this command; --help lists them\n'],
  ])('What is not understood ends with status 2: %j', async (args, error) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', error });
  });

  test('A file that cannot be written ends with status 1.', async () => {
    const file = await fileOf('small.json', '{}');
    expect(await run(file, '--out', join(folder, 'no', 'such', 'folder.ts'))).toMatchObject({ status: 1, error: expect.stringContaining('cannot be written') });
  });

  test('It explains itself.', async () => {
    expect(await run('--help')).toMatchObject({ status: 0, out: expect.stringContaining('Usage: tallystick types') });
  });
});
