import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { McpMetrics, type McpOptions, createMcpHandler, createMcpRouter, toNodeHandler } from '../../src/packs/mcp.js';
import { Registry } from '../../src/registry/registry.js';

function metricsWith(flag: string | undefined, options: McpOptions = {}): McpMetrics {
  return new McpMetrics({ registry: new Registry(), environment: { PROMETHEUS_ENABLED: flag }, ...options });
}

const get = (path: string): Request => new Request(`http://localhost${path}`);

describe('the metrics of a service that serves tools', () => {
  it.each(['1', 'true', 'yes', 'on', 'TRUE', ' On '])('are on for PROMETHEUS_ENABLED=%s', (flag) => {
    expect(metricsWith(flag).enabled).toBe(true);
  });

  it.each([undefined, '', '0', 'false', 'no', 'off', '2', 'enabled'])('are off for PROMETHEUS_ENABLED=%s', (flag) => {
    const metrics = metricsWith(flag);
    expect(metrics.enabled).toBe(false);
    expect(metrics.registry.instruments()).toEqual([]);
  });

  it('read the environment of the process where none is given', () => {
    const before = process.env['PROMETHEUS_ENABLED'];
    process.env['PROMETHEUS_ENABLED'] = 'yes';
    try {
      expect(new McpMetrics({ registry: new Registry() }).enabled).toBe(true);
    } finally {
      if (before === undefined) delete process.env['PROMETHEUS_ENABLED'];
      else process.env['PROMETHEUS_ENABLED'] = before;
    }
  });

  it('are what the options say, whatever the environment says', () => {
    expect(metricsWith('1', { enabled: false }).enabled).toBe(false);
    expect(metricsWith('0', { enabled: true }).enabled).toBe(true);
  });

  it('record by one function each', () => {
    const metrics = metricsWith('1', { prefix: 'tools' });
    metrics.recordRun({ tool: 'search', status: 'ok' });
    metrics.recordRunError({ tool: 'search', error_code: 'E1' });
    metrics.observeRequestLatency({ tool: 'search', status: 'ok' }, 0.2);
    metrics.observeSearchStage({ stage: 'rank' }, 0.02);
    expect(toText(metrics.registry).split('\n')).toEqual(
      expect.arrayContaining([
        'tools_runs_total{tool="search",status="ok"} 1',
        'tools_run_errors_total{tool="search",error_code="E1"} 1',
        'tools_mcp_request_latency_seconds_bucket{tool="search",status="ok",le="0.25"} 1',
        'tools_search_stage_latency_seconds_bucket{stage="rank",le="0.05"} 1',
      ]),
    );
  });

  it('never throw into their callers: off, on with nonsense, or with a name that is taken', () => {
    const said: string[] = [];
    const registry = new Registry({ onFault: (message) => said.push(message) });
    registry.gauge({ name: 'codeintel_runs_total', help: 'Held for the test.' });
    for (const metrics of [metricsWith('0'), metricsWith('1', { registry: new Registry({ onFault: (message) => said.push(message) }) }), metricsWith('1', { registry })]) {
      metrics.recordRun({ tool: 'x', status: 'ok' });
      metrics.recordRun(undefined as unknown as { tool: string; status: string });
      metrics.observeSearchStage({ stage: 'rank' }, NaN);
    }
    expect(said).toHaveLength(2);
    expect(registry.instruments()).toHaveLength(1);
  });

  it('serve /metrics through a router, and nothing else', async () => {
    const metrics = metricsWith('on');
    metrics.recordRun({ tool: 'search', status: 'ok' });
    const route = createMcpRouter(metrics)!;
    const answer = await route(get('/metrics?x=1'));
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('codeintel_runs_total{tool="search",status="ok"} 1');
    expect((await route(get('/'))).status).toBe(404);
  });

  it('serve a scraper of node:http in the format it asks for', async () => {
    const server = createServer(toNodeHandler(createMcpRouter(metricsWith('1'))!)).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
      expect(answer.headers.get('content-type')).toContain('application/openmetrics-text');
      expect(await answer.text()).toMatch(/# TYPE codeintel_runs counter\n[^]*# EOF\n$/);
    } finally {
      server.close();
    }
  });

  it('have no router when they are not enabled, and an endpoint that says so in a comment', async () => {
    const metrics = metricsWith('0');
    expect(createMcpRouter(metrics)).toBeUndefined();
    const answer = await createMcpHandler(metrics)(get('/metrics'));
    expect([answer.status, await answer.text()]).toEqual([200, '# The metrics are off: they are not enabled; set PROMETHEUS_ENABLED to 1, true, yes or on\n']);
    expect((await createMcpHandler(metrics)(new Request('http://localhost/metrics', { method: 'POST' }))).status).toBe(405);
  });

  it('say in a comment of one line why a part is missing', async () => {
    const registry = new Registry({ onFault: () => {} });
    registry.gauge({ name: 'codeintel_runs_total', help: 'Held for the test.' });
    const route = createMcpRouter(metricsWith('1', { registry }))!;
    expect(await (await route(get('/metrics'))).text()).toMatch(/^# The metrics are off: counter "codeintel_runs_total": the registry has gauge [^\n]*\n$/);
  });

  it('refuse options that are wrong', () => {
    expect(() => metricsWith('1', { prefix: 3 as unknown as string })).toThrow(/prefix is 3; give a string/);
    expect(() => metricsWith('1', { enabled: 'yes' as unknown as boolean })).toThrow(/enabled is "yes"; give true or false/);
    expect(() => metricsWith('1', { namespace: 'x' } as McpOptions)).toThrow(/unknown option "namespace"; the options are .*"prefix"/);
  });
});
