import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { GroupProcess, groupDirectory, samplesAt, until } from './support/group.js';

const told = 'counted_total{kind="told"}';
const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Starts `tallystick serve`, and gives its port once it serves. */
async function serve(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = spawn(process.execPath, [command, 'serve', '--port', '0', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  await until(async () => log, (text) => expect(text).toMatch(/:(\d+)\/metrics/));
  return { child, port: Number(/:(\d+)\/metrics/.exec(log)![1]) };
}

function mayMount(): boolean {
  const at = mkdtempSync(join(tmpdir(), 'group-test-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(at);
  }
}

describe('ways to form a group', { timeout: 60_000 }, () => {
  it('is formed by a cluster with one line in the primary and none in the workers', async () => {
    const { PROMETHEUS_MULTIPROC_DIR: _, ...env } = process.env;
    const child = fork(here('group/cluster.js'), { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [{ port, dir }] = (await once(child, 'message')) as [{ readonly port: number; readonly dir: string }];
    const seen = await samplesAt(port);
    expect(seen['counted_total{who="worker"}']).toBe(111);
    expect(seen['counted_total{who="primary"}']).toBe(1);
    expect(Object.keys(seen).filter((name) => name.startsWith('tallystick_process_up'))).toHaveLength(4);
    child.send('end');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(existsSync(dir)).toBe(false);
  });

  it('is shown by the command, which counts nothing itself and goes on when all others have gone', async () => {
    const dir = groupDirectory();
    const { child, port } = await serve(['--dir', dir]);
    const one = await GroupProcess.start(dir);
    const other = await GroupProcess.start(dir);
    await one.tell('count', { amount: 1 });
    await other.tell('count', { amount: 2 });
    await one.tell('busy', { amount: 1 });
    const seen = await samplesAt(port);
    expect(seen).toMatchObject({ [told]: 3, busy: 1 });
    expect(Object.keys(seen).filter((name) => name.startsWith('tallystick_process_up')).sort()).toEqual([one, other].map(({ pid }) => `tallystick_process_up{pid="${pid}"}`).sort());
    await one.end('SIGKILL');
    other.child.send({ kind: 'leave', amount: 10 });
    await other.end();
    await until(() => samplesAt(port), (later) => expect(later).toEqual(expect.objectContaining({ [told]: 13 })));
    expect((await samplesAt(port)).busy ?? 0).toBe(0);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('takes a module that joins before the application runs', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const source = "import { Counter } from 'tallystick'; new Counter({ name: 'counted_total', help: 'x', labelNames: ['kind'] }).inc({ kind: 'told' }, 4);";
    execFileSync(process.execPath, ['--import', 'tallystick/join', '--input-type=module', '-e', source], { cwd: here('../..'), env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: dir } });
    expect((await server.scrape())[told]).toBe(4);
  });
});

describe('what goes wrong in a group', { timeout: 60_000 }, () => {
  it('refuses a directory that others may look into, and says what to do', async () => {
    const dir = groupDirectory();
    mkdirSync(dir, { mode: 0o755 });
    await expect(GroupProcess.start(dir)).rejects.toThrow(/its mode is 0755, so that others may look into it; make it private: chmod 700/);
    const child = spawn(process.execPath, [command, 'serve', '--dir', dir, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(log).toContain('chmod 700');
  });

  // Not everybody may mount; the unit test of checkpoints writes to a device that is always full.
  it.skipIf(!mayMount())('counts on in memory where the disk is full, says so once, and writes again when there is room', async () => {
    const dir = groupDirectory();
    mkdirSync(dir, { mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir]);
    onTestFinished(() => void execFileSync('umount', ['-l', dir]));
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const member = await GroupProcess.start(dir);
    await member.tell('count', { amount: 1 });
    expect((await server.scrape())[told]).toBe(1);
    try {
      writeFileSync(join(dir, 'filler'), Buffer.alloc(4 << 20));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
    // Needs more room than there is.
    await member.tell('series', { amount: 500 });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await member.tell('count', { amount: 5 });
    const full = await server.scrape();
    expect(full).toMatchObject({ [told]: 6, [`tallystick_process_up{pid="${member.pid}"}`]: 1 });
    expect(Object.keys(full).filter((name) => name.startsWith('many_total'))).toHaveLength(500);
    await until(async () => member.log().match(/ENOSPC/g), (found) => expect(found).toHaveLength(1));
    execFileSync('rm', [join(dir, 'filler')]);
    await member.tell('count', { amount: 5 });
    const before = readdirSync(dir).filter((name) => name.startsWith(`tallystick-${member.pid}-`) && name.endsWith('.shape'));
    await until(async () => readFileSync(join(dir, before[0]!)).length, (length) => expect(length).toBeGreaterThan(400_000), 10_000);
    await member.tell('count', { amount: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await member.end('SIGKILL');
    expect((await server.scrape())[told]).toBe(12);
  });
});

describe('a build of another version', { timeout: 60_000 }, () => {
  const root = here('../..');
  const other = join(root, 'node_modules', '.group-test-other-build');

  afterAll(() => void execFileSync('rm', ['-rf', other]));

  it('is refused clearly by this one, and refuses it: each shows its own', async () => {
    execFileSync('mkdir', ['-p', other]);
    execFileSync('cp', ['-r', join(root, 'dist'), join(root, 'package.json'), other]);
    const file = join(other, 'dist', 'aggregate', 'group', 'log-format.js');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('formatVersion = 1;');
    writeFileSync(file, text.replace('formatVersion = 1;', 'formatVersion = 2;'));
    writeFileSync(join(other, 'member.js'), readFileSync(here('group/member.js')));
    const dir = groupDirectory();
    const ours = await GroupProcess.start(dir, { how: 'serve' });
    const theirs = await GroupProcess.start(dir, { how: 'serve', program: join(other, 'member.js') });
    await ours.tell('count', { amount: 1 });
    await theirs.tell('count', { amount: 2 });
    for (const [one, another, count] of [[ours, theirs, 1], [theirs, ours, 2]] as const) {
      const seen = await one.scrape();
      expect(seen[told]).toBe(count);
      expect(seen[`tallystick_process_up{pid="${another.pid}"}`]).toBe(0);
      const reason = new RegExp(`process ${another.pid}.*it is of format \\d and protocol \\d+, and this build reads format \\d`, 's');
      await until(async () => one.log(), (log) => expect(log).toMatch(reason));
    }
    await theirs.end('SIGKILL');
    await until(() => ours.scrape(), (seen) => expect(seen[`tallystick_process_up{pid="${theirs.pid}"}`]).toBeUndefined());
    expect((await ours.scrape())[told]).toBe(1);
  });
});
