import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTextfile, writeTextfile } from '../../src/export/textfile.js';
import { Registry, toText } from '../../src/index.js';
import { FakeSchedule, figures, quietRegistry } from './fakes.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-textfile-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function filled(): Registry {
  const { registry } = quietRegistry();
  registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);
  return registry;
}

describe('writeTextfile', () => {
  test('Writes the text format, makes the folder, and leaves nothing beside.', async () => {
    const path = join(folder, 'a/b/jobs.prom');
    const registry = filled();
    await writeTextfile(path, registry);
    await writeTextfile(path, registry);
    expect(await readFile(path, 'utf8')).toBe(toText(registry));
    expect(await readdir(join(folder, 'a/b'))).toEqual(['jobs.prom']);
  });

  test('Several registries are written as one; timestamps and names that node_exporter refuses are not written.', async () => {
    const utf8 = new Registry({ nameValidation: 'utf8' });
    utf8.register({ name: 'c', collect: () => [{ name: 'a.b', help: 'T.', type: 'gauge', series: [{ labels: {}, value: 1, timestamp: 1_700_000_000 }] }] });
    const path = join(folder, 'x.prom');
    await writeTextfile(path, [filled(), utf8]);
    expect(await readFile(path, 'utf8')).toMatch(/^a_b 1$[^]*^jobs_total 3$/m);
  });

  test('A file that cannot be written is an error, the old one is as it was, and nothing is left.', async () => {
    const path = join(folder, 'x.prom');
    await mkdir(join(path, 'taken'), { recursive: true });
    await expect(writeTextfile(path, filled())).rejects.toMatchObject({ code: 'PUSH_FAILED', message: expect.stringMatching(/^textfile: ".*x\.prom" cannot be written: .*; check the folder/) as string });
    expect(await readdir(folder)).toEqual(['x.prom']);
    await writeFile(join(folder, 'file'), '');
    await expect(writeTextfile(join(folder, 'file/x.prom'), filled())).rejects.toMatchObject({ code: 'PUSH_FAILED' });
  });

  test.skipIf(process.platform !== 'linux')('A folder that can never be made is an error at once.', async () => {
    await expect(writeTextfile('/proc/none/below/x.prom', filled())).rejects.toMatchObject({ code: 'PUSH_FAILED', message: expect.stringContaining('ENOENT') as string });
  });

  test('Writers that make the folder at the same time are in nobody’s way.', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, place) => writeTextfile(join(folder, `a/b/c/${place}.prom`), filled())));
    expect(await readdir(join(folder, 'a/b/c'))).toHaveLength(8);
  });

  test.each(['x.txt', '.prom', 'a/.prom', 'a\0.prom', '', 5])('Refuses the path %j.', async (path) => {
    await expect(writeTextfile(path as string, filled())).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(() => startTextfile({ path: path as string, registry: filled() })).toThrow('give the path of a file whose name ends in ".prom"');
  });

  test('What crashed processes have left of this file goes once it is an hour old; others’ files stay.', async () => {
    const old = (Date.now() - 2 * 3_600_000) / 1000;
    for (const [name, seconds] of [['.x.prom.1-a.tmp', old], ['.x.prom.2-b.tmp', Date.now() / 1000], ['.y.prom.3-c.tmp', old], ['.x.prom.note', old]] as const) {
      await writeFile(join(folder, name), 'half');
      await utimes(join(folder, name), seconds, seconds);
    }
    await writeTextfile(join(folder, 'x.prom'), filled());
    expect((await readdir(folder)).sort()).toEqual(['.x.prom.2-b.tmp', '.x.prom.note', '.y.prom.3-c.tmp', 'x.prom']);
  });
});

describe('startTextfile', () => {
  test('Writes now and then, at the end, and goes on after a fault.', async () => {
    const time = new FakeSchedule();
    const path = join(folder, 'x.prom');
    const registry = filled();
    const loop = startTextfile({ path, registry, clock: time.clock, schedule: time.schedule });
    await mkdir(path);
    await loop.flush();
    expect(figures(registry)).toMatchObject({ 'failures_total{exporter="textfile",reason="connection"}': 1 });
    await rm(path, { recursive: true });
    await loop.flush();
    expect(await readFile(path, 'utf8')).toContain('jobs_total 3\n');
    registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    await registry.shutdown();
    expect(await readFile(path, 'utf8')).toContain('jobs_total 4\n');
  });
});
