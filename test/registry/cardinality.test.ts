import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Registry, toBytes } from '../../src/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { seededRandom } from '../support/random.js';

const help = 'Held for the test.';

describe('registry.cardinality()', () => {
  test('It tells of each metric the series, the distinct values of each label, and which label has the most.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const requests = registry.counter({ name: 'requests_total', help, labelNames: ['method', 'route'], limits: { series: 7 } });
    for (const method of ['GET', 'POST']) for (const route of ['/', '/a', '/b', '/c']) requests.inc({ method, route });
    registry.gauge({ name: 'level', help }).set(1);
    registry.histogram({ name: 'empty', help, labelNames: ['x'] });
    const { metrics, ...whole } = registry.cardinality();
    expect(metrics.map(({ metric, series }) => [metric, series])).toEqual([['requests_total', 8], ['level', 1], ['empty', 0]]);
    expect(metrics[0]).toMatchObject({ labels: [{ label: 'route', values: 5 }, { label: 'method', values: 3 }], largestLabel: 'route', refused: 1, expired: 0 });
    expect(metrics[1]).toMatchObject({ labels: [], largestLabel: undefined, refused: 0 });
    expect(metrics[2]).toMatchObject({ labels: [{ label: 'x', values: 0 }] });
    expect(whole.series).toBe(9);
    expect(whole.labelValues).toBe(7);
    expect(whole.labelValueBytes).toBe(registry.catalog.store.labels.bytesHeld());
    expect(whole.expositionBytes).toBe(metrics.reduce((sum, { expositionBytes }) => sum + expositionBytes, 0));
    expect(metrics[0]!.bytes).toBe(registry.get('requests_total')!.keeping.table.bytesHeld());
  });

  test('It follows removals, and an empty registry has nothing.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const it = registry.counter({ name: 'c_total', help, labelNames: ['x', 'y'] });
    for (let i = 0; i < 10; i++) it.inc({ x: i, y: i % 2 });
    for (let i = 0; i < 10; i += 2) it.remove({ x: i, y: 0 });
    expect(registry.cardinality().metrics[0]).toMatchObject({ series: 5, labels: [{ label: 'x', values: 5 }, { label: 'y', values: 1 }] });
    expect(new Registry({ clock: new FakeClock() }).cardinality()).toMatchObject({ series: 0, expositionBytes: 0, labelValues: 0, metrics: [] });
  });

  test('A merged registry tells of all its parts.', () => {
    const parts = ['one', 'two'].map((name) => {
      const registry = new Registry({ clock: new FakeClock() });
      registry.counter({ name: `${name}_total`, help, labelNames: ['x'] }).inc({ x: name });
      return registry;
    });
    const cardinality = Registry.merge(parts).cardinality();
    expect(cardinality.metrics.map(({ metric, series }) => [metric, series])).toEqual([['one_total', 1], ['two_total', 1]]);
    expect(cardinality.series).toBe(2);
    expect(cardinality.labelValues).toBe(2);
  });

  test('What it says of the exposition is within a quarter of its length, for registries as services have them.', () => {
    const metric = fc.record({
      kind: fc.constantFrom('counter', 'gauge', 'histogram', 'summary', 'state set', 'info'),
      name: fc.stringMatching(/^[a-z]{4,8}_[a-z]{4,12}_[a-z]{3,8}$/),
      labels: fc.uniqueArray(fc.constantFrom('method', 'route', 'status', 'tenant', 'instance_id'), { minLength: 1, maxLength: 4 }).map((all): readonly string[] => all),
      series: fc.integer({ min: 20, max: 200 }),
      valueLength: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(metric, { minLength: 5, maxLength: 12 }), fc.integer(), (metrics, seed) => {
        const random = seededRandom(seed);
        const registry = new Registry({ clock: new FakeClock() });
        for (const [place, { kind, name, labels: labelNames, series, valueLength }] of metrics.entries()) {
          const options = { name: `${name}_${place}`, help: 'As long as a help text usually is, and no longer.', labelNames, constLabels: { zone: 'eu-west-1' } };
          const record: (labels: Record<string, string>) => void =
            kind === 'counter' ? ((it) => (labels) => it.inc(labels, Math.floor(random() * 1e6)))(registry.counter(options))
            : kind === 'gauge' ? ((it) => (labels) => it.set(labels, Math.round(random() * 1e5) / 100))(registry.gauge(options))
            : kind === 'histogram' ? ((it) => (labels) => it.observe(labels, random()))(registry.histogram(options))
            : kind === 'summary' ? ((it) => (labels) => it.observe(labels, Math.round(random() * 1e6) / 1e6))(registry.summary(options))
            : kind === 'info' ? ((it) => (labels) => it.add(labels))(registry.info(options))
            : ((it) => (labels) => it.set(labels, 'open'))(registry.stateSet({ ...options, states: ['open', 'half_open', 'closed'], stateLabel: 'state' }));
          for (let i = 0; i < series; i++) record(Object.fromEntries(labelNames.map((label) => [label, `${i}`.padStart(valueLength, 'v')])));
        }
        const { expositionBytes } = registry.cardinality();
        const { length } = toBytes(registry);
        expect(expositionBytes / length).toBeGreaterThan(0.75);
        expect(expositionBytes / length).toBeLessThan(1.25);
      }),
      { numRuns: 40 },
    );
  });
});
