import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFetchHandler } from '../../src/expose/fetch-handler.js';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { shortenTimeout } from '../../src/expose/scrape.js';
import { Registry, toText } from '../../src/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { carriers } from './carriers.js';
import { ask, lineOf, openRaw, withServer } from './client.js';

/** A registry with a gauge that waits until it is told a value, and counts how often it is asked. */
function waiting(): { registry: Registry; asked: () => number; answer: (value: number) => void } {
  let asked = 0;
  let answers: ((value: number) => void)[] = [];
  const registry = new Registry({ onFault: () => {} });
  registry.gauge({
    name: 'depth',
    help: 'Depth.',
    collect: () => {
      asked += 1;
      return new Promise<number>((resolve) => answers.push(resolve));
    },
  });
  const answer = (value: number): void => {
    for (const resolve of answers.splice(0)) resolve(value);
    answers = [];
  };
  return { registry, asked: () => asked, answer };
}

async function eventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await sleep(5);
  expect(holds()).toBe(true);
}

describe.each(carriers)('Concurrent scrapes of %s', (_, through) => {
  it('that ask for the same share one rendering.', async () => {
    const { registry, asked, answer } = waiting();
    let collections = 0;
    registry.register({ name: 'counting', collect: () => ((collections += 1), []) });
    await through(registry, {}, async (ask) => {
      const replies = Promise.all(Array.from({ length: 5 }, () => ask('/')));
      await eventually(() => asked() === 1);
      await sleep(30);
      answer(7);
      for (const { status, body } of await replies) expect([status, lineOf(body, 'depth')]).toEqual([200, '7']);
      expect([asked(), collections]).toEqual([1, 1]);
      const next = ask('/');
      await eventually(() => asked() === 2);
      answer(8);
      expect(lineOf((await next).body, 'depth')).toBe('8');
    });
  });

  it('that ask for different things are rendered by themselves.', async () => {
    const { registry, asked, answer } = waiting();
    let collections = 0;
    registry.register({ name: 'counting', collect: () => ((collections += 1), []) });
    await through(registry, {}, async (ask) => {
      const replies = [ask('/'), ask('/', { accept: 'application/json' }), ask('/?name[]=depth'), ask('/', { 'x-prometheus-scrape-timeout-seconds': '1' })];
      await eventually(() => collections === 4);
      answer(7);
      expect((await Promise.all(replies)).map(({ headers }) => headers['content-type']!.split(';')[0])).toEqual(['text/plain', 'application/json', 'text/plain', 'text/plain']);
      expect(asked()).toBe(1);
    });
  });

  it('beyond the limit are refused until there is room again.', async () => {
    const { registry, asked, answer } = waiting();
    await through(registry, { maxConcurrentScrapes: 2 }, async (ask) => {
      const two = [ask('/'), ask('/?name[]=depth')];
      await eventually(() => asked() === 1);
      await sleep(20);
      const refused = await ask('/');
      expect([refused.status, refused.headers['retry-after'], refused.body]).toEqual([503, '1', 'Too many scrapes are under way; try again.\n']);
      answer(1);
      expect((await Promise.all(two)).map(({ status }) => status)).toEqual([200, 200]);
      const next = ask('/');
      await eventually(() => asked() === 2);
      answer(2);
      expect((await next).status).toBe(200);
    });
  });

  it('that fail make room as well.', async () => {
    class Broken extends Registry {
      override collect(): Promise<never> {
        return Promise.reject(new Error('broken'));
      }
    }
    await through(new Broken({ onFault: () => {} }), { maxConcurrentScrapes: 1 }, async (ask) => {
      for (let i = 0; i < 3; i++) expect((await ask('/')).status).toBe(500);
    });
  });
});

describe('Streams and the limit', () => {
  function large(): Registry {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.gauge({ name: 'large', help: 'Held for the test.', labelNames: ['x'], limits: { series: Infinity } });
    for (let i = 0; i < 60_000; i++) it.set({ x: `a value of some length, so that little makes much, ${i}` }, i);
    return registry;
  }

  it('A client that does not read takes a place until it leaves.', async () => {
    const registry = large();
    await withServer(createMetricsHandler(registry, { maxConcurrentScrapes: 1, maxBlockMilliseconds: 0 }), async (port) => {
      const deaf = openRaw(port);
      deaf.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await new Promise((resolve) => deaf.once('data', resolve));
      deaf.pause();
      expect((await ask(port, '/')).status).toBe(503);
      deaf.destroy();
      let status = 503;
      for (let i = 0; i < 100 && status === 503; i++) {
        await sleep(5);
        status = (await ask(port, '/')).status;
      }
      expect(status).toBe(200);
    });
  });

  it('A response that nobody reads takes no place.', async () => {
    const registry = large();
    const handle = createFetchHandler(registry, { maxConcurrentScrapes: 1 });
    for (let i = 0; i < 3; i++) expect((await handle(new Request('http://localhost/'))).status).toBe(200);
    expect(await (await handle(new Request('http://localhost/'))).text()).toBe(toText(registry));
  });

  it('Several that are streamed at once are each whole.', async () => {
    const registry = large();
    const handle = createFetchHandler(registry);
    const texts = await Promise.all(Array.from({ length: 3 }, async () => (await handle(new Request('http://localhost/'))).text()));
    const whole = toText(registry);
    for (const text of texts) expect(text === whole).toBe(true);
  });
});

describe('The timeout of the scraper', () => {
  it.each<[string | undefined, number]>([
    [undefined, 5],
    ['10', 5],
    ['5', 4],
    ['1', 0.8],
    ['0.5', 0.4],
    ['0.000000001', 8e-10],
    ['0', 5],
    ['-1', 5],
    ['1e3', 5],
    ['Infinity', 5],
    ['NaN', 5],
    ['1, 2', 5],
    ['', 5],
    [' 1', 5],
    ['1'.repeat(400), 5],
    [`0.${'0'.repeat(400)}1`, 5],
  ])('%j makes %d seconds of five.', (header, seconds) => {
    expect(shortenTimeout(5, header)).toBeCloseTo(seconds, 12);
  });

  it.each(carriers)('shortens the wait of %s for what is slow.', async (_, through) => {
    const { registry } = waiting();
    registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    await through(registry, { timeoutSeconds: 30 }, async (ask) => {
      const began = performance.now();
      const reply = await ask('/', { 'x-prometheus-scrape-timeout-seconds': '0.2' });
      expect(performance.now() - began).toBeLessThan(2000);
      expect([reply.status, lineOf(reply.body, 'jobs_total')]).toEqual([200, '1']);
      expect(lineOf(toText(registry), 'tallystick_collector_errors_total{collector="depth",reason="timeout"}')).toBe('1');
    });
  });
});

describe.each(carriers)('What %s tells of itself', (_, through) => {
  it('are duration, bytes and errors, where the registry is asked for metrics of its own.', async () => {
    const registry = new Registry({ selfMetrics: true });
    registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    await through(registry, { auth: { bearerToken: 'x' } }, async (ask) => {
      const authorization = 'Bearer x';
      const first = await ask('/', { authorization });
      expect(first.body).not.toContain('tallystick_scrape_');
      const second = await ask('/', { authorization, 'accept-encoding': 'gzip' });
      await ask('/', {});
      await ask('/', {}, 'POST');
      await ask(`/?${'name[]=&'.repeat(300)}`, { authorization });
      const { body } = await ask('/', { authorization });
      expect(lineOf(body, 'tallystick_scrape_duration_seconds_count{format="text-0.0.4"}')).toBe('2');
      expect(lineOf(body, 'tallystick_scrape_response_bytes_total{format="text-0.0.4",encoding="identity"}')).toBe(String(first.bytes.length));
      expect(lineOf(body, 'tallystick_scrape_response_bytes_total{format="text-0.0.4",encoding="gzip"}')).toBe(String(second.bytes.length));
      for (const reason of ['unauthorized', 'method', 'request']) expect(lineOf(body, `tallystick_scrape_errors_total{reason="${reason}"}`)).toBe('1');
    });
  });

  it('is nothing where it is not asked for.', async () => {
    const registry = new Registry();
    registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    await through(registry, {}, async (ask) => {
      await ask('/');
      expect((await ask('/')).body).not.toContain('tallystick_');
    });
  });

  it('is told by the registry that is served, of what it serves.', async () => {
    const parts = [new Registry({ selfMetrics: true }), new Registry()];
    const merged = Registry.merge(parts, { selfMetrics: true });
    await through(merged, {}, async (ask) => {
      await ask('/');
      expect(lineOf((await ask('/')).body, 'tallystick_scrape_duration_seconds_count{format="text-0.0.4"}')).toBe('1');
      expect(toText(parts[0]!)).not.toContain('tallystick_scrape_');
    });
  });

  it('counts a stream when it ends, and one that is left as aborted.', async () => {
    const registry = new Registry({ selfMetrics: true });
    const handle = createFetchHandler(registry, { streamFromBytes: 0 });
    await handle(new Request('http://localhost/'));
    const bytes = (await (await handle(new Request('http://localhost/'))).arrayBuffer()).byteLength;
    const reader = (await handle(new Request('http://localhost/'))).body!.getReader();
    await reader.read();
    await reader.cancel();
    const text = await (await handle(new Request('http://localhost/'))).text();
    expect(lineOf(text, 'tallystick_scrape_response_bytes_total{format="text-0.0.4",encoding="identity"}')).toBe(String(bytes));
    expect(lineOf(text, 'tallystick_scrape_errors_total{reason="aborted"}')).toBe('1');
  });
});
