import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Counter, Registry, stream, toText } from '../../src/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import { type ParsedSample, parseText } from '../support/text-parser.js';

const help = 'Held for the test.';

async function chunksOf(registries: Registry | readonly Registry[], options = {}): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream(registries, options)) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('utf8');

/** A registry with a counter of so many series, 30 bytes each at least. */
function large(series: number): { registry: Registry; it: Counter<readonly ['x']> } {
  const registry = new Registry({ clock: new FakeClock() });
  const it = registry.counter({ name: 'large_total', help, labelNames: ['x'], limits: { series: Infinity } });
  for (let i = 0; i < series; i++) it.inc({ x: `value-${i}` }, i + 1);
  return { registry, it };
}

/** Reads a stream, and does something after each of the first chunks. */
async function readWhile(registry: Registry, between: (chunk: number) => void): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream(registry, { maxBlockMilliseconds: 0 })) {
    chunks.push(chunk);
    between(chunks.length);
  }
  return textOf(chunks);
}

const samplesOf = (text: string, family: string): readonly ParsedSample[] => parseText(text).find(({ name }) => name === family)!.samples;

describe('stream', () => {
  test('Its chunks together are the exposition, for registries of every kind.', async () => {
    await fc.assert(
      fc.asyncProperty(anyRegistry, async (specification) => {
        const registry = buildRegistry(specification);
        expect(textOf(await chunksOf(registry))).toBe(toText(registry));
      }),
      { numRuns: 100 },
    );
  });

  test('Several registries are shown as one.', async () => {
    const { registry } = large(3000);
    const other = new Registry({ clock: new FakeClock() });
    other.gauge({ name: 'level', help }).set(3);
    expect(textOf(await chunksOf([registry, other]))).toBe(toText([registry, other]));
  });

  test('An empty registry has no chunks.', async () => {
    expect(await chunksOf(new Registry())).toEqual([]);
  });

  test('A chunk has about 64 KiB, and memory of its own.', async () => {
    const { registry } = large(20_000);
    registry.histogram({ name: 'wide', help, labelNames: ['x'], buckets: Array.from({ length: 2000 }, (_, i) => i + 1) }).observe({ x: 'a' }, 5);
    const chunks = await chunksOf(registry);
    expect(textOf(chunks)).toBe(toText(registry));
    expect(chunks.length).toBeGreaterThan(8);
    // The last one is what is left; before it stands a histogram of a hundred thousand bytes, which is not cut.
    for (const chunk of chunks.slice(0, -2)) {
      expect(chunk.length).toBeGreaterThanOrEqual(65_536);
      expect(chunk.length).toBeLessThan(65_536 + 200);
    }
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(chunks.length);
  });

  test('The event loop runs between chunks as often as it was told to.', async () => {
    const { registry } = large(30_000);
    const turns = async (maxBlockMilliseconds: number): Promise<readonly [turns: number, chunks: number]> => {
      let count = 0;
      let running = true;
      const tick = (): void => {
        count += 1;
        if (running) setImmediate(tick);
      };
      // Collecting may take turns of its own.
      const reading = stream(registry, { maxBlockMilliseconds });
      await reading.next();
      setImmediate(tick);
      let chunks = 1;
      for await (const _ of reading) chunks += 1;
      running = false;
      return [count, chunks];
    };
    const [often, chunks] = await turns(0);
    expect(chunks).toBeGreaterThan(10);
    expect(often).toBeGreaterThanOrEqual(chunks - 2);
    expect((await turns(Infinity))[0]).toBe(0);
  });

  test('A timer of the application is not late by much more than a block.', async () => {
    const { registry } = large(200_000);
    const late: number[] = [];
    let expected = performance.now() + 1;
    const timer = setInterval(() => {
      const now = performance.now();
      late.push(now - expected);
      expected = now + 1;
    }, 1);
    const text = textOf(await chunksOf(registry, { maxBlockMilliseconds: 2 }));
    clearInterval(timer);
    expect(text.length).toBeGreaterThan(4_000_000);
    expect(late.length).toBeGreaterThan(3);
    late.sort((a, b) => a - b);
    expect(late[late.length >> 1]).toBeLessThan(20);
  });

  test.each([-1, NaN, '5', null])('A block of %s milliseconds is refused with the first chunk.', async (maxBlockMilliseconds) => {
    await expect(stream(new Registry(), { maxBlockMilliseconds } as never).next()).rejects.toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  test('A registry that is none and a wrong timeout are refused with the first chunk.', async () => {
    await expect(stream({} as never).next()).rejects.toThrow('registry: {} is none; give a Registry or an array of them');
    await expect(stream(new Registry(), { timeoutSeconds: -1 }).next()).rejects.toThrow('registry: timeoutSeconds is -1');
  });
});

describe('What changes while it is streamed', () => {
  test('A removed series is left out if it was not written yet, and nothing else is.', async () => {
    const { registry, it } = large(10_000);
    const text = await readWhile(registry, (chunk) => {
      if (chunk === 1) for (const i of [0, 9990, 9991]) it.remove(`value-${i}`);
    });
    const names = samplesOf(text, 'large_total').map(({ labels }) => labels[0]![1]);
    expect(names).toEqual(Array.from({ length: 10_000 }, (_, i) => `value-${i}`).filter((name) => !['value-9990', 'value-9991'].includes(name)));
  });

  test('A series that is removed after it was written, and made again, is not written again.', async () => {
    const { registry, it } = large(10_000);
    const text = await readWhile(registry, (chunk) => {
      if (chunk !== 1) return;
      it.remove('value-0');
      it.inc({ x: 'value-0' });
    });
    expect(samplesOf(text, 'large_total')).toHaveLength(10_000);
  });

  test('A series that expires out of sight after it was written, and comes back, is not written again.', async () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    const it = registry.counter({ name: 'large_total', help, labelNames: ['x'], expireAfterSeconds: 10 });
    const handle = it.labels('value-0');
    for (let i = 0; i < 9000; i++) it.inc({ x: `value-${i}` });
    const text = await readWhile(registry, (chunk) => {
      if (chunk !== 1) return;
      for (let i = 0; i < 200; i++) void it.refresh();
      clock.advance(11);
      for (let i = 0; i < 200; i++) void it.refresh();
      handle.inc();
      void it.refresh();
    });
    const names = samplesOf(text, 'large_total').map(({ labels }) => labels[0]![1]);
    expect(new Set(names).size).toBe(names.length);
    await registry.shutdown();
  });

  test('Whatever is removed, made, cleared and used again, no series comes twice or with the number of another.', async () => {
    const step = fc.record({ do: fc.constantFrom('remove', 'create', 'clear', 'churn'), from: fc.nat(8000), count: fc.nat(3000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const registry = new Registry({ clock: new FakeClock() });
        const it = registry.gauge({ name: 'g', help, labelNames: ['x'], limits: { series: Infinity } });
        // The number of a series is in its label.
        const make = (i: number): void => it.set({ x: `a-rather-long-value-of-number-${i}` }, i);
        for (let i = 0; i < 8000; i++) make(i);
        for (let i = 0; i < 8000; i += 3) it.remove(`a-rather-long-value-of-number-${i}`);
        let next = 100_000;
        const text = await readWhile(registry, (chunk) => {
          const now = steps[(chunk - 1) % steps.length]!;
          if (chunk > 20) return;
          if (now.do === 'clear' && chunk < 4) it.clear();
          for (let i = now.from; i < now.from + now.count; i++) {
            if (now.do === 'remove' || now.do === 'churn') it.remove(`a-rather-long-value-of-number-${i}`);
            if (now.do === 'churn') make(next++);
            if (now.do === 'create') make(i);
          }
        });
        // The parser refuses what comes twice.
        for (const { labels, value } of samplesOf(text, 'g')) expect(labels[0]![1]).toBe(`a-rather-long-value-of-number-${value}`);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  test('It ends, although as many series are made as are written.', async () => {
    const { registry, it } = large(10_000);
    let next = 0;
    let chunks = 0;
    for await (const _ of stream(registry, { maxBlockMilliseconds: 0 })) {
      chunks += 1;
      if (chunks === 60) break;
      for (let i = 0; i < 3000; i++) it.inc({ x: `made-meanwhile-${next++}` });
    }
    expect(chunks).toBeLessThan(60);
  });

  test('A histogram is never torn, nor a summary.', async () => {
    const registry = new Registry({ clock: new FakeClock() });
    const histogram = registry.histogram({ name: 'h', help, labelNames: ['x'], buckets: [1, 2, 4, 8, 16] });
    const summary = registry.summary({ name: 's', help, labelNames: ['x'], quantiles: [0.5] });
    const record = (): void => {
      for (let i = 0; i < 600; i++) {
        histogram.observe({ x: `value-${i}` }, 3);
        summary.observe({ x: `value-${i}` }, 3);
      }
    };
    record();
    const text = await readWhile(registry, record);
    const read = new Map<string, Record<string, number>>();
    for (const { name, labels, value } of [...samplesOf(text, 'h'), ...samplesOf(text, 's')]) {
      const key = `${name[0]} ${labels[0]![1]}`;
      if (!read.has(key)) read.set(key, {});
      read.get(key)![name + (labels[1]?.[1] ?? '')] = value;
    }
    expect(read.size).toBe(1200);
    const counts = new Set<number>();
    for (const [key, numbers] of read) {
      const family = key[0]!;
      const count = numbers[`${family}_count`]!;
      counts.add(count);
      expect(numbers[`${family}_sum`]).toBe(count * 3);
      if (family === 'h') for (const bound of ['1', '2', '4', '8', '16', '+Inf']) expect(numbers[`h_bucket${bound}`]).toBe(Number(bound.replace('+Inf', '99')) >= 3 ? count : 0);
    }
    expect(counts.size).toBeGreaterThan(1);
  });

  test('Once a stream has ended, been left or failed, memory no longer grows with what comes and goes.', async () => {
    const { registry, it } = large(5000);
    const { table } = registry.get('large_total')!.keeping;
    const churn = (): number => {
      for (let i = 0; i < 20_000; i++) {
        it.inc({ x: 'short-lived' });
        it.remove('short-lived');
      }
      return table.bytesHeld();
    };
    churn();
    const before = churn();
    await chunksOf(registry);
    const left = stream(registry);
    await left.next();
    await left.return();
    for await (const _ of stream(registry)) break;
    await expect((async () => {
      for await (const _ of stream(registry)) throw new Error('the reader fails');
    })()).rejects.toThrow('the reader fails');
    // Asked for and never read.
    stream(registry);
    expect(churn()).toBe(before);
    const held = stream(registry);
    await held.next();
    expect(churn()).toBeGreaterThan(before);
    await held.return();
    const after = churn();
    expect(churn()).toBe(after);
  });
});
