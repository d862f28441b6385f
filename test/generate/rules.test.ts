import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/index.js';
import type { CollectedFamily } from '../../src/model/collected.js';
import { type AlertOptions, alertRules } from '../../src/generate/alerts.js';
import { recordingRules } from '../../src/generate/recording.js';
import { durationText, literal } from '../../src/generate/rules.js';
import { CircuitBreakerMetrics } from '../../src/packs/circuit-breaker.js';
import { rareFamilies, showcase } from '../support/showcase.js';

/** `name: expression for time` of each alert. */
const alertsOf = (source: Registry | readonly CollectedFamily[], options: AlertOptions = {}): readonly string[] =>
  [...alertRules(source, options).matchAll(/- alert: (\w+)\n +expr: (.+)\n +for: (\w+)\n/g)].map(([, name, expr, time]) => `${name}: ${expr} for ${time}`);

const gauge = (name: string, help = 'Help.'): CollectedFamily => ({ name, help, type: 'gauge', series: [] });

describe('Alerting rules', () => {
  it('are those that operators of circuit breakers were promised, in the format that has their names.', () => {
    const registry = new Registry();
    new CircuitBreakerMetrics({ registry });
    expect(alertsOf(registry, { format: 'text-0.0.4' })).toEqual([
      'TargetDown: up == 0 for 1m',
      'CircuitBreakerFailureRateHigh: circuit_breaker_failure_rate > 10 for 5m',
      'CircuitBreakerLatencySecondsAvgHigh: circuit_breaker_latency_seconds_avg > 1.0 for 5m',
      'CircuitBreakerStateOpen: circuit_breaker_state{state="open"} > 0 for 1m',
    ]);
    expect(alertsOf(registry)).toContain('CircuitBreakerStateOpen: circuit_breaker_state{circuit_breaker_state="open"} > 0 for 1m');
  });

  it('watch requests that are answered with errors, and histograms of durations.', () => {
    const source: CollectedFamily[] = [
      { name: 'http_requests_total', help: 'Requests.', type: 'counter', series: [{ labels: { status: '200' }, value: 1 }] },
      { name: 'calls_total', help: 'Calls.', type: 'counter', series: [{ labels: { status_code: '200' }, value: 1 }] },
      { name: 'auth_requests_total', help: 'Requests.', type: 'counter', series: [{ labels: { status: 'success' }, value: 1 }] },
      { name: 'job_duration_seconds', help: 'Time.', type: 'histogram', series: [] },
      { name: 'job_size_bytes', help: 'Size.', type: 'histogram', series: [] },
    ];
    expect(alertsOf(source, { job: 'shop', window: '10m' })).toEqual([
      'TargetDown: up{job="shop"} == 0 for 1m',
      'CallsTotalServerErrors: sum by (job) (rate(calls_total{status_code=~"5.."}[10m])) / sum by (job) (rate(calls_total[10m])) > 0.05 for 5m',
      'HttpRequestsTotalServerErrors: sum by (job) (rate(http_requests_total{status=~"5.."}[10m])) / sum by (job) (rate(http_requests_total[10m])) > 0.05 for 5m',
      'JobDurationSecondsSlow: histogram_quantile(0.99, sum by (le, job) (rate(job_duration_seconds_bucket[10m]))) > 1.0 for 10m',
    ]);
  });

  it('know a share from a percentage, and take other thresholds and waits.', () => {
    const source = [gauge('call_error_ratio'), gauge('call_failure_percent'), gauge('queue_wait_seconds'), gauge('uptime_seconds'), gauge('errors')];
    expect(alertsOf(source)).toEqual(['TargetDown: up == 0 for 1m', 'CallErrorRatioHigh: call_error_ratio > 0.1 for 5m', 'CallFailurePercentHigh: call_failure_percent > 10 for 5m', 'QueueWaitSecondsHigh: queue_wait_seconds > 1.0 for 5m']);
    expect(alertsOf(source, { forScale: 0.01, thresholds: { failurePercent: 2, latencySeconds: 0.25 } })).toEqual([
      'TargetDown: up == 0 for 600ms', 'CallErrorRatioHigh: call_error_ratio > 0.02 for 3s', 'CallFailurePercentHigh: call_failure_percent > 2 for 3s', 'QueueWaitSecondsHigh: queue_wait_seconds > 0.25 for 3s',
    ]);
  });

  it('find the bad states of a state set that text shows as a gauge, and of no other gauge.', () => {
    const series = (state: string, value: number): CollectedFamily['series'][number] => ({ labels: { state }, value });
    expect(alertsOf([{ ...gauge('door'), series: [series('open', 1), series('shut', 0)] }])).toHaveLength(2);
    expect(alertsOf([{ ...gauge('connections'), series: [series('open', 12), series('shut', 0)] }])).toHaveLength(1);
    expect(alertsOf([{ ...gauge('connection'), series: [series('open', 1)] }])).toHaveLength(1);
  });

  it('do not let a help text become a template.', () => {
    const help = 'Waits in {{ brackets }}.';
    expect(alertRules([gauge('wait_seconds', help)])).toContain(`description: Waits in {{ "{{" }} brackets }}.`);
    expect(literal('a {{{{ b')).toBe('a {{ "{{" }}{{ "{{" }} b');
  });

  it.each([
    [{ forScale: 0 }, 'alert rules: forScale is 0; give a number above 0'],
    [{ forScale: NaN }, 'alert rules: forScale is NaN; give a number above 0'],
    [{ window: '5' }, 'alert rules: window is "5"; give a whole number and a unit, for instance "30s" or "5m"'],
    [{ thresholds: { latencySeconds: -1 } }, 'alert rules: thresholds.latencySeconds is -1; give a number of at least 0'],
    [{ thresholds: { latency: 1 } as never }, 'alert rules: thresholds: unknown option "latency"; the options are "failurePercent", "latencySeconds", "serverErrorPercent"'],
  ])('are refused with %j.', (options, message) => {
    expect(() => alertRules([], options)).toThrow(message);
  });
});

describe('Recording rules', () => {
  const recordsOf = (text: string): readonly string[] => [...text.matchAll(/record: (\S+)\n +expr: (.+)\n/g)].map(([, name, expr]) => `${name} = ${expr}`);

  it('are rates, means and quantiles, called by level, metric and operation.', () => {
    expect(recordsOf(recordingRules(showcase(), { window: '1m' }))).toEqual([
      'job_queue:jobs:rate1m = sum by (job, queue) (rate(jobs_total[1m]))',
      'job:plain:rate1m = sum by (job) (rate(plain_total[1m]))',
      'job:size_bytes:rate1m = sum by (job) (rate(size_bytes_count[1m]))',
      'job:size_bytes:mean1m = sum by (job) (rate(size_bytes_sum[1m])) / sum by (job) (rate(size_bytes_count[1m]))',
      'job_op:took_seconds:rate1m = sum by (job, op) (rate(took_seconds_count[1m]))',
      'job_op:took_seconds:mean1m = sum by (job, op) (rate(took_seconds_sum[1m])) / sum by (job, op) (rate(took_seconds_count[1m]))',
      'job_op:took_seconds:p50_1m = histogram_quantile(0.5, sum by (le, job, op) (rate(took_seconds_bucket[1m])))',
      'job_op:took_seconds:p90_1m = histogram_quantile(0.9, sum by (le, job, op) (rate(took_seconds_bucket[1m])))',
      'job_op:took_seconds:p99_1m = histogram_quantile(0.99, sum by (le, job, op) (rate(took_seconds_bucket[1m])))',
    ]);
  });

  it('take native buckets where they are scraped.', () => {
    expect(recordingRules(rareFamilies, { format: 'protobuf' })).toContain('histogram_quantile(0.99, sum by (job) (rate(native_seconds[5m])))');
    expect(recordingRules(rareFamilies)).toContain('histogram_quantile(0.99, sum by (le, job) (rate(native_seconds_bucket[5m])))');
  });

  it('are none for metrics that are not added up.', () => {
    expect(recordingRules([gauge('heat_celsius')])).toBe('groups: []\n');
  });
});

it('Waiting times are written in the largest unit that is exact.', () => {
  expect([60, 300, 90, 3, 0.6, 0.0001].map(durationText)).toEqual(['1m', '5m', '90s', '3s', '600ms', '1ms']);
});
