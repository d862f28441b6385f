import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Registry } from '../../src/registry/registry.js';
import { MetricsConfigError, createMetricsClient, loadMetricsConfig, parseMetricsConfig, watchMetricsConfig } from '../../src/config/entry.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-config-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function textOf(...names: readonly string[]): string {
  return JSON.stringify({ counters: names.map((name) => ({ name, description: 'A counter.', labels: [] })) });
}

describe('A configuration in a file', () => {
  test('JSON is read from it, and its name stands in errors.', async () => {
    const file = join(folder, 'metrics.json');
    await writeFile(file, textOf('a_total'));
    expect((await loadMetricsConfig(file)).metrics.map(({ name }) => name)).toEqual(['a_total']);
    await writeFile(file, '{\n  "counter": []\n}');
    const error = await loadMetricsConfig(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MetricsConfigError);
    expect((error as Error).message).toBe(`${file}:2:3: counter: is unknown here; there are "$schema", "service", "counters", "gauges", "histograms", "summaries"`);
  });

  test('One that is not there is refused.', async () => {
    await expect(loadMetricsConfig(join(folder, 'none.json'))).rejects.toThrow(`${join(folder, 'none.json')}: cannot be read (ENOENT); give the path of a YAML or JSON file`);
  });

  test('YAML without the package that reads it is refused with the way out.', async () => {
    const file = join(folder, 'metrics.yml');
    await writeFile(file, 'counters: []\n');
    const message = await loadMetricsConfig(file).catch((error: Error) => error.message);
    expect(message).toMatch(/metrics\.yml: YAML is read by the package "yaml", which cannot be imported \(.*\); install it with npm install yaml, or write the file as JSON$/);
  });

  test('What is no module that reads YAML is refused.', () => {
    expect(() => parseMetricsConfig('', { yaml: {} as never })).toThrow('configuration: yaml is {}; give what import * as yaml from "yaml" gives');
  });
});

describe('A file that is followed', () => {
  test('The client has what the file has, as soon as it is looked at; one with faults or gone changes nothing, and is logged.', async () => {
    const file = join(folder, 'metrics.json');
    await writeFile(file, textOf('a_total', 'b_total'));
    const onFault = vi.fn();
    const registry = new Registry({ onFault });
    const client = createMetricsClient('files', await loadMetricsConfig(file), { registry });
    const watcher = await watchMetricsConfig(file, client, { registry, intervalSeconds: 0.02 });
    client.recordCounter('a_total', 3);
    const names = (): string[] => registry.instruments().map(({ descriptor }) => descriptor.name);

    await writeFile(`${file}.new`, textOf('a_total', 'long_new_name_total'));
    await rename(`${file}.new`, file);
    await vi.waitFor(() => expect(names()).toEqual(['a_total', 'long_new_name_total']), 5000);
    expect(client.getCounter('a_total')?.labels().get()).toBe(3);

    await writeFile(file, '{');
    await watcher.reload();
    await rm(file);
    await watcher.reload();
    expect(names()).toEqual(['a_total', 'long_new_name_total']);
    await writeFile(file, '[]');
    await watcher.reload();
    const said = onFault.mock.calls.map(([, error]) => (error as Error).message);
    expect([...new Set(said)].length).toBe(said.length);
    expect(said.some((message) => message.includes('is no JSON')) && said.some((message) => message.includes('ENOENT')) && said.some((message) => message.includes('is a list'))).toBe(true);
    // Counted by the file, not by what is wrong with it: texts as labels would be series without end.
    expect(registry.snapshot().find(({ name }) => name === 'tallystick_collector_errors_total')?.series.map(({ labels }) => labels['collector'])).toEqual([`metrics configuration: ${file}`]);

    watcher.stop();
    watcher.stop();
    await writeFile(file, textOf('later_total'));
    await watcher.reload();
    expect(names()).toEqual(['a_total', 'long_new_name_total']);
    await registry.shutdown();
  });

  test('What changed between the making of the client and the watching is not missed.', async () => {
    const file = join(folder, 'metrics.json');
    await writeFile(file, textOf('a_total'));
    const registry = new Registry({ onFault: vi.fn() });
    const client = createMetricsClient('files', await loadMetricsConfig(file), { registry });
    await writeFile(file, textOf('b_total'));
    const watcher = await watchMetricsConfig(file, client, { registry, intervalSeconds: 1000 });
    expect(client.getCounter('b_total')).toBeDefined();
    watcher.stop();
  });

  test('Two files, or one file twice, are looked at as often as each was asked for.', async () => {
    const file = join(folder, 'metrics.json');
    await writeFile(file, textOf('a_total'));
    const slow = await watchMetricsConfig(file, { reload: () => true }, { intervalSeconds: 1000 });
    const reload = vi.fn(() => true);
    const quick = await watchMetricsConfig(file, { reload }, { intervalSeconds: 0.02 });
    await writeFile(file, textOf('longer_total'));
    await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(2), 5000);
    slow.stop();
    quick.stop();
  });

  test('An interval that is none is refused.', async () => {
    await expect(watchMetricsConfig('x.json', { reload: () => true }, { intervalSeconds: 0 })).rejects.toThrow('watchMetricsConfig: intervalSeconds is 0; give a number of seconds above 0');
  });
});
