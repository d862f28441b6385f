import { describe, expect, it } from 'vitest';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { type CollectedFamily, Registry } from '../../src/index.js';
import { ask, lineOf, withServer } from './client.js';

const soon = 0.08;

function setUp(): { registry: Registry; faults: string[] } {
  const faults: string[] = [];
  const registry = new Registry({ onFault: (message) => faults.push(message) });
  registry.counter({ name: 'sound_total', help: 'Unharmed.' }).inc(5);
  return { registry, faults };
}

function errors(text: string, collector: string, reason: string): string | undefined {
  return lineOf(text, `tallystick_collector_errors_total{collector="${collector}",reason="${reason}"}`);
}

const later = <T>(milliseconds: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));

async function scrapes(registry: Registry | Registry[], times: number, timeoutSeconds = soon): Promise<string[]> {
  return withServer(createMetricsHandler(registry, { timeoutSeconds }), async (port) => {
    const texts: string[] = [];
    for (let i = 0; i < times; i++) {
      const reply = await ask(port, '/');
      expect(reply.status).toBe(200);
      texts.push(reply.body);
    }
    return texts;
  });
}

describe('what a scrape waits for', () => {
  it('An asynchronous gauge is awaited.', async () => {
    const { registry } = setUp();
    registry.gauge({ name: 'depth', help: 'Depth.', collect: () => later(20, 42) });
    const [text] = await scrapes(registry, 1, 5);
    expect(lineOf(text!, 'depth')).toBe('42');
    expect(text).not.toContain('tallystick_collector_errors_total');
  });

  it('An asynchronous collector is awaited.', async () => {
    const { registry } = setUp();
    registry.register({ name: 'pool', collect: () => later<CollectedFamily[]>(20, [{ name: 'pool_size', help: 'Size.', type: 'gauge', series: [{ value: 3 }] }]) });
    expect(lineOf((await scrapes(registry, 1, 5))[0]!, 'pool_size')).toBe('3');
  });

  it('A gauge that is late shows its last value, is counted, and is not asked again while it runs.', async () => {
    const { registry, faults } = setUp();
    let calls = 0;
    let finish: (value: number) => void = () => {};
    registry.gauge({
      name: 'depth',
      help: 'Depth.',
      collect: () => {
        calls += 1;
        return calls === 1 ? 7 : new Promise<number>((resolve) => (finish = resolve));
      },
    });
    await withServer(createMetricsHandler(registry, { timeoutSeconds: soon }), async (port) => {
      const texts = [await ask(port, '/'), await ask(port, '/'), await ask(port, '/')].map((reply) => reply.body);
      expect(texts.map((text) => lineOf(text, 'depth'))).toEqual(['7', '7', '7']);
      expect(texts.map((text) => errors(text, 'depth', 'timeout'))).toEqual([undefined, '1', '2']);
      expect(calls).toBe(2);
      finish(8);
      await later(1, undefined);
      expect(registry.snapshot().find((family) => family.name === 'depth')?.series[0]?.value).toBe(8);
    });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('"depth"');
  });

  it('The deadline is kept even when several things hang, as they hang side by side.', async () => {
    const { registry } = setUp();
    for (const name of ['a', 'b', 'c', 'd', 'e']) registry.register({ name, collect: () => new Promise(() => {}) });
    const begin = performance.now();
    const [text] = await scrapes(registry, 1, 0.3);
    expect(performance.now() - begin).toBeLessThan(1200);
    expect(lineOf(text!, 'sound_total')).toBe('5');
  });
});

describe('a faulty collector', () => {
  it('A hanging collector costs only its own family and is counted at each scrape.', async () => {
    const { registry, faults } = setUp();
    registry.register({ name: 'stuck', collect: () => new Promise(() => {}) });
    const texts = await scrapes(registry, 2);
    expect(texts.map((text) => lineOf(text, 'sound_total'))).toEqual(['5', '5']);
    expect(texts.map((text) => errors(text, 'stuck', 'timeout'))).toEqual(['1', '2']);
    expect(faults).toHaveLength(1);
  });

  it.each([
    ['throws', () => { throw new Error('broken'); }],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['throws what is no error', () => { throw 'broken'; }],
    ['rejects with nothing', () => Promise.reject()],
    ['yields nothing', () => undefined],
    ['yields what is no family', () => [null]],
    ['yields a family with a bad name', () => [{ name: 'not a name', help: 'x', type: 'gauge', series: [] }]],
    ['throws half-way', function* () { yield { name: 'half', help: 'x', type: 'gauge', series: [{ value: 1 }] }; throw new Error('broken'); }],
  ])('A collector that %s costs only its own families and is counted.', async (_, collect) => {
    const { registry, faults } = setUp();
    registry.register({ name: 'broken', collect: collect as () => Iterable<CollectedFamily> });
    registry.register({ name: 'whole', collect: () => [{ name: 'whole', help: 'x', type: 'gauge', series: [{ value: 2 }] }] });
    const texts = await scrapes(registry, 2);
    expect(texts.map((text) => lineOf(text, 'sound_total'))).toEqual(['5', '5']);
    expect(texts.map((text) => lineOf(text, 'whole'))).toEqual(['2', '2']);
    expect(texts.map((text) => errors(text, 'broken', 'error'))).toEqual(['1', '2']);
    expect(texts.join('')).not.toContain('half');
    expect(faults).toHaveLength(1);
  });

  it.each([
    ['throws', () => { throw new Error('broken'); }],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['returns a string', () => '3' as unknown as number],
  ])('A gauge whose function %s is left out and counted.', async (_, collect) => {
    const { registry } = setUp();
    registry.gauge({ name: 'broken', help: 'Broken.', collect: collect as () => number });
    const [text] = await scrapes(registry, 1);
    expect(text).not.toContain('# HELP broken');
    expect(lineOf(text!, 'sound_total')).toBe('5');
    expect(errors(text!, 'broken', 'error')).toBe('1');
  });

  it('A collector may not take a name that is taken; the first one stays.', async () => {
    const { registry } = setUp();
    registry.register({ name: 'thief', collect: () => [{ name: 'sound_total', help: 'Stolen.', type: 'counter', series: [{ value: 99 }] }] });
    const [text] = await scrapes(registry, 1);
    expect(lineOf(text!, 'sound_total')).toBe('5');
    expect(text).toContain('reason="clash"} 1\n');
  });

  it('A fault log that throws does not take the scrape down.', async () => {
    const registry = new Registry({ onFault: () => { throw new Error('log is full'); } });
    registry.counter({ name: 'sound_total', help: 'Unharmed.' }).inc(5);
    registry.register({ name: 'broken', collect: () => { throw new Error('broken'); } });
    expect(lineOf((await scrapes(registry, 1))[0]!, 'sound_total')).toBe('5');
  });

  it('Among several registries, a hanging collector costs only its own family and is counted.', async () => {
    const one = setUp();
    one.registry.register({ name: 'stuck', collect: () => new Promise(() => {}) });
    const other = new Registry();
    other.counter({ name: 'other_total', help: 'Other.' }).inc(6);
    const texts = await scrapes([one.registry, other], 2);
    expect(texts.map((text) => lineOf(text, 'sound_total'))).toEqual(['5', '5']);
    expect(texts.map((text) => lineOf(text, 'other_total'))).toEqual(['6', '6']);
    expect(texts.map((text) => errors(text, 'stuck', 'timeout'))).toEqual(['1', '2']);
  });

  it('The faults of several registries are all shown.', async () => {
    const one = setUp();
    one.registry.register({ name: 'stuck', collect: () => new Promise(() => {}) });
    const other = new Registry({ onFault: () => {} });
    other.register({ name: 'broken', collect: () => { throw new Error('broken'); } });
    const [text] = await scrapes([one.registry, other], 1);
    expect(errors(text!, 'stuck', 'timeout')).toBe('1');
    expect(errors(text!, 'broken', 'error')).toBe('1');
    expect(text).not.toContain('reason="clash"');
  });
});
