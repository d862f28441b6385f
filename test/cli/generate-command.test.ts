import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Registry, toBytes } from '../../src/index.js';
import type { Console } from '../../src/cli/console.js';
import { dispatch } from '../../src/cli/dispatch.js';
import { generate } from '../../src/cli/generate.js';
import { createMetricsHandler } from '../../src/expose/metrics-handler.js';
import { alertRules } from '../../src/generate/alerts.js';
import { type Dashboard, grafanaDashboard } from '../../src/generate/dashboard.js';
import { CircuitBreakerMetrics } from '../../src/packs/circuit-breaker.js';
import { dashboardFaults } from '../generate/dashboard-checker.js';

interface Said {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

async function run(...args: string[]): Promise<Said> {
  let out = '';
  let error = '';
  const console: Console = { out: (text) => void (out += text), error: (text) => void (error += text), columns: undefined, outColumns: undefined };
  const status = await dispatch(['generate', ...args], { generate }, console);
  return { status, out, error };
}

function breakers(): Registry {
  const registry = new Registry();
  const metrics = new CircuitBreakerMetrics({ registry });
  metrics.recordCall('billing', 0.2, false);
  metrics.recordState('billing', 'open');
  metrics.recordLogEntry('billing', 'error');
  return registry;
}

let folder: string;
let text: string;
let openMetrics: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-generate-'));
  text = join(folder, 'metrics.txt');
  openMetrics = join(folder, 'metrics.om');
  await writeFile(text, toBytes(breakers()));
  await writeFile(openMetrics, toBytes(breakers(), { format: 'openmetrics-1.0.0' }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('tallystick generate', () => {
  test('A dashboard is made of a file, and is that of the registry which wrote it.', async () => {
    const { status, out, error } = await run('grafana', text, '--title', 'Breakers');
    expect([status, error]).toEqual([0, '']);
    const dashboard = JSON.parse(out) as Dashboard;
    expect(dashboardFaults(dashboard)).toEqual([]);
    expect(dashboard).toEqual(JSON.parse(JSON.stringify(grafanaDashboard(breakers(), { title: 'Breakers', format: 'text-0.0.4' }))));
  });

  test('Rules have the names that the document has.', async () => {
    expect((await run('alerts', text, '--job', 'shop')).out).toBe(alertRules(breakers(), { format: 'text-0.0.4', job: 'shop' }));
    expect((await run('alerts', openMetrics)).out).toContain('circuit_breaker_state{circuit_breaker_state="open"} > 0');
    expect((await run('recording-rules', openMetrics, '--window', '2m')).out).toContain('expr: sum by (job, component) (rate(circuit_breaker_calls_failed_total[2m]))');
    expect((await run('alerts', text, '--for-scale', '0.01')).out).toContain('for: 600ms');
  });

  test('A URL is asked for what Prometheus would be given, and says what is to be scraped.', async () => {
    const server = createServer(createMetricsHandler(breakers()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/internal/metrics`;
    try {
      expect((await run('alerts', url)).out).toContain('circuit_breaker_state{circuit_breaker_state="open"} > 0');
      const { out } = await run('prometheus', url, '--job', 'shop', '--rules', 'alerts.yml,more.yml', '--scrape-interval=5s');
      for (const part of ['metrics_path: /internal/metrics', `- '${new URL(url).host}'`, 'job_name: shop', '- more.yml', 'scrape_interval: 5s']) expect(out).toContain(part);
      expect((await run('prometheus', url, '--targets', 'a:1,b:2')).out).toMatch(/targets:\n +- a:1\n +- b:2\n$/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('A Compose file needs no metrics.', async () => {
    const { status, out } = await run('compose', '--image', 'example.org/shop:1', '--dashboards', 'shop.json', '--retention', '2d', '--rules', 'alerts.yml');
    expect(status).toBe(0);
    for (const part of ['image: example.org/shop:1', 'shop.json:ro', 'time=2d', 'alerts.yml:ro']) expect(out).toContain(part);
  });

  test('A file is written whole, and nothing else is left.', async () => {
    const out = join(folder, 'alerts.yml');
    expect(await run('alerts', text, '--out', out)).toEqual({ status: 0, out: '', error: '' });
    expect(await readFile(out, 'utf8')).toBe((await run('alerts', text)).out);
    expect((await readdir(folder)).sort()).toEqual(['alerts.yml', 'metrics.om', 'metrics.txt']);
    const { status, error } = await run('alerts', text, '--out', join(folder, 'none', 'alerts.yml'));
    expect([status, error]).toEqual([1, expect.stringMatching(/none\/alerts\.yml cannot be written: ENOENT/)]);
  });

  test.each([['--help'], ['-h'], ['grafana', '--help'], ['compose', '-h']])('%s %s says how it is used.', async (...args) => {
    const { status, out } = await run(...args);
    expect(status).toBe(0);
    expect(out).toMatch(/^Usage: tallystick generate WHAT/);
  });

  test.each([
    [[], 'nothing is named to generate; give one of grafana, alerts, recording-rules, prometheus, compose'],
    [['dashboards'], '"dashboards" is nothing that can be generated; give one of grafana, alerts, recording-rules, prometheus, compose'],
    [['grafana'], 'no metrics are given; give the path of a file, a URL, or - for the standard input'],
    [['compose', 'a'], '"a" is no flag of this command; --help lists them'],
    [['grafana', 'a', '--job', 'x'], '"--job" is no flag of this command; --help lists them'],
    [['alerts', 'a', '--for-scale', '0'], '--for-scale is "0"; give a number above 0'],
    [['alerts', 'a', '--format', 'json'], '--format is "json"; give one of text-0.0.4, text-1.0.0, openmetrics-1.0.0, openmetrics-2.0.0, protobuf'],
    [['prometheus', 'metrics.txt'], 'prometheus takes the URL of the metrics, which says what is to be scraped, or --targets'],
    [['prometheus', '--targets', 'a,,b'], '--targets is "a,,b"; give names with commas between them'],
    [['prometheus', '--scrape-interval', 'often'], 'prometheus.yml: scrapeInterval is "often"; give a whole number and a unit, for instance "30s" or "5m"'],
    [['compose', '--image', ' '], '--image is " "; give a text'],
  ])('%j is refused.', async (args, message) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', error: `tallystick generate: ${message}\n` });
  });

  test('Metrics that cannot be read, break their format, or are none at all, are not made into anything.', async () => {
    const bad = join(folder, 'bad.txt');
    await writeFile(bad, 'a 1\nb{ 2\n');
    expect(await run('grafana', bad)).toMatchObject({ status: 1, out: '', error: expect.stringMatching(/bad\.txt breaks the format text-0\.0\.4 in line 2, column \d+: found .+, expected .+; tallystick lint tells everything/) });
    await writeFile(bad, '');
    expect(await run('alerts', bad)).toMatchObject({ status: 1, error: expect.stringContaining('has no metrics; give the metrics of a service that has recorded something') });
    await rm(bad);
    expect(await run('alerts', bad)).toMatchObject({ status: 1, error: expect.stringContaining('cannot be read') });
  });
});
