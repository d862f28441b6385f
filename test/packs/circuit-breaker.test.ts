import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CircuitBreakerMetrics, type HealthReport, createHealthHandler, createQueryHandler, defaultCircuitBreakerMetrics, toNodeHandler } from '../../src/packs/circuit-breaker.js';
import { Registry, defaultRegistry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';

const clock = new FakeClock();

function collector(options: { maxLatencySamples?: number; maxComponents?: number } = {}): CircuitBreakerMetrics {
  return new CircuitBreakerMetrics({ registry: new Registry({ clock }), ...options });
}

describe('the collector of circuit breakers', () => {
  it('exposes what was recorded, as the guide queries it', () => {
    const breakers = collector();
    for (let call = 1; call <= 10; call++) breakers.recordCall('billing', call / 10, call !== 10);
    breakers.recordState('billing', 'open');
    breakers.recordLogEntry('billing', 'error');
    const lines = breakers.exposition().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'circuit_breaker_calls_total{component="billing"} 10',
        'circuit_breaker_calls_success{component="billing"} 9',
        'circuit_breaker_calls_failed{component="billing"} 1',
        'circuit_breaker_failure_rate{component="billing"} 10',
        'circuit_breaker_latency_seconds{component="billing",quantile="0.95"} 1',
        'circuit_breaker_latency_seconds_count{component="billing"} 10',
        'circuit_breaker_latency_seconds_avg{component="billing"} 0.55',
        'circuit_breaker_state{component="billing",state="closed"} 0',
        'circuit_breaker_state{component="billing",state="open"} 1',
        'circuit_breaker_state{component="billing",state="half_open"} 0',
        'log_entries_total{component="billing"} 1',
        'log_entries_by_level{component="billing",level="error"} 1',
      ]),
    );
  });

  it('sums a component up', () => {
    const breakers = collector();
    breakers.recordCall('billing', 0.1, true);
    breakers.recordCall('billing', 0.3, false, 1_700_000_500);
    breakers.recordCall('billing', 0.2, false, 1_700_000_400);
    breakers.recordState('billing', 'half_open');
    const summary = breakers.summary('billing');
    expect(summary).toMatchObject({ component: 'billing', total: 3, successful: 1, failed: 2, minLatencySeconds: 0.1, maxLatencySeconds: 0.3, p50: 0.2, p95: 0.3, p99: 0.3 });
    expect(summary).toMatchObject({ state: 'half_open', lastFailureTime: 1_700_000_500 });
    expect(summary!.averageLatencySeconds).toBeCloseTo(0.2, 12);
    expect(summary!.failureRate).toBeCloseTo(200 / 3, 12);
    expect(summary!.successRate + summary!.failureRate).toBeCloseTo(100, 12);
    expect(Object.keys(summary!)).toHaveLength(14);
  });

  it('takes the time of a failure from its clock when none is given, and knows a closed state and no numbers at first', () => {
    const breakers = collector();
    breakers.recordState('quiet', 'closed');
    expect(breakers.summary('quiet')).toMatchObject({ total: 0, failureRate: 0, successRate: 0, averageLatencySeconds: NaN, minLatencySeconds: NaN, p99: NaN, state: 'closed', lastFailureTime: null });
    breakers.recordCall('quiet', 0.1, false);
    expect(breakers.summary('quiet')!.lastFailureTime).toBe(clock.wallSeconds());
    expect(breakers.summary('unheard of')).toBeUndefined();
    expect(breakers.failureRate('unheard of')).toBe(0);
    expect(breakers.percentile('unheard of', 0.5)).toBeNaN();
  });

  it('answers percentiles exactly over the latest calls, as sorting them does', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 100 }), (latencies, most, percent) => {
        const breakers = collector({ maxLatencySamples: most });
        for (const latency of latencies) breakers.recordCall('c', latency, true);
        const sorted = latencies.slice(-most).sort((a, b) => a - b);
        const rank = Math.max(1, Math.ceil((percent * sorted.length) / 100));
        expect(breakers.percentile('c', percent / 100)).toBe(sorted[rank - 1]! + 0);
        expect(breakers.summary('c')).toMatchObject({ minLatencySeconds: sorted[0]! + 0, maxLatencySeconds: sorted.at(-1)! + 0, total: latencies.length });
      }),
    );
  });

  it('keeps its samples however old they are', () => {
    const breakers = collector();
    breakers.recordCall('c', 2, true);
    clock.advance(86_400);
    expect(breakers.percentile('c', 0.5)).toBe(2);
  });

  it('forgets one component, or all of them', () => {
    const breakers = collector();
    for (const component of ['a', 'b']) {
      breakers.recordCall(component, 1, false);
      breakers.recordLogEntry(component, 'info');
    }
    expect(breakers.exposition()).toContain('circuit_breaker_latency_seconds_avg{component="a"} 1');
    expect(breakers.reset('a')).toBe(true);
    expect(breakers.reset('a')).toBe(false);
    expect(breakers.components()).toEqual(['b']);
    expect(breakers.exposition()).not.toContain('component="a"');
    breakers.recordCall('a', 3, true);
    expect(breakers.summary('a')).toMatchObject({ total: 1, failed: 0, maxLatencySeconds: 3, lastFailureTime: null });
    breakers.resetAll();
    expect(breakers.components()).toEqual([]);
    expect(breakers.exposition()).not.toContain('component=');
  });

  it('records what is beyond its number of components as one', () => {
    const breakers = collector({ maxComponents: 2 });
    for (let i = 0; i < 100; i++) breakers.recordCall(`c${i}`, 1, true);
    expect(breakers.components()).toEqual(['__overflow__', 'c0', 'c1']);
    expect(breakers.summary('__overflow__')!.total).toBe(98);
    expect(() => breakers.recordCall(undefined as unknown as string, 1, true)).toThrow('component is undefined; give a string');
    expect(breakers.summary('__overflow__')!.total).toBe(98);
  });

  it('shows nothing of what else the registry has', () => {
    const breakers = collector();
    breakers.registry.counter({ name: 'other_total', help: 'Held for the test.' });
    expect(breakers.exposition()).not.toContain('other_total');
  });

  it.each([
    ['a negative latency', (breakers: CircuitBreakerMetrics) => breakers.recordCall('c', -1, true), /latencySeconds is -1; give a finite number/],
    ['a latency in a text', (breakers: CircuitBreakerMetrics) => breakers.recordCall('c', '1' as unknown as number, true), /latencySeconds is "1"/],
    ['no latency', (breakers: CircuitBreakerMetrics) => breakers.recordCall('c', NaN, true), /latencySeconds is NaN/],
    ['a timestamp that is none', (breakers: CircuitBreakerMetrics) => breakers.recordCall('c', 1, true, NaN), /timestamp is NaN/],
    ['a success that is none', (breakers: CircuitBreakerMetrics) => breakers.recordCall('c', 1, 'yes' as unknown as boolean), /success is "yes"; give true or false/],
    ['a state that is none', (breakers: CircuitBreakerMetrics) => breakers.recordState('c', 'ajar' as 'open'), /"ajar" is not one of the states/],
    ['a component that is none', (breakers: CircuitBreakerMetrics) => breakers.recordCall({} as unknown as string, 1, true), /component is \{\}/],
    ['a level that is none', (breakers: CircuitBreakerMetrics) => breakers.recordLogEntry('c', {} as unknown as string), /label "level"/],
    ['a quantile that is none', (breakers: CircuitBreakerMetrics) => breakers.percentile('c', 95), /quantile is 95; give a number from 0 to 1/],
  ])('refuses %s, and records nothing', (_, record, message) => {
    const breakers = collector();
    expect(() => void record(breakers)).toThrow(message);
    expect(breakers.components()).toEqual([]);
    expect(breakers.exposition()).not.toContain('component=');
  });

  it('refuses a second collector on the same registry, and options that are none', () => {
    const registry = new Registry();
    new CircuitBreakerMetrics({ registry });
    expect(() => new CircuitBreakerMetrics({ registry })).toThrow(/the registry has "circuit_breaker_calls_total" already; use the collector that made it/);
    expect(() => new CircuitBreakerMetrics({ registry: new Registry(), maxLatencySamples: 0 })).toThrow(/maxLatencySamples is 0; give a whole number from 1 to 1000000/);
    expect(() => new CircuitBreakerMetrics({ registry: new Registry(), limits: {} } as object)).toThrow(/unknown option "limits"; the options are/);
    expect(() => new CircuitBreakerMetrics({ registry: 3 as unknown as Registry })).toThrow(/registry is 3; give a Registry/);
  });

  it('is one for the program when no other is made', () => {
    const first = defaultCircuitBreakerMetrics();
    expect(defaultCircuitBreakerMetrics()).toBe(first);
    expect(first.registry).toBe(defaultRegistry);
    for (const { name } of Object.values(first.instruments)) defaultRegistry.unregister(name);
  });
});

describe('the handlers of circuit breakers', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => close()));

  function driven(): CircuitBreakerMetrics {
    const breakers = collector();
    for (let call = 0; call < 10; call++) {
      breakers.recordCall('billing', 0.25, call % 2 === 0);
      breakers.recordCall('Shipping-bill', 0.01, true);
    }
    return breakers;
  }

  it('say healthy up to 50 % of failures, and unhealthy above', async () => {
    const breakers = driven();
    const handle = createHealthHandler(breakers);
    const well = handle(new Request('http://localhost/health'));
    expect(well.status).toBe(200);
    expect(well.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(((await well.json()) as HealthReport).status).toBe('healthy');
    breakers.recordCall('billing', 0.25, false);
    breakers.recordState('billing', 'open');
    const ill = handle(new Request('http://localhost/health'));
    expect(ill.status).toBe(503);
    const report = (await ill.json()) as HealthReport;
    expect(report.status).toBe('unhealthy');
    expect(report.components).toHaveLength(2);
    expect(report.components.find(({ component }) => component === 'billing')).toMatchObject({ status: 'unhealthy', state: 'open', total: 11, successful: 5, failed: 6, averageLatencyMs: 250, p99LatencyMs: 250 });
  });

  it('find components by a part of their name', async () => {
    const handle = createQueryHandler(driven());
    const found = async (query: string): Promise<string[]> => {
      const { components } = (await handle(new Request(`http://localhost/query${query}`)).json()) as { components: { component: string }[] };
      return components.map(({ component }) => component);
    };
    expect(await found('?component=BILL')).toEqual(['Shipping-bill', 'billing']);
    expect(await found('?component=ship')).toEqual(['Shipping-bill']);
    expect(await found('?component=.*')).toEqual([]);
    expect(await found('')).toHaveLength(2);
  });

  it('answer on node:http as well, GET and HEAD only', async () => {
    const server = createServer(toNodeHandler(createHealthHandler(driven()))).listen(0, '127.0.0.1');
    closers.push(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}//evil.example/health`;
    expect(await (await fetch(url)).json()).toMatchObject({ status: 'healthy' });
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(url, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answer 500 on node:http when they fail', async () => {
    const answered: number[] = [];
    const failing = toNodeHandler(() => {
      throw new Error('broken');
    });
    await failing({ method: 'GET', url: '/' }, { writeHead: (status) => answered.push(status), end: () => {} });
    expect(answered).toEqual([500]);
  });
});
