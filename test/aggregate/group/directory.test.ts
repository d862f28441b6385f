import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GroupDirectory, directoryVariable } from '../../../src/aggregate/group/directory.js';
import { type GroupOptions, checkGroupOptions } from '../../../src/aggregate/group/group-settings.js';
import { ledgerFileName, meaningOf, memberFileName, newId } from '../../../src/aggregate/group/names.js';
import { readOwnFile, writeOwnFile } from '../../../src/aggregate/group/own-files.js';
import { chooseSocketPath, removeSocketApart } from '../../../src/aggregate/group/socket-path.js';
import { TallystickError } from '../../../src/index.js';
import { temporaryDirectory } from '../support/directories.js';

function faultOf(path: unknown): string {
  try {
    GroupDirectory.open(path as string);
  } catch (error) {
    expect(error).toBeInstanceOf(TallystickError);
    expect((error as TallystickError).code).toBe('INVALID_OPTIONS');
    return (error as Error).message;
  }
  return 'none';
}

describe('The directory of a group', () => {
  test('It is made if there is none, for its owner alone.', () => {
    const path = join(temporaryDirectory(), 'a', 'b');
    expect(GroupDirectory.open(path).path).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test.each([0o755, 0o770, 0o701, 0o777])('One of mode %o is refused, with the way out, and nothing is written there.', (mode) => {
    const path = temporaryDirectory();
    chmodSync(path, mode);
    expect(faultOf(path)).toBe(`group directory ${JSON.stringify(path)}: its mode is 0${mode.toString(8)}, so that others may look into it; make it private: chmod 700 ${path}`);
    expect(readdirSync(path)).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)('One that belongs to another user is refused, and so is a link that does.', () => {
    const path = temporaryDirectory();
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(path, link);
    expect(faultOf(link)).toBe('none');
    chownSync(path, 12345, 12345);
    expect(faultOf(path)).toBe(`group directory ${JSON.stringify(path)}: it belongs to user 12345, and this process runs as user 0; give a directory of its own`);
  });

  test('What is no directory, or cannot be made, is refused.', () => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, '');
    expect(faultOf(path)).toMatch(/it cannot be made \(EEXIST\)|it is no directory/);
    expect(faultOf(join(path, 'below'))).toContain('it cannot be made (ENOTDIR)');
    for (const bad of ['', 5, null, 'a\0b']) expect(faultOf(bad)).toContain('group directory: dir is');
  });

  test('The environment says where it is, else there is a temporary one.', () => {
    const before = process.env[directoryVariable];
    onTestFinished(() => {
      if (before === undefined) delete process.env[directoryVariable];
      else process.env[directoryVariable] = before;
    });
    const path = temporaryDirectory();
    process.env[directoryVariable] = path;
    expect(GroupDirectory.open().path).toBe(path);
    delete process.env[directoryVariable];
    const temporary = GroupDirectory.open();
    expect(statSync(temporary.path).mode & 0o777).toBe(0o700);
    expect(temporary.list().isTemporary).toBe(true);
    temporary.remove();
    expect(existsSync(temporary.path)).toBe(false);
  });

  test('It lists what is ours, and removes nothing else.', () => {
    const directory = GroupDirectory.open(temporaryDirectory());
    const id = newId();
    for (const file of ['shape', 'values.0', 'sock'] as const) writeOwnFile(directory.memberFile(12, id, file), new Uint8Array(1));
    for (const number of [2, 10]) writeOwnFile(directory.ledgerFile(number), new Uint8Array(1));
    const foreign = ['tallystick-', 'tallystick-12.shape', `tallystick-12-${id}.shape.bak`, `tallystick-x-${id}.shape`, 'tallystick-ledger', 'metrics.db', `x${memberFileName(12, id, 'shape')}`];
    for (const name of foreign) writeFileSync(directory.file(name), '');
    mkdirSync(directory.file('tallystick-directory'));
    const { members, ledgers } = directory.list();
    expect([...members]).toEqual([[id, { pid: 12, id, files: new Set(['shape', 'values.0', 'sock']) }]]);
    expect(ledgers).toEqual([10, 2]);
    directory.remove();
    expect(readdirSync(directory.path).sort()).toEqual([...foreign, 'tallystick-directory'].sort());
  });

  test('A ledger of another version is known as such.', () => {
    expect(meaningOf(ledgerFileName(3))).toEqual({ kind: 'ledger', number: 3 });
    expect(meaningOf('tallystick-ledger-99.1-3')).toEqual({ kind: 'foreign ledger' });
  });
});

describe('A file of a group', () => {
  test('A link is not followed, whether read or written.', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'secret'), 'secret');
    symlinkSync(join(path, 'secret'), join(path, 'link'));
    expect(() => readOwnFile(join(path, 'link'), 100)).toThrow(/ELOOP/);
    expect(() => writeOwnFile(join(path, 'link'), new Uint8Array(3))).toThrow(/ELOOP/);
  });

  test('One that is too large, or none, is not read; one that is missing is undefined.', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'large'), new Uint8Array(101));
    expect(() => readOwnFile(join(path, 'large'), 100)).toThrow(/more than 100 are not read/);
    expect(() => readOwnFile(path, 100)).toThrow(/is no file/);
    expect(readOwnFile(join(path, 'missing'), 100)).toBeUndefined();
    expect(readOwnFile(join(path, 'large'), 1000, 5)).toHaveLength(5);
  });
});

describe('The socket of a member', () => {
  test('It stands beside the other files where the path is short enough, else in a folder of its own, which can be removed again.', () => {
    const short = join('/tmp', memberFileName(1, newId(), 'sock'));
    expect(chooseSocketPath(short, 1, newId())).toEqual({ path: short, isApart: false });
    const { path, isApart } = chooseSocketPath(join('/tmp', 'x'.repeat(80), memberFileName(1, newId(), 'sock')), 1, newId());
    expect(isApart).toBe(true);
    expect(path.length).toBeLessThan(100);
    removeSocketApart(path);
    expect(existsSync(join(path, '..'))).toBe(false);
  });

  test('Nothing is removed that a log may have been made to name.', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 's'), '');
    removeSocketApart(join(path, 's'));
    expect(existsSync(join(path, 's'))).toBe(true);
  });
});

describe('The options of a group', () => {
  test.each([
    [{ checkpointSeconds: 2 }, /checkpointSeconds is 2; give a number of seconds from 0.01 to 1/],
    [{ checkpointSeconds: NaN }, /checkpointSeconds is NaN/],
    [{ deadlineMilliseconds: -1 }, /deadlineMilliseconds is -1; give a number of milliseconds, 0 or more/],
    [{ dir: '' }, /dir is ""; give the path of a directory/],
    [{ directory: '/x' }, /directory/],
  ])('%j is refused.', (options, reason) => {
    expect(() => checkGroupOptions('group', options as GroupOptions)).toThrow(reason);
  });

  test('Nothing has to be said.', () => {
    expect(checkGroupOptions('group', {})).toEqual({ dir: undefined, checkpointSeconds: 0.5, deadlineMilliseconds: 500 });
  });
});
