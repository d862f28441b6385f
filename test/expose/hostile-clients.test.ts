import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricsServer, startMetricsServer } from '../../src/expose/server.js';
import { Registry, toText } from '../../src/index.js';
import { ask, openRaw, sendRaw } from './client.js';

const registry = new Registry();
const large = registry.gauge({ name: 'large', help: 'Enough series for an answer of megabytes.', labelNames: ['key'] });
let server: MetricsServer;

beforeAll(async () => {
  for (let i = 0; i < 20_000; i++) large.set({ key: `${i}-${'x'.repeat(100)}` }, i);
  server = await startMetricsServer({ registry, port: 0 });
});

afterAll(() => server.close());

/** The server goes on answering, and in full. */
async function expectAlive(): Promise<void> {
  expect(await ask(server.port, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
}

const statusOf = (answer: string): string => answer.split('\r\n', 1)[0]!;

describe('a hostile client', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['garbage', 'garbage\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['bytes that are no text', Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 256), /^HTTP\/1\.1 400 /],
    ['the start of a TLS handshake', Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3), /^HTTP\/1\.1 400 /],
    ['line feeds only', '\n\n\n\nGET\n\n', /^HTTP\/1\.1 400 /],
    ['an unknown method', 'BREW /metrics HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a huge header', `GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['very many headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(20_000)}\r\n`, /^HTTP\/1\.1 431 /],
    ['a very long URL', `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 4(14|31) /],
    ['a long query string', `GET /healthz?${'a'.repeat(8_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 200 /],
    ['no host', 'GET /metrics HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    // Node's parser takes the first line for HTTP/0.9, which had no version; what counts is that nothing of the second comes back.
    ['a line break in the path', 'GET /metrics\r\nSet-Cookie:x=y HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 (200|400) /],
    ['an escaped line break in the path', 'GET /metrics%0d%0aSet-Cookie:%20x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 404 /],
    ['a zero byte in the path', 'GET /metrics\0 HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a broken escape', 'GET /%E0%A4%A metrics HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a path that is no path', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[04] /],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[45] /],
    ['two lengths', 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', /^HTTP\/1\.1 400 /],
    ['a length and chunks', 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n', /^$/],
    ['another protocol', 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n', /^HTTP\/1\.1 200 /],
    ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 200 /],
  ])('that sends %s gets an answer or none, and harms nobody.', async (_, bytes, status) => {
    const answer = await sendRaw(server.port, bytes);
    expect(statusOf(answer)).toMatch(status);
    expect(answer.toLowerCase()).not.toContain('set-cookie');
    await expectAlive();
  });

  it('that sends any bytes whatever leaves the server alive.', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
        const socket = openRaw(server.port);
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.resume();
        socket.end(bytes);
        await closed;
      }),
      { numRuns: 60, seed: 20_240 },
    );
    await expectAlive();
  });

  it('that is slow keeps nobody else waiting.', async () => {
    const slow = openRaw(server.port);
    slow.write('GET /metrics HTTP/1.1\r\nHo');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expectAlive();
    slow.write('st: x\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of slow.setEncoding('utf8')) answer += chunk as string;
    expect(statusOf(answer)).toBe('HTTP/1.1 200 OK');
    expect(answer.endsWith(toText(registry))).toBe(true);
  });

  it('that does not read its answer keeps nobody else waiting.', async () => {
    const deaf = openRaw(server.port).pause();
    deaf.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expectAlive();
    deaf.destroy();
    await expectAlive();
  });

  it('that leaves in the middle of the answer harms nobody.', async () => {
    for (let i = 0; i < 10; i++) {
      const socket = openRaw(server.port);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.once('data', () => socket.resetAndDestroy());
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
      await closed;
    }
    await expectAlive();
    expect((await ask(server.port, '/metrics')).body).toBe(toText(registry));
  });

  it('that leaves while a collector is awaited harms nobody.', async () => {
    const waiting = new Registry();
    let answer: (value: number) => void = () => {};
    let asked: () => void = () => {};
    const begun = new Promise<void>((resolve) => (asked = resolve));
    waiting.gauge({
      name: 'late',
      help: 'Late.',
      collect: () => {
        asked();
        return new Promise<number>((resolve) => (answer = resolve));
      },
    });
    const other = await startMetricsServer({ registry: waiting, port: 0 });
    const socket = openRaw(other.port);
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await begun;
    socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer(1);
    const next = ask(other.port, '/metrics');
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer(2);
    expect((await next).body).toMatch(/\nlate [12]\n/);
    await other.close();
  });

  it('that opens very many connections is cut off, and the server goes on when they are gone.', async () => {
    const sockets = Array.from({ length: 120 }, () => openRaw(server.port));
    let dropped = 0;
    for (const socket of sockets) socket.resume().once('close', () => (dropped += 1));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(dropped).toBeGreaterThanOrEqual(120 - 64);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expectAlive();
  });
});
