import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type StatsdOptions, startStatsd } from '../../../src/export/statsd/exporter.js';
import type { Registry } from '../../../src/index.js';
import { FakeSchedule, figures, quietRegistry } from '../fakes.js';
import { Receiver } from './grammar.js';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

function start(options: StatsdOptions): ReturnType<typeof startStatsd> {
  const { clock, schedule } = new FakeSchedule();
  const loop = startStatsd({ clock, schedule, ...options });
  endings.push(() => loop.shutdown());
  return loop;
}

function many(series: number): Registry {
  const { registry } = quietRegistry();
  const counter = registry.counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route'] });
  for (let i = 0; i < series; i++) counter.inc({ route: `r${i}` }, i + 1);
  return registry;
}

/** A server for streams that keeps what it was sent. */
async function listen(at: { port: number; host: string } | { path: string }, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket);
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(at, resolve));
  return server;
}

describe('UDP', () => {
  test('Every line of some thousands arrives whole, in datagrams below the limit, by a name that is looked up.', async () => {
    const socket = createSocket('udp4');
    const sizes: number[] = [];
    const receiver = new Receiver('statsd');
    socket.on('message', (message) => {
      sizes.push(message.length);
      receiver.take(message.toString('utf8'));
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    endings.push(() => socket.close());
    const registry = many(5000);
    const loop = start({ registry, host: 'localhost', port: socket.address().port });
    await loop.flush();
    await until(() => receiver.counters.size >= 5000);
    expect([...receiver.counters].reduce((sum, [name, value]) => sum + (name.startsWith('requests_total.') ? value : 0), 0)).toBe((5000 * 5001) / 2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1432);
    expect(sizes.length).toBeLessThan(5000 / 30);
    // With a line for the age of the last push.
    expect(figures(registry)).toMatchObject({ 'sent_items_total{exporter="statsd"}': 5001 });
  });

  test('A name that nobody knows is waited for, and what was counted meanwhile comes when it is known.', async () => {
    const registry = many(3);
    const loop = start({ registry, host: 'nobody.invalid', timeoutSeconds: 2 });
    await loop.flush();
    await loop.flush();
    expect(figures(registry)['failures_total{exporter="statsd",reason="connection"}'] ?? figures(registry)['failures_total{exporter="statsd",reason="timeout"}']).toBeGreaterThan(0);
    expect(figures(registry)).toMatchObject({ 'sent_items_total{exporter="statsd"}': 0 });
  });
});

describe('A large registry', () => {
  test('Others have their turn while it is written, and series that go and come meanwhile are counted once.', async () => {
    const received: string[] = [];
    const registry = many(5000);
    const counter = registry.counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route'] });
    const loop = start({
      registry,
      protocol: 'unix-datagram',
      path: '/x',
      createSocket: () => ({ send: (bytes, offset, length, _path, callback) => void (received.push(...bytes.toString('utf8', offset, offset + length).split('\n')), callback()), on: () => {}, close: () => {} }),
    });
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
      counter.remove({ route: `r${turns}` });
      counter.inc({ route: `new${turns}` });
    }, 0);
    await loop.flush();
    clearInterval(others);
    expect(turns).toBeGreaterThan(1);
    const names = received.filter((line) => line.startsWith('requests_total')).map((line) => line.split(':')[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /\.r\d+$/.test(name!)).length).toBeGreaterThan(4900);
  });
});

describe('TCP', () => {
  test('Lines end in a line feed, one connection is kept, and a server that goes away and comes back gets the rest.', async () => {
    const receiver = new Receiver('dogstatsd');
    let connections = 0;
    let rest = '';
    const sockets = new Set<Socket>();
    const onSocket = (socket: Socket): void => {
      connections += 1;
      sockets.add(socket);
      socket.setEncoding('utf8').on('data', (chunk) => {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop()!;
        for (const line of lines) receiver.take(line);
      });
      socket.on('error', () => {});
    };
    const server = await listen({ host: '127.0.0.1', port: 0 }, onSocket);
    const { port } = server.address() as AddressInfo;
    const registry = many(2000);
    const loop = start({ registry, protocol: 'tcp', dialect: 'dogstatsd', port });
    await loop.flush();
    registry.reset();
    await loop.flush();
    await until(() => receiver.counters.size >= 2000);
    expect(connections).toBe(1);

    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    for (let push = 0; push < 3; push++) {
      jobs.inc(5);
      await loop.flush();
    }
    expect(receiver.counters.get('jobs_total')).toBeUndefined();
    expect(figures(registry)['failures_total{exporter="statsd",reason="connection"}']).toBeGreaterThanOrEqual(3);
    await listen({ host: '127.0.0.1', port }, onSocket);
    await loop.flush();
    await until(() => receiver.counters.get('jobs_total') === 15);
    expect(connections).toBe(2);
    for (const socket of sockets) endings.push(() => socket.destroy());
  });

  test('A server that does not read costs a timeout and bounded memory, and no line is sent twice.', async () => {
    let isReading = false;
    const chunks: Buffer[][] = [];
    const server = await listen({ host: '127.0.0.1', port: 0 }, (socket) => {
      endings.push(() => socket.destroy());
      socket.on('error', () => {});
      const own: Buffer[] = [];
      chunks.push(own);
      if (isReading) socket.on('data', (chunk) => own.push(chunk as Buffer));
      else socket.pause();
    });
    const { registry } = quietRegistry();
    const counter = registry.counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route'], limits: { series: 300_000 } });
    for (let i = 0; i < 120_000; i++) counter.inc({ route: `a-route-with-a-rather-long-name-so-that-no-buffer-of-the-system-holds-all-of-them-${i}` });
    const loop = start({ registry, protocol: 'tcp', port: (server.address() as AddressInfo).port, timeoutSeconds: 1.5, maxBufferBytes: 64e6 });
    await loop.flush();
    expect(figures(registry)).toMatchObject({ 'failures_total{exporter="statsd",reason="timeout"}': 1 });
    expect(figures(registry)['sent_items_total{exporter="statsd"}']).toBeLessThan(100_000);
    isReading = true;
    await loop.flush();
    expect(figures(registry)['sent_items_total{exporter="statsd"}']).toBeGreaterThanOrEqual(120_000);
    const text = (): string => Buffer.concat(chunks[1]!).toString('utf8');
    await until(() => text().includes('-119999:1|c\n'));
    // What the first connection has swallowed is lost, but nothing comes twice.
    const lines = text().trimEnd().split('\n').filter((line) => line.startsWith('requests_total.'));
    expect(lines.length).toBeGreaterThan(1000);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('Unix sockets', () => {
  test.each(['statsd', 'dogstatsd'] as const)('A stream is framed as the dialect wants: %s.', async (dialect) => {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-statsd-'));
    endings.push(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 's.sock');
    const chunks: Buffer[] = [];
    await listen({ path }, (socket) => {
      endings.push(() => socket.destroy());
      socket.on('data', (chunk) => chunks.push(chunk as Buffer));
    });
    const loop = start({ registry: many(1000), protocol: 'unix-stream', dialect, path });
    await loop.shutdown();
    await until(() => Buffer.concat(chunks).includes('r999'));
    const all = Buffer.concat(chunks);
    const receiver = new Receiver(dialect);
    if (dialect === 'statsd') {
      expect(all.at(-1)).toBe(10);
      receiver.take(all.toString('utf8').slice(0, -1));
    }
    for (let at = 0; dialect === 'dogstatsd' && at < all.length; ) {
      const length = all.readUInt32LE(at);
      expect(length).toBeLessThanOrEqual(8192);
      receiver.take(all.toString('utf8', at + 4, at + 4 + length));
      at += 4 + length;
    }
    expect(receiver.counters.size).toBe(1000);
  });

  test('Datagrams go through a socket that is handed in; one that fails is waited for and made anew when it says so.', async () => {
    const receiver = new Receiver('dogstatsd');
    const made: { fail: (error: Error) => void }[] = [];
    let refuses = false;
    let closed = 0;
    const { registry } = quietRegistry();
    const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    const loop = start({
      registry,
      dialect: 'dogstatsd',
      protocol: 'unix-datagram',
      path: '/run/agent.sock',
      createSocket: () => {
        const listeners: ((error: Error) => void)[] = [];
        made.push({ fail: (error) => listeners.forEach((listener) => listener(error)) });
        return {
          send: (bytes, offset, length, path, callback) => {
            expect(path).toBe('/run/agent.sock');
            if (!refuses) receiver.take(bytes.toString('utf8', offset, offset + length));
            callback(refuses ? new Error('ENOBUFS') : null);
          },
          on: (_event, listener) => listeners.push(listener),
          close: () => void (closed += 1),
        };
      },
    });
    jobs.inc(2);
    await loop.flush();
    refuses = true;
    jobs.inc(3);
    await loop.flush();
    refuses = false;
    made[0]!.fail(new Error('gone'));
    await loop.flush();
    expect(receiver.counters.get('jobs_total')).toBe(5);
    expect(made).toHaveLength(2);
    await loop.shutdown();
    expect(closed).toBe(2);
  });
});
