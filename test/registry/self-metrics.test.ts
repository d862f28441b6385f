import { describe, expect, test } from 'vitest';
import { Registry, toText } from '../../src/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { type ParsedFamily, parseText } from '../support/text-parser.js';

const help = 'Held for the test.';

function familiesOf(registry: Registry): Map<string, ParsedFamily> {
  return new Map(parseText(toText(registry)).map((family) => [family.name, family]));
}

const byMetric = (family: ParsedFamily | undefined): Record<string, number> => Object.fromEntries((family?.samples ?? []).map(({ labels, value }) => [labels.map(([, text]) => text).join(' '), value]));

describe('A registry that describes itself', () => {
  test('It does so only when asked.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    registry.counter({ name: 'jobs_total', help }).inc();
    expect([...familiesOf(registry).keys()]).toEqual(['jobs_total']);
    expect([...familiesOf(new Registry({ selfMetrics: false })).keys()]).toEqual([]);
  });

  test('It tells series, bytes, what has expired, label values and the time of collection.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, selfMetrics: true, expireAfterSeconds: 10 });
    const requests = registry.counter({ name: 'requests_total', help, labelNames: ['method', 'status'] });
    for (const status of [200, 404, 500]) requests.inc({ method: 'GET', status });
    let seconds = 0.25;
    registry.gauge({
      name: 'slow',
      help,
      collect() {
        clock.advance(seconds);
        return 1;
      },
    });
    const first = familiesOf(registry);
    expect([...first.keys()].filter((name) => name.startsWith('tallystick_'))).toEqual([
      'tallystick_collection_duration_seconds',
      'tallystick_expired_series_total',
      'tallystick_label_value_bytes',
      'tallystick_label_values',
      'tallystick_series',
      'tallystick_series_bytes',
    ]);
    expect(first.get('tallystick_expired_series_total')!.type).toBe('counter');
    expect(first.get('tallystick_series')!.type).toBe('gauge');
    expect(byMetric(first.get('tallystick_series'))).toEqual({ requests_total: 3, slow: 1 });
    expect(byMetric(first.get('tallystick_series_bytes'))['requests_total']).toBe(registry.get('requests_total')!.keeping.table.bytesHeld());
    expect(byMetric(first.get('tallystick_label_values'))).toEqual({ '': 4 });
    expect(byMetric(first.get('tallystick_label_value_bytes'))).toEqual({ '': registry.catalog.store.labels.bytesHeld() });
    expect(byMetric(first.get('tallystick_collection_duration_seconds'))).toEqual({ '': 0 });
    expect(byMetric(familiesOf(registry).get('tallystick_collection_duration_seconds'))).toEqual({ '': 0.25 });
    seconds = 20;
    familiesOf(registry);
    requests.inc({ method: 'GET', status: 200 });
    const last = familiesOf(registry);
    expect(byMetric(last.get('tallystick_series'))).toEqual({ requests_total: 1, slow: 1 });
    expect(byMetric(last.get('tallystick_expired_series_total'))).toEqual({ requests_total: 2, slow: 0 });
    expect(byMetric(last.get('tallystick_label_values'))).toEqual({ '': 2 });
    void registry.shutdown();
  });

  test('It is the same through collect().', async () => {
    const registry = new Registry({ clock: new FakeClock(), selfMetrics: true });
    registry.counter({ name: 'jobs_total', help }).inc();
    expect((await registry.collect()).map(({ descriptor }) => descriptor.name)).toEqual(registry.collectSync().map(({ descriptor }) => descriptor.name));
  });

  test('An empty registry tells of nothing but itself.', () => {
    const families = familiesOf(new Registry({ clock: new FakeClock(), selfMetrics: true }));
    expect(families.get('tallystick_series')!.samples).toEqual([]);
    expect(byMetric(families.get('tallystick_label_values'))).toEqual({ '': 0 });
  });

  test('An application’s own metric of the same name goes before.', () => {
    const registry = new Registry({ clock: new FakeClock(), selfMetrics: true });
    registry.gauge({ name: 'tallystick_series', help }).set(-1);
    expect(byMetric(familiesOf(registry).get('tallystick_series'))).toEqual({ '': -1 });
  });

  test('A merged registry tells of the metrics of all its parts, and what they have refused.', () => {
    const parts = ['one', 'two'].map((name) => {
      const registry = new Registry({ clock: new FakeClock() });
      const it = registry.counter({ name: `${name}_total`, help, labelNames: ['x'], limits: { series: 1 } });
      for (const x of ['a', 'b', 'c']) it.inc({ x: `${name}-${x}` });
      return registry;
    });
    const families = familiesOf(Registry.merge(parts, { selfMetrics: true }));
    expect(byMetric(families.get('tallystick_series'))).toEqual({ one_total: 2, two_total: 2 });
    expect(byMetric(families.get('tallystick_refused_recordings_total'))).toEqual({ 'one_total series': 2, 'two_total series': 2 });
    expect(byMetric(families.get('tallystick_label_values'))).toEqual({ '': 4 });
  });

  test.each([true, false])('Parts that come to have the same metric do not keep a merged registry from being collected, self-description %s.', (selfMetrics) => {
    const parts = [new Registry({ onFault: () => {} }), new Registry()];
    const merged = Registry.merge(parts, { selfMetrics });
    for (const part of parts) {
      const it = part.counter({ name: 'late_total', help, labelNames: ['x'], limits: { series: 1 } });
      for (const x of ['a', 'b']) it.inc({ x });
    }
    expect(toText(merged)).toContain('late_total{x="a"} 1\n');
  });
});
