import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:https';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FamilySnapshot, type FormatName, Registry, toBytes } from 'tallystick';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from 'tallystick/expose';
import { type Reply, ask, lineOf } from '../expose/client.js';
import { selfSigned } from '../support/certificate.js';
import { buildRegistry } from '../support/registries.js';
import { rareFamilies } from '../support/showcase.js';
import { parseText } from '../support/text-parser.js';
import { Application } from './support/application.js';
import { registries } from './support/generated.js';
import { runWell, until } from './support/processes.js';

const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

async function start(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = await startMetricsServer({ port: 0, offThread: true, ...options });
  undo.push(() => server.close());
  return server;
}

/** One of each kind that lives in pages, recorded into. */
function recorded(registry: Registry = new Registry({ onFault: () => {} })): Registry {
  const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs "done".', labelNames: ['queue'] });
  jobs.inc({ queue: 'a "b" \\ c\nd' }, 3);
  jobs.inc({ queue: 'β' }, 0.5);
  registry.gauge({ name: 'heat_celsius', help: 'Heat.', unit: 'celsius', constLabels: { zone: 'x' } }).set(-3.5);
  const took = registry.histogram({ name: 'took_seconds', help: 'Time.', unit: 'seconds', labelNames: ['op'], buckets: [0.00001, 0.5, 1, 1e6] });
  for (const value of [0.2, 0.7, 1, 2e6]) took.observe({ op: 'a' }, value, { labels: { trace_id: '4bf9' } });
  const native = registry.histogram({ name: 'native_seconds', help: 'Native.', unit: 'seconds', native: { bucketFactor: 1.1 } });
  for (const value of [0.2, 0.7, -1, 0, 2e6]) native.observe(value);
  const size = registry.summary({ name: 'size_bytes', help: 'Size.', unit: 'bytes', quantiles: [0.5, 1] });
  for (const value of [1, 2, 3]) size.observe(value);
  const exact = registry.summary({ name: 'exact_bytes', help: 'Size.', unit: 'bytes', quantiles: [0.5, 1], maxSamples: 10 });
  for (const value of [1, 2, 3]) exact.observe(value);
  registry.info({ name: 'build', help: 'Build.', labelNames: ['version'] }).set({ version: '1.4.0' });
  registry.stateSet({ name: 'door', help: 'Door.', states: ['open', 'shut'], labelNames: ['side'] }).set({ side: 'left' }, 'shut');
  registry.counter({ name: 'born_total', help: 'Since when.', created: true }).inc();
  registry.gauge({ name: 'none', help: 'No series.', labelNames: ['a'] });
  return registry;
}

const accepts: Readonly<Record<FormatName, string>> = {
  'text-0.0.4': 'text/plain;version=0.0.4',
  'text-1.0.0': 'text/plain;version=1.0.0',
  'openmetrics-1.0.0': 'application/openmetrics-text;version=1.0.0',
  'openmetrics-2.0.0': 'application/openmetrics-text;version=2.0.0',
  protobuf: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  json: 'application/json',
};

/** Asks for all families but those that tell of the serving itself. */
function scrape(server: MetricsServer, registry: Registry, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Reply> {
  const names = registry.snapshot().map(({ name }) => `name[]=${encodeURIComponent(name)}`);
  return ask(server.port, `/metrics?${names.join('&')}`, method, undefined, headers);
}

describe('a server on a thread of its own', () => {
  it.each(Object.entries(accepts) as [FormatName, string][])('answers in %s with the very bytes that its own thread would write.', async (format, accept) => {
    const registry = recorded();
    const reply = await scrape(await start({ registry }), registry, { accept });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toContain(accept.split(';')[0]!);
    expect(reply.bytes.toString()).toBe(Buffer.from(toBytes(registry, { format })).toString());
    expect(reply.bytes.equals(toBytes(registry, { format }))).toBe(true);
  });

  it.each(Object.entries(accepts) as [FormatName, string][])('answers in %s with what collectors gave, times, exemplars and native buckets included.', async (format, accept) => {
    const registry = new Registry();
    registry.register({ name: 'rare', collect: () => rareFamilies });
    const reply = await scrape(await start({ registry }), registry, { accept });
    expect(reply.bytes.toString()).toBe(Buffer.from(toBytes(registry, { format })).toString());
  });

  // Parsers of other languages read what registries of this kind write on their own thread: see the tests of parsers.
  it('answers for generated registries with the very bytes that their own thread would write, in every format.', async () => {
    // Some have labels that a format reserves.
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    undo.push(async () => warn.mockRestore());
    for (const [place, spec] of registries(25, (one) => one).entries()) {
      const build = (): Registry => buildRegistry(spec) as unknown as Registry;
      const registry = build();
      const server = await startMetricsServer({ registry, port: 0, offThread: true });
      for (const [format, accept] of Object.entries(accepts) as [FormatName, string][]) {
        const { bytes } = await scrape(server, registry, { accept });
        // What a format cannot carry is counted by the one who writes it, and shown the next time.
        expect(bytes.toString(), `registry ${place} in ${format}`).toBe(Buffer.from(toBytes(build(), { format })).toString());
      }
      await server.close();
    }
  });

  it('compresses for those who accept it, and answers HEAD, /healthz and other paths as any server does.', async () => {
    const registry = recorded();
    const server = await start({ registry });
    const plain = await scrape(server, registry);
    const gzip = await scrape(server, registry, { 'accept-encoding': 'gzip' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.bytes).toString()).toBe(plain.body);
    expect(parseText(plain.body).length).toBeGreaterThan(8);
    const head = await scrape(server, registry, {}, 'HEAD');
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', plain.headers['content-length']]);
    expect(await ask(server.port, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect((await ask(server.port, '/nothing')).status).toBe(404);
    expect((await ask(server.port, '/metrics', 'POST')).status).toBe(405);
  });

  it('streams what is large.', async () => {
    const registry = new Registry();
    const many = registry.counter({ name: 'many_total', help: 'Many.', labelNames: ['id'], limits: { series: 50_000 } });
    for (let id = 0; id < 50_000; id++) many.inc({ id: String(id) }, id);
    const reply = await scrape(await start({ registry }), registry);
    expect(reply.headers['transfer-encoding']).toBe('chunked');
    expect(reply.body).toBe(Buffer.from(toBytes(registry)).toString());
  });

  it('takes passwords and certificates to its thread.', async () => {
    const { cert, key } = selfSigned('localhost');
    const server = await start({ registry: recorded(), tls: { cert, key }, auth: { bearerToken: 'secret' } });
    expect(server.url).toBe(`https://127.0.0.1:${server.port}/metrics`);
    const status = (authorization: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ port: server.port, path: '/metrics', ca: cert, headers: { authorization }, agent: false, checkServerIdentity: () => undefined }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
      });
    expect([await status('Bearer secret'), await status('Bearer public')]).toEqual([200, 401]);
  });

  it('shows several registries as one, one with a clock of its own, and nothing of one that keeps nothing.', async () => {
    const counted = new Registry({ clock: { monotonicSeconds: () => 17, wallSeconds: () => 1_700_000_000 } });
    counted.summary({ name: 'size_bytes', help: 'Size.', quantiles: [0.5], maxSamples: 5 }).observe(2);
    const empty = new Registry({ backend: 'null' });
    empty.counter({ name: 'nothing_total', help: 'Nothing.' }).inc();
    const { body } = await ask((await start({ registry: [recorded(new Registry()), counted, empty].slice(0, 1).concat(empty) })).port, '/metrics');
    expect(body).toContain('jobs_total');
    expect(body).not.toContain('nothing_total');
    const other = await ask((await start({ registry: counted, offThread: { name: 'clock' } })).port, '/metrics');
    expect(lineOf(other.body, 'size_bytes{quantile="0.5"}')).toBe('2');
    expect(lineOf(other.body, 'size_bytes_count')).toBe('1');
  });

  it('shows what the endpoint tells of itself where the registry is asked to.', async () => {
    const registry = recorded(new Registry({ selfMetrics: true }));
    const server = await start({ registry });
    await ask(server.port, '/metrics');
    const { body } = await ask(server.port, '/metrics');
    expect(lineOf(body, 'tallystick_scrape_duration_seconds_count{format="text-0.0.4"}')).toBe('1');
    expect(lineOf(body, 'tallystick_series{metric="jobs_total"}')).toBe('2');
  });

  it('follows the registry: new series, removed ones, new metrics and those that are taken out.', async () => {
    const registry = recorded();
    const server = await start({ registry });
    const agrees = async (): Promise<void> => expect(JSON.parse((await scrape(server, registry, { accept: 'application/json' })).body) as FamilySnapshot[]).toEqual(JSON.parse(JSON.stringify(registry.snapshot())));
    await agrees();
    const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs "done".', labelNames: ['queue'] });
    for (let id = 0; id < 3000; id++) jobs.inc({ queue: String(id) }, id);
    await agrees();
    jobs.remove({ queue: '7' });
    jobs.inc({ queue: 'in its place' });
    await agrees();
    jobs.clear();
    await agrees();
    registry.gauge({ name: 'later', help: 'Later.' }).set(NaN);
    registry.unregister('heat_celsius');
    await agrees();
    registry.reset();
    await agrees();
  });

  it('A port that is taken, and a certificate that is none, are refused as on one thread, and leave nothing behind.', async () => {
    const registry = recorded();
    const server = await start({ registry });
    await expect(startMetricsServer({ registry, port: server.port, offThread: true })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: `metrics server: port ${server.port} on 127.0.0.1 is taken; choose another one, or 0 for any free one` });
    await expect(startMetricsServer({ registry, port: 0, tls: {}, offThread: true })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('tls has no certificate') as string });
    await server.close();
    await server.close();
    await expect(ask(server.port, '/metrics')).rejects.toThrow();
    const again = await start({ registry: recorded(), port: server.port });
    expect(again.port).toBe(server.port);
  });

  it('Two servers of one name are refused where they would show different registries; of the same, each shows everything once.', async () => {
    const registry = recorded();
    const [one, other] = [await start({ registry }), await start({ registry })];
    for (const { port } of [one, other, one]) expect(lineOf((await ask(port, '/metrics')).body, 'jobs_total{queue="β"}')).toBe('0.5');
    await expect(startMetricsServer({ registry: new Registry(), port: 0, offThread: true })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('shows other registries under the name "default"') as string });
  });

  it('The shutdown of the registry ends it.', async () => {
    const registry = recorded();
    const server = await start({ registry });
    await registry.shutdown();
    await expect(ask(server.port, '/metrics')).rejects.toThrow();
  });
});

describe("while the application's event loop is blocked", () => {
  it('a scrape is answered in less than a second with the values of that moment, and functions and collectors as last known.', async () => {
    const application = new Application('blocked.js');
    undo.push(() => application.end());
    const { port } = await application.hear<{ readonly port: number }>();
    expect(lineOf((await ask(port, '/metrics')).body, 'steps_total')).toBe('0');
    application.tell({ block: 6 });
    await application.prints('blocked');

    const readings: { readonly steps: number; readonly asked: string | undefined; readonly collected: string | undefined; readonly age: number }[] = [];
    for (let scrapes = 0; scrapes < 4; scrapes++) {
      const began = performance.now();
      const { body } = await ask(port, '/metrics');
      expect((performance.now() - began) / 1000).toBeLessThan(1);
      expect(lineOf(body, 'took_seconds_count')).toBe(lineOf(body, 'took_seconds_bucket{le="+Inf"}'));
      readings.push({ steps: Number(lineOf(body, 'steps_total')), asked: lineOf(body, 'asked_times'), collected: lineOf(body, 'collected_times'), age: Number(lineOf(body, 'tallystick_thread_answer_age_seconds{thread="0"}')) });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    for (const [place, { steps, asked, collected, age }] of readings.entries()) {
      const before = readings[place - 1];
      expect(steps).toBeGreaterThan(before?.steps ?? 0);
      expect(age).toBeGreaterThan(before?.age ?? 0);
      // The very first scrape has asked them.
      expect([asked, collected]).toEqual(['1', '1']);
    }

    const told = await application.hear<{ readonly steps: number; readonly observations: number }>();
    const { body } = await ask(port, '/metrics');
    expect(Number(lineOf(body, 'steps_total'))).toBe(told.steps);
    expect(Number(lineOf(body, 'took_seconds_count'))).toBe(told.observations);
    // The answer that it owes is not waited for, and comes when it comes.
    await until('an answer', async () => {
      const { body: after } = await ask(port, '/metrics');
      return Number(lineOf(after, 'asked_times')) > 1 && Number(lineOf(after, 'tallystick_thread_answer_age_seconds{thread="0"}')) < 1;
    });
  });

  it('it keeps its process alive until it is closed.', async () => {
    const application = new Application('blocked.js');
    await application.hear();
    expect(await application.end()).toBe(0);
    expect(application.output).toBe('');
  });
});

describe('where threads share no memory', () => {
  it.each(['SharedArrayBuffer', 'BroadcastChannel'])('without %s, asking for it is a clear error, and everything else works.', async (missing) => {
    const { said, text } = JSON.parse(await runWell(process.execPath, [fileURLToPath(new URL('./threads/no-shared-memory.js', import.meta.url)), missing])) as { readonly said: readonly string[]; readonly text: string };
    expect(said[0]).toContain(`INVALID_OPTIONS metrics server: offThread: this platform has no ${missing}`);
    expect(said[1]).toContain(`INVALID_OPTIONS attach: this platform has no ${missing}`);
    expect(lineOf(text, 'jobs_total')).toBe('1');
  });
});
