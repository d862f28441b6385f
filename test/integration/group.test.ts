import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GroupProcess, groupDirectory, until } from './support/group.js';

const told = 'counted_total{kind="told"}';

describe('a group of processes', { timeout: 60_000 }, () => {
  it('shows what strangers count that share a directory, whoever is asked', async () => {
    const dir = groupDirectory();
    const one = await GroupProcess.start(dir, { how: 'serve' });
    const other = await GroupProcess.start(dir, { how: 'serve' });
    const silent = await GroupProcess.start(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const [place, member] of [one, other, silent].entries()) {
      await member.tell('count', { amount: 10 ** place });
      await member.tell('busy', { amount: 1 });
    }
    for (const member of [one, other]) {
      const seen = await member.scrape();
      expect(seen[told]).toBe(111);
      expect(seen.busy).toBe(3);
      expect(seen.took_seconds_count).toBe(3);
      expect(seen['took_seconds_bucket{le="2"}']).toBe(3);
      expect(seen.size_bytes_sum).toBe(111);
      // The quantile is that of all three, not a mean of quantiles.
      expect(seen['size_bytes{quantile="0.5"}']! / 10).toBeCloseTo(1, 1);
      for (const { pid } of [one, other, silent]) expect(seen[`tallystick_process_up{pid="${pid}"}`]).toBe(1);
    }
  });

  it('shows what a process counts whose event loop is blocked', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const blocked = await GroupProcess.start(dir);
    const over = blocked.tell('block', { milliseconds: 3000 });
    await sleep(300);
    const seen: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const begin = performance.now();
      const samples = await server.scrape();
      expect(performance.now() - begin).toBeLessThan(1000);
      expect(samples[`tallystick_process_up{pid="${blocked.pid}"}`]).toBe(1);
      seen.push(samples['counted_total{kind="blocked"}']!);
      await sleep(100);
    }
    for (let turn = 1; turn < seen.length; turn++) expect(seen[turn]).toBeGreaterThan(seen[turn - 1]!);
    await over;
  });

  it('waits for a stopped process no longer than the deadline, shows it as last known, and says so', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const other = await GroupProcess.start(dir);
    await other.tell('count', { amount: 5 });
    const up = `tallystick_process_up{pid="${other.pid}"}`;
    expect(await server.scrape()).toMatchObject({ [told]: 5, [up]: 1 });
    await other.stop();
    try {
      const begin = performance.now();
      expect(await server.scrape()).toMatchObject({ [told]: 5, [up]: 0 });
      expect(performance.now() - begin).toBeLessThan(1000);
      // Known to be silent, it is not waited for again.
      const again = performance.now();
      expect(await server.scrape()).toMatchObject({ [told]: 5, [up]: 0 });
      expect(performance.now() - again).toBeLessThan(300);
    } finally {
      other.child.kill('SIGCONT');
    }
    await other.tell('count', { amount: 1 });
    await until(() => server.scrape(), (seen) => expect(seen).toMatchObject({ [told]: 6, [up]: 1 }));
  });

  it('loses at most a second of a process that is killed; what it counted stays, its gauges and files do not', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const victim = await GroupProcess.start(dir);
    await victim.tell('busy', { amount: 3 });
    await victim.tell('count', { amount: 7 });
    await victim.tell('tick');
    await sleep(1500);
    const before = (await server.scrape())['counted_total{kind="ticked"}']!;
    expect(before).toBeGreaterThan(100);
    await victim.end('SIGKILL');
    let last = 0;
    for (let turn = 0; turn < 20; turn++) {
      const seen = await server.scrape();
      expect(seen[told]).toBe(7);
      expect(seen.busy ?? 0).toBe(0);
      expect(seen['counted_total{kind="ticked"}']).toBeGreaterThanOrEqual(Math.max(before, last));
      last = seen['counted_total{kind="ticked"}']!;
      await sleep(50);
    }
    expect(readdirSync(dir).filter((name) => name.startsWith(`tallystick-${victim.pid}-`))).toEqual([]);
    const late = await GroupProcess.start(dir, { how: 'serve' });
    expect(await late.scrape()).toMatchObject({ [told]: 7, 'counted_total{kind="ticked"}': last });
  });

  it('has the last counts of a process that ends, however it ends by itself', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    for (const way of ['leave', 'finish']) {
      for (let turn = 0; turn < 5; turn++) {
        const member = await GroupProcess.start(dir);
        await member.tell('count', { amount: 1 });
        member.child.send({ kind: way, amount: 100 });
        await member.end();
        expect(member.child.exitCode).toBe(0);
      }
    }
    expect((await server.scrape())[told]).toBe(1010);
  });

  it('is one of 32 processes that come and go at once', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve', deadline: 5000 });
    const members = await Promise.all(Array.from({ length: 31 }, () => GroupProcess.start(dir, { deadline: 5000 })));
    await Promise.all(members.map((member, place) => member.tell('count', { amount: place })));
    const all = (31 * 30) / 2;
    expect((await server.scrape())[told]).toBe(all);
    await Promise.all(members.map((member, place) => (place % 2 === 0 ? member.end('SIGTERM') : member.tell('count', { amount: 1 }))));
    // Signals end a process without a last word, but all of that was told before.
    expect((await server.scrape())[told]).toBe(all + 15);
    await until(() => server.scrape(), (seen) => expect(Object.keys(seen).filter((name) => name.startsWith('tallystick_process_up'))).toHaveLength(16));
    expect((await server.scrape())[told]).toBe(all + 15);
    await Promise.all(members.map((member) => member.end('SIGKILL')));
    await until(() => server.scrape(), (seen) => expect(Object.keys(seen).filter((name) => name.startsWith('tallystick_process_up'))).toHaveLength(1));
    expect((await server.scrape())[told]).toBe(all + 15);
    expect(server.log()).toBe('');
  });

  it('never shows less than before, and in the end all of it, to whoever looks while processes come and go', async () => {
    const dir = groupDirectory();
    const servers = await Promise.all(Array.from({ length: 3 }, () => GroupProcess.start(dir, { how: 'serve' })));
    let isOver = false;
    const looking = servers.map(async (server) => {
      let last = 0;
      while (!isOver) {
        const seen = (await server.scrape())[told] ?? 0;
        expect(seen).toBeGreaterThanOrEqual(last);
        last = seen;
        await sleep(20);
      }
    });
    const living = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn++) {
        const member = await GroupProcess.start(dir);
        await member.tell('count', { amount: 1 });
        member.child.send({ kind: turn % 2 === 0 ? 'leave' : 'finish', amount: 1 });
        await member.end();
      }
    };
    try {
      await Promise.all(Array.from({ length: 4 }, living));
    } finally {
      isOver = true;
      await Promise.all(looking);
    }
    for (const server of servers) {
      await until(() => server.scrape(), (seen) => expect(seen[told]).toBe(40));
      expect(server.log()).toBe('');
    }
    // Whoever else looks finds nothing of those who are gone but what they have counted.
    await until(async () => readdirSync(dir).filter((name) => name.endsWith('.shape')), (names) => expect(names).toHaveLength(3));
    expect(readdirSync(dir).filter((name) => name.includes('ledger'))).toHaveLength(1);
  });

  it('counts once what a process counts that joins more than once, and shows the group all the same', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const twice = await GroupProcess.start(dir, { how: 'twice' });
    await server.tell('count', { amount: 1 });
    await twice.tell('count', { amount: 10 });
    await twice.tell('busy', { amount: 1 });
    for (const member of [server, twice]) {
      const seen = await member.scrape();
      expect(seen).toMatchObject({ [told]: 11, busy: 1 });
      expect(Object.keys(seen).filter((name) => name.startsWith('tallystick_process_up'))).toHaveLength(2);
    }
    twice.child.send({ kind: 'leave', amount: 100 });
    await twice.end();
    await until(() => server.scrape(), (seen) => expect(seen[told]).toBe(111));
  });

  it('goes on as before where the aggregation thread of a process has to be started anew', async () => {
    const dir = groupDirectory();
    const server = await GroupProcess.start(dir, { how: 'serve' });
    const member = await GroupProcess.start(dir);
    await member.tell('count', { amount: 5 });
    await member.tell('busy', { amount: 1 });
    expect(await server.scrape()).toMatchObject({ [told]: 5, busy: 1 });
    await member.tell('lose');
    await member.tell('count', { amount: 1 });
    let least = 5;
    await until(async () => {
      const seen = await server.scrape();
      expect(seen[told]).toBeGreaterThanOrEqual(least);
      expect(seen[told]).toBeLessThanOrEqual(6);
      least = seen[told]!;
      return seen;
    }, (seen) => expect(seen).toMatchObject({ [told]: 6, busy: 1, [`tallystick_process_up{pid="${member.pid}"}`]: 1 }));
    expect(Object.keys(await server.scrape()).filter((name) => name.startsWith('tallystick_process_up'))).toHaveLength(2);
    await until(async () => member.log(), (log) => expect(log).toContain('off-thread server'));
  });

  it('begins from nothing where nobody lives any more, and leaves alone what is not its own', async () => {
    const dir = groupDirectory();
    const first = await GroupProcess.start(dir, { how: 'serve' });
    writeFileSync(join(dir, 'other.txt'), 'not ours');
    await first.tell('count', { amount: 5 });
    await first.scrape();
    await first.end('SIGKILL');
    const second = await GroupProcess.start(dir, { how: 'serve' });
    await second.tell('count', { amount: 1 });
    expect((await second.scrape())[told]).toBe(1);
    expect(existsSync(join(dir, 'other.txt'))).toBe(true);
    expect(readdirSync(dir).filter((name) => name.startsWith(`tallystick-${first.pid}-`))).toEqual([]);
  });

  it('has a temporary directory where none is given, which goes with it', async () => {
    const { PROMETHEUS_MULTIPROC_DIR: _, ...env } = process.env;
    const { mkdtempSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const own = mkdtempSync(join(tmpdir(), 'group-test-'));
    const member = await GroupProcess.start('', { env: { ...env, TMPDIR: own } });
    expect(readdirSync(own)).toHaveLength(1);
    member.child.send({ kind: 'leave', amount: 1 });
    await member.end();
    expect(readdirSync(own)).toEqual([]);
    rmSync(own, { recursive: true });
  });
});
