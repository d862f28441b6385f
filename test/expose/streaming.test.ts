import { request } from 'node:http';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createFetchHandler } from '../../src/expose/fetch-handler.js';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { Registry, toText } from '../../src/index.js';
import type { FamilyView } from '../../src/store/family-view.js';
import { FakeClock } from '../support/fake-clock.js';
import { ask, openRaw, withServer } from './client.js';

const faults: unknown[] = [];
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

afterEach(() => {
  expect(unhandled.splice(0)).toEqual([]);
});

/** A registry whose exposition is several megabytes. */
function large(): Registry {
  const registry = new Registry({ clock: new FakeClock(), onFault: (_message, error) => faults.push(error) });
  const it = registry.counter({ name: 'large_total', help: 'Held for the test: ünïcode 🎉.', labelNames: ['x'], limits: { series: Infinity } });
  for (let i = 0; i < 60_000; i++) it.inc({ x: `a value of some length, so that little makes much, ${i}` }, i);
  return registry;
}

const registry = large();
const text = toText(registry);

/** How many series a writer has come past: every series is prepared just before it is written. */
function watched(): { registry: Registry; written: () => number } {
  let rows = 0;
  const observed = new Proxy(registry, {
    get(target, key) {
      if (key !== 'collect') return Reflect.get(target, key, target) as unknown;
      return async () => (await target.collect()).map((view): FamilyView => Object.assign(Object.create(view) as FamilyView, { prepare: () => { rows += 1; } }));
    },
  });
  return { registry: observed, written: () => rows };
}

/** Whether the order of rows is kept still for somebody who has not ended. */
const isHeld = (whose = registry): boolean => (whose.get('large_total')!.keeping.table as unknown as { order: { readers: number } }).order.readers > 0;

async function eventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await sleep(5);
  expect(holds()).toBe(true);
}

describe('A large exposition through createMetricsHandler', () => {
  test('It comes in chunks without a length, and is the same text.', async () => {
    await withServer(createMetricsHandler(registry), async (port) => {
      const reply = await ask(port, '/metrics');
      expect(reply.status).toBe(200);
      expect(reply.headers['content-length']).toBeUndefined();
      expect(reply.headers['transfer-encoding']).toBe('chunked');
      expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(reply.body).toBe(text);
    });
    expect(isHeld()).toBe(false);
  });

  test('From which size on is said by streamFromBytes.', async () => {
    await withServer(createMetricsHandler(registry, { streamFromBytes: 1e9 }), async (port) => {
      const reply = await ask(port, '/metrics');
      expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(text)));
      expect(reply.body).toBe(text);
    });
    const small = new Registry({ clock: new FakeClock() });
    small.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    await withServer(createMetricsHandler(small, { streamFromBytes: 0, maxBlockMilliseconds: 0 }), async (port) => {
      const reply = await ask(port, '/metrics');
      expect(reply.headers['content-length']).toBeUndefined();
      expect(reply.body).toBe(toText(small));
    });
  });

  test('HEAD is answered by the headers alone, and nothing is written.', async () => {
    const { registry: observed, written } = watched();
    await withServer(createMetricsHandler(observed), async (port) => {
      const reply = await ask(port, '/metrics', 'HEAD');
      expect([reply.status, reply.body, reply.headers['content-length']]).toEqual([200, '', undefined]);
      expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    });
    expect(written()).toBe(0);
    expect(isHeld()).toBe(false);
  });

  test('A client that does not read holds the writer up; it goes on when the client does.', async () => {
    const { registry: observed, written } = watched();
    await withServer(createMetricsHandler(observed, { maxBlockMilliseconds: 0 }), async (port) => {
      await new Promise<void>((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, path: '/metrics', agent: false }, (response) => {
          void (async () => {
            let before = -1;
            // Until what is between the two is full.
            while (written() !== before) {
              before = written();
              await sleep(50);
            }
            return before;
          })().then((before) => {
            expect(before).toBeLessThan(60_000);
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => {
              expect(Buffer.concat(chunks).toString('utf8')).toBe(text);
              resolve();
            });
          }).catch(reject);
        });
        sent.on('error', reject);
        sent.end();
      });
    });
  });

  test('A client that leaves in the middle ends the writing; the next scrape is whole.', async () => {
    const { registry: observed, written } = watched();
    await withServer(createMetricsHandler(observed, { maxBlockMilliseconds: 0 }), async (port) => {
      for (const leave of ['destroy', 'resetAndDestroy'] as const) {
        const socket = openRaw(port);
        socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await new Promise((resolve) => socket.once('data', resolve));
        socket.pause();
        await eventually(() => isHeld());
        socket[leave]();
        await eventually(() => !isHeld());
        const stopped = written();
        await sleep(20);
        expect(written()).toBe(stopped);
      }
      expect((await ask(port, '/metrics')).body).toBe(text);
    });
    expect(faults).toEqual([]);
  });

  test('A family that fails in the middle ends with the series before, costs no other, is told as a fault, and is whole in the next scrape.', async () => {
    let rows = 0;
    const own = large();
    const failing = new Proxy(own, {
      get(target, key) {
        if (key !== 'collect') return Reflect.get(target, key, target) as unknown;
        return async () => (await target.collect()).map((view): FamilyView => Object.assign(Object.create(view) as FamilyView, { prepare: () => { if (++rows === 30_000) throw new Error('the disk is on fire'); } }));
      },
    });
    await withServer(createMetricsHandler(failing), async (port) => {
      const cut = (await ask(port, '/metrics')).body;
      expect(cut.endsWith('\n')).toBe(true);
      expect(cut.length).toBeLessThan(text.length);
      expect((await ask(port, '/metrics')).body.length).toBeGreaterThan(text.length - 1);
    });
    expect(faults.splice(0).map((error) => (error as Error).message)).toEqual(['the disk is on fire']);
    expect(isHeld(own)).toBe(false);
  });
});

describe('A large exposition through createFetchHandler', () => {
  const url = 'http://localhost/metrics';

  test('It comes without a length, and is the same text.', async () => {
    const response = await createFetchHandler(registry)(new Request(url));
    expect(response.headers.get('content-length')).toBeNull();
    expect(await response.text()).toBe(text);
    expect(isHeld()).toBe(false);
  });

  test('Below streamFromBytes it has a length.', async () => {
    const response = await createFetchHandler(registry, { streamFromBytes: 1e9 })(new Request(url));
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  });

  test('Long label values and native buckets count for the size.', async () => {
    const longLabels = new Registry({ clock: new FakeClock() });
    const long = longLabels.gauge({ name: 'level', help: 'Levels.', labelNames: ['of'] });
    for (let i = 0; i < 6000; i++) long.set({ of: `${i}${'x'.repeat(200)}` }, i);
    const manyBuckets = new Registry({ clock: new FakeClock() });
    const latency = manyBuckets.histogram({ name: 'latency_seconds', help: 'Latency.', labelNames: ['of'], native: {} });
    for (let i = 0; i < 3000; i++) for (let j = 0; j < 150; j++) latency.observe({ of: i }, 1.1 ** j);
    for (const [of, format, accept] of [[longLabels, 'text-0.0.4', 'text/plain'], [manyBuckets, 'openmetrics-2.0.0', 'application/openmetrics-text; version=2.0.0']] as const) {
      const whole = toText(of, { format });
      expect(whole.length).toBeGreaterThan(2 ** 20);
      const response = await createFetchHandler(of)(new Request(url, { headers: { accept } }));
      expect(response.headers.get('content-length')).toBeNull();
      expect(await response.text()).toBe(whole);
    }
  });

  test('HEAD has no body, and nothing is written.', async () => {
    const { registry: observed, written } = watched();
    const response = await createFetchHandler(observed)(new Request(url, { method: 'HEAD' }));
    expect(response.body).toBeNull();
    expect(written()).toBe(0);
  });

  test('The writer does not run ahead of a reader, and ends when the body is cancelled.', async () => {
    const { registry: observed, written } = watched();
    const response = await createFetchHandler(observed, { maxBlockMilliseconds: 0 })(new Request(url));
    const reader = response.body!.getReader();
    const first = await reader.read();
    for (let i = 0; i < 20; i++) await turn();
    expect(first.value!.length).toBeGreaterThanOrEqual(65_536);
    // What was read, and a chunk or two on the way.
    expect(written()).toBeLessThan(4000);
    await reader.cancel();
    await eventually(() => !isHeld());
    const stopped = written();
    for (let i = 0; i < 20; i++) await turn();
    expect(written()).toBe(stopped);
  });

  test('A response nobody reads holds nothing.', async () => {
    await createFetchHandler(registry)(new Request(url));
    for (let i = 0; i < 20; i++) await turn();
    expect(isHeld()).toBe(false);
  });
});
