import { setTimeout as sleep } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CompressionBudget, type Encoder } from '../../src/expose/compression.js';
import { chooseEncoding } from '../../src/expose/encoding.js';
import { createFetchHandler } from '../../src/expose/fetch-handler.js';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { nodePlatform } from '../../src/expose/node-platform.js';
import { webPlatform } from '../../src/expose/web-platform.js';
import { Registry, toText } from '../../src/index.js';
import { carriers } from './carriers.js';
import { openRaw, withServer } from './client.js';

function registryOf(series: number): Registry {
  const registry = new Registry();
  const it = registry.gauge({ name: 'large', help: 'Held for the test.', labelNames: ['x'], limits: { series: Infinity } });
  for (let i = 0; i < series; i++) it.set({ x: `a value of some length, so that little makes much, ${i}` }, Math.sin(i));
  return registry;
}

const small = registryOf(100);
const large = registryOf(40_000);
const isHeld = (): boolean => (large.get('large')!.keeping.table as unknown as { order: { readers: number } }).order.readers > 0;
const gzip = { 'accept-encoding': 'gzip' };

async function eventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await sleep(5);
  expect(holds()).toBe(true);
}

describe('chooseEncoding', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['gzip, zstd', 'zstd'],
    ['gzip;q=0.9, zstd;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0, *', 'zstd'],
    ['zstd;q=0, *;q=0.5', 'gzip'],
    ['*', 'zstd'],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['identity;q=1, gzip;q=0.5', undefined],
    ['identity;q=0.5, gzip', 'gzip'],
    ['identity;q=0', undefined],
    ['br', undefined],
    ['gzip;q=2', undefined],
    [`${'br,'.repeat(40)}gzip`, undefined],
    [`gzip,${' '.repeat(5000)}`, undefined],
    ['__proto__, constructor', undefined],
  ])('takes for %j %j.', (header, expected) => {
    expect(chooseEncoding(header, ['zstd', 'gzip'])).toBe(expected);
  });
});

describe.each(carriers)('Compression by %s', (_, through) => {
  it('is done for who accepts it, with the length of what is sent.', async () => {
    await through(small, {}, async (ask) => {
      const reply = await ask('/', gzip);
      expect([reply.status, reply.headers['content-encoding'], reply.headers['content-length']]).toEqual([200, 'gzip', String(reply.bytes.length)]);
      expect(reply.bytes.length).toBeLessThan(toText(small).length / 3);
      expect(zlib.gunzipSync(reply.bytes).toString()).toBe(toText(small));
      const head = await ask('/', gzip, 'HEAD');
      expect([head.headers['content-encoding'], head.headers['content-length'], head.bytes.length]).toEqual(['gzip', String(reply.bytes.length), 0]);
      expect((await ask()).headers['content-encoding']).toBeUndefined();
    });
  });

  it('is done as the exposition is streamed.', async () => {
    await through(large, {}, async (ask) => {
      const reply = await ask('/', gzip);
      expect([reply.headers['content-encoding'], reply.headers['content-length']]).toEqual(['gzip', undefined]);
      expect(zlib.gunzipSync(reply.bytes).toString()).toBe(toText(large));
    });
    expect(isHeld()).toBe(false);
  });

  it('is not worth it for small answers.', async () => {
    await through(registryOf(5), {}, async (ask) => expect((await ask('/', gzip)).headers['content-encoding']).toBeUndefined());
    await through(registryOf(5), { compression: { minBytes: 0 } }, async (ask) => expect((await ask('/', gzip)).headers['content-encoding']).toBe('gzip'));
  });

  it('can be left out.', async () => {
    await through(small, { compression: false }, async (ask) => expect((await ask('/', gzip)).body).toBe(toText(small)));
  });

  it('stops when it has taken its share of the time.', async () => {
    await through(large, { compression: { maxCpuShare: 1e-9 } }, async (ask) => {
      expect((await ask('/', gzip)).headers['content-encoding']).toBe('gzip');
      for (let i = 0; i < 2; i++) {
        const reply = await ask('/', gzip);
        expect([reply.headers['content-encoding'], reply.body.length]).toEqual([undefined, toText(large).length]);
      }
    });
  });
});

describe('A compressed stream', () => {
  it('ends when its client leaves in the middle, and leaves nothing behind.', async () => {
    await withServer(createMetricsHandler(large, { maxBlockMilliseconds: 0 }), async (port) => {
      for (let i = 0; i < 3; i++) {
        const socket = openRaw(port);
        socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n');
        await new Promise((resolve) => socket.once('data', resolve));
        socket.resetAndDestroy();
        await eventually(() => !isHeld());
      }
    });
  });

  it('ends when its body is cancelled.', async () => {
    const response = await createFetchHandler(large, { maxBlockMilliseconds: 0 })(new Request('http://localhost/', { headers: gzip }));
    const reader = response.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    expect(isHeld()).toBe(true);
    await reader.cancel();
    await eventually(() => !isHeld());
  });

  it('that nobody reads costs nothing.', async () => {
    await createFetchHandler(large)(new Request('http://localhost/', { headers: gzip }));
    await sleep(20);
    expect(isHeld()).toBe(false);
  });

  it('does not keep the event loop from other work.', async () => {
    const handle = createFetchHandler(large, { maxBlockMilliseconds: 2 });
    await (await handle(new Request('http://localhost/', { headers: gzip }))).arrayBuffer();
    const turns: number[] = [];
    let before = performance.now();
    const timer = setInterval(() => {
      turns.push(performance.now() - before);
      before = performance.now();
    }, 1);
    await (await handle(new Request('http://localhost/', { headers: gzip }))).arrayBuffer();
    clearInterval(timer);
    // Writing and compressing takes ten times as long.
    expect(turns.length).toBeGreaterThan(3);
    expect(turns.sort((a, b) => a - b)[Math.floor(turns.length / 2)]).toBeLessThan(30);
  });
});

const encoders = [...Object.entries(nodePlatform.encoders).map(([coding, make]) => ['node', coding, make] as const), ['web', 'gzip', webPlatform.encoders['gzip']!] as const];

describe.each(encoders)('The encoder of %s for %s', (_, coding, make) => {
  const decode = (bytes: Uint8Array): Buffer => (coding === 'gzip' ? zlib.gunzipSync(bytes) : (zlib as unknown as { zstdDecompressSync(bytes: Uint8Array): Buffer }).zstdDecompressSync(bytes));

  it.each([[[]], [['']], [['a']], [['a', '', 'b'.repeat(300_000), 'ü']]])('gives %j back when it is decoded.', async (texts: readonly string[]) => {
    const budget = new CompressionBudget({});
    const parts: Uint8Array[] = [];
    for await (const part of budget.compress(texts.map((text) => new TextEncoder().encode(text)), make)) parts.push(part);
    expect(decode(Buffer.concat(parts)).toString()).toBe(texts.join(''));
  });

  it('passes on what its source throws, and is freed.', async () => {
    let freed = 0;
    const watched = (): Encoder => {
      const encoder = make();
      const destroy = encoder.destroy.bind(encoder);
      return Object.assign(encoder, { destroy: () => { freed += 1; destroy(); } });
    };
    async function* failing(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      yield new Uint8Array(100_000);
      throw new Error('broken');
    }
    const read = async (): Promise<void> => {
      for await (const _part of new CompressionBudget({}).compress(failing(), watched));
    };
    await expect(read()).rejects.toThrow('broken');
    expect(freed).toBe(1);
  });
});
