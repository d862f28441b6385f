import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

type Package = typeof import('../../src/index.js');

describe('Two copies of the package in one program', () => {
  let folder: string;
  let one: Package;
  let two: Package;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'two-copies-'));
    const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
    execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', join(folder, 'one')], { cwd: root });
    cpSync(join(folder, 'one'), join(folder, 'two'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const load = (copy: string): Promise<Package> => import(/* @vite-ignore */ pathToFileURL(join(folder, copy, 'index.js')).href) as Promise<Package>;
    [one, two] = [await load('one'), await load('two')];
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('They are two, and their default registries show the instruments of both.', () => {
    expect(one.Counter).not.toBe(two.Counter);
    const jobs = new one.Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
    new two.Summary({ name: 'wait_seconds', help: 'Wait.', quantiles: [0.5] }).observe(2);
    jobs.inc({ queue: 'mail' }, 3);
    const text = one.toText(one.defaultRegistry);
    expect(text).toContain('jobs_total{queue="mail"} 3\n');
    expect(text).toContain('wait_seconds_count 1\n');
    expect(two.toText(two.defaultRegistry)).toBe(text);
  });

  test('A name that one copy has taken is refused to the other, and asking for it gives the same object.', () => {
    const made = one.defaultRegistry.gauge({ name: 'level', help: 'Level.' });
    expect(() => new two.Gauge({ name: 'level', help: 'Level.' })).toThrow('the registry already has gauge "level"');
    expect(two.defaultRegistry.gauge({ name: 'level', help: 'Level.' })).toBe(made);
  });

  test('A registry of one copy takes instruments of the other.', () => {
    const registry = new one.Registry();
    new two.Counter({ name: 'a_total', help: 'A.', registry }).inc();
    expect(two.toText(registry)).toContain('a_total 1\n');
  });

  test('A collector that was registered through one copy shows through the other.', () => {
    one.defaultRegistry.register({ name: 'pool', collect: () => [{ name: 'pool_size', help: 'Size.', type: 'gauge', series: [{ value: 4 }] }] });
    expect(two.toText(two.defaultRegistry)).toContain('pool_size 4\n');
  });
});
