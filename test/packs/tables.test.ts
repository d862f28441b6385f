import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { AuthMetrics } from '../../src/packs/auth.js';
import { CircuitBreakerMetrics } from '../../src/packs/circuit-breaker.js';
import { DeclaredMetrics } from '../../src/packs/declared.js';
import { HttpMetrics } from '../../src/packs/http.js';
import { McpMetrics } from '../../src/packs/mcp.js';
import { RegistryServiceMetrics } from '../../src/packs/registry-service.js';
import { engineMetrics, vllmMetrics } from '../../src/packs/vllm.js';
import { Registry } from '../../src/registry/registry.js';
import * as tables from './systems.table.js';

interface Row {
  readonly type: string;
  readonly name: string;
  readonly labels: readonly string[];
  /** Bounds or quantiles. */
  readonly numbers: readonly number[];
}

function rowsOf(table: string): Row[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [, type, name, labels = '', numbers = ''] = /^(\w+)\s+([\w:]+)(?: \{([\w,]+)\})?(?: \[([^\]]+)\])?$/.exec(line)!;
      return { type: type!, name: name!, labels: labels.split(',').filter(Boolean), numbers: numbers.split(' ').filter(Boolean).map(Number) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a registry exposes, in the form of the tables. */
function exposedBy(registry: Registry): Row[] {
  return registry.collectSync().map(({ descriptor: { type, name, labelNames, stateLabel, bounds, quantiles } }) => ({
    type,
    name,
    labels: stateLabel === '' ? labelNames : [...labelNames, stateLabel],
    numbers: [...bounds, ...quantiles],
  }));
}

const packs: readonly (readonly [pack: string, table: string, register: (registry: Registry, namespace: string | undefined) => unknown])[] = [
  ['engine', tables.engine, (registry, namespace = 'x') => engineMetrics({ registry, namespace })],
  ['vllm', tables.vllm, (registry, namespace = '') => vllmMetrics({ registry, namespace, maxModelLength: 3000 })],
  ['circuit-breaker', tables.circuitBreaker, (registry, namespace = '') => new CircuitBreakerMetrics({ registry, namespace })],
  ['mcp', tables.mcp, (registry, prefix) => new McpMetrics({ registry, enabled: true, ...(prefix === undefined ? {} : { prefix }) })],
  ['registry-service', tables.registryService, (registry, namespace = '') => new RegistryServiceMetrics({ registry, namespace })],
  ['auth', tables.auth, (registry, namespace = '') => new AuthMetrics({ registry, namespace })],
  ['http', tables.http, (registry, namespace = '') => new HttpMetrics({ registry, namespace })],
];

/** Beyond what the table asks for. */
const beyond = ['http_requests_in_flight', 'http_request_size_bytes', 'http_response_size_bytes'];

describe.each(packs)('the set %s', (pack, table, register) => {
  it('has the names, labels and bounds of the table', () => {
    const registry = new Registry();
    register(registry, undefined);
    const exposed = exposedBy(registry);
    expect(exposed.filter(({ name }) => pack !== 'http' || !beyond.includes(name))).toEqual(rowsOf(table));
    expect(rowsOf(table).length).toBeGreaterThan(1);
  });

  it('shows each of its names in the text format, with a type and a help text', () => {
    const registry = new Registry();
    register(registry, undefined);
    const text = toText(registry);
    for (const { name, type } of rowsOf(table)) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} .+\\.$`, 'm'));
      expect(text).toContain(`# TYPE ${name} ${type === 'stateset' ? 'gauge' : type}\n`);
    }
  });

  it('takes any prefix, and registers twice on one registry under two', () => {
    const registry = new Registry();
    register(registry, 'one');
    const single = registry.instruments().length;
    register(registry, 'two');
    const names = registry.instruments().map(({ descriptor }) => descriptor.name);
    expect(names).toHaveLength(2 * single);
    expect(names.filter((name) => name.startsWith('one_'))).toHaveLength(single);
    expect(names.filter((name) => name.startsWith('two_'))).toHaveLength(single);
  });
});

describe('the declared metrics', () => {
  it.each(tables.declaredBounds.trim().split('\n').map((line) => line.split(/\s+/)))('have the bounds of the table for the unit %s', (unit, ...bounds) => {
    const registry = new Registry();
    new DeclaredMetrics([{ name: 'app.x', kind: 'histogram', unit: unit!, summary: 'Held for the test.' }], { registry }).histogram('app.x');
    expect(exposedBy(registry)).toEqual([{ type: 'histogram', name: 'app_x', labels: [], numbers: bounds.map(Number) }]);
  });
});

describe('the sets together', () => {
  it('share one registry, and what two of them have in common is one metric', () => {
    const registry = new Registry();
    for (const [, , register] of packs) register(registry, undefined);
    const names = registry.instruments().map(({ descriptor }) => descriptor.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name === 'auth_requests_total')).toHaveLength(1);
  });

  it('leave a registry as it was when one of the names is taken by something else', () => {
    const registry = new Registry();
    registry.gauge({ name: 'session_creations_total', help: 'Held for the test.' });
    expect(() => new AuthMetrics({ registry })).toThrow(/session_creations_total": the registry has gauge/);
    expect(registry.instruments().map(({ descriptor }) => descriptor.name)).toEqual(['session_creations_total']);
  });
});
