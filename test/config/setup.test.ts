import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Registry } from '../../src/registry/registry.js';
import { type SetupOptions, setupMetrics, shutdownMetrics } from '../../src/config/entry.js';
import { recordingFetch } from '../support/recording-fetch.js';

const config = { counters: [{ name: 'ops_total', description: 'Operations.', labels: ['status'] }] };

function make() {
  const onFault = vi.fn();
  const registry = new Registry({ onFault });
  return { registry, onFault, said: (): unknown[] => onFault.mock.calls.map(([message, error]) => [String(message), (error as Error).message]) };
}

afterEach(() => shutdownMetrics());

describe('Metrics that are set up', () => {
  test('Without a word of the environment there is a client, and nothing is sent or served.', async () => {
    const { registry, onFault } = make();
    const { client, server, exporter } = await setupMetrics('registry', { config, registry, environment: {} });
    client.recordCounter('ops_total', 1, { status: 'ok' });
    expect([server, exporter, registry.get('ops_total') === undefined, client.service]).toEqual([undefined, undefined, false, 'registry']);
    expect(onFault).not.toHaveBeenCalled();
  });

  test.each([
    [{ OTEL_PROMETHEUS_ENABLED: 'true', OTEL_PROMETHEUS_PORT: '0' }, true],
    [{ OTEL_PROMETHEUS_ENABLED: ' ON ', OTEL_EXPORTER_PROMETHEUS_PORT: '0' }, true],
    [{ PROMETHEUS_ENABLED: '1', OTEL_PROMETHEUS_PORT: '0' }, true],
    [{ PROMETHEUS_ENABLED: 'yes', OTEL_PROMETHEUS_PORT: '0', OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' }, true],
    [{ OTEL_PROMETHEUS_ENABLED: 'false', PROMETHEUS_ENABLED: 'true', OTEL_PROMETHEUS_PORT: '0' }, false],
    [{ PROMETHEUS_ENABLED: 'off' }, false],
    [{ PROMETHEUS_ENABLED: '' }, false],
  ])('Both families of variables say whether it is served: %j', async (environment, isServed) => {
    const { registry } = make();
    const { client, server } = await setupMetrics('registry', { config, registry, environment });
    expect(server !== undefined).toBe(isServed);
    if (server === undefined) return;
    client.recordCounter('ops_total', 2, { status: 'ok' });
    expect(await (await fetch(server.url)).text()).toContain('ops_total{status="ok"} 2');
    await shutdownMetrics();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('With an endpoint in the environment it is sent by OTLP, the rest of it at shutdown.', async () => {
    const { registry } = make();
    const { fetch: send, sent } = recordingFetch();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_EXPORTER_OTLP_TIMEOUT: '100' };
    const { client, exporter } = await setupMetrics('registry', { config, registry, environment });
    expect(exporter).not.toBe(undefined);
    await shutdownMetrics();
    const own = make();
    const setup = await setupMetrics('registry', { config, registry: own.registry, environment, otlp: { fetch: send, protocol: 'http/json' } });
    client.recordCounter('ops_total', 1, { status: 'ok' });
    setup.client.recordCounter('ops_total', 3, { status: 'ok' });
    await setup.shutdown();
    await setup.shutdown();
    expect(sent.map(({ url }) => url)).toEqual(['http://collector:4318/v1/metrics']);
    const body = new TextDecoder().decode(sent[0]!.body);
    expect(body).toContain('"service.name","value":{"stringValue":"registry"}');
    expect(body).toContain('ops_total');
  });

  test('Options go before the environment.', async () => {
    const { registry } = make();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', PROMETHEUS_ENABLED: 'true', OTEL_PROMETHEUS_PORT: '1' };
    expect(await setupMetrics('registry', { registry, environment, otlp: false, prometheus: false })).toMatchObject({ server: undefined, exporter: undefined });
    const { server } = await setupMetrics('registry', { registry, environment, otlp: false, prometheus: { port: 0 } });
    expect(server?.port).toBeGreaterThan(1);
  });

  test('What cannot be started is said, and the rest works.', async () => {
    const { registry, said } = make();
    const first = await setupMetrics('first', { registry: new Registry(), environment: {}, prometheus: { port: 0 } });
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense', OTEL_PROMETHEUS_ENABLED: 'true', OTEL_PROMETHEUS_PORT: String(first.server!.port) };
    const { client, server, exporter } = await setupMetrics('registry', { config: 'none.json', registry, environment });
    client.recordCounter('ops_total', 1);
    expect([server, exporter]).toEqual([undefined, undefined]);
    expect(said()).toEqual([
      [expect.stringContaining('setupMetrics: configuration'), 'none.json: cannot be read (ENOENT); give the path of a YAML or JSON file'],
      [expect.stringContaining('setupMetrics: otlp'), expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT')],
      [expect.stringContaining('setupMetrics: prometheus'), expect.stringContaining('is taken')],
      [expect.stringContaining('ops_total (INVALID_NAME)'), expect.any(String)],
    ]);
  });

  test.each([
    [{ OTEL_PROMETHEUS_ENABLED: 'maybe' }, 'setupMetrics: OTEL_PROMETHEUS_ENABLED is "maybe"; give 1, true, yes or on, or 0, false, no or off'],
    [{ PROMETHEUS_ENABLED: '1', OTEL_PROMETHEUS_PORT: '99999' }, 'setupMetrics: OTEL_PROMETHEUS_PORT is "99999"; give a port from 0 to 65535'],
    [{ PROMETHEUS_ENABLED: '1', OTEL_PROMETHEUS_PORT: 'http' }, 'setupMetrics: OTEL_PROMETHEUS_PORT is "http"; give a port from 0 to 65535'],
  ])('A variable that makes no sense is said: %j', async (environment, message) => {
    const { registry, said } = make();
    await setupMetrics('registry', { registry, environment });
    expect(said()).toEqual([[expect.any(String), message]]);
  });

  test('A file is read and, if asked for, followed.', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-setup-'));
    try {
      const file = join(folder, 'metrics.json');
      await writeFile(file, JSON.stringify(config));
      const { registry } = make();
      const { client } = await setupMetrics('registry', { config: file, watch: true, registry, environment: {} });
      expect(client.getCounter('ops_total')).toBe(registry.get('ops_total'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    ['', {}, 'setupMetrics: service is ""; give the name of the service'],
    ['a', { registry: 5 }, 'setupMetrics: registry is 5; give a Registry, or leave it out'],
    ['a', { port: 5 }, 'setupMetrics: unknown option "port"; the options are "config", "watch", "registry", "otlp", "prometheus", "environment"'],
  ])('Options that make no sense are refused: %j %j', async (service, options, message) => {
    await expect(setupMetrics(service, options as SetupOptions)).rejects.toThrow(message);
  });
});
