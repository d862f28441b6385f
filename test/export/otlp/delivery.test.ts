import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type OtlpOptions, pushOtlp, startOtlpExporter } from '../../../src/export/otlp/exporter.js';
import { Registry } from '../../../src/registry/registry.js';
import { type ReadRequest, readOtlp } from '../../support/otlp-reader.js';
import { Receiver } from './receiver.js';

/** A number that the exporter's registry counts of itself. */
function counted(registry: Registry, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const series = registry.snapshot().find((family) => family.name === name)?.series ?? [];
  return series.filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value)).reduce((sum, { value }) => sum + Number(value), 0);
}

/** Runs what was put off until later. */
async function runPlanned(receiver: Receiver, most: number): Promise<void> {
  const due = receiver.planned.filter(({ seconds }) => seconds <= most);
  for (const plan of due) receiver.planned.splice(receiver.planned.indexOf(plan), 1);
  for (const { run } of due) run();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('A receiver that does not take a request', () => {
  test.each([429, 502, 503, 504])('With status %i is sent it again, with all that came meanwhile, in order.', async (status) => {
    const receiver = new Receiver((request) => new Response(null, { status: request <= 2 ? status : 200 }));
    const registry = new Registry({ clock: receiver.clock, onFault: () => {} });
    const counter = registry.counter({ name: 'c_total', help: 'C.' });
    const exporter = startOtlpExporter(receiver.options({ registry, temporality: 'delta' }));
    for (const amount of [1, 2, 4]) {
      receiver.clock.advance(1);
      counter.inc(amount);
      await exporter.flush();
    }
    expect(receiver.points('c_total').map(({ value }) => value)).toEqual([1, 2, 4]);
    expect(receiver.bodies[1]).toEqual(receiver.bodies[0]);
    expect(counted(registry, 'tallystick_push_failures_total', { exporter: 'otlp', reason: `status_${status}` })).toBe(2);
    expect(counted(registry, 'tallystick_push_dropped_items_total')).toBe(0);
  });

  test.each([400, 401, 404, 413, 500, 501, 505])('With status %i is not sent it again, and that is counted and said.', async (status) => {
    const said: string[] = [];
    const receiver = new Receiver((request) => new Response('{"message":"no"}', { status: request === 1 ? status : 200 }));
    const registry = new Registry({ clock: receiver.clock, onFault: (message) => said.push(message) });
    registry.counter({ name: 'c_total', help: 'C.' }).inc();
    const exporter = startOtlpExporter(receiver.options({ registry }));
    await exporter.flush();
    expect(receiver.bodies).toHaveLength(1);
    expect(receiver.planned).toHaveLength(1);
    expect(counted(registry, 'tallystick_push_dropped_items_total', { reason: 'refused' })).toBeGreaterThan(0);
    expect(said).toContain(`tallystick: the OTLP receiver refuses metrics with status ${status} (this is said once)`);
    await exporter.flush();
    expect(receiver.points('c_total')).toHaveLength(1);
  });

  test('Is not asked again before the time it names.', async () => {
    const receiver = new Receiver((request) => new Response(null, request === 1 ? { status: 429, headers: { 'retry-after': '30' } } : {}));
    const registry = new Registry({ clock: receiver.clock, onFault: () => {} });
    registry.counter({ name: 'c_total', help: 'C.' }).inc();
    const exporter = startOtlpExporter(receiver.options({ registry, intervalSeconds: 10 }));
    await exporter.flush();
    expect(receiver.planned.map(({ seconds }) => seconds)).toContain(30);
    receiver.clock.advance(11);
    await runPlanned(receiver, 11);
    expect(receiver.bodies).toHaveLength(1);
    receiver.clock.advance(19);
    await runPlanned(receiver, 30);
    // What waited, and what two intervals have added.
    expect(receiver.points('c_total')).toHaveLength(3);
    await exporter.shutdown();
  });

  test('Partly has the rest counted, said, and never sent again.', async () => {
    const answers = [
      new Response('{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"too old"}}', { headers: { 'content-type': 'application/json' } }),
      new Response(new Uint8Array([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f]), { headers: { 'content-type': 'application/x-protobuf' } }),
      new Response('{"partialSuccess":{"rejectedDataPoints":1e9}}', { headers: { 'content-type': 'application/json' } }),
      new Response('{"partialSuccess":{"errorMessage":"deprecated"}}', { headers: { 'content-type': 'application/json' } }),
      new Response('{"partialSuccess":'),
      new Response(new Uint8Array([0x0a, 0xff]), { headers: { 'content-type': 'application/x-protobuf' } }),
      new Response(),
    ];
    const said: string[] = [];
    const receiver = new Receiver((request) => answers[request - 1]!);
    const registry = new Registry({ clock: receiver.clock, onFault: (message) => said.push(message) });
    for (const x of ['a', 'b', 'c']) registry.gauge({ name: `g_${x}`, help: 'G.' }).set(1);
    const exporter = startOtlpExporter(receiver.options({ registry }));
    const rejected: number[] = [];
    for (let i = 0; i < answers.length; i++) {
      await exporter.flush();
      rejected.push(counted(registry, 'tallystick_push_dropped_items_total', { reason: 'rejected' }));
    }
    expect(receiver.bodies).toHaveLength(answers.length);
    const inThird = receiver.requests[2]!.metrics.reduce((sum, { points }) => sum + points.length, 0);
    expect(rejected).toEqual([2, 5, 5 + inThird, 5 + inThird, 5 + inThird, 5 + inThird, 5 + inThird]);
    expect(said).toEqual(['tallystick: pushing to otlp: the receiver did not take everything (this is said once)', 'tallystick: the OTLP receiver warns: deprecated (this is said once)']);
  });

  test('For long has what waits bounded, the oldest dropped and counted.', async () => {
    const receiver = new Receiver(() => new Response(null, { status: 503 }));
    const registry = new Registry({ clock: receiver.clock, onFault: () => {} });
    const counter = registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'] });
    for (let i = 0; i < 500; i++) counter.inc({ x: `label ${i}` });
    const exporter = startOtlpExporter(receiver.options({ registry, maxBufferBytes: 100_000, maxDataPoints: 100 }));
    for (let i = 0; i < 20; i++) {
      receiver.clock.advance(1);
      counter.inc({ x: 'label 0' });
      await exporter.flush();
    }
    const dropped = counted(registry, 'tallystick_push_dropped_items_total', { reason: 'buffer_full' });
    receiver.answer = () => new Response();
    await exporter.flush();
    const bytes = receiver.bodies.slice(-receiver.requests.length).reduce((sum, body) => sum + body.length, 0);
    // What waited, and one collection more.
    expect(bytes).toBeLessThan(100_000 + 60_000);
    expect(dropped).toBeGreaterThan(8000);
    expect(receiver.points('c_total').filter(({ attributes }) => attributes['x'] === 'label 0').at(-1)!.value).toBe(21);
  });

  test('Deltas that were dropped are counted, and those that wait are all there.', async () => {
    const receiver = new Receiver(() => new Response(null, { status: 503 }));
    const registry = new Registry({ clock: receiver.clock, onFault: () => {} });
    const counter = registry.counter({ name: 'c_total', help: 'C.' });
    const exporter = startOtlpExporter(receiver.options({ registry, temporality: 'delta' }));
    for (let i = 0; i < 50; i++) {
      receiver.clock.advance(60);
      counter.inc();
      await exporter.flush();
    }
    receiver.answer = () => new Response();
    await exporter.flush();
    expect(receiver.points('c_total').reduce((sum, { value }) => sum + value, 0)).toBe(50);
    expect(counted(registry, 'tallystick_push_dropped_items_total')).toBe(0);
  });
});

describe('A registry that is larger than the buffer', () => {
  test('Is sent whole to a receiver that takes it, part by part.', async () => {
    const receiver = new Receiver();
    const registry = new Registry({ clock: receiver.clock, onFault: () => {} });
    const gauge = registry.gauge({ name: 'g', help: 'G.', labelNames: ['x'] });
    for (let i = 0; i < 5000; i++) gauge.set({ x: `label ${i}` }, i);
    const exporter = startOtlpExporter(receiver.options({ registry, maxBufferBytes: 50_000, maxDataPoints: 100 }));
    await exporter.flush();
    expect(receiver.points('g').map(({ value }) => value)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(counted(registry, 'tallystick_push_dropped_items_total')).toBe(0);
  });

  test('Does not keep the event loop from other work while it is written.', async () => {
    const receiver = new Receiver();
    const registry = new Registry({ clock: receiver.clock });
    const histogram = registry.histogram({ name: 'h', help: 'H.', labelNames: ['x'], limits: { series: 30_000 } });
    for (let i = 0; i < 20_000; i++) histogram.observe({ x: `label ${i}` }, i);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    const exporter = startOtlpExporter({ ...receiver.options({ registry }), fetch: async () => new Response() });
    await exporter.flush();
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('A receiver on a network', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** A server that handles each request by its number, from 1 on, and reads what it is to take. */
  async function serve(handle: (request: number, message: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; taken: ReadRequest[] }> {
    let requests = 0;
    const taken: ReadRequest[] = [];
    const server = createServer((message, response) => {
      const parts: Buffer[] = [];
      message.on('data', (part: Buffer) => parts.push(part));
      message.on('error', () => {});
      message.on('end', () => {
        response.on('finish', () => {
          if (response.statusCode === 200) taken.push(readOtlp(Buffer.concat(parts), message.headers as Record<string, string>));
        });
        handle(++requests, message, response);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`, taken };
  }

  async function three(url: string, options: OtlpOptions): Promise<Registry> {
    const registry = new Registry({ onFault: () => {} });
    const counter = registry.counter({ name: 'c_total', help: 'C.' });
    const exporter = startOtlpExporter({ environment: {}, url, registry, temporality: 'delta', schedule: () => () => {}, ...options });
    for (const amount of [1, 2, 4]) {
      counter.inc(amount);
      await exporter.flush();
    }
    await exporter.shutdown();
    return registry;
  }

  const valuesOf = (taken: readonly ReadRequest[]): number[] => taken.flatMap(({ metrics }) => metrics.filter(({ name }) => name === 'c_total').flatMap(({ points }) => points.map(({ value }) => value)));

  test.each([
    ['http/json', 'none'], ['http/json', 'gzip'], ['http/protobuf', 'none'], ['http/protobuf', 'gzip'],
  ] as const)('Gets everything in %s with compression %s.', async (protocol, compression) => {
    const { url, taken } = await serve((_, __, response) => response.end());
    await three(url, { protocol, compression });
    expect(valuesOf(taken)).toEqual([1, 2, 4]);
  });

  test('That cuts the connection, before the answer or within it, gets everything afterwards.', async () => {
    const { url, taken } = await serve((request, message, response) => {
      if (request === 1) message.socket.destroy();
      else if (request === 2) {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setTimeout(() => message.socket.destroy(), 10);
      } else response.end();
    });
    const registry = await three(url, {});
    expect(valuesOf(taken)).toEqual([1, 2, 4]);
    expect(counted(registry, 'tallystick_push_failures_total', { reason: 'connection' })).toBe(2);
  });

  test('That is too slow is left after the timeout, and asked again.', async () => {
    const { url, taken } = await serve((request, _, response) => {
      if (request > 1) response.end();
    });
    const registry = await three(url, { timeoutSeconds: 0.2 });
    expect(valuesOf(taken)).toEqual([1, 2, 4]);
    expect(counted(registry, 'tallystick_push_failures_total', { reason: 'timeout' })).toBe(1);
  });

  test('That is down costs nothing but what is counted.', async () => {
    const { url } = await serve((_, __, response) => response.end());
    servers[0]!.close();
    const registry = await three(url, {});
    expect(counted(registry, 'tallystick_push_failures_total', { reason: 'connection' })).toBe(4);
    await expect(pushOtlp({ environment: {}, url, registry })).rejects.toThrow(/^otlp: http:\/\/127\.0\.0\.1:\d+\/v1\/metrics did not take \d+ of \d+ data points: fetch failed \(connect ECONNREFUSED .*\); check that it is reachable/);
  });

  test('That sends elsewhere is not followed.', async () => {
    const { url, taken } = await serve((_, __, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end());
    const registry = await three(url, { headers: { 'api-key': 'secret' } });
    expect(taken).toEqual([]);
    expect(counted(registry, 'tallystick_push_failures_total', { reason: 'connection' })).toBe(4);
  });
});

describe('A push', () => {
  test('Fails with what is wrong, and tells what was rejected.', async () => {
    const registry = new Registry({ onFault: () => {} });
    registry.gauge({ name: 'g', help: 'G.' }).set(1);
    const refused = new Receiver(() => new Response(null, { status: 400 }));
    await expect(pushOtlp(refused.options({ registry }))).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      message: 'otlp: http://localhost:4318/v1/metrics did not take 1 of 1 data points: status_400; check that it is reachable and takes these metrics, or let startOtlpExporter() try again',
    });
    const partial = new Receiver(() => new Response('{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"old"}}', { headers: { 'content-type': 'application/json' } }));
    await expect(pushOtlp(partial.options({ registry }))).rejects.toThrow('did not take 1 of 1 data points: old;');
  });

  test('Of nothing sends nothing.', async () => {
    const receiver = new Receiver();
    await pushOtlp(receiver.options({ registry: new Registry() }));
    expect(receiver.bodies).toEqual([]);
  });
});
