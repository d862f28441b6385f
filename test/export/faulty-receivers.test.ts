import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Pushgateway } from '../../src/export/pushgateway.js';
import { FakeSchedule, figures, quietRegistry } from './fakes.js';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A gateway that does what it is told to the first requests, and takes the others. */
async function gateway(...faults: RequestListener[]): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const fault = faults.shift();
    if (fault !== undefined) {
      fault(request, response);
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const cut: RequestListener = (request) => void request.socket.destroy();
const cutHalfWay: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('half', () => request.socket.destroy());
};
const silent: RequestListener = () => {};
const endless: RequestListener = (_request, response) => {
  response.writeHead(200);
  const more = setInterval(() => void response.write('x'.repeat(1000)), 1);
  response.on('close', () => clearInterval(more));
};
const answers = (status: number, headers: Record<string, string> = {}): RequestListener => (request, response) => {
  request.resume();
  response.writeHead(status, headers).end('no');
};

describe('A loop goes on, throws nothing, and sends the latest, when a receiver', () => {
  test.each([
    ['cuts the connection', cut, 'connection'],
    ['cuts the connection within its answer', cutHalfWay, 'connection'],
    ['says nothing', silent, 'timeout'],
    ['answers 429', answers(429, { 'retry-after': '1' }), 'status_429'],
    ['answers 500', answers(500), 'status_500'],
    ['answers 503 until tomorrow', answers(503, { 'retry-after': new Date(Date.now() + 86_400_000).toUTCString() }), 'status_503'],
    ['answers 400', answers(400), 'status_400'],
    ['sends somebody elsewhere', answers(307, { location: 'http://127.0.0.1:1/' }), 'connection'],
  ] as const)('%s', async (_what, fault, reason) => {
    const { url, bodies } = await gateway(fault, fault, fault);
    const { registry, warnings, errors } = quietRegistry();
    const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    const { clock, schedule } = new FakeSchedule();
    const loop = new Pushgateway({ url, job: 'j', registry, clock, schedule, timeoutSeconds: 0.3 }).start();
    endings.push(() => loop.shutdown());
    const inside = loop as unknown as { readonly waiting: readonly unknown[] };
    for (let push = 0; push < 4; push++) {
      jobs.inc();
      await loop.flush();
      expect(inside.waiting.length).toBeLessThanOrEqual(1);
    }
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('jobs_total 4\n');
    expect(figures(registry)[`failures_total{exporter="pushgateway",reason="${reason}"}`]).toBe(3);
    expect(warnings.filter((text) => text.includes(reason))).toHaveLength(1);
    if (reason === 'status_400') expect(errors).toContain('no');
  });

  test('never ends its answer: what was asked is said at its beginning.', async () => {
    const { url, bodies } = await gateway(endless);
    const { registry } = quietRegistry();
    const { clock, schedule } = new FakeSchedule();
    const loop = new Pushgateway({ url, job: 'j', registry, clock, schedule }).start();
    endings.push(() => loop.shutdown());
    await loop.flush();
    expect(figures(registry)['sent_items_total{exporter="pushgateway"}']).toBeGreaterThan(0);
    await loop.flush();
    expect(bodies).toHaveLength(1);
  });
});
