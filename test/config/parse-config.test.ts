import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultBuckets } from '../../src/distribution/bounds.js';
import { MetricsConfigError, metricsSchema, parseMetricsConfig } from '../../src/config/entry.js';
import { badConfigs } from './bad-configs.js';

function errorOf(source: string | object): MetricsConfigError {
  try {
    parseMetricsConfig(source, { file: 'metrics.json' });
  } catch (error) {
    if (error instanceof MetricsConfigError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('A configuration that cannot be used', () => {
  test('There are at least 40 ways to write one, all different.', () => {
    expect(badConfigs.length).toBeGreaterThanOrEqual(40);
    expect(new Set(badConfigs.map(([, , error]) => error)).size).toBeGreaterThanOrEqual(40);
  });

  test.each(badConfigs)('It is refused with its exact error: %s.', (_what, text, error) => {
    expect(errorOf(text).message).toBe(error);
  });

  test.each(badConfigs.filter(([, , error]) => !error.includes('is no JSON') && !error.includes('comes twice; give it once')))('The same object of a program is refused for the same reasons, without lines: %s.', (_what, text, error) => {
    const lineless = error.replace(/^metrics\.json:\d+:\d+/gm, 'metrics.json').split('\n').sort();
    if (typeof JSON.parse(text) === 'object') expect(errorOf(JSON.parse(text) as object).message.split('\n').sort()).toEqual(lineless);
  });

  test('Its faults are data, too.', () => {
    const { code, faults } = errorOf('{\n  "counters": [{ "name": "a" }],\n  "service": 5\n}');
    expect(code).toBe('INVALID_CONFIG');
    expect(faults).toEqual([
      { file: 'metrics.json', line: 2, column: 16, path: 'counters[0]', message: 'has no "description"; give one' },
      { file: 'metrics.json', line: 3, column: 14, path: 'service', message: 'is 5; give a string' },
    ]);
  });

  test('An object that contains itself is refused, too.', () => {
    const round: Record<string, unknown> = {};
    round['counters'] = [round];
    expect(errorOf(round).faults[0]?.path).toBe('counters[0].counters');
  });
});

describe('A configuration', () => {
  test('It may say everything there is to say.', () => {
    const { file, service, metrics } = parseMetricsConfig(
      JSON.stringify({
        $schema: 'https://example.com/metrics.schema.json',
        service: 'registry',
        counters: [{ name: 'ops_total', description: 'Operations.', unit: '1', labels: ['status'], labelValues: { status: ['ok', 'error'] }, limits: { series: 10 }, expireAfterSeconds: 60 }],
        gauges: [{ name: 'queue_bytes', description: 'Queue.', unit: 'By', capture: false }],
        histograms: [
          { name: 'op_duration_seconds', description: 'Time.', unit: 's' },
          { name: 'size_bytes', description: 'Size.', unit: 'bytes', buckets: [1, 10] },
          { name: 'native_duration_seconds', description: 'Time.', native: true },
        ],
        summaries: [{ name: 'wait_seconds', description: 'Waiting.', quantiles: [0.5], maxAgeSeconds: 10, maxSamples: 100 }],
      }),
      { file: 'all.json' },
    );
    expect([file, service]).toEqual(['all.json', 'registry']);
    expect(metrics.map(({ kind, name, capture, labels, options }) => [kind, name, capture, labels, options])).toEqual([
      ['counter', 'ops_total', true, ['status'], { limits: { series: 10 }, expireAfterSeconds: 60 }],
      ['gauge', 'queue_bytes', false, undefined, { unit: 'bytes' }],
      ['histogram', 'op_duration_seconds', true, undefined, { unit: 'seconds', buckets: defaultBuckets }],
      ['histogram', 'size_bytes', true, undefined, { unit: 'bytes', buckets: [1, 10] }],
      ['histogram', 'native_duration_seconds', true, undefined, { native: {} }],
      ['summary', 'wait_seconds', true, undefined, { quantiles: [0.5], maxAgeSeconds: 10, maxSamples: 100 }],
    ]);
  });

  test('Histograms that measure a duration have the bounds that their dashboards know.', () => {
    const { metrics } = parseMetricsConfig({ histograms: [{ name: 'x_duration_y', description: 'X.' }] });
    expect(metrics[0]?.options['buckets']).toEqual([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]);
  });

  test('It may be empty, begin with a byte order mark, and have lines of any kind.', () => {
    expect(parseMetricsConfig('{}').metrics).toEqual([]);
    expect(parseMetricsConfig('\uFEFF{\r\n\t"counters" : [ ]\r\n}\r\n').metrics).toEqual([]);
    expect(errorOf('{\r\n"counters": 1 }').faults[0]).toMatchObject({ line: 2, column: 13 });
  });

  test('Of faults without number the text tells a hundred, and the error has all.', () => {
    const error = errorOf({ counters: Array.from({ length: 500 }, () => ({ name: 'x-y', description: 'X.' })) });
    expect(error.faults).toHaveLength(500);
    expect(error.message.split('\n')).toHaveLength(101);
    expect(error.message).toMatch(/\nand 400 more$/);
  });

  test('The schema that the package ships is the one that is checked.', () => {
    expect(JSON.parse(readFileSync(new URL('../../docs/metrics.schema.json', import.meta.url), 'utf8'))).toEqual(metricsSchema);
  });
});
