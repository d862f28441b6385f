import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from '../../src/expose/server.js';
import { Registry, TallystickError, defaultRegistry, toText } from '../../src/index.js';
import { selfSigned } from '../support/certificate.js';
import { ask, openRaw, sendRaw } from './client.js';

const started: MetricsServer[] = [];

async function start(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const server = await startMetricsServer({ port: 0, ...options });
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const server of started.splice(0)) await server.close();
});

function sample(): Registry {
  const registry = new Registry();
  registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);
  return registry;
}

describe('startMetricsServer', () => {
  it('serves the exposition at /metrics, whatever the query string.', async () => {
    const registry = sample();
    const { port, url } = await start({ registry });
    expect(url).toBe(`http://127.0.0.1:${port}/metrics`);
    for (const path of ['/metrics', '/metrics?', '/metrics?x[]=name&y=%ZZ', '/metrics?a?b']) {
      const reply = await ask(port, path);
      expect([reply.status, reply.headers['content-type'], reply.body]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', toText(registry)]);
    }
  });

  it('answers HEAD at /metrics and /healthz with the headers of GET and no body.', async () => {
    const { port } = await start({ registry: sample() });
    for (const path of ['/metrics', '/healthz']) {
      const got = await ask(port, path);
      const head = await ask(port, path, 'HEAD');
      expect([head.status, head.body]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length']) expect(head.headers[name]).toBe(got.headers[name]);
    }
  });

  it('says ok at /healthz, even when a collector hangs.', async () => {
    const registry = new Registry({ onFault: () => {} });
    registry.register({ name: 'stuck', collect: () => new Promise(() => {}) });
    const { port } = await start({ registry, timeoutSeconds: 30 });
    expect(await ask(port, '/healthz')).toMatchObject({ status: 200, body: 'ok\n', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect((await ask(port, '/healthz?verbose')).status).toBe(200);
  });

  it.each(['/', '/metric', '/metrics/', '/metricsx', '//metrics', '/METRICS', '/healthz/x', '/%6detrics', '/../metrics', '/#/metrics'])('answers %s with 404, without echoing it.', async (path) => {
    const { port } = await start({ registry: sample() });
    const reply = await ask(port, path);
    expect(reply.status).toBe(404);
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(reply.body).toBe('Nothing is here; there are /metrics and /healthz.\n');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('answers %s with 405 and Allow at both paths.', async (method) => {
    const { port } = await start({ registry: sample() });
    for (const path of ['/metrics', '/healthz']) expect(await ask(port, path, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('shows the default registry when given none.', async () => {
    const gauge = defaultRegistry.gauge({ name: 'server_test_default', help: 'In the default registry.' });
    try {
      const { port } = await start();
      expect((await ask(port, '/metrics')).body).toContain('\nserver_test_default 0\n');
    } finally {
      defaultRegistry.unregister(gauge);
    }
  });

  it('shows several registries as one, and refuses those that have the same metric.', async () => {
    const other = new Registry();
    other.gauge({ name: 'other', help: 'Other.' });
    const { port } = await start({ registry: [sample(), other] });
    expect((await ask(port, '/metrics')).body).toBe(toText(sample()) + toText(other));
    await expect(startMetricsServer({ registry: [sample(), sample()], port: 0 })).rejects.toMatchObject({ code: 'DUPLICATE_NAME' });
  });

  it('listens on loopback only, unless told otherwise.', async () => {
    const { url, port } = await start({ registry: sample() });
    expect(new URL(url).hostname).toBe('127.0.0.1');
    // The whole of 127.0.0.0/8 is this machine; a server on all addresses would answer here.
    await expect(fetch(`http://127.0.0.2:${port}/metrics`)).rejects.toThrow();
    const wide = await start({ registry: sample(), host: '0.0.0.0' });
    expect((await fetch(`http://127.0.0.2:${wide.port}/metrics`)).status).toBe(200);
  });

  it('tells in a sentence that a port is taken.', async () => {
    const { port } = await start({ registry: sample() });
    const refused = startMetricsServer({ registry: sample(), port });
    await expect(refused).rejects.toBeInstanceOf(TallystickError);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_OPTIONS', message: `metrics server: port ${port} on 127.0.0.1 is taken; choose another one, or 0 for any free one` });
  });

  it('tells that an address is not this machine’s.', async () => {
    // RFC 5737 keeps 192.0.2.0/24 for documentation.
    await expect(startMetricsServer({ registry: sample(), port: 0, host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: 'metrics server: port 0 on 192.0.2.1 cannot be listened on (EADDRNOTAVAIL)',
    });
  });

  it.each<[string, object, string]>([
    ['a negative port', { port: -1 }, 'metrics server: port is -1; give a whole number from 0 to 65535, 0 for any free one'],
    ['a port above the highest', { port: 65536 }, 'metrics server: port is 65536; give a whole number from 0 to 65535, 0 for any free one'],
    ['a broken port', { port: 80.5 }, 'metrics server: port is 80.5; give a whole number from 0 to 65535, 0 for any free one'],
    ['NaN', { port: NaN }, 'metrics server: port is NaN; give a whole number from 0 to 65535, 0 for any free one'],
    ['a port as text', { port: '9464' }, 'metrics server: port is "9464"; give a whole number from 0 to 65535, 0 for any free one'],
    ['an empty host', { port: 0, host: '' }, 'metrics server: host is ""; give an address, or leave it out for 127.0.0.1'],
    ['a host that is no text', { port: 0, host: 5 }, 'metrics server: host is 5; give an address, or leave it out for 127.0.0.1'],
    ['no registry', { port: 0, registry: {} }, '{}'],
    ['TLS that is none', { port: 0, tls: 'yes' }, 'metrics server: tls has no certificate; give an object with cert and key in PEM, or with pfx'],
    ['TLS without a key', { port: 0, tls: { cert: 'x' } }, 'metrics server: tls has no certificate; give an object with cert and key in PEM, or with pfx'],
    ['TLS with what is no certificate', { port: 0, tls: { cert: 'x', key: 'y' } }, 'metrics server: tls cannot be used ('],
    ['a password that is none', { port: 0, auth: { username: 'a' } }, 'handler: auth: password has to be a string of 1 to 1024 characters'],
    ['an option that is none', { port: 0, gzip: true }, 'metrics server: unknown option "gzip"'],
    ['a negative timeout', { port: 0, timeoutSeconds: -1 }, 'registry: timeoutSeconds is -1; give a number of seconds, 0 or more'],
  ])('refuses %s.', async (_, options, message) => {
    const refused = start(options as MetricsServerOptions);
    await expect(refused).rejects.toMatchObject({ name: 'TallystickError', code: 'INVALID_OPTIONS', message: expect.stringContaining(message) });
  });

  it('closes as often as asked, ends open connections, and frees the port.', async () => {
    const server = await start({ registry: sample() });
    const idle = openRaw(server.port);
    const closed = new Promise((resolve) => idle.once('close', resolve));
    await new Promise((resolve) => idle.once('connect', resolve));
    await Promise.all([server.close(), server.close()]);
    await server.close();
    await closed;
    await expect(ask(server.port, '/metrics')).rejects.toThrow('ECONNREFUSED');
    expect((await start({ registry: sample(), port: server.port })).port).toBe(server.port);
  });

  it('closes at once while a scrape is waiting for a collector.', async () => {
    const registry = new Registry({ onFault: () => {} });
    let asked: () => void = () => {};
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    registry.register({
      name: 'stuck',
      collect: () => {
        asked();
        return new Promise(() => {});
      },
    });
    const server = await start({ registry, timeoutSeconds: 0.5 });
    const reply = ask(server.port, '/metrics');
    const broken = expect(reply).rejects.toThrow();
    await waiting;
    await server.close();
    await broken;
  });

  it('is closed by the shutdown of its registry.', async () => {
    const registry = sample();
    const server = await start({ registry });
    await registry.shutdown();
    await expect(ask(server.port, '/metrics')).rejects.toThrow('ECONNREFUSED');
    await registry.shutdown();
    await server.close();
  });

  it('is closed by the shutdown of any of its registries.', async () => {
    const [one, two] = [sample(), new Registry()];
    const server = await start({ registry: [one, two] });
    await two.shutdown();
    await expect(ask(server.port, '/metrics')).rejects.toThrow('ECONNREFUSED');
  });

  it('does not take the port of another program away.', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startMetricsServer({ registry: sample(), port })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await new Promise((resolve) => other.close(resolve));
    expect((await start({ registry: sample(), port })).port).toBe(port);
  });

  it('takes the options of the handlers.', async () => {
    const { port } = await start({ registry: sample(), auth: { bearerToken: 'x' }, negotiation: { fallback: 'json' } });
    expect((await ask(port, '/metrics')).status).toBe(401);
    expect((await ask(port, '/metrics', 'GET', undefined, { authorization: 'Bearer x' })).headers['content-type']).toBe('application/json');
    // Whether it lives is no secret.
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('speaks TLS when it is given a certificate, and nothing else then.', async () => {
    const tls = selfSigned('localhost');
    const server = await start({ registry: sample(), tls });
    expect(server.url).toBe(`https://127.0.0.1:${server.port}/metrics`);
    const body = await new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port: server.port, path: '/metrics', servername: 'localhost', ca: tls.cert, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(body).toBe(toText(sample()));
    expect(await sendRaw(server.port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')).not.toContain('jobs_total');
    await server.close();
  });
});
