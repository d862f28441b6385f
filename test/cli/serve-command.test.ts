import { chmodSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Console } from '../../src/cli/console.js';
import { RunError, UsageError } from '../../src/cli/failures.js';
import { readServeArguments } from '../../src/cli/serve-arguments.js';
import { serveUntil } from '../../src/cli/serve.js';
import { GroupDirectory, directoryVariable } from '../../src/aggregate/group/directory.js';
import { temporaryDirectory } from '../aggregate/support/directories.js';
import { shape } from '../aggregate/support/model-source.js';
import { WrittenMember } from '../aggregate/support/written-member.js';

/** A console that keeps what is written to it. */
function kept(): Console & { readonly outs: string[]; readonly errors: string[] } {
  const outs: string[] = [];
  const errors: string[] = [];
  return { outs, errors, out: (text) => void outs.push(text), error: (text) => void errors.push(text), columns: undefined, outColumns: undefined };
}

function withoutVariable(): void {
  const before = process.env[directoryVariable];
  delete process.env[directoryVariable];
  onTestFinished(() => {
    if (before !== undefined) process.env[directoryVariable] = before;
    else delete process.env[directoryVariable];
  });
}

describe('The arguments of serve', () => {
  test('The directory is given, or named by the environment; the rest has defaults.', () => {
    withoutVariable();
    expect(readServeArguments(['--dir', '/x'])).toEqual({ help: false, dir: '/x', port: 9464, host: '127.0.0.1', deadlineMilliseconds: 500 });
    expect(readServeArguments(['--dir=/x', '--port', '0', '--host', '::1', '--deadline', '2s'])).toEqual({ help: false, dir: '/x', port: 0, host: '::1', deadlineMilliseconds: 2000 });
    expect(() => readServeArguments([])).toThrow(`no directory is given; give --dir, or set ${directoryVariable}`);
    process.env[directoryVariable] = '/y';
    expect(readServeArguments([]).dir).toBe('/y');
  });

  test.each([
    [['--dir', '/x', '--port', '65536'], /--port is "65536"; give a whole number from 0 to 65535/],
    [['--dir', ''], /--dir is ""/],
    [['--dir', '/x', '--deadline', '5'], /--deadline is "5"; give a time above 0 with its unit/],
    [['--directory', '/x'], /is no flag of this command/],
    [['/x'], /is no flag of this command/],
  ])('%j is refused.', (args, reason) => {
    expect(() => readServeArguments(args)).toThrow(UsageError);
    expect(() => readServeArguments(args)).toThrow(reason);
  });
});

describe('The command serve', () => {
  test('It serves what the members of the directory have until it is told to end.', async () => {
    const dir = temporaryDirectory();
    const member = new WrittenMember(GroupDirectory.open(dir));
    member.model.set(shape({ name: 'jobs_total' }), [], { cells: [3] });
    member.write();
    const console = kept();
    let text = '';
    const status = await serveUntil(
      async () => {
        const url = /http:\S+/.exec(console.errors[0]!)![0];
        text = await (await fetch(url)).text();
      },
      ['--dir', dir, '--port', '0'],
      console,
    );
    expect(status).toBe(0);
    expect(text).toContain('jobs_total 3');
    // It can be read from its files, and nobody answers for it.
    expect(text).toContain(`tallystick_process_up{pid="${process.pid}"} 0`);
    expect(console.errors).toHaveLength(1);
  });

  test('A directory that is not private is refused, with the way out.', async () => {
    const dir = temporaryDirectory();
    chmodSync(dir, 0o755);
    await expect(serveUntil(async () => {}, ['--dir', dir, '--port', '0'], kept())).rejects.toThrow(RunError);
    await expect(serveUntil(async () => {}, ['--dir', dir, '--port', '0'], kept())).rejects.toThrow(/chmod 700/);
  });

  test('--help says how it is used.', async () => {
    const console = kept();
    expect(await serveUntil(async () => {}, ['--help'], console)).toBe(0);
    expect(console.outs[0]).toContain('Usage: tallystick serve [flags]');
  });
});
