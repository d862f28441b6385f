import { describe, expect, test } from 'vitest';
import { Gauge } from '../../src/instruments/gauge.js';
import { dispose } from '../../src/instruments/timer.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from './fake-clock.js';

const make = () => new Gauge({ name: 'queued', help: 'Waiting.', labelNames: ['queue'], registry: null });
const plain = () => new Gauge({ name: 'level', help: 'Level.', registry: null });

describe('A gauge', () => {
  test('It is set, raised and lowered, directly, by labels and by handle.', () => {
    const level = plain();
    level.set(5);
    level.inc();
    level.inc(0.5);
    level.dec(2);
    level.dec();
    level.labels().inc(-1);
    expect(level.get()?.value).toBe(2.5);
    const queued = make();
    queued.inc({ queue: 'mail' }, 3);
    queued.dec({ queue: 'mail' });
    queued.set({ queue: 'sms' }, 8);
    queued.labels('sms').dec(9);
    expect(queued.getAll().map(({ labels, value }) => [labels.queue, value])).toEqual([['mail', 2], ['sms', -1]]);
  });

  test.each([NaN, Infinity, -Infinity, -0, -1.5, 5e-324])('It takes %d as it is.', (value) => {
    const queued = make();
    queued.set({ queue: 'a' }, value);
    queued.labels('b').set(value);
    expect(queued.get('a')?.value).toBe(value);
    expect(queued.labels('b').get()).toBe(value);
  });

  test('It refuses what is no number, and makes no series for it.', () => {
    const queued = make();
    for (const wrong of ['1', null, undefined, 1n, {}, Symbol('one')] as unknown as number[]) {
      expect(() => queued.set({ queue: 'new' }, wrong)).toThrow('is not a number');
      expect(() => plain().set(wrong)).toThrow();
      if (wrong === undefined) continue;
      expect(() => queued.inc({ queue: 'new' }, wrong)).toThrow('is not a number');
      expect(() => queued.dec({ queue: 'new' }, wrong)).toThrow('is not a number');
    }
    expect(queued.size).toBe(0);
  });

  test('It is set to the wall-clock time of its registry.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    const last = registry.gauge({ name: 'last_seconds', help: 'Last.', labelNames: ['job'] });
    last.setToCurrentTime({ job: 'a' });
    clock.advance(-100);
    last.labels('b').setToCurrentTime();
    const single = registry.gauge({ name: 'single_seconds', help: 'Last.' });
    single.setToCurrentTime();
    expect([last.get('a')?.value, last.get('b')?.value, single.get()?.value]).toEqual([1_700_000_000, 1_699_999_900, 1_699_999_900]);
  });
});

describe('What is under way', () => {
  test('It is counted while a function runs, and while its promise is open.', async () => {
    const queued = make();
    const handle = queued.labels('mail');
    expect(handle.trackInProgress(() => handle.get())).toBe(1);
    expect(handle.get()).toBe(0);
    let settle!: (value: string) => void;
    const promise = new Promise<string>((resolve) => (settle = resolve));
    expect(queued.trackInProgress({ queue: 'mail' }, () => promise)).toBe(promise);
    expect(handle.get()).toBe(1);
    settle('sent');
    expect(await promise).toBe('sent');
    expect(handle.get()).toBe(0);
  });

  test('It is counted down when the function throws or its promise is rejected.', async () => {
    const level = plain();
    expect(() => level.trackInProgress(() => { throw new Error('broken'); })).toThrow('broken');
    expect(level.get()?.value).toBe(0);
    const rejected = level.trackInProgress(() => Promise.reject(new Error('later')));
    expect(level.get()?.value).toBe(1);
    await expect(rejected).rejects.toThrow('later');
    expect(level.get()?.value).toBe(0);
  });

  test('Two that overlap are both counted, and ending one twice counts once.', () => {
    const handle = plain().labels();
    const one = handle.startInProgress();
    const two = handle.startInProgress();
    expect(handle.get()).toBe(2);
    one();
    one();
    one[dispose]();
    expect(handle.get()).toBe(1);
    two[dispose]();
    expect(handle.get()).toBe(0);
  });

  test('What was under way before a reset counts nothing down, and what began after it is counted as ever.', () => {
    const level = plain();
    const before = level.startInProgress();
    level.reset();
    const after = level.startInProgress();
    before();
    before[dispose]();
    expect(level.get()?.value).toBe(1);
    after();
    expect(level.get()?.value).toBe(0);
    const queued = make();
    const [mail, print] = [queued.startInProgress({ queue: 'mail' }), queued.startInProgress({ queue: 'print' })];
    queued.reset();
    mail();
    print();
    expect(queued.getAll().map(({ value }) => value)).toEqual([0, 0]);
  });

  test('A thing that is no function is refused before anything is counted.', () => {
    const queued = make();
    expect(() => queued.trackInProgress({ queue: 'new' }, undefined as never)).toThrow();
    expect(() => queued.time({ queue: 'new' }, undefined as never)).toThrow();
    expect(queued.size).toBe(0);
  });
});
