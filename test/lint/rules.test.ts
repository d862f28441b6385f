import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.js';
import { rules } from '../../src/lint/rules.js';
import { examples, family } from './examples.js';

const cases = Object.entries(examples);

describe('Every rule', () => {
  test('Each code belongs to one rule, and has its examples.', () => {
    expect(rules.map(({ code }) => code)).toEqual([...new Set(rules.map(({ code }) => code))]);
    expect(cases.map(([code]) => code)).toEqual(rules.map(({ code }) => code));
  });

  test.each(cases)('%s finds its bad example, says what to do, and tells nothing of the good one.', (code, { bad, mend, label, good }) => {
    const found = lint(bad).filter((finding) => finding.code === code);
    expect(found).toHaveLength(1);
    const { severity, source } = rules.find((rule) => rule.code === code)!;
    expect(found[0]).toEqual({ code, severity, source, mend, metric: expect.any(String) as string, message: expect.any(String) as string, ...(label === undefined ? {} : { label }) });
    expect(bad.map(({ name }) => name)).toContain(found[0]!.metric);
    expect(found[0]!.message).toMatch(/^(?:counter|gauge|histogram|gaugehistogram|summary|info|stateset|unknown) ".*": .+; .+$/);
    expect(found[0]!.message.endsWith(`; ${mend}`)).toBe(true);
    expect(lint(good).map((finding) => finding.code)).not.toContain(code);
  });

  test('What a good example mends leaves nothing to be said, where names and help are good.', () => {
    const whole = cases.filter(([code]) => !['type-missing', 'total-not-counter', 'name-numbered', 'gauge-like-counter', 'help-is-name'].includes(code));
    const left = whole.flatMap(([code, { good }]) => lint(good).map((finding) => `${code}: ${finding.message}`));
    expect(left).toEqual([]);
  });

  test('Every source is a page or a specification and its section.', () => {
    for (const { source, finds } of rules) {
      expect(source).toMatch(/^(?:Prometheus|OpenMetrics 1\.0), "[^"]+"$/);
      expect(finds).toMatch(/^[^.;]/);
    }
  });
});

describe('Rules that speak of several things', () => {
  const codes = (name: string, type: Parameters<typeof family>[0] = 'gauge'): string[] => lint([family(type, name)]).map(({ code }) => code);
  const mends = (name: string, code: string, type: Parameters<typeof family>[0] = 'gauge'): string[] => lint([family(type, name)]).filter((finding) => finding.code === code).map(({ mend }) => mend);

  test.each([
    ['shop_wait_minutes', 'call it "shop_wait_seconds", and give seconds'],
    ['shop_cpu_percent', 'call it "shop_cpu_ratio", and give a ratio from 0 to 1'],
    ['shop_sent_kilobytes', 'call it "shop_sent_bytes", and give bytes'],
    ['shop_sent_mibibytes', 'call it "shop_sent_bytes", and give bytes'],
    ['shop_outside_fahrenheit', 'call it "shop_outside_celsius", and give celsius'],
    ['shop_way_kilometres', 'call it "shop_way_metres", and give metres'],
    ['shop_way_miles', 'call it "shop_way_meters", and give meters'],
    ['shop_sun_kelvins', 'call it "shop_sun_kelvin", and give kelvin'],
    ['shopWaitMilliseconds', 'call it "shop_wait_seconds", and give seconds'],
    ['milliseconds', 'call it "seconds", and give seconds'],
    ['shop_wait_milliseconds_seconds', 'call it "shop_wait_seconds", and give seconds'],
  ])('%s is in no base unit.', (name, mend) => {
    expect(mends(name, 'base-unit')).toEqual([mend]);
  });

  test.each(['shop_wait_seconds', 'shop_thermometers', 'shop_way_meters', 'shop_way_metres', 'shop_room_celsius', 'shop_sun_kelvin', 'shop_daysies', 'shop_kilo', 'constructor_of'])('%s is in a base unit, or in none.', (name) => {
    expect(mends(name, 'base-unit')).toEqual([]);
  });

  test('An abbreviation that may stand for two units is given two ways out.', () => {
    expect(mends('shop_way_m', 'unit-abbreviated')).toEqual(['call it "shop_way_seconds" or "shop_way_meters", and give it in that unit']);
    expect(mends('shop_sent_kB', 'unit-abbreviated')).toEqual(['call it "shop_sent_bytes", and give it in that unit']);
  });

  test('A unit per another one is left as it is.', () => {
    expect(codes('shop_bytes_per_second')).toEqual([]);
    expect(codes('shop_orders_per_second')).toEqual([]);
  });

  test('A counter that says its type or its total within the name is given a whole new one.', () => {
    expect(mends('shop_total_orders', 'counter-total', 'counter')).toEqual(['call it "shop_orders_total"']);
    expect(mends('shop_orders_counter', 'counter-total', 'counter')).toEqual(['call it "shop_orders_total"']);
    expect(mends('shop_orders_sum', 'suffix-reserved', 'counter')).toEqual(['call it "shop_orders_total"']);
  });

  test('A name of nothing but a suffix is given a way out as well.', () => {
    expect(mends('_total', 'total-not-counter')).toEqual(['call it "another name", or make it a counter if it only rises']);
    expect(mends('___', 'name-underscore')).toEqual(['call it "another name"']);
  });

  test('The samples of a histogram without a type are told once, with the line that is missing.', () => {
    const parts = [family('unknown', 'shop_wait_bucket', { series: [{ labels: { le: '+Inf' }, value: 1 }] }), family('unknown', 'shop_wait_sum'), family('unknown', 'shop_wait_count')];
    expect(lint(parts).map(({ code, metric, mend }) => [code, metric, mend])).toEqual([['type-missing', 'shop_wait_bucket', 'write "# TYPE shop_wait histogram" before its samples']]);
  });

  test.each([
    ['name', 'shop_orders_total: Orders taken in the shop.', 'leave the name out; it always stands beside the help'],
    ['name', 'shop_orders_total', 'say in a sentence what it counts or measures'],
  ])('Help that begins with the %s: %s.', (_, help, mend) => {
    expect(lint([family('counter', 'shop_orders_total', { help })]).map((finding) => [finding.code, finding.mend])).toEqual([['help-is-name', mend]]);
  });

  test('Many buckets times many series are told apart from many buckets in one.', () => {
    const series = Array.from({ length: 100 }, (_, i) => ({ labels: { hall: `h${i}` }, sum: 0, buckets: Array.from({ length: 20 }, (__, at) => ({ le: at === 19 ? Infinity : at + 1, count: 0 })) }));
    const found = lint([family('histogram', 'shop_wait_seconds', { series })], { thresholds: { bucketSeries: 1999 } });
    expect(found.map(({ code, message }) => [code, message])).toEqual([['buckets-many', 'histogram "shop_wait_seconds": it has 2000 buckets over 100 series, each a series of its own to the server; take fewer buckets or labels, or native buckets']]);
    expect(lint([family('histogram', 'shop_wait_seconds', { series })], { thresholds: { bucketSeries: 2000 } })).toEqual([]);
  });
});
