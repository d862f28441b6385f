import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badConfigs } from '../config/bad-configs.js';
import { MetricsConfigError, type YamlModule, parseMetricsConfig } from '../../src/config/entry.js';
import { run, runWell } from './support/processes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ours = fileURLToPath(new URL('yaml', import.meta.url));

let yaml: YamlModule;
let user: string;

/** A user's folder with the package as built, and with the package `yaml` beside it. */
beforeAll(async () => {
  if (!existsSync(join(ours, 'node_modules/yaml'))) execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ours, stdio: ['ignore', 'ignore', 'inherit'] });
  yaml = (await import(pathToFileURL(join(ours, 'node_modules/yaml/dist/index.js')).href)) as YamlModule;
  user = await mkdtemp(join(tmpdir(), 'tallystick-yaml-'));
  await mkdir(join(user, 'node_modules/tallystick'), { recursive: true });
  for (const part of ['dist', 'docs/metrics.schema.json', 'package.json']) await cp(join(root, part), join(user, 'node_modules/tallystick', part), { recursive: true });
  await cp(join(ours, 'node_modules/yaml'), join(user, 'node_modules/yaml'), { recursive: true });
  await writeFile(join(user, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
});

afterAll(() => rm(user, { recursive: true, force: true }));

function errorOf(text: string): string {
  try {
    parseMetricsConfig(text, { file: 'metrics.yml', yaml });
  } catch (error) {
    if (error instanceof MetricsConfigError) return error.message;
    throw error;
  }
  return 'it was taken';
}

const good = `# Metrics of the registry.
service: registry
counters:
  - name: ops_total
    description: Operations.
    unit: 1
    labels: &labels [status]
    labelValues:
      status: [ok, error]
  - name: silent_total
    description: Not captured.
    capture: false
histograms:
  - name: op_duration_seconds
    description: >
      Time an operation
      takes.
    unit: s
    labels: *labels
    buckets: [0.1, 1, .inf]
gauges: []
`;

describe('A configuration in YAML', () => {
  it('is read with comments, anchors, folded texts and infinities.', () => {
    const { service, metrics } = parseMetricsConfig(good, { yaml });
    expect(service).toBe('registry');
    expect(metrics.map(({ name, capture, labels, description, options }) => [name, capture, labels, description.trim(), options])).toEqual([
      ['ops_total', true, ['status'], 'Operations.', {}],
      ['silent_total', false, undefined, 'Not captured.', {}],
      ['op_duration_seconds', true, ['status'], 'Time an operation takes.', { unit: 'seconds', buckets: [0.1, 1, Infinity] }],
    ]);
  });

  it.each([
    ['counters:\n  - name: a_total\n    description: A.\n    capture: yes\n', 'metrics.yml:4:14: counters[0].capture: is "yes"; give true or false'],
    ['counters:\n  - name: a_total\n  - description: B.\n', 'metrics.yml:2:5: counters[0]: has no "description"; give one\nmetrics.yml:3:5: counters[1]: has no "name"; give one'],
    ['counters:\n- name: a b\n  description: A.\n', 'metrics.yml:2:9: counters[0].name: is "a b"; give letters, digits, "_" and ":", not beginning with a digit'],
    ['counters:\n', 'metrics.yml:1:10: counters: is null; give a list'],
    ['', 'metrics.yml:1:1: is null; give an object'],
    ['- a\n- b\n', 'metrics.yml:1:1: is a list; give an object'],
    ['counters: {}\ngauges: []\n', 'metrics.yml:1:11: counters: is an object; give a list'],
    ['service: a\nservice: b\n', 'metrics.yml:2:1: service: comes twice; give it once'],
    ['metrics: 1\n', 'metrics.yml:1:1: metrics: is unknown here; there are "$schema", "service", "counters", "gauges", "histograms", "summaries"'],
    ['counters: [\n', 'metrics.yml:2:1: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a: 1\n---\nb: 2\n', 'metrics.yml:2:1: is no YAML: Source contains multiple documents; please use YAML.parseAllDocuments()'],
    ['service: !env NAME\n', 'metrics.yml:1:10: is no YAML: Unresolved tag: !env'],
    ['counters: &c\n  - *c\n', /^metrics\.yml:\d+:\d+: is no configuration: it nests deeper than 32 levels, or has more than 100000 values$/],
    ['histograms:\n  - name: h\n    description: H.\n    buckets: [2, 1]\n', 'metrics.yml:4:14: histograms[0].buckets: histogram "h": bucket bounds 2 and 1 are not rising; sort them'],
  ])('is refused with its exact error: %j', (text, error) => {
    if (typeof error === 'string') expect(errorOf(text)).toBe(error);
    else expect(errorOf(text)).toMatch(error);
  });

  it.each(badConfigs.filter(([, , error]) => !error.includes('is no JSON')))('has the same faults in the same places as the JSON that it contains: %s.', (_what, text, error) => {
    expect(errorOf(text)).toBe(error.replaceAll('metrics.json', 'metrics.yml'));
  });

  it('that is a bomb of aliases is refused at once.', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(errorOf(lines.join('\n'))).toMatch(/is no configuration/);
  });
});

describe('The package beside the package yaml', () => {
  it('loads YAML by its path, follows it, and writes its types.', async () => {
    await writeFile(join(user, 'metrics.yml'), good);
    await writeFile(join(user, 'use.js'), [
      "import { Registry, toText } from 'tallystick';",
      "import { createMetricsClient, loadMetricsConfig } from 'tallystick/config';",
      "import schema from 'tallystick/config/schema.json' with { type: 'json' };",
      'const registry = new Registry();',
      "const client = createMetricsClient('registry', await loadMetricsConfig('metrics.yml'), { registry });",
      "client.recordCounter('ops_total', 2, { status: 'ok' });",
      "console.log(schema.title, toText(registry).includes('ops_total{status=\"ok\"} 2'));",
    ].join('\n'));
    expect(await runWell(process.execPath, ['--no-warnings', 'use.js'], { cwd: user })).toBe('Metrics of a service true\n');
    const types = await runWell(process.execPath, ['node_modules/tallystick/dist/cli/main.js', 'types', 'metrics.yml'], { cwd: user });
    expect(types).toContain('readonly ops_total: { readonly status: "ok" | "error" };');
  });

  it('says what is missing where there is none.', async () => {
    const alone = join(user, 'alone');
    await mkdir(alone);
    await cp(join(user, 'node_modules/tallystick'), join(alone, 'tallystick'), { recursive: true });
    await rm(join(user, 'node_modules/yaml'), { recursive: true });
    const { code, stderr } = await run(process.execPath, [join(alone, 'tallystick/dist/cli/main.js'), 'types', join(user, 'metrics.yml')], { cwd: alone });
    expect([code, stderr]).toEqual([1, expect.stringContaining('YAML is read by the package "yaml", which cannot be imported')]);
  });
});
