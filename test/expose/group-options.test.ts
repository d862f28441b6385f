import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkGroup } from '../../src/expose/group-settings.js';
import { openGroup } from '../../src/expose/open-group.js';
import { startMetricsServer } from '../../src/expose/server.js';
import { Registry } from '../../src/registry/registry.js';
import { temporaryDirectory } from '../aggregate/support/directories.js';

describe('The option group', () => {
  test('It needs offThread, and says so.', async () => {
    await expect(startMetricsServer({ registry: new Registry(), port: 0, group: true })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('give offThread: true as well') as string });
  });

  test.each([[5, 'group is 5; give true, false, or an object of options'], ['/tmp', 'group is "/tmp"'], [{ path: '/tmp' }, 'path'], [{ checkpointSeconds: 5 }, 'from 0.01 to 1']])('%j is refused.', (group, reason) => {
    expect(() => checkGroup(group, true)).toThrow(reason);
  });

  test('Left out, or false, the process is by itself.', () => {
    expect(checkGroup(undefined, false)).toBeUndefined();
    expect(checkGroup(false, false)).toBeUndefined();
  });

  test('A directory that is not private is refused before anything is started.', async () => {
    const dir = temporaryDirectory();
    chmodSync(dir, 0o755);
    await expect(startMetricsServer({ registry: new Registry(), port: 0, offThread: true, group: { dir } })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('chmod 700') as string });
  });
});

describe('Joining more than once', () => {
  const settings = (dir: string) => checkGroup({ dir }, true)!;

  test('The first one tells of a registry, others only show the group; when all have left, the next one is the first again.', () => {
    const dir = temporaryDirectory();
    const registry = new Registry();
    const first = openGroup(settings(dir), [registry]);
    const second = openGroup(settings(dir), [registry]);
    expect([first.settings.role, second.settings.role]).toEqual(['writer', 'reader']);
    expect(openGroup(settings(temporaryDirectory()), [registry]).settings.role).toBe('writer');
    expect(openGroup(settings(dir), [new Registry()]).settings.role).toBe('writer');
    first.release();
    second.release();
    expect(openGroup(settings(dir), [registry]).settings.role).toBe('writer');
  });

  test('Some of the registries of before together with others are refused, and nothing is changed.', () => {
    const dir = temporaryDirectory();
    const [one, other] = [new Registry(), new Registry()];
    openGroup(settings(dir), [one]);
    expect(() => openGroup(settings(dir), [one, other])).toThrow(/would count twice/);
    expect(openGroup(settings(dir), [other]).settings.role).toBe('writer');
  });
});
