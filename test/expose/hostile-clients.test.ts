import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricsServer, startMetricsServer } from '../../src/expose/server.js';
import { Registry, toText } from '../../src/index.js';
import { ask, openRaw, sendRaw } from './client.js';

const registry = new Registry();
const large = registry.gauge({ name: 'large', help: 'Enough series for an answer of megabytes.', labelNames: ['key'] });
let server: MetricsServer;
/** The same in chunks, however small. */
let streaming: MetricsServer;

beforeAll(async () => {
  for (let i = 0; i < 20_000; i++) large.set({ key: `${i}-${'x'.repeat(100)}` }, i);
  server = await startMetricsServer({ registry, port: 0 });
  streaming = await startMetricsServer({ registry, port: 0, streamFromBytes: 0, maxBlockMilliseconds: 0 });
});

afterAll(async () => {
  await server.close();
  await streaming.close();
});

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
    expect(/transfer-encoding: chunked/i.test(answer) ? answer.endsWith('\r\n0\r\n\r\n') : answer.endsWith(toText(registry))).toBe(true);
  });

  it('that asks many times at once, reads nothing and leaves, leaves nothing behind.', async () => {
    for (let i = 0; i < 3; i++) {
      const deaf = openRaw(streaming.port).pause();
      const closed = new Promise((resolve) => deaf.once('close', resolve));
      deaf.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(8));
      await new Promise((resolve) => setTimeout(resolve, 100));
      deaf.destroy();
      await closed;
    }
    const { order } = large.keeping.table as unknown as { order: { readers: number } };
    for (let i = 0; i < 200 && order.readers > 0; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(order.readers).toBe(0);
    await expectAlive();
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

  it.each<[string, string, RegExp]>([
    ['a huge Accept', `Accept: ${'text/html;q=0.5,'.repeat(900)}*/*`, /^HTTP\/1\.1 200 /],
    ['an Accept of quotes', `Accept: ${'"\\'.repeat(4000)}`, /^HTTP\/1\.1 200 /],
    ['an Accept of semicolons', `Accept: text/plain${';'.repeat(12_000)}`, /^HTTP\/1\.1 200 /],
    ['an Accept with another header in it', 'Accept: text/plain;escaping=values%0d%0aSet-Cookie: x=y', /^HTTP\/1\.1 200 /],
    ['an Accept that wants nothing', 'Accept: */*;q=0', /^HTTP\/1\.1 200 /],
    ['many headers called Accept', 'Accept: application/json\r\n'.repeat(100) + 'Accept: text/plain', /^HTTP\/1\.1 200 /],
    ['a coding there is not', 'Accept-Encoding: set-cookie', /^HTTP\/1\.1 200 /],
    ['a huge Accept-Encoding', `Accept-Encoding: ${'gzip;q=0.001,'.repeat(1000)}`, /^HTTP\/1\.1 200 /],
    ['a timeout that is none', 'X-Prometheus-Scrape-Timeout-Seconds: -1e999', /^HTTP\/1\.1 200 /],
    ['a timeout of many digits', `X-Prometheus-Scrape-Timeout-Seconds: ${'9'.repeat(10_000)}`, /^HTTP\/1\.1 200 /],
    ['credentials nobody asked for', `Authorization: Basic ${'A'.repeat(12_000)}`, /^HTTP\/1\.1 200 /],
  ])('that sends %s gets a whole answer, and none of it back.', async (_, header, status) => {
    const answer = await sendRaw(server.port, `GET /metrics?name[]=nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}\r\n\r\n`);
    expect(statusOf(answer)).toMatch(status);
    const [head, body] = answer.split('\r\n\r\n') as [string, string];
    expect(head.toLowerCase()).not.toContain('set-cookie');
    expect(head.length).toBeLessThan(400);
    expect(body).toBe('');
    await expectAlive();
  });

  it.each([
    ['very many names', `/metrics?${'name[]=x&'.repeat(1500)}`, /^HTTP\/1\.1 400 /],
    ['a very long name', `/metrics?name[]=${'x'.repeat(15_000)}`, /^HTTP\/1\.1 200 /],
    ['names of nothing but escapes', `/metrics?name[]=${'%'.repeat(5_000)}&name[]=${'%F0%9F'.repeat(500)}`, /^HTTP\/1\.1 200 /],
    ['a line break in a name', '/metrics?name[]=a%0d%0aSet-Cookie:x=y', /^HTTP\/1\.1 200 /],
    ['a prototype as a name', '/metrics?name[]=__proto__&name[]=constructor&__proto__[name]=x', /^HTTP\/1\.1 200 /],
  ])('that asks for %s gets an answer without it.', async (_, path, status) => {
    const answer = await sendRaw(server.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toMatch(status);
    expect(answer.toLowerCase()).not.toContain('set-cookie');
    expect(answer.length).toBeLessThan(400);
    await expectAlive();
  });

  it('that reads a compressed answer slowly gets all of it, and keeps nobody waiting.', async () => {
    const slow = openRaw(streaming.port);
    slow.write('GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n');
    const parts: Buffer[] = [];
    let read = 0;
    for await (const part of slow) {
      parts.push(part as Buffer);
      if (++read % 4 === 1) await new Promise((resolve) => setTimeout(resolve, 5));
      if (read === 2) await expectAlive();
    }
    const answer = Buffer.concat(parts);
    const begin = answer.indexOf('\r\n\r\n') + 4;
    expect(answer.subarray(0, begin).toString()).toContain('content-encoding: gzip\r\n');
    expect(gunzipSync(unchunked(answer.subarray(begin))).toString()).toBe(toText(registry));
  });

  it('that leaves in the middle of a compressed answer, again and again, leaves nothing behind.', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = openRaw(streaming.port);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.once('data', () => socket.resetAndDestroy());
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, zstd\r\n\r\n');
      await closed;
    }
    const { order } = large.keeping.table as unknown as { order: { readers: number } };
    for (let i = 0; i < 200 && order.readers > 0; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(order.readers).toBe(0);
    expect((await ask(streaming.port, '/metrics')).body).toBe(toText(registry));
  });

  it('of many that come at once gets the metrics or a 503, and the next is answered.', async () => {
    const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(server.port, '/metrics', 'GET', undefined, i % 2 === 0 ? {} : { 'accept-encoding': 'gzip' })));
    const statuses = new Set(replies.map(({ status }) => status));
    expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
    for (const { status, headers, body } of replies) {
      if (status === 503) expect([headers['retry-after'], body.length]).toEqual(['1', 43]);
      else if (headers['content-encoding'] === undefined) expect(body.length).toBe(toText(registry).length);
    }
    expect((await ask(server.port, '/metrics')).status).toBe(200);
  });

  it('of many that cannot say the password takes no place from who can, and costs no memory to speak of.', async () => {
    const guarded = await startMetricsServer({ registry, port: 0, auth: { username: 'a', password: 'b' }, maxConcurrentScrapes: 1 });
    const wrong = { authorization: `Basic ${'QTpC'.repeat(1000)}` };
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 5; round++) {
      const refused = await Promise.all(Array.from({ length: 30 }, () => ask(guarded.port, '/metrics', 'GET', undefined, wrong)));
      expect(refused.map(({ status }) => status)).toEqual(Array(30).fill(401));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8e6);
    expect((await ask(guarded.port, '/metrics', 'GET', undefined, { authorization: `Basic ${btoa('a:b')}` })).status).toBe(200);
    await guarded.close();
  });
});

/** A body without what tells its chunks apart (RFC 9112, section 7.1). */
function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, line), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}
