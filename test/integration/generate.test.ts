import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry } from '../../src/index.js';
import { alertRules } from '../../src/generate/alerts.js';
import { grafanaDashboard } from '../../src/generate/dashboard.js';
import { composeFile, prometheusConfig } from '../../src/generate/deployment.js';
import { recordingRules } from '../../src/generate/recording.js';
import { type Rule, rulesFile } from '../../src/generate/rules.js';
import type { MetricsSource, ScrapedFormat } from '../../src/generate/scraped.js';
import { AuthMetrics } from '../../src/packs/auth.js';
import { CircuitBreakerMetrics } from '../../src/packs/circuit-breaker.js';
import { HttpMetrics } from '../../src/packs/http.js';
import { McpMetrics } from '../../src/packs/mcp.js';
import { RegistryServiceMetrics } from '../../src/packs/registry-service.js';
import { engineMetrics, vllmMetrics } from '../../src/packs/vllm.js';
import { buildRegistry } from '../support/registries.js';
import { quotedNames, rareFamilies, showcase } from '../support/showcase.js';
import { registries } from './support/generated.js';
import { run } from './support/processes.js';

const newer = join(process.env['ORACLES_HOME'] ?? join(homedir(), '.cache', 'metrics-oracles'), 'newer', 'usr', 'bin', 'promtool');
const promtools = ['promtool', ...(existsSync(newer) ? [newer] : [])];
const hasYaml = spawnSync('/usr/bin/python3', ['-c', 'import yaml']).status === 0;
const formats: readonly ScrapedFormat[] = ['text-0.0.4', 'openmetrics-1.0.0', 'protobuf'];

function packs(): Registry {
  const registry = new Registry();
  new CircuitBreakerMetrics({ registry });
  new HttpMetrics({ registry });
  new McpMetrics({ registry });
  new RegistryServiceMetrics({ registry });
  new AuthMetrics({ registry, namespace: 'auth' });
  engineMetrics({ registry, namespace: 'engine' });
  vllmMetrics({ registry });
  return registry;
}

/** Every query of a dashboard as a rule, with values for what Grafana fills in. */
function queriesOf(source: MetricsSource, format: ScrapedFormat): string {
  const { panels, templating: { list } } = grafanaDashboard(source, { format });
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const selectors = list.flatMap(({ query }) => (typeof query === 'string' ? [] : [/^label_values\((.*), \w+\)$/s.exec(query.query)![1]!]));
  const filled = [...queries, ...selectors].map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h').replace(/\$\w+/g, 'a|b'));
  return rulesFile([{ name: 'queries', rules: filled.map((expr, i): Rule => ({ record: `query:${i}`, expr })) }]);
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tallystick-generate-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lets promtool judge files, given by their names and texts. */
async function judge(command: readonly string[], files: Readonly<Record<string, string>>, tools: readonly string[] = promtools): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (const tool of tools) {
    const { code, stdout, stderr } = await run(tool, [...command, ...Object.keys(files).slice(0, 1)], { cwd: folder });
    expect({ tool, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ tool, code: 0, said: '' });
  }
}

describe.each(formats)('What is generated for metrics scraped as %s', (format) => {
  it.each<[string, () => MetricsSource]>([
    ['every kind of instrument', showcase],
    ['what only collectors yield', () => rareFamilies],
    ['the ready sets', packs],
    ['nothing', () => []],
  ])('has queries and rules that promtool accepts: %s.', async (_what, source) => {
    await judge(['check', 'rules'], { 'queries.yml': queriesOf(source(), format) });
    await judge(['check', 'rules'], { 'alerts.yml': alertRules(source(), { format, job: 'shop' }) });
    await judge(['check', 'rules'], { 'recording.yml': recordingRules(source(), { format }) });
  });

  it('has queries and rules that promtool accepts, for generated registries.', async () => {
    for (const spec of registries(15, (each) => each)) {
      const registry = buildRegistry(spec);
      await judge(['check', 'rules'], { 'queries.yml': queriesOf(registry, format) });
      await judge(['check', 'rules'], { 'alerts.yml': alertRules(registry, { format }) });
      await judge(['check', 'rules'], { 'recording.yml': recordingRules(registry, { format }) });
    }
  }, 120_000);
});

describe('What is generated', () => {
  it.runIf(existsSync(newer))('has quoted names where they are needed, which Prometheus takes since 3.0 (runs where a promtool of it is).', async () => {
    await judge(['check', 'rules'], { 'queries.yml': queriesOf(quotedNames(), 'text-1.0.0') }, [newer]);
    await judge(['check', 'rules'], { 'alerts.yml': alertRules(quotedNames(), { format: 'text-1.0.0' }) }, [newer]);
    await judge(['check', 'rules'], { 'recording.yml': recordingRules(quotedNames(), { format: 'text-1.0.0' }) }, [newer]);
  });

  it('is refused by promtool when it is wrong, so that its consent means something.', async () => {
    await expect(judge(['check', 'rules'], { 'wrong.yml': rulesFile([{ name: 'wrong', rules: [{ record: 'wrong', expr: 'sum by (' }] }]) })).rejects.toThrow();
  });

  it('is a configuration that promtool accepts, with the rules it names.', async () => {
    const config = prometheusConfig({ job: 'a "job": # odd', targets: ['127.0.0.1:9464', 'shop:9464'], scrapeInterval: '30s', ruleFiles: ['alerts.yml', 'recording.yml'] });
    await judge(['check', 'config'], { 'prometheus.yml': config, 'alerts.yml': alertRules(packs()), 'recording.yml': recordingRules(packs()) });
  });

  it.runIf(hasYaml)('is YAML that another parser reads as what was meant (runs where Python has a YAML parser).', async () => {
    const text = composeFile({ service: { image: 'node:22-alpine', command: ['node', '--title=a: b', 'true', '5'] }, ruleFiles: ['alerts.yml'] });
    const { stdout } = await run('/usr/bin/python3', ['-c', 'import json, sys, yaml; d = yaml.safe_load(sys.stdin); d["inner"] = [yaml.safe_load(c["content"]) for c in d["configs"].values()]; print(json.dumps(d))'], { input: text });
    expect(JSON.parse(stdout)).toMatchObject({
      services: { service: { image: 'node:22-alpine', command: ['node', '--title=a: b', 'true', '5'], environment: { PORT: '9464' } }, prometheus: { depends_on: ['service'] }, grafana: { ports: ['127.0.0.1:3000:3000'] } },
      volumes: { 'prometheus-data': {}, 'grafana-data': {} },
      inner: [{ datasources: [{ type: 'prometheus', isDefault: true, url: 'http://prometheus:9090' }] }, { providers: [{ type: 'file', options: { path: '/var/lib/grafana/dashboards' } }] }],
    });
  });
});

describe('The alerting rules of the guide', () => {
  const rules = readFileSync(new URL('../../docs/guide/alerts.yml', import.meta.url), 'utf8');

  /** A test of an alert: a series, and at which minutes it fires for billing. */
  const test = (alert: string, series: string, values: string, firing: readonly number[], quiet: readonly number[], severity: string): object => ({
    interval: '1m',
    input_series: [{ series, values }],
    alert_rule_test: [
      ...firing.map((minute) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [{ exp_labels: { component: 'billing', severity, ...(series.includes('state=') ? { state: 'open' } : {}) } }] })),
      ...quiet.map((minute) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] })),
    ].map((each) => ({ ...each, exp_alerts: each.exp_alerts.map((alerted) => ({ ...alerted, exp_annotations: annotationsOf(alert) })) })),
  });

  const annotationsOf = (alert: string): object => {
    const [, summary, description] = new RegExp(`alert: ${alert}\\n[\\s\\S]*?summary: (.*)\\n +description: (.*)\\n`).exec(rules)!;
    return { summary: summary!.replace(/^'(.*)'$/, '$1').replace('{{ $labels.component }}', 'billing'), description: description!.replace(/^'(.*)'$/, '$1') };
  };

  it('fire when, and only when, their conditions have held for as long as they say.', async () => {
    const tests = {
      rule_files: ['alerts.yml'],
      evaluation_interval: '1m',
      tests: [
        test('CircuitBreakerStateOpen', 'circuit_breaker_state{component="billing",state="open"}', '0 0 1 1 1 0 0', [3, 4], [1, 2, 5, 6], 'critical'),
        test('CircuitBreakerStateOpen', 'circuit_breaker_state{component="billing",state="half_open"}', '1x9', [], [5, 9], 'critical'),
        test('CircuitBreakerFailureRateHigh', 'circuit_breaker_failure_rate{component="billing"}', '10 10 10.1x8 10x5', [7, 9], [1, 6, 11], 'warning'),
        test('CircuitBreakerLatencySecondsAvgHigh', 'circuit_breaker_latency_seconds_avg{component="billing"}', '1 1.5x9 0.2x5', [6, 9], [0, 5, 12], 'warning'),
      ],
    };
    await judge(['test', 'rules'], { 'tests.yml': JSON.stringify(tests), 'alerts.yml': rules });
  });
});
