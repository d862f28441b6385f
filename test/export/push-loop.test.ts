import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/export/backend.js';
import { PushLoop, type PushOptions } from '../../src/export/push-loop.js';
import { Registry, TallystickError, toText } from '../../src/index.js';
import { FakeBackend, FakeSchedule, figures, quietRegistry, sent, settle } from './fakes.js';

const defaults = { intervalSeconds: 10, timeoutSeconds: 5 };
const loops: PushLoop[] = [];
let time = new FakeSchedule();
const anyRejection: unknown[] = [];
process.on('unhandledRejection', (error) => anyRejection.push(error));

function start(backend: Backend, options: PushOptions = {}): PushLoop {
  const loop = new PushLoop('fake', backend, { clock: time.clock, schedule: time.schedule, ...options }, defaults);
  loops.push(loop);
  return loop;
}

afterEach(async () => {
  for (const loop of loops.splice(0)) {
    const ended = loop.shutdown();
    for (let second = 0; second < 6; second++) await time.advance(1);
    await ended;
  }
  time = new FakeSchedule();
  expect(anyRejection).toEqual([]);
});

describe('the schedule of a push loop', () => {
  test('The first push comes within an interval, each further one an interval later, give or take a tenth.', async () => {
    const { registry } = quietRegistry();
    const backend = new FakeBackend();
    start(backend, { registry });
    expect(time.due).toHaveLength(1);
    expect(time.due[0]).toBeLessThan(10);
    await time.advance(time.due[0]!);
    expect(backend.taken).toEqual(['1']);
    for (let push = 2; push < 20; push++) {
      expect(time.due[0]).toBeGreaterThanOrEqual(9);
      expect(time.due[0]).toBeLessThanOrEqual(11);
      await time.advance(time.due[0]!);
      expect(backend.taken).toHaveLength(push);
    }
  });

  test('Loops that start together do not push in step.', () => {
    const firsts = Array.from({ length: 20 }, () => {
      time = new FakeSchedule();
      start(new FakeBackend(), { registry: quietRegistry().registry });
      return time.due[0]!;
    });
    expect(new Set(firsts).size).toBeGreaterThan(15);
    expect(Math.max(...firsts) - Math.min(...firsts)).toBeGreaterThan(3);
  });

  test('A push that takes longer than an interval is not followed by a queue of others.', async () => {
    const { registry } = quietRegistry();
    let collected = 0;
    registry.register({ name: 'slow', collect: () => { collected += 1; return new Promise(() => {}); } });
    start(new FakeBackend(), { registry, timeoutSeconds: 0.05 });
    await time.advance(100);
    expect(collected).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 80));
    await time.advance(11);
    expect(collected).toBeLessThanOrEqual(3);
  });

  test('The timers of the platform do not keep a process alive.', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const loop = new PushLoop('fake', new FakeBackend(), { registry: quietRegistry().registry, intervalSeconds: 1000 }, defaults);
    expect(timers()).toBe(before);
    return loop.shutdown();
  });

  test.each([
    [{ intervalSeconds: 0 }, 'intervalSeconds is 0'],
    [{ intervalSeconds: NaN }, 'intervalSeconds is NaN'],
    [{ intervalSeconds: Infinity }, 'intervalSeconds is Infinity'],
    [{ intervalSeconds: '5' as unknown as number }, 'intervalSeconds is "5"'],
    [{ timeoutSeconds: -1 }, 'timeoutSeconds is -1'],
    [{ maxBufferBytes: -1 }, 'maxBufferBytes is -1'],
    [{ maxBufferBytes: NaN }, 'maxBufferBytes is NaN'],
    [{ schedule: 5 as never }, 'schedule is 5'],
    [{ registry: 'x' as never }, 'registry: "x" is none'],
  ])('Bad options are refused: %j.', (options, text) => {
    expect(() => new PushLoop('fake', new FakeBackend(), options, defaults)).toThrow(TallystickError);
    expect(() => new PushLoop('fake', new FakeBackend(), options, defaults)).toThrow(text);
    expect(() => new PushLoop('fake', new FakeBackend(), { clock: {} as never }, defaults)).toThrow(TypeError);
  });
});

describe('a receiver that fails', () => {
  test('What was not taken is sent again before what came later, later and later, and nothing is lost.', async () => {
    const { registry, warnings } = quietRegistry();
    const backend = new FakeBackend();
    backend.last = { kind: 'retry', reason: 'status_503' };
    const loop = start(backend, { registry });
    const waits: number[] = [];
    await loop.flush();
    for (let attempt = 0; attempt < 8; attempt++) {
      const before = backend.tried.length;
      const from = time.clock.seconds;
      while (backend.tried.length === before) await time.advance(0.05);
      waits.push(time.clock.seconds - from);
    }
    for (const [place, wait] of waits.entries()) {
      const expected = Math.min(60, 2 ** place);
      expect(wait).toBeGreaterThan(expected * 0.9 - 0.06);
      expect(wait).toBeLessThan(expected * 1.1 + 0.06);
    }
    expect(new Set(backend.tried)).toEqual(new Set(['1']));
    backend.last = sent;
    await loop.flush();
    expect(backend.taken.map(Number)).toEqual(backend.taken.map((_, place) => place + 1));
    expect(backend.taken.length).toBeGreaterThan(5);
    expect(warnings).toEqual(['tallystick: pushing to fake failed: status_503 (this is said once)']);
    expect(figures(registry)).toMatchObject({ 'sent_items_total{exporter="fake"}': backend.taken.length, 'failures_total{exporter="fake",reason="status_503"}': 9 });
  });

  test.each([
    [30, 30],
    [0.2, 1],
    [1e9, 3600],
    [NaN, 1],
    [-5, 1],
  ])('A receiver that asks for a pause of %d s has about %d s.', async (afterSeconds, expected) => {
    const backend = new FakeBackend();
    backend.answers.push({ kind: 'retry', reason: 'status_429', afterSeconds });
    const loop = start(backend, { registry: quietRegistry().registry, intervalSeconds: 100_000 });
    await loop.flush();
    // The other one is the next push, which may come first.
    const pause = time.due.find((seconds) => seconds >= expected * 0.9 && seconds <= expected * 1.1);
    expect(pause).toBeDefined();
    await time.advance(pause! - 0.01);
    expect(backend.tried).toHaveLength(1);
    await time.advance(0.02);
    expect(backend.taken[0]).toBe('1');
  });

  test('A pause holds for what is collected meanwhile, but not for a flush.', async () => {
    const backend = new FakeBackend();
    backend.answers.push({ kind: 'retry', reason: 'status_429', afterSeconds: 1000 });
    const loop = start(backend, { registry: quietRegistry().registry });
    await loop.flush();
    await time.advance(100);
    expect(backend.tried).toEqual(['1']);
    await loop.flush();
    expect(backend.taken.slice(0, 2)).toEqual(['1', '2']);
    expect(backend.taken.length).toBeGreaterThan(8);
  });

  test('A payload that is refused is given up and counted, and the next one is sent.', async () => {
    const { registry, warnings } = quietRegistry();
    const backend = new FakeBackend();
    backend.answers.push({ kind: 'drop', reason: 'status_400' });
    const loop = start(backend, { registry });
    await loop.flush();
    await loop.flush();
    expect(backend.taken).toEqual(['2']);
    expect(figures(registry)).toMatchObject({ 'failures_total{exporter="fake",reason="status_400"}': 1, 'dropped_items_total{exporter="fake",reason="refused"}': 1, 'sent_items_total{exporter="fake"}': 1 });
    expect(warnings).toHaveLength(2);
  });

  test('One that throws, and one that never answers, are waited for, and an attempt that is late is told so.', async () => {
    const { registry, warnings } = quietRegistry();
    const backend = new FakeBackend();
    backend.answers.push('throw', 'hang');
    const loop = start(backend, { registry, timeoutSeconds: 0.05 });
    await loop.flush();
    await loop.flush();
    await loop.flush();
    expect(backend.taken).toEqual(['1', '2', '3']);
    expect(figures(registry)).toMatchObject({ 'failures_total{exporter="fake",reason="connection"}': 1, 'failures_total{exporter="fake",reason="timeout"}': 1 });
    expect(warnings.filter((text) => text.includes('connection'))).toHaveLength(1);
  });

  test('What a receiver leaves out is counted apart, whatever numbers it gives, and said once.', async () => {
    const { registry, warnings } = quietRegistry();
    const backend = new FakeBackend();
    backend.answers.push({ kind: 'sent', rejectedItems: 1, reason: 'too old' }, { kind: 'sent', rejectedItems: 1000, reason: 'too new' }, { kind: 'sent', rejectedItems: NaN }, { kind: 'sent', rejectedItems: -1 });
    const loop = start(backend, { registry });
    for (let push = 0; push < 4; push++) await loop.flush();
    expect(figures(registry)).toMatchObject({ 'sent_items_total{exporter="fake"}': 2, 'dropped_items_total{exporter="fake",reason="rejected"}': 2 });
    expect(warnings).toEqual(['tallystick: pushing to fake: the receiver did not take everything (this is said once)']);
  });

  test('A backend that answers nonsense, or cannot encode, is counted and not thrown.', async () => {
    const { registry, warnings } = quietRegistry();
    const one = { bytes: new Uint8Array(1), items: 1 };
    const answers = [undefined, 5, null, {}, new Error('no')] as unknown as Promise<never>[];
    const loop = start({ name: 'fake', keepsLatestOnly: false, encode: () => [one], send: () => answers.shift() ?? Promise.resolve(undefined as never) }, { registry });
    await loop.flush();
    await time.advance(30);
    const broken = start({ name: 'broken', keepsLatestOnly: false, encode: () => { throw new Error('no'); }, send: async () => sent }, { registry });
    await broken.flush();
    const shown = figures(registry);
    expect(shown['failures_total{exporter="broken",reason="encode"}']).toBe(1);
    expect(shown['failures_total{exporter="fake",reason="connection"}']).toBeGreaterThan(0);
    expect(shown['failures_total{exporter="fake",reason="internal"}']).toBeGreaterThan(0);
    expect(warnings).toHaveLength(3);
  });
});

describe('the buffer of a push loop', () => {
  test('What does not fit is dropped, oldest first, and counted.', async () => {
    const { registry, warnings } = quietRegistry();
    const backend = new FakeBackend();
    backend.sizes = [100];
    backend.last = { kind: 'retry', reason: 'status_500' };
    const loop = start(backend, { registry, maxBufferBytes: 350 });
    for (let push = 0; push < 10; push++) await loop.flush();
    backend.last = sent;
    await loop.flush();
    expect(backend.taken).toEqual(['9', '10', '11']);
    expect(figures(registry)).toMatchObject({ 'dropped_items_total{exporter="fake",reason="buffer_full"}': 8, 'sent_items_total{exporter="fake"}': 3 });
    expect(warnings).toHaveLength(2);
  });

  test('There are at most so many payloads, however small.', async () => {
    const { registry } = quietRegistry();
    const backend = new FakeBackend();
    backend.sizes = Array.from({ length: 700 }, () => 1);
    backend.last = { kind: 'retry', reason: 'status_500' };
    const loop = start(backend, { registry });
    await loop.flush();
    await loop.flush();
    backend.last = sent;
    await loop.flush();
    expect(backend.taken).toHaveLength(1024);
    expect(backend.taken.at(-1)).toBe('3.699');
  });

  test('The latest payload waits however large it is.', async () => {
    const backend = new FakeBackend();
    backend.sizes = [5000];
    backend.last = { kind: 'retry', reason: 'status_500' };
    const loop = start(backend, { registry: quietRegistry().registry, maxBufferBytes: 0 });
    await loop.flush();
    await loop.flush();
    backend.last = sent;
    await loop.flush();
    expect(backend.taken).toEqual(['3']);
  });

  test('Where only the latest counts, what is older is forgotten and not missed.', async () => {
    const { registry } = quietRegistry();
    const backend = new FakeBackend('fake', true);
    backend.last = { kind: 'retry', reason: 'status_500' };
    const loop = start(backend, { registry });
    for (let push = 0; push < 5; push++) await loop.flush();
    backend.last = sent;
    await loop.flush();
    expect(backend.taken).toEqual(['6']);
    expect(Object.keys(figures(registry)).filter((name) => name.startsWith('dropped'))).toEqual([]);
  });
});

describe('flush and shutdown', () => {
  test('A flush sends what an attempt under way was too early for, though that attempt fails.', async () => {
    const backend = new FakeBackend('fake', true);
    backend.answers.push('hang');
    const loop = start(backend, { registry: quietRegistry().registry, timeoutSeconds: 0.1 });
    const first = loop.flush();
    await settle();
    await loop.flush();
    await first;
    expect(backend.taken.at(-1)).toBe('2');
  });

  test('A shutdown sends a last collection, then the farewell, closes, and ends the schedule.', async () => {
    const { registry } = quietRegistry();
    const backend = new FakeBackend();
    backend.farewells = ['bye'];
    const loop = start(backend, { registry });
    await Promise.all([loop.shutdown(), loop.shutdown()]);
    expect(backend.taken).toEqual(['1', 'bye']);
    expect(backend.closed).toBe(1);
    expect(time.due).toEqual([]);
    await loop.flush();
    await time.advance(100);
    expect(backend.tried).toEqual(['1', 'bye']);
    expect(Object.keys(figures(registry)).filter((name) => name.startsWith('age'))).toEqual([]);
    expect(figures(registry)).toMatchObject({ 'sent_items_total{exporter="fake"}': 2 });
  });

  test('A shutdown tries again what a receiver does not take at once, in order.', async () => {
    const backend = new FakeBackend();
    backend.farewells = ['bye'];
    backend.answers.push('throw', { kind: 'retry', reason: 'status_503', afterSeconds: 1.5 });
    const loop = start(backend, { registry: quietRegistry().registry });
    const ended = loop.shutdown();
    await settle();
    for (let step = 0; step < 4; step++) await time.advance(1);
    await ended;
    expect(backend.tried).toEqual(['1', '1', '1', 'bye']);
    expect(backend.taken).toEqual(['1', 'bye']);
  });

  test('A shutdown gives up when the pause would last longer than the timeout, and counts what is lost.', async () => {
    const { registry } = quietRegistry();
    const backend = new FakeBackend();
    backend.farewells = ['bye'];
    backend.last = { kind: 'retry', reason: 'status_503', afterSeconds: 60 };
    await start(backend, { registry }).shutdown();
    expect(backend.tried).toEqual(['1']);
    expect(figures(registry)).toMatchObject({ 'dropped_items_total{exporter="fake",reason="shutdown"}': 2 });
  });

  test.each(['hang', 'close', 'collector'] as const)('A shutdown ends in time whatever hangs: %s.', async (what) => {
    const { registry } = quietRegistry();
    const backend: Backend & FakeBackend = new FakeBackend();
    if (what === 'hang') backend.last = 'hang';
    if (what === 'close') backend.close = () => new Promise(() => {}) as never;
    if (what === 'collector') registry.register({ name: 'never', collect: () => new Promise(() => {}) });
    const loop = start(backend, { registry, timeoutSeconds: 0.2 });
    const began = performance.now();
    await loop.shutdown();
    expect(performance.now() - began).toBeLessThan(1800);
  });

  test('The shutdown of a registry ends its loops, all at once; one that has ended is forgotten.', async () => {
    const { registry } = quietRegistry();
    const other = new Registry();
    const backends = [new FakeBackend('a'), new FakeBackend('b'), new FakeBackend('c')];
    start(backends[0]!, { registry });
    start(backends[1]!, { registry: [other, registry] });
    await start(backends[2]!, { registry }).shutdown();
    await registry.shutdown();
    expect(backends.map(({ taken, closed }) => [taken, closed])).toEqual([[['1'], 1], [['1'], 1], [['1'], 1]]);
  });

  test('A process that has nothing left to do sends first; many loops have one listener, and none is left behind.', async () => {
    const before = process.listenerCount('beforeExit');
    const backends = [new FakeBackend('a'), new FakeBackend('b')];
    const [first] = backends.map((backend) => start(backend, { registry: quietRegistry().registry }));
    expect(process.listenerCount('beforeExit')).toBe(before + 1);
    await first!.shutdown();
    expect(process.listenerCount('beforeExit')).toBe(before + 1);
    process.emit('beforeExit', 0);
    await settle();
    expect(process.listenerCount('beforeExit')).toBe(before);
    expect(backends.map(({ taken }) => taken)).toEqual([['1'], ['1']]);
  });
});

describe('several loops', () => {
  test('Loops on one registry have figures of their own, and the next of a kind a name of its own.', async () => {
    const { registry } = quietRegistry();
    const bad = new FakeBackend();
    bad.last = { kind: 'drop', reason: 'status_400' };
    const [one, two, other] = [start(new FakeBackend(), { registry }), start(bad, { registry }), start(new FakeBackend('other'), { registry })];
    for (const loop of [one, two, other]) await loop.flush();
    time.clock.advance(7);
    expect(figures(registry)).toEqual({
      'age_seconds{exporter="fake"}': 7,
      'age_seconds{exporter="fake-2"}': 7,
      'age_seconds{exporter="other"}': 7,
      'dropped_items_total{exporter="fake-2",reason="refused"}': 1,
      'failures_total{exporter="fake-2",reason="status_400"}': 1,
      'sent_items_total{exporter="fake"}': 1,
      'sent_items_total{exporter="fake-2"}': 0,
      'sent_items_total{exporter="other"}': 1,
    });
    await one.shutdown();
    await start(new FakeBackend(), { registry }).flush();
    expect(figures(registry)).toMatchObject({ 'sent_items_total{exporter="fake"}': 3, 'age_seconds{exporter="fake"}': 0 });
  });

  test('Registries with loops can be merged, before and after, and a merged one can have loops, too: figures are added up.', async () => {
    const faults: string[] = [];
    const parts = [quietRegistry().registry, quietRegistry().registry];
    await start(new FakeBackend(), { registry: parts[0]! }).flush();
    const merged = Registry.merge(parts, { onFault: (message) => faults.push(message) });
    await start(new FakeBackend(), { registry: parts[1]! }).flush();
    await start(new FakeBackend(), { registry: merged }).flush();
    await start(new FakeBackend('other'), { registry: parts }).flush();
    expect(figures(merged)).toMatchObject({ 'sent_items_total{exporter="fake"}': 3, 'sent_items_total{exporter="other"}': 1 });
    expect(figures(parts[1]!)).toEqual({ 'sent_items_total{exporter="fake"}': 1, 'age_seconds{exporter="fake"}': 0 });
    expect(faults).toEqual([]);
    merged.clear();
    expect(figures(merged)).toMatchObject({ 'sent_items_total{exporter="fake"}': 3 });
  });

  test('A metric of the application that takes such a name shows, and ours does not.', async () => {
    const { registry } = quietRegistry();
    registry.counter({ name: 'tallystick_push_sent_items_total', help: 'Mine.' });
    await start(new FakeBackend(), { registry }).flush();
    expect(toText(registry)).toContain('tallystick_push_sent_items_total 0\n');
    expect(toText(registry)).not.toContain('tallystick_push_sent_items_total{');
  });

  test('A registry without loops shows nothing of them.', () => {
    expect(figures(new Registry())).toEqual({});
  });
});
