import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultTextfilePath, writeDefaultTextfile } from '../../src/export/default-textfile.js';
import { Registry } from '../../src/registry/registry.js';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-'));
  folders.push(folder);
  return folder;
}

describe('the default textfile', () => {
  it('stands in the folder for logs, or in the home folder when there is none', () => {
    expect(defaultTextfilePath({ program: 'app', environment: { LOG_DIR: '/var/log/x' }, homeFolder: '/home/me' })).toBe('/var/log/x/app.prom');
    expect(defaultTextfilePath({ program: 'app', variable: 'APP_LOGS', environment: { LOG_DIR: '/var/log/x', APP_LOGS: '/logs' }, homeFolder: '/home/me' })).toBe('/logs/app.prom');
    expect(defaultTextfilePath({ program: 'app', environment: {}, homeFolder: '/home/me' })).toBe('/home/me/.app/app.prom');
    expect(defaultTextfilePath({ program: 'app', environment: { LOG_DIR: '' } })).toBe(join(homedir(), '.app', 'app.prom'));
  });

  it('is written whole, in a folder that is made for it', async () => {
    const registry = new Registry();
    registry.counter({ name: 'jobs_total', help: 'Jobs done.' }).inc();
    const options = { program: 'app', environment: { LOG_DIR: join(temporaryFolder(), 'a', 'b') } };
    const path = await writeDefaultTextfile(options, registry);
    expect(path).toBe(defaultTextfilePath(options));
    writeFileSync(path, 'old');
    await writeDefaultTextfile(options, registry);
    expect(readFileSync(path, 'utf8')).toBe('# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 1\n');
    expect(readdirSync(dirname(path))).toEqual(['app.prom']);
  });

  it.each(['', '..', '.hidden', 'a/b', 'a\\b', 'a\0b', 'a\nb', 3])('refuses a program called %j', (program) => {
    expect(() => defaultTextfilePath({ program: program as string, homeFolder: '/home/me' })).toThrow(/give a name that a file can have, without a path/);
  });

  it('says when it cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(writeDefaultTextfile({ program: 'app', environment: { LOG_DIR: join(file, 'below') } }, new Registry())).rejects.toThrow(/cannot be written/);
  });
});
