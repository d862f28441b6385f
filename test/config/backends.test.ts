import { createSocket } from 'node:dgram';
import { describe, expect, test } from 'vitest';
import { Registry, defaultRegistry } from '../../src/registry/registry.js';
import { type BackendOptions, type MetricsBackend, startMetricsBackend } from '../../src/config/entry.js';
import { recordingFetch } from '../support/recording-fetch.js';

/** The code that records: it knows a registry, and no backend. */
function record({ registry }: Pick<MetricsBackend, 'registry'>): void {
  registry.counter({ name: 'jobs_total', help: 'Jobs done.' }).inc(3);
}

describe('The backend of a closed choice', () => {
  test('Prometheus is scraped.', async () => {
    const backend = await startMetricsBackend({ backend: 'prometheus', port: 0, registry: new Registry() });
    record(backend);
    await backend.flush();
    expect(await (await fetch(backend.url!)).text()).toContain('jobs_total 3');
    await backend.shutdown();
    await expect(fetch(backend.url!)).rejects.toThrow();
  });

  test('StatsD is sent lines.', async () => {
    const socket = createSocket('udp4');
    const lines: string[] = [];
    socket.on('message', (message) => lines.push(message.toString()));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    try {
      const backend = await startMetricsBackend({ backend: 'statsd', host: '127.0.0.1', port: socket.address().port, registry: new Registry() });
      record(backend);
      await backend.flush();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await backend.shutdown();
    } finally {
      socket.close();
    }
    expect(lines.join('\n')).toContain('jobs_total:3|c');
  });

  test('OTLP is sent requests.', async () => {
    const { fetch: send, sent } = recordingFetch();
    const backend = await startMetricsBackend({ backend: 'otlp', registry: [new Registry(), new Registry()], environment: {}, protocol: 'http/json', fetch: send });
    record(backend);
    await backend.flush();
    await backend.shutdown();
    expect(new TextDecoder().decode(sent[0]!.body)).toContain('jobs_total');
  });

  test('Null keeps nothing, and shows nothing.', async () => {
    const backend = await startMetricsBackend({ backend: 'null' });
    record(backend);
    await backend.flush();
    await backend.shutdown();
    expect([backend.registry === defaultRegistry, backend.registry.collectSync(), backend.url]).toEqual([false, [], undefined]);
    const registry = new Registry();
    expect((await startMetricsBackend({ backend: 'null', registry })).registry).toBe(registry);
  });

  test.each([[undefined, 'undefined'], [{}, 'undefined'], [{ backend: 'graphite' }, '"graphite"'], ['null', '"null"']])('Anything else is refused: %j', async (options, shown) => {
    await expect(startMetricsBackend(options as BackendOptions)).rejects.toThrow(`startMetricsBackend: backend is ${shown}; give one of "prometheus", "statsd", "otlp", "null"`);
  });

  test('Options of another backend are refused.', async () => {
    await expect(startMetricsBackend({ backend: 'prometheus', protocol: 'udp' } as unknown as BackendOptions)).rejects.toThrow(/^metrics server: unknown option "protocol"/);
  });
});
