import { describe, expect, test } from 'vitest';
import { AuthMetrics } from '../../src/packs/auth.js';
import { RegistryServiceMetrics } from '../../src/packs/registry-service.js';
import { Registry } from '../../src/registry/registry.js';

describe('Wrappers of a service', () => {
  test('A function that returns is a success, one that throws a failure, and both go on as they did.', async () => {
    const registry = new Registry();
    const service = new RegistryServiceMetrics({ registry });
    const create = service.trackOperation({ operation: 'create', resource_type: 'server' })(async function create(name: string): Promise<string> {
      if (name === '') throw new RangeError('no name');
      return `made ${name}`;
    });
    expect(create.name).toBe('create');
    expect(create.length).toBe(1);
    expect(await create('a')).toBe('made a');
    await expect(create('')).rejects.toThrow(RangeError);
    const { operations, operationDuration } = service.instruments;
    for (const status of ['success', 'failure']) {
      expect(operations.get('create', 'server', status)?.value).toBe(1);
      expect(operationDuration.get('create', 'server', status)?.count).toBe(1);
    }
    expect(operations.size).toBe(2);
  });

  test('Labels may be found from the call, the status among them.', () => {
    const auth = new AuthMetrics({ registry: new Registry() });
    const logIn = auth.trackRequest(({ args: [mechanism], result }) => ({ mechanism: String(mechanism), ...(result === false ? { status: 'denied' } : {}) }))((mechanism: string) => mechanism !== 'basic');
    expect([logIn('oauth2'), logIn('basic')]).toEqual([true, false]);
    expect(auth.instruments.requests.getAll().map(({ labels, value }) => [labels, value])).toEqual([
      [{ mechanism: 'oauth2', status: 'success' }, 1],
      [{ mechanism: 'basic', status: 'denied' }, 1],
    ]);
  });

  test('Every recording with a duration has one.', () => {
    const registry = new Registry();
    const service = new RegistryServiceMetrics({ registry });
    const auth = new AuthMetrics({ registry: new Registry() });
    const done = (): number => 7;
    expect(service.trackToolDiscovery({ tool_name: 't', source: 's' })(done)()).toBe(7);
    expect(service.trackToolExecution({ tool_name: 't', server_name: 's', method: 'm' })(done)()).toBe(7);
    expect(service.trackResourceAccess({ resource_uri: 'u', server_name: 's' })(done)()).toBe(7);
    expect(service.trackPromptExecution({ prompt_name: 'p', server_name: 's' })(done)()).toBe(7);
    expect(auth.trackTokenGeneration({})(done)()).toBe(7);
    expect(auth.trackOauthFlow({})(done)()).toBe(7);
    expect(auth.trackSessionValidation({})(done)()).toBe(7);
    const { toolDiscoveries, toolExecutions, resourceAccesses, promptExecutions } = service.instruments;
    for (const counter of [toolDiscoveries, toolExecutions, resourceAccesses, promptExecutions]) expect(counter.getAll().map(({ labels, value }) => [labels['status'], value])).toEqual([['success', 1]]);
    expect(auth.instruments.oauthFlowDuration.get('success')?.count).toBe(1);
  });

  test('Labels that cannot be found cost the recording, not the call.', () => {
    const faults: string[] = [];
    const registry = new Registry({ onFault: (message) => faults.push(message) });
    const auth = new AuthMetrics({ registry });
    const logIn = auth.trackRequest(() => {
      throw new Error('no labels');
    })(() => 'in');
    expect(logIn()).toBe('in');
    expect(auth.instruments.requests.size).toBe(0);
    expect(faults).toHaveLength(1);
  });
});
