import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lifeOf, ownIdentity, pidIsTaken } from '../../../src/aggregate/group/process-identity.js';

const own = ownIdentity();

describe('Who a process is', () => {
  test('It lives, and is the same whenever it is asked.', () => {
    expect(own.pid).toBe(process.pid);
    expect(ownIdentity()).toEqual(own);
    expect(lifeOf(own, own)).not.toBe('dead');
  });

  test('One that has ended is dead.', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    expect(lifeOf({ ...own, pid }, own)).toBe('dead');
    expect(pidIsTaken(pid)).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')('One whose pid was given to another process is dead, and so is everyone of before the machine was started.', () => {
    expect(lifeOf({ ...own, startTime: own.startTime - 1 }, own)).toBe('dead');
    expect(lifeOf({ ...own, boot: own.boot + 1 }, own)).toBe('dead');
  });

  test('Of pids in another container nothing can be said.', () => {
    expect(lifeOf({ ...own, namespace: own.namespace + 1 }, own)).toBe('unknown');
  });

  test.skipIf(process.platform !== 'linux')('One that was killed is dead before its parent has asked how it ended.', async () => {
    // The shell does not wait for what it started, as it has become another program.
    const parent: ChildProcess = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const { readFileSync } = await import('node:fs');
    const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const identity = { ...own, pid, startTime: Number(stat()[19]) };
    expect(lifeOf(identity, own)).toBe('alive');
    process.kill(pid, 'SIGKILL');
    while (stat()[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lifeOf(identity, own)).toBe('dead');
  });
});
