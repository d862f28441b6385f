import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type Http2ServerRequest, createServer as createHttp2Server } from 'node:http2';
import { expect, expectTypeOf, test } from 'vitest';
import type { Counter } from '../../src/instruments/counter.js';
import type { Histogram } from '../../src/instruments/histogram.js';
import { AuthMetrics } from '../../src/packs/auth.js';
import { CircuitBreakerMetrics, type CircuitState } from '../../src/packs/circuit-breaker.js';
import { DeclaredMetrics, type NamesOfKind } from '../../src/packs/declared.js';
import { HttpMetrics, trackNode } from '../../src/packs/http.js';
import { McpMetrics } from '../../src/packs/mcp.js';
import { engineMetrics, vllmMetrics } from '../../src/packs/vllm.js';
import { Registry } from '../../src/registry/registry.js';

test('The instruments of a set have the kinds and labels of its table.', () => {
  const auth = new AuthMetrics({ registry: new Registry() });
  expectTypeOf(auth.instruments.requests).toEqualTypeOf<Counter<readonly ['mechanism', 'status']>>();
  expectTypeOf(auth.instruments.oauthFlowDuration).toEqualTypeOf<Histogram<readonly ['status']>>();
  // @ts-expect-error a label is missing
  expect(() => auth.recordRequest({ mechanism: 'basic' }, 1)).toThrow(/"status"/);
  // @ts-expect-error it has no such label
  expect(() => auth.recordTokenRefresh({ state: 'ok' })).toThrow(/"state"/);
  expect(auth.instruments.requests.size).toBe(0);
});

test('What a type of metric cannot do does not compile.', () => {
  const engine = engineMetrics({ registry: new Registry(), namespace: 'x' });
  // @ts-expect-error a counter cannot be set
  expect(() => engine.promptTokens.set(1)).toThrow(TypeError);
  // @ts-expect-error it has a label
  expect(() => engine.gpuMemoryUsed.set(1)).toThrow(/"device"/);
  const vllm = vllmMetrics({ registry: new Registry() });
  // @ts-expect-error a reason is missing
  expect(() => vllm.requestSuccesses.inc({ model_name: 'm', engine: '0' })).toThrow(/"finished_reason"/);
});

test('The states of a circuit breaker are closed.', () => {
  const breakers = new CircuitBreakerMetrics({ registry: new Registry() });
  expectTypeOf(breakers.recordState).parameter(1).toEqualTypeOf<CircuitState>();
  // @ts-expect-error there is no such state
  expect(() => breakers.instruments.state.set({ component: 'c' }, 'ajar')).toThrow(/"ajar"/);
});

test('A namespace is no option where a prefix is.', () => {
  // @ts-expect-error it is called prefix
  expect(() => new McpMetrics({ enabled: true, registry: new Registry(), namespace: 'x' })).toThrow(/unknown option/);
});

test('The accessors of declared metrics take the names of their kind.', () => {
  const rows = [
    { name: 'a.done', kind: 'counter', unit: '1', summary: 'Done.' },
    { name: 'a.time', kind: 'histogram', unit: 'ms', summary: 'Time.' },
  ] as const;
  expectTypeOf<NamesOfKind<typeof rows, 'counter'>>().toEqualTypeOf<'a.done'>();
  const metrics = new DeclaredMetrics(rows, { registry: new Registry() });
  expectTypeOf(metrics.counter).parameter(0).toEqualTypeOf<'a.done'>();
  expectTypeOf(metrics.histogram).parameter(0).toEqualTypeOf<'a.time'>();
  expect(metrics.counter('a.done').name).toBe('a_done');
});

test('A listener that is tracked has the types of the server it is written for.', () => {
  const http = new HttpMetrics({ registry: new Registry() });
  const server = createServer(trackNode(http, (request, response) => {
    expectTypeOf(request).toExtend<IncomingMessage>();
    expectTypeOf(response).toExtend<ServerResponse>();
  }));
  const second = createHttp2Server(trackNode(http, (request) => {
    expectTypeOf(request).toExtend<Http2ServerRequest>();
  }));
  const listener = trackNode(http, (_request: IncomingMessage, response: ServerResponse) => void response.end());
  expectTypeOf(listener).toEqualTypeOf<(request: IncomingMessage, response: ServerResponse) => undefined>();
  expect([server, second].every(({ listening }) => !listening)).toBe(true);
});
