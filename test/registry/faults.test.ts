import { describe, expect, test } from 'vitest';
import { type Collector, Registry, toText } from '../../src/index.js';
import { startMetricsServer } from '../../src/expose/entry.js';

describe('What many collectors, registries and copies do to each other', () => {
  const broken: Collector = {
    name: 'broken',
    collect: () => {
      throw new Error('no');
    },
  };
  const withFault = (log: string[]): Registry => {
    const registry = new Registry({ onFault: (message) => log.push(message) });
    registry.register(broken);
    toText(registry);
    return registry;
  };

  test('Merged registries that both had faults show them without a clash.', () => {
    const log: string[] = [];
    const merged = Registry.merge([withFault(log), withFault(log)], { onFault: (message) => log.push(message) });
    expect(toText(merged)).toContain('tallystick_collector_errors_total{collector="broken",reason="error"} 4');
    expect(log.filter((message) => message.includes('shares a name'))).toEqual([]);
  });

  test('The log says that the families of a late collector show as last known.', async () => {
    const log: string[] = [];
    const registry = new Registry({ onFault: (message) => log.push(message) });
    registry.register({ name: 'slow', collect: () => new Promise(() => {}) });
    await registry.collect({ timeoutSeconds: 0.01 });
    expect(log.join()).toContain('shows as last known');
  });

  test('A collector that is still busy is not called again.', async () => {
    let calls = 0;
    const registry = new Registry({ onFault: () => {} });
    registry.register({
      name: 'slow',
      collect: () => {
        calls += 1;
        return new Promise(() => {});
      },
    });
    await registry.collect({ timeoutSeconds: 0.01 });
    await registry.collect({ timeoutSeconds: 0.01 });
    expect(calls).toBe(1);
  });

  test('A server for several registries ends with the shutdown of all of them.', async () => {
    const registries = [new Registry(), new Registry()];
    const server = await startMetricsServer({ registry: registries, port: 0 });
    try {
      for (const registry of registries) await registry.shutdown();
      await expect(fetch(server.url)).rejects.toThrow();
    } finally {
      await server.close();
    }
  });

  test('Get or create refuses a sampled counter with another rate.', () => {
    const registry = new Registry();
    registry.sampledCounter({ name: 'packets_total', help: 'Packets.', sampleRate: 0.5 });
    expect(() => registry.sampledCounter({ name: 'packets_total', help: 'Packets.', sampleRate: 0.01 })).toThrow('another shape');
  });

  test('The error for null names null.', () => {
    const gauge = new Registry().gauge({ name: 'temperature_celsius', help: 'Temperature.' });
    expect(() => gauge.set(null as unknown as number)).toThrow('set(null)');
  });
});
