import { describe, expect, it } from 'vitest';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { Registry, toText } from '../../src/index.js';
import { ask, withServer } from './client.js';

const contentType = 'text/plain; version=0.0.4; charset=utf-8';

function sample(): Registry {
  const registry = new Registry();
  registry.counter({ name: 'jobs_total', help: 'Jobs done: ünïcode 🎉.', labelNames: ['queue'] }).inc({ queue: 'a"b\\c\nd 🎉' }, 3);
  return registry;
}

describe('createMetricsHandler', () => {
  it('answers GET with the exposition, its content type and its length in bytes.', async () => {
    const registry = sample();
    await withServer(createMetricsHandler(registry), async (port) => {
      const reply = await ask(port, '/metrics');
      expect(reply.status).toBe(200);
      expect(reply.headers['content-type']).toBe(contentType);
      expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.body)));
      expect(reply.body).toBe(toText(registry));
      expect(reply.body).toContain('jobs_total{queue="a\\"b\\\\c\\nd 🎉"} 3\n');
    });
  });

  it('answers HEAD with the same headers and no body.', async () => {
    await withServer(createMetricsHandler(sample()), async (port) => {
      const got = await ask(port, '/');
      const head = await ask(port, '/', 'HEAD');
      expect(head.status).toBe(200);
      expect(head.body).toBe('');
      expect(head.headers['content-type']).toBe(got.headers['content-type']);
      expect(head.headers['content-length']).toBe(got.headers['content-length']);
    });
  });

  it('answers every path alike, as routing is its caller’s.', async () => {
    const registry = sample();
    await withServer(createMetricsHandler(registry), async (port) => {
      for (const path of ['/', '/metrics', '/metrics?collect[]=x', '/a/b/c']) expect((await ask(port, path)).body).toBe(toText(registry));
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'])('refuses %s with 405, tells what is allowed, and collects nothing.', async (method) => {
    let collected = 0;
    const registry = new Registry();
    registry.gauge({ name: 'reads', help: 'Reads.', collect: () => ++collected });
    await withServer(createMetricsHandler(registry), async (port) => {
      const reply = await ask(port, '/metrics', method, method === 'POST' ? 'x'.repeat(1000) : undefined);
      expect(reply.status).toBe(405);
      expect(reply.headers['allow']).toBe('GET, HEAD');
      expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(reply.body).toBe('Only GET and HEAD are answered here.\n');
      expect(collected).toBe(0);
    });
  });

  it('answers an empty registry with an empty body.', async () => {
    await withServer(createMetricsHandler(new Registry()), async (port) => {
      const reply = await ask(port, '/');
      expect([reply.status, reply.headers['content-length'], reply.body]).toEqual([200, '0', '']);
    });
  });

  it('collects anew at each request.', async () => {
    const registry = new Registry();
    const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.' });
    await withServer(createMetricsHandler(registry), async (port) => {
      for (let done = 0; done < 3; done++) {
        expect((await ask(port, '/')).body).toContain(`\njobs_total ${done}\n`);
        jobs.inc();
      }
    });
  });

  it('shows several registries as one.', async () => {
    const one = new Registry();
    const two = new Registry();
    one.counter({ name: 'one_total', help: 'One.' }).inc(1);
    two.counter({ name: 'two_total', help: 'Two.' }).inc(2);
    await withServer(createMetricsHandler([two, one]), async (port) => {
      expect((await ask(port, '/')).body).toBe(toText(one) + toText(two));
    });
  });

  it('refuses registries that have the same metric.', () => {
    const one = new Registry();
    const two = new Registry();
    one.counter({ name: 'jobs_total', help: 'Jobs.' });
    two.gauge({ name: 'jobs', help: 'Jobs.' });
    expect(() => createMetricsHandler([one, two])).toThrow(expect.objectContaining({ code: 'DUPLICATE_NAME' }));
  });

  it('shows the first registry’s metric when two come to have the same one later, and counts that.', async () => {
    const faults: string[] = [];
    const one = new Registry();
    const two = new Registry();
    const both = Registry.merge([one, two], { onFault: (message) => faults.push(message) });
    one.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(7);
    two.counter({ name: 'jobs_total', help: 'Other jobs.' }).inc(8);
    two.counter({ name: 'others_total', help: 'Others.' }).inc(9);
    await withServer(createMetricsHandler(both), async (port) => {
      const first = (await ask(port, '/')).body;
      expect(first).toContain('\njobs_total 7\n');
      expect(first).not.toContain('jobs_total 8');
      expect(first).toContain('\nothers_total 9\n');
      expect(first).toContain('tallystick_collector_errors_total{collector="jobs_total",reason="clash"} 1\n');
      expect((await ask(port, '/')).body).toContain('tallystick_collector_errors_total{collector="jobs_total",reason="clash"} 2\n');
    });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('"jobs_total"');
  });

  it.each([undefined, null, 'registry', 42, {}])('refuses %j as a registry.', (registry) => {
    expect(() => createMetricsHandler(registry as unknown as Registry)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(() => createMetricsHandler([registry] as unknown as Registry[])).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  it('answers 500 without details when the collection itself fails, and tells the log.', async () => {
    const faults: unknown[] = [];
    class Broken extends Registry {
      override collect(): Promise<never> {
        return Promise.reject(new Error('a secret'));
      }
    }
    const registry = new Broken({ onFault: (_, error) => faults.push(error) });
    await withServer(createMetricsHandler(registry), async (port) => {
      const reply = await ask(port, '/');
      expect(reply.status).toBe(500);
      expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(reply.body).not.toContain('secret');
    });
    expect(faults).toEqual([new Error('a secret')]);
  });

  it.each([-1, NaN, '5', null])('refuses timeoutSeconds %s when the handler is made, not at each scrape.', (timeoutSeconds) => {
    expect(() => createMetricsHandler(new Registry(), { timeoutSeconds: timeoutSeconds as number })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
