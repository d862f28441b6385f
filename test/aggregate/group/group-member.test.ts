import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Aggregator } from '../../../src/aggregate/aggregator.js';
import { GroupDirectory } from '../../../src/aggregate/group/directory.js';
import { GroupMember, type GroupMemberSettings } from '../../../src/aggregate/group/group-member.js';
import { readMemberFiles } from '../../../src/aggregate/group/member-file-reader.js';
import { MemberSource } from '../../../src/aggregate/group/member-source.js';
import { newId } from '../../../src/aggregate/group/names.js';
import { ownIdentity } from '../../../src/aggregate/group/process-identity.js';
import { Registry } from '../../../src/registry/registry.js';
import { temporaryDirectory } from '../support/directories.js';
import { contentsOf, shape, strictMerger } from '../support/model-source.js';
import { WrittenMember, deadIdentity } from '../support/written-member.js';

/** What would be a process of the group: a registry, an aggregator of its own, and a member. */
class Peer {
  readonly registry = new Registry();
  readonly faults: string[] = [];
  readonly aggregator: Aggregator;
  readonly member: GroupMember;

  constructor(dir: string, settings: Partial<GroupMemberSettings> = {}) {
    const name = newId();
    this.aggregator = new Aggregator({ name, onFault: (message, error) => this.faults.push(`${message}: ${error instanceof Error ? error.message : String(error)}`) });
    this.aggregator.start();
    this.registry.share(name);
    this.member = new GroupMember(this.aggregator, { dir, checkpointSeconds: 0.05, deadlineMilliseconds: 500, ...settings });
    onTestFinished(() => this.close());
  }

  async start(): Promise<this> {
    await sleep(20);
    await this.member.start();
    return this;
  }

  /** The lines of its exposition that begin so. */
  async lines(begin: string): Promise<string[]> {
    await this.aggregator.registry.collect();
    return (await text(this.aggregator.registry)).split('\n').filter((line) => line.startsWith(begin));
  }

  async close(): Promise<void> {
    await this.member.close();
    this.aggregator.close();
    await this.registry.shutdown();
  }
}

async function text(registry: Registry): Promise<string> {
  const { writeViews } = await import('../../../src/format/expose.js');
  const { formatFor } = await import('../../../src/format/formats.js');
  return new TextDecoder().decode(writeViews(await registry.collect(), registry, formatFor('text-0.0.4')));
}

const counter = (registry: Registry) => registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });

describe('A member of a group', () => {
  test('Each shows what all have, live, and says of each that it is up.', async () => {
    const dir = temporaryDirectory();
    const one = new Peer(dir);
    const other = new Peer(dir);
    counter(one.registry).inc({ queue: 'a' }, 1);
    counter(other.registry).inc({ queue: 'a' }, 2);
    counter(other.registry).inc({ queue: 'b' }, 5);
    one.registry.gauge({ name: 'busy', help: 'Busy.', aggregator: 'perWorker' }).set(7);
    await one.start();
    await other.start();
    for (const peer of [one, other]) {
      expect(await peer.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 3', 'jobs_total{queue="b"} 5']);
      expect(await peer.lines('busy')).toEqual([`busy{worker="${process.pid}"} 7`]);
      expect(await peer.lines('tallystick_process_up')).toEqual([`tallystick_process_up{pid="${process.pid}"} 1`]);
    }
    counter(other.registry).inc({ queue: 'a' }, 10);
    expect(await one.lines('jobs_total{queue="a"}')).toEqual(['jobs_total{queue="a"} 13']);
    expect(one.faults).toEqual([]);
  });

  test('What one has counted stands when it has left; its gauges go, and its files.', async () => {
    const dir = temporaryDirectory();
    const one = await new Peer(dir).start();
    const other = await new Peer(dir).start();
    counter(other.registry).inc({ queue: 'a' }, 2);
    other.registry.gauge({ name: 'busy', help: 'Busy.' }).set(7);
    await sleep(20);
    expect(await one.lines('busy')).toEqual(['busy 7']);
    counter(other.registry).inc({ queue: 'a' }, 3);
    await other.close();
    for (let turn = 0; turn < 5; turn++) expect(await one.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 5']);
    expect(await one.lines('busy')).toEqual([]);
    expect(readdirSync(dir).filter((name) => name.includes(other.member.id))).toEqual([]);
    // Who comes later sees it, too.
    const third = await new Peer(dir).start();
    expect(await third.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 5']);
  });

  test('The group lives as long as one member does; then the next one begins from nothing, and leaves alone what is not ours.', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    writeFileSync(join(dir, 'tallystick-notes.txt'), 'mine');
    mkdirSync(join(dir, 'tallystick-folder'));
    const first = await new Peer(dir).start();
    counter(first.registry).inc({ queue: 'a' }, 2);
    await sleep(20);
    await first.close();
    const second = await new Peer(dir).start();
    counter(second.registry).inc({ queue: 'a' }, 1);
    await sleep(20);
    expect(await second.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 1']);
    expect(readdirSync(dir).filter((name) => name.includes(first.member.id))).toEqual([]);
    expect(readFileSync(join(dir, 'notes.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(dir, 'tallystick-notes.txt'))).toBe(true);
    expect(existsSync(join(dir, 'tallystick-folder'))).toBe(true);
  });

  test('A process that was killed is found by its pid, or by its start time where the pid was used again.', async () => {
    const dir = temporaryDirectory();
    const directory = GroupDirectory.open(dir);
    const living = await new Peer(dir).start();
    const killed = new WrittenMember(directory, deadIdentity());
    const reused = new WrittenMember(directory, { ...ownIdentity(), startTime: 1 });
    for (const member of [killed, reused]) {
      member.model.set(shape({ name: 'jobs_total', labelNames: ['queue'] }), ['a'], { cells: [4] });
      member.model.set(shape({ name: 'busy', type: 'gauge' }), [], { cells: [4] });
      member.write();
    }
    expect(await living.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 8']);
    expect(await living.lines('busy')).toEqual([]);
    expect(await living.lines('tallystick_process_up')).toEqual([`tallystick_process_up{pid="${process.pid}"} 1`]);
    expect(readdirSync(dir).filter((name) => name.includes(killed.id) || name.includes(reused.id))).toEqual([]);
  });

  test('A damaged file costs its process only, and is reported once.', async () => {
    const dir = temporaryDirectory();
    const directory = GroupDirectory.open(dir);
    const living = await new Peer(dir).start();
    counter(living.registry).inc({ queue: 'a' }, 1);
    const damaged = new WrittenMember(directory);
    damaged.model.set(shape({ name: 'jobs_total', labelNames: ['queue'] }), ['a'], { cells: [4] });
    damaged.write();
    const path = directory.memberFile(damaged.identity.pid, damaged.id, 'values.0');
    const bytes = readFileSync(path);
    bytes[70]! ^= 1;
    writeFileSync(path, bytes);
    for (let turn = 0; turn < 3; turn++) expect(await living.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 1']);
    expect(living.faults).toHaveLength(1);
    expect(living.faults[0]).toContain(`process ${damaged.identity.pid}`);
  });

  test('A member of another version is refused, with the reason, and the group goes on.', async () => {
    const dir = temporaryDirectory();
    const directory = GroupDirectory.open(dir);
    const living = await new Peer(dir).start();
    counter(living.registry).inc({ queue: 'a' }, 1);
    const foreign = new WrittenMember(directory);
    foreign.model.set(shape({ name: 'jobs_total', labelNames: ['queue'] }), ['a'], { cells: [4] });
    foreign.write();
    for (const file of ['shape', 'values.0'] as const) {
      const path = directory.memberFile(foreign.identity.pid, foreign.id, file);
      const bytes = readFileSync(path);
      bytes.writeUInt32LE(999, 4);
      writeFileSync(path, bytes);
    }
    for (let turn = 0; turn < 3; turn++) expect(await living.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 1']);
    expect(living.faults).toHaveLength(1);
    expect(living.faults[0]).toMatch(/it is of format 999 and protocol \d+, and this build reads format \d+/);
    expect(existsSync(directory.memberFile(foreign.identity.pid, foreign.id, 'shape'))).toBe(true);
  });

  test('One that takes the place of another of the same id counts in its stead, not beside it.', async () => {
    const dir = temporaryDirectory();
    const living = await new Peer(dir).start();
    const failed = await new Peer(dir, { id: '00112233aabbccdd' }).start();
    counter(failed.registry).inc({ queue: 'a' }, 4);
    await sleep(100);
    expect(await living.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 4']);
    const successor = await new Peer(dir, { id: '00112233aabbccdd' }).start();
    counter(successor.registry).inc({ queue: 'a' }, 6);
    await sleep(100);
    expect(await living.lines('jobs_total')).toEqual(['jobs_total{queue="a"} 6']);
    expect(living.faults).toEqual([]);
  });

  test('What is flushed stands in the files at once.', async () => {
    const dir = temporaryDirectory();
    const one = await new Peer(dir, { checkpointSeconds: 1 }).start();
    counter(one.registry).inc({ queue: 'a' }, 5);
    await one.member.flush();
    const found = new MemberSource('process');
    found.take(readMemberFiles(one.member.directory, { pid: process.pid, id: one.member.id, files: new Set() }, -Infinity)!);
    const merger = strictMerger();
    merger.run([found]);
    expect(contentsOf(merger)).toMatchObject({ jobs_total: { rows: { '["a"]': { cells: [5] } } } });
  });

  test('A temporary directory is removed by whoever leaves it last.', async () => {
    const { PROMETHEUS_MULTIPROC_DIR: before } = process.env;
    delete process.env.PROMETHEUS_MULTIPROC_DIR;
    const first = new Peer(undefined as unknown as string);
    if (before !== undefined) process.env.PROMETHEUS_MULTIPROC_DIR = before;
    await first.start();
    const { path } = first.member.directory;
    const second = await new Peer(path).start();
    await first.close();
    expect(existsSync(path)).toBe(true);
    await second.close();
    expect(existsSync(path)).toBe(false);
  });
});

