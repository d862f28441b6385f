import { describe, expectTypeOf, test } from 'vitest';
import type { Counter } from '../../src/instruments/counter.js';
import type { LabelValue } from '../../src/model/labels.js';
import type { MetricsClient } from '../../src/config/entry.js';

/** As `npx tallystick types` writes it. */
interface Metrics {
  readonly counters: {
    readonly ops_total: { readonly status: 'ok' | 'error'; readonly tool: LabelValue };
    readonly plain_total: Readonly<Record<string, never>>;
    readonly learned_total: Readonly<Record<string, LabelValue>>;
  };
  readonly gauges: {};
  readonly histograms: { readonly op_duration_seconds: { readonly status: LabelValue } };
  readonly summaries: {};
}

describe('A client that is typed from its file', () => {
  test('Names, labels and label values are those of the file.', () => {
    const use = (client: MetricsClient<Metrics>): void => {
      client.recordCounter('ops_total', 1, { status: 'ok', tool: 7 });
      client.recordCounter('plain_total');
      client.recordCounter('plain_total', 2);
      client.recordCounter('learned_total', 2, { any: 'label' });
      client.recordHistogram('op_duration_seconds', 0.1, { status: 'ok' });
      client.recordMetric('op_duration_seconds', 0.1, { status: 'ok' });
      client.recordMetric('plain_total', 1);
      // @ts-expect-error No such metric.
      client.recordCounter('none_total', 1);
      // @ts-expect-error A histogram is no counter.
      client.recordCounter('op_duration_seconds', 1, { status: 'ok' });
      // @ts-expect-error The labels are missing.
      client.recordCounter('ops_total', 1);
      // @ts-expect-error One label is missing.
      client.recordCounter('ops_total', 1, { status: 'ok' });
      // @ts-expect-error No such label value.
      client.recordCounter('ops_total', 1, { status: 'fine', tool: 'x' });
      // @ts-expect-error No label of it.
      client.recordCounter('plain_total', 1, { status: 'ok' });
      // @ts-expect-error Its labels are missing.
      client.recordMetric('op_duration_seconds', 0.1);
      // @ts-expect-error There is no gauge.
      client.recordGauge('ops_total', 1);
    };
    expectTypeOf(use).toBeFunction();
    const counters = (client: MetricsClient<Metrics>): unknown => {
      expectTypeOf(client.getCounter('ops_total')).toEqualTypeOf<Counter<readonly ('status' | 'tool')[]> | undefined>();
      expectTypeOf(client.getCounter('plain_total')).toEqualTypeOf<Counter<readonly []> | undefined>();
      return client.getCounter('plain_total')?.inc();
    };
    expectTypeOf(counters).toBeFunction();
  });

  test('Without types every name and label is taken.', () => {
    const use = (client: MetricsClient): void => {
      client.recordCounter('any_total');
      client.recordCounter('any_total', 1, { any: 'label' });
      client.recordGauge('any', 1);
      client.recordMetric('any', 1, { any: true });
      client.getHistogram('any')?.observe({ a: 'b' }, 1);
      // @ts-expect-error A gauge needs a value.
      client.recordGauge('any');
    };
    expectTypeOf(use).toBeFunction();
  });
});
