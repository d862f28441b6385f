import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Program, freePort, start, until } from './support/processes.js';
import { Prometheus } from './support/prometheus.js';

const folder = new URL('../../docs/guide/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** The queries of the guide: what stands in the table below the heading. */
const queries = [...(/^## Queries\n([\s\S]*?)^## /m.exec(read('README.md'))?.[1] ?? '').matchAll(/^\| [^`\n]* \| `(.*)` \|$/gm)].map((row) => row[1]!);

/** The alerts that the files of the guide define. */
const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map((found) => found[1]!);
const ofService = alerts.filter((name) => name !== 'TargetDown');

/** A file of rules with waits and windows of seconds, so that a test need not wait for minutes. */
const hastened = (rules: string): string => rules.replace(/for: \d+m/g, 'for: 1s').replace(/\[5m\]/g, '[4s]');

let port: number;
let service: Program;
let prometheus: Prometheus;
const url = (path: string): string => `http://127.0.0.1:${port}${path}`;

async function startService(): Promise<Program> {
  const program = start(process.execPath, [fileURLToPath(new URL('service.js', folder))], { env: { ...process.env, PORT: String(port), OPEN_SECONDS: '4' } });
  await until('the service to listen', () => program.output().includes('listens on'));
  return program;
}

const ask = async (path: string, init: RequestInit = {}): Promise<number> => {
  const answer = await fetch(url(path), init);
  await answer.arrayBuffer();
  return answer.status;
};

const setBilling = (fails: boolean, seconds: number): Promise<number> => ask(`/faults/billing?fails=${fails}&seconds=${seconds}`, { method: 'POST' });

/** Asks for orders, some at a time. */
async function order(count: number, atOnce: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await ask(`/orders/${left}`);
  }));
}

/** Asks for an order every tenth of a second, until it is told to stop. */
function keepOrdering(): () => Promise<void> {
  let goesOn = true;
  const done = (async () => {
    while (goesOn) {
      await ask('/orders/1');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return () => {
    goesOn = false;
    return done;
  };
}

/** Waits until each of the alerts has been seen to fire, not necessarily at once. */
async function seeFiring(names: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  try {
    await until('the alerts to fire', async () => {
      for (const alert of await prometheus.alerts()) seen.add(alert);
      return names.every((name) => seen.has(`${name} firing`));
    }, 40);
  } catch (error) {
    throw new Error(`${[...seen].join(', ')} were seen, of ${names.join(', ')}`, { cause: error });
  }
}

beforeAll(async () => {
  port = await freePort();
  service = await startService();
  prometheus = await Prometheus.startWith({
    'prometheus.yml': read('prometheus.yml').replaceAll('15s', '500ms').replace('service:9464', `127.0.0.1:${port}`),
    'alerts.yml': hastened(read('alerts.yml')),
    'recording-rules.yml': hastened(read('recording-rules.yml')),
  });
}, 60_000);

afterAll(async () => {
  await prometheus?.stop();
  await service?.stop('SIGKILL');
});

describe('The service of the guide', () => {
  it('has the three alerts that operators were promised, and queries.', () => {
    const rules = read('alerts.yml');
    expect(rules).toMatch(/expr: circuit_breaker_state\{state="open"\} > 0\n +for: 1m\n/);
    expect(rules).toMatch(/expr: circuit_breaker_failure_rate > 10\n +for: 5m\n/);
    expect(rules).toMatch(/expr: circuit_breaker_latency_seconds_avg > 1\.0\n +for: 5m\n/);
    expect(queries).toContain('circuit_breaker_latency_seconds{component=~".+",quantile="0.95"}');
    expect(queries.length).toBeGreaterThanOrEqual(9);
    expect(queries).toContain('rate(circuit_breaker_calls_failed[1m])');
  });

  it('is scraped with its own prometheus.yml, in the text format, and nothing is alarming.', async () => {
    await order(5, 1);
    await ask('/search');
    await until('the first scrape', async () => (await prometheus.valueOf('up{job="shop"}')) === 1);
    expect(await prometheus.targetErrors()).toEqual({});
    expect((await fetch(url('/metrics'), { headers: { accept: 'application/openmetrics-text; version=1.0.0, text/plain; q=0.5' } })).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    await until('the routes to be counted', async () => (await prometheus.valueOf('http_requests_total{method="GET",route="/orders/:id",status_code="200"}')) === 5);
    expect(await ask('/health')).toBe(200);
    expect(await prometheus.alerts()).toEqual([]);
  });

  it('raises every alert when it is driven into failure, says so in its health, and answers every query.', async () => {
    await setBilling(true, 1.2);
    await order(60, 60);
    const stop = keepOrdering();
    try {
      await seeFiring(ofService);
      const health = await fetch(url('/health'));
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ status: 'unhealthy', components: [{ component: 'billing', status: 'unhealthy', state: expect.stringMatching('open') }, { component: 'search', status: 'healthy', state: 'closed', total: 1 }] });
      expect(await (await fetch(url('/components?component=BILL'))).json()).toMatchObject({ components: [{ component: 'billing', p99: expect.closeTo(1.2, 0) }] });
      for (const query of queries) await until(`data for ${query}`, async () => (await prometheus.query(query)).length > 0);
      expect(await prometheus.valueOf('circuit_breaker_latency_seconds{component="billing",quantile="0.95"}')).toBeGreaterThan(1);
      expect(await prometheus.valueOf('rate(circuit_breaker_calls_failed{component="billing"}[1m])')).toBeGreaterThan(0);
      expect(await prometheus.ruleFaults()).toEqual({});
      expect((await prometheus.query('{__name__=~"job.*:.*"}')).length).toBeGreaterThan(15);
    } finally {
      await stop();
    }
  }, 90_000);

  it('resolves every alert when it has recovered.', async () => {
    await setBilling(false, 0.002);
    await until('the breaker to close', async () => (await ask('/orders/1')) === 200);
    await order(1500, 20);
    expect(await ask('/health')).toBe(200);
    await until('the alerts to be resolved', async () => (await prometheus.alerts()).length === 0, 40);
  }, 90_000);

  it('is missed when it is gone, and no longer when it is back.', async () => {
    await service.stop();
    await seeFiring(['TargetDown']);
    service = await startService();
    await until('the alert to be resolved', async () => (await prometheus.alerts()).length === 0);
  }, 60_000);
});
