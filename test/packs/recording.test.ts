import { describe, expect, it } from 'vitest';
import { AuthMetrics } from '../../src/packs/auth.js';
import { RegistryServiceMetrics } from '../../src/packs/registry-service.js';
import { vllmMetrics } from '../../src/packs/vllm.js';
import { Registry } from '../../src/registry/registry.js';

/** What a registry shows of counters and histograms, as `name{values} number`. */
function shown(registry: Registry): string[] {
  return registry
    .snapshot()
    .flatMap(({ name, series }) => series.map(({ labels, value, count, sum }) => `${name}{${Object.values(labels).join(',')}} ${value ?? `${count} in ${sum}`}`))
    .sort();
}

describe('the recording functions of an authentication server', () => {
  it('record a counter, and its histogram where there is one', () => {
    const registry = new Registry();
    const auth = new AuthMetrics({ registry });
    auth.recordRequest({ mechanism: 'basic', status: 'ok' }, 0.5);
    auth.recordTokenRefresh({ status: 'ok' });
    auth.recordTokenGeneration({ status: 'ok' }, 0.25);
    auth.recordTokenRevocation({ status: 'failed' });
    auth.recordOauthAuthorization({ status: 'ok' });
    auth.recordOauthCallback({ status: 'ok' }, 4);
    auth.recordSessionCreation({ status: 'ok' });
    auth.recordSessionValidation({ status: 'expired' }, 0.125);
    expect(shown(registry)).toEqual([
      'auth_request_duration_seconds{basic,ok} 1 in 0.5',
      'auth_requests_total{basic,ok} 1',
      'oauth_authorizations_total{ok} 1',
      'oauth_callbacks_total{ok} 1',
      'oauth_flow_duration_seconds{ok} 1 in 4',
      'session_creations_total{ok} 1',
      'session_validation_duration_seconds{expired} 1 in 0.125',
      'session_validations_total{expired} 1',
      'token_generation_duration_seconds{ok} 1 in 0.25',
      'token_generations_total{ok} 1',
      'token_refreshes_total{ok} 1',
      'token_revocations_total{failed} 1',
    ]);
  });

  it('are those of the same metrics when the set is made again', () => {
    const registry = new Registry();
    new AuthMetrics({ registry }).recordTokenRefresh({ status: 'ok' });
    new AuthMetrics({ registry }).recordTokenRefresh({ status: 'ok' });
    expect(shown(registry)).toEqual(['token_refreshes_total{ok} 2']);
  });
});

describe('the recording functions of a registry service', () => {
  it('record a counter, and its histogram where there is one', () => {
    const registry = new Registry();
    const service = new RegistryServiceMetrics({ registry });
    service.recordOperation({ operation: 'create', resource_type: 'server', status: 'ok' }, 0.5);
    service.recordServerRequest({ server_name: 'docs' });
    service.recordToolDiscovery({ tool_name: 'search', source: 'cache', status: 'ok' }, 0.25);
    service.recordToolExecution({ tool_name: 'search', server_name: 'docs', method: 'call', status: 'ok' }, 2);
    service.recordResourceAccess({ resource_uri: 'file:///a', server_name: 'docs', status: 'ok' }, 0.125);
    service.recordPromptExecution({ prompt_name: 'sum', server_name: 'docs', status: 'ok' }, 1);
    service.recordAuthRequest({ mechanism: 'basic', status: 'ok' });
    expect(shown(registry)).toEqual([
      'auth_requests_total{basic,ok} 1',
      'mcp_prompt_execution_duration_seconds{sum,docs,ok} 1 in 1',
      'mcp_prompt_execution_total{sum,docs,ok} 1',
      'mcp_resource_access_duration_seconds{file:///a,docs,ok} 1 in 0.125',
      'mcp_resource_access_total{file:///a,docs,ok} 1',
      'mcp_server_requests_total{docs} 1',
      'mcp_tool_discovery_duration_seconds{search,cache,ok} 1 in 0.25',
      'mcp_tool_discovery_total{search,cache,ok} 1',
      'mcp_tool_execution_duration_seconds{search,docs,call,ok} 1 in 2',
      'mcp_tool_execution_total{search,docs,call,ok} 1',
      'registry_operation_duration_seconds{create,server,ok} 1 in 0.5',
      'registry_operations_total{create,server,ok} 1',
    ]);
  });

  it('record neither when one of the two would be refused', () => {
    const registry = new Registry();
    const service = new RegistryServiceMetrics({ registry });
    expect(() => service.recordToolExecution({ tool_name: 'search', server_name: 'docs', method: 'call', status: 'ok' }, NaN)).toThrow(/observe\(NaN\)/);
    expect(() => service.recordOperation({ operation: 'create' } as never, 1)).toThrow(/"resource_type"/);
    expect(shown(registry)).toEqual([]);
  });
});

describe('the set that vLLM exposes', () => {
  it('shows the configuration of the cache as labels', () => {
    const registry = new Registry();
    vllmMetrics({ registry, cacheConfig: { block_size: 16, enable_prefix_caching: true } }).cacheConfigInfo.set({ model_name: 'm', engine: '0' }, 1);
    expect(registry.snapshot().find(({ name }) => name === 'vllm:cache_config_info')!.series).toEqual([
      { labels: { block_size: '16', enable_prefix_caching: 'true', model_name: 'm', engine: '0' }, value: 1 },
    ]);
  });

  it.each([
    [1, [1]],
    [4, [1, 2]],
    [5, [1, 2, 5]],
    [100, [1, 2, 5, 10, 20, 50, 100]],
  ])('has bounds of tokens up to a model length of %d', (maxModelLength, bounds) => {
    expect(vllmMetrics({ registry: new Registry(), maxModelLength }).requestPromptTokens.descriptor.bounds).toEqual(bounds);
  });

  it.each([0, -1, 1.5, NaN, Infinity, '8192'])('refuses a model length of %j', (maxModelLength) => {
    const registry = new Registry();
    expect(() => vllmMetrics({ registry, maxModelLength: maxModelLength as number })).toThrow(/maxModelLength is .*; give a whole number of tokens, at least 1/);
    expect(registry.instruments()).toEqual([]);
  });
});
