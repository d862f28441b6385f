import { describe, expect, onTestFinished, test } from 'vitest';
import { Aggregator } from '../../src/aggregate/aggregator.js';
import { Registry } from '../../src/registry/registry.js';

describe('What threads have said just before', () => {
  test('It is heard by every pass that is asked for afterwards, whoever else hears the same.', async () => {
    const name = `echo-${process.pid}`;
    const aggregators = [new Aggregator({ name }), new Aggregator({ name })];
    for (const aggregator of aggregators) aggregator.start();
    onTestFinished(() => aggregators.forEach((aggregator) => aggregator.close()));
    for (let turn = 0; turn < 50; turn++) {
      const registry = new Registry();
      registry.counter({ name: `jobs_${turn}_total`, help: 'Jobs.' }).inc();
      const end = registry.share(name);
      for (const merger of await Promise.all(aggregators.map((aggregator) => aggregator.local(0)))) expect([...merger.families.keys()]).toContain(`jobs_${turn}_total`);
      end();
      await registry.shutdown();
    }
  });
});
