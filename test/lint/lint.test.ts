import { describe, expect, test } from 'vitest';
import { Counter, Histogram, Registry, StateSet, Summary, TallystickError } from '../../src/index.js';
import { lint } from '../../src/lint/lint.js';
import { defaultThresholds } from '../../src/lint/thresholds.js';
import { family } from './examples.js';

const bad = [family('counter', 'shop_orders', { help: '' }), family('gauge', '_shop_Lines')];
const codes = (...options: [Parameters<typeof lint>[1]?]): string[] => lint(bad, ...options).map(({ metric, code }) => `${metric} ${code}`);

describe('Linting', () => {
  test('A finding has the code, the severity, what was found, where the rule comes from, and the way out.', () => {
    expect(lint([family('counter', 'shop_orders')])).toEqual([
      {
        code: 'counter-total',
        severity: 'warning',
        metric: 'shop_orders',
        message: 'counter "shop_orders": the name of a counter ends in "_total"; call it "shop_orders_total"',
        source: 'Prometheus, "Metric and label naming"',
        mend: 'call it "shop_orders_total"',
      },
    ]);
  });

  test('A registry is linted by its snapshot, whatever it measures itself included.', () => {
    const registry = new Registry({ onFault: () => {}, selfMetrics: true });
    new Counter({ name: 'shop_orders_total', help: 'Orders taken.', labelNames: ['kind'], limits: { series: 1 }, registry }).inc({ kind: 'a' });
    registry.get('shop_orders_total');
    new Histogram({ name: 'shop_wait_seconds', help: 'Time people waited.', registry }).observe(0.2);
    new Summary({ name: 'shop_basket_bytes', help: 'Size of baskets.', registry }).observe(Infinity);
    new StateSet({ name: 'shop_door_state', help: 'State of the door.', states: ['open', 'shut'], registry });
    registry.register({ name: 'broken', collect: () => { throw new Error('broken'); } });
    registry.snapshot();
    expect(registry.snapshot().map(({ name }) => name)).toContain('tallystick_collector_errors_total');
    expect(lint(registry.snapshot())).toEqual([]);
    new Counter({ name: 'shop_waitMs', help: 'Time people waited in all.', registry });
    expect(lint(registry.snapshot()).map(({ code }) => code)).toEqual(['counter-total', 'name-case', 'unit-abbreviated']);
  });

  test('Nothing is found in nothing.', () => {
    expect(lint([])).toEqual([]);
  });

  test('Codes are left out, and severities below the one asked for.', () => {
    expect(codes()).toEqual(['_shop_Lines name-case', '_shop_Lines name-underscore', 'shop_orders counter-total', 'shop_orders help-missing']);
    expect(codes({ ignore: ['name-case', 'counter-total'] })).toEqual(['_shop_Lines name-underscore', 'shop_orders help-missing']);
    expect(codes({ severity: 'error' })).toEqual(['_shop_Lines name-underscore']);
    expect(codes({ severity: 'warning' })).toEqual(codes());
    expect(lint([family('gauge', 'depth')], { severity: 'info' }).map(({ code }) => code)).toEqual(['name-prefix']);
    expect(lint([family('gauge', 'depth')], { severity: 'warning' })).toEqual([]);
  });

  test('A threshold that is not given is the default one.', () => {
    const orders = [family('counter', 'shop_orders_total', { series: [{ labels: { kind: 'a' }, value: 1 }, { labels: { kind: 'b' }, value: 1 }] })];
    expect(lint(orders, { thresholds: { labelValues: 1 } }).map(({ code }) => code)).toEqual(['label-values-many']);
    expect(lint(orders, { thresholds: {} })).toEqual([]);
    expect(defaultThresholds.labelValues).toBe(100);
  });

  const refused = [
    [{ name: 'x' }, {}, 'INVALID_OPTIONS', /families is \{name\}; give an array/],
    [[undefined], {}, 'INVALID_FAMILY', /a family is undefined; give objects with name, help, type and series/],
    [[{ name: 'x', help: 'x', type: 'gauge' }], {}, 'INVALID_FAMILY', /a family is \{name, help, type\}/],
    [[], { ignored: [] }, 'INVALID_OPTIONS', /unknown option "ignored"/],
    [[], { ignore: 'name-case' }, 'INVALID_OPTIONS', /ignore is "name-case"; give an array of codes/],
    [[], { ignore: ['name-cas'] }, 'INVALID_OPTIONS', /ignore names "name-cas", which is no code of a rule/],
    [[], { severity: 'fatal' }, 'INVALID_OPTIONS', /severity is "fatal"; give one of "error", "warning", "info"/],
    [[], { thresholds: 3 }, 'INVALID_OPTIONS', /thresholds is 3; give an object of numbers/],
    [[], { thresholds: { serie: 3 } }, 'INVALID_OPTIONS', /unknown threshold "serie"; they are "series"/],
    [[], { thresholds: { series: -1 } }, 'INVALID_OPTIONS', /threshold "series" is -1; give a number of at least 0/],
    [[], { thresholds: { series: NaN } }, 'INVALID_OPTIONS', /threshold "series" is NaN/],
  ] as const;

  test.each(refused)('lint(%j, %j) is refused as %s.', (families, options, code, message) => {
    // Callers in plain JavaScript pass anything.
    const call = (): unknown => Reflect.apply(lint, undefined, [families, options]);
    expect(call).toThrow(TallystickError);
    expect(call).toThrow(expect.objectContaining({ code }));
    expect(call).toThrow(message);
  });
});
