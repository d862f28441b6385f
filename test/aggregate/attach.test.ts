import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { attach, attachWorker } from '../../src/aggregate/attach.js';
import { Registry } from '../../src/index.js';
import { listen } from '../../src/platform/channel.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { channelOf } from '../../src/registry/sharing.js';
import { until } from '../integration/support/processes.js';

const undo: (() => void)[] = [];

afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** What is said under a name, as far as it has been heard. */
function hear(name: string): Announcement[] {
  const heard: Announcement[] = [];
  undo.push(listen(channelOf(name), (said) => heard.push(said as Announcement)));
  return heard;
}

const kinds = (heard: readonly Announcement[]): string[] => heard.map(({ kind }) => kind);

describe('attach', () => {
  it('says what a registry has, and when it is over that it is closed.', async () => {
    const heard = hear('attach-1');
    const registry = new Registry();
    registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    const end = attach(registry, { name: 'attach-1' });
    end();
    end();
    await until('both announcements', () => heard.length >= 2);
    expect(kinds(heard)).toEqual(['open', 'closed']);
    expect(heard[0]).toMatchObject({ families: [{ shape: { descriptor: { name: 'jobs_total' } } }] });
  });

  it('A registry that is attached twice is shared once, until both have ended it.', async () => {
    const heard = hear('attach-2');
    const registry = new Registry();
    const [one, other] = [attach(registry, { name: 'attach-2' }), attach(registry, { name: 'attach-2' })];
    one();
    one();
    registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    other();
    await until('the end', () => heard.some(({ kind }) => kind === 'closed'));
    expect(kinds(heard)).toEqual(['open', 'family', 'closed']);
  });

  it('The shutdown of a registry ends it, and it can be attached again.', async () => {
    const heard = hear('attach-3');
    const registry = new Registry();
    attach(registry, { name: 'attach-3' });
    await registry.shutdown();
    undo.push(attach(registry, { name: 'attach-3' }));
    await until('three announcements', () => heard.length >= 3);
    expect(kinds(heard)).toEqual(['open', 'closed', 'open']);
  });

  it('Of a registry that keeps nothing, nothing is said.', async () => {
    const heard = hear('attach-5');
    const empty = new Registry({ backend: 'null' });
    empty.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    undo.push(attach(empty, { name: 'attach-5' }), attach(new Registry(), { name: 'attach-5' }));
    await until('the other registry', () => heard.length > 0);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ kind: 'open', families: [] });
  });

  it.each([
    ['a registry that is none', () => attach({} as Registry)],
    ['an unknown option', () => attach(new Registry(), { nmae: 'x' } as object)],
    ['a name with a colon', () => attach(new Registry(), { name: 'a:b' })],
    ['an empty name', () => attach(new Registry(), { name: '' })],
    ['a worker that is none', () => attachWorker({} as Worker)],
    ['a worker that has ended', () => attachWorker({ threadId: -1, once: () => {} } as unknown as Worker)],
    ['a bad name for a worker', () => attachWorker({ threadId: 1, once: () => {} } as unknown as Worker, { name: 'ä' })],
  ])('refuses %s.', (_what, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});

describe('attachWorker', () => {
  it('says that a worker has ended, by the number that it had.', async () => {
    const heard = hear('attach-4');
    const listeners: (() => void)[] = [];
    attachWorker({ threadId: 77, once: (_event: string, listener: () => void) => listeners.push(listener) } as unknown as Worker, { name: 'attach-4' });
    for (const listener of listeners) listener();
    await until('the end', () => heard.length >= 1);
    expect(heard).toEqual([{ kind: 'ended', thread: 77 }]);
  });
});
