import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Registry, toBytes } from '../../src/index.js';
import { type Dashboard, grafanaDashboard } from '../../src/generate/dashboard.js';
import type { ScrapedFormat } from '../../src/generate/scraped.js';
import { parse } from '../../src/format/parse/parse.js';
import { vllmMetrics } from '../../src/packs/vllm.js';
import { anyFamilies } from '../support/families.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import { quotedNames, rare, rareFamilies, showcase } from '../support/showcase.js';
import { dashboardFaults } from './dashboard-checker.js';

/** Without the matchers of job and instance, which everything has. */
const unfiltered = (expression: string): string => expression.replace(/job=~"\$job", instance=~"\$instance"(?:, )?/g, '').replaceAll('{}', '');

/** Type, title, unit and first expression of each panel below the row of a family, without what the variables filter. */
function panelsOf({ panels }: Dashboard, family: string): readonly string[] {
  const from = panels.findIndex(({ type, title }) => type === 'row' && title === family) + 1;
  const to = panels.findIndex(({ type }, i) => i >= from && type === 'row');
  return panels.slice(from, to < 0 ? undefined : to).map(({ type, title, targets, fieldConfig, options }) => {
    const { yAxis } = (options ?? {}) as { yAxis?: { unit: string } };
    const unit = fieldConfig?.defaults['unit'] ?? yAxis?.unit ?? '–';
    return `${type} | ${title} | ${String(unit)} | ${unfiltered(targets![0]!.expr)}`;
  });
}

describe('A dashboard', () => {
  const dashboard = grafanaDashboard([...showcase().collectSync(), ...rareFamilies], { title: 'Show case' });

  it('has what Grafana documents, whatever it is made of.', () => {
    expect(dashboardFaults(dashboard)).toEqual([]);
    for (const source of [new Registry(), rare(), quotedNames(), vllmMetricsRegistry()]) expect(dashboardFaults(grafanaDashboard(source))).toEqual([]);
  });

  it('has what Grafana documents for any registry and any families, in whatever format they are scraped.', () => {
    const formats = fc.constantFrom<ScrapedFormat>('text-0.0.4', 'openmetrics-1.0.0', 'openmetrics-2.0.0', 'protobuf');
    fc.assert(fc.property(anyRegistry, formats, (spec, format) => void expect(dashboardFaults(grafanaDashboard(buildRegistry(spec), { format }))).toEqual([])), { numRuns: 50 });
    fc.assert(fc.property(anyFamilies({ names: 'utf8' }), formats, (families, format) => void expect(dashboardFaults(grafanaDashboard(families, { format }))).toEqual([])), { numRuns: 50 });
  });

  it('has a row for each metric, by name.', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual([...showcase().collectSync().map(({ descriptor: { name } }) => name), ...rareFamilies.map(({ name }) => name)].sort());
  });

  it.each([
    ['jobs_total', 'timeseries | Per second | cps | sum by (queue) (rate(jobs_total{queue=~"$queue"}[$__rate_interval]))', 'stat | In the range shown | short | sum(increase(jobs_total{queue=~"$queue"}[$__range]))'],
    ['plain', 'timeseries | Per second | cps | sum(rate(plain_total[$__rate_interval]))', 'stat | In the range shown | short | sum(increase(plain_total[$__range]))'],
    ['heat_celsius', 'timeseries | Value | celsius | heat_celsius{zone=~"$zone"}', 'stat | Now | celsius | heat_celsius{zone=~"$zone"}'],
    [
      'took_seconds',
      'heatmap | Distribution | s | sum by (le) (increase(took_seconds_bucket{op=~"$op"}[$__rate_interval]))',
      'timeseries | Quantiles | s | histogram_quantile(0.5, sum by (le) (rate(took_seconds_bucket{op=~"$op"}[$__rate_interval])))',
      'timeseries | Observations per second | cps | sum by (op) (rate(took_seconds_count{op=~"$op"}[$__rate_interval]))',
      'timeseries | Mean | s | sum by (op) (rate(took_seconds_sum{op=~"$op"}[$__rate_interval])) / sum by (op) (rate(took_seconds_count{op=~"$op"}[$__rate_interval]))',
    ],
    [
      'only_native',
      'heatmap | Distribution | short | sum(increase(only_native{x=~"$x"}[$__rate_interval]))',
      'timeseries | Quantiles | short | histogram_quantile(0.5, sum(rate(only_native{x=~"$x"}[$__rate_interval])))',
      'timeseries | Observations per second | cps | histogram_count(sum by (x) (rate(only_native{x=~"$x"}[$__rate_interval])))',
      'timeseries | Mean | short | histogram_sum(sum by (x) (rate(only_native{x=~"$x"}[$__rate_interval]))) / histogram_count(sum by (x) (rate(only_native{x=~"$x"}[$__rate_interval])))',
    ],
    ['waiting', 'heatmap | Distribution | short | sum by (le) (waiting_bucket)', 'timeseries | Quantiles | short | histogram_quantile(0.5, sum by (le) (waiting_bucket))', 'timeseries | Number | short | sum(waiting_gcount)'],
    [
      'size_bytes',
      'timeseries | Quantiles | bytes | size_bytes{quantile!=""}',
      'timeseries | Observations per second | cps | sum(rate(size_bytes_count[$__rate_interval]))',
      'timeseries | Mean | bytes | sum(rate(size_bytes_sum[$__rate_interval])) / sum(rate(size_bytes_count[$__rate_interval]))',
    ],
    ['build', 'table | What is running | – | build_info{version=~"$version"}'],
    ['door', 'state-timeline | States | – | sum by (side, instance, door) (door{side=~"$side"})'],
    ['what', 'timeseries | Value | short | what', 'stat | Now | short | what'],
  ])('has the panels that the type of %s asks for.', (family, ...panels) => {
    expect(panelsOf(dashboard, family)).toEqual(panels);
  });

  it('lets each label be chosen from the metrics that have it, and the job and the instance from all.', () => {
    const { templating: { list } } = grafanaDashboard(showcase());
    expect(list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance', 'a', 'op', 'queue', 'side', 'version', 'zone']);
    expect(list.find(({ name }) => name === 'op')?.query).toEqual({ query: 'label_values({__name__=~"took_seconds_count"}, op)', refId: 'op-values' });
    expect(list[1]?.query).toMatchObject({ query: 'label_values({__name__=~"build_info|door|heat_celsius|jobs_total|none|plain_total|size_bytes_count|took_seconds_count"}, job)' });
  });

  it.each([
    ['text-0.0.4', ['plain', 'door{side=~"$side"}', 'state)', 'native_seconds_bucket', 'waiting_count']],
    ['openmetrics-1.0.0', ['plain_total', 'door{side=~"$side"}', 'door)', 'native_seconds_bucket', 'waiting_gcount']],
    ['protobuf', ['plain', 'door{side=~"$side"}', 'state)', 'increase(native_seconds[', 'waiting_count']],
  ] as const)('asks for the names that %s has.', (format, parts) => {
    const { panels } = grafanaDashboard([...showcase().collectSync(), ...rareFamilies], { format });
    const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => unfiltered(expr))).join('\n');
    for (const part of parts) expect(shown).toContain(part);
    expect(shown.includes('rate(plain_total')).toBe(format === 'openmetrics-1.0.0');
  });

  it.each(['text-0.0.4', 'openmetrics-1.0.0', 'openmetrics-2.0.0', 'protobuf'] as const)('is the same for a registry and for what %s says of it, but for labels that no series has.', (format) => {
    const registry = showcase();
    registry.unregister('none');
    const parsed = parse(toBytes(registry, { format }), { format });
    // Text knows an info by its sample, and shows a counter's name only.
    const rowless = ({ panels }: Dashboard): unknown => panels.filter(({ type }) => type !== 'row').map(({ type, targets }) => [type, targets]);
    expect(rowless(grafanaDashboard(parsed, { format }))).toEqual(rowless(grafanaDashboard(registry, { format })));
  });

  it('is the same whatever the order of the families, and for a snapshot.', () => {
    const views = [...showcase().collectSync()];
    expect(grafanaDashboard([...views].reverse())).toEqual(grafanaDashboard(views));
    const registry = new Registry();
    registry.histogram({ name: 'took_seconds', help: 'Time.', labelNames: ['op'] }).observe({ op: 'a' }, 1);
    expect(grafanaDashboard(registry.snapshot())).toEqual(grafanaDashboard(registry));
  });

  it('takes the names that Prometheus gives to labels of its own, and keeps its own variable apart.', () => {
    const { templating: { list }, panels } = grafanaDashboard([{ name: 'runs', help: 'Runs.', type: 'gauge', series: [{ labels: { job: 'a', datasource: 'b' }, value: 1 }] }]);
    expect(list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance', 'datasource_label', 'exported_job']);
    expect(panels[1]!.targets![0]!.expr).toBe('runs{job=~"$job", instance=~"$instance", datasource=~"$datasource_label", exported_job=~"$exported_job"}');
  });

  it.each([
    ['shop_wait_seconds', 'Waits.', 's'], ['shop_wait_milliseconds', 'Waits.', 'ms'], ['shop_size_bytes', 'Size.', 'bytes'], ['shop_hit_ratio', 'Hits.', 'percentunit'], ['shop_load_percent', 'Load.', 'percent'],
    ['shop_failures', 'Share of calls that failed, in percent.', 'percent'], ['shop_usage', 'Share in use, from 0 to 1.', 'percentunit'], ['shop_things', 'Things.', 'short'], ['shop_wait_seconds_avg', 'Mean.', 's'],
  ])('takes the unit of %s from its name, or else from its help (%s): %s.', (name, help, unit) => {
    expect(panelsOf(grafanaDashboard([{ name, help, type: 'gauge', series: [{ value: 1 }] }]), name)[0]).toBe(`timeseries | Value | ${unit} | ${name}`);
  });

  it.each([['sent_bytes_total', 'Bps'], ['cpu_seconds_total', 'percentunit'], ['http_requests_total', 'reqps'], ['things_total', 'cps']])('shows how fast %s rises in %s.', (name, unit) => {
    expect(panelsOf(grafanaDashboard([{ name, help: 'Help.', type: 'counter', series: [] }]), name)[0]).toContain(`| ${unit} |`);
  });

  it('shows points in time as such.', () => {
    expect(panelsOf(grafanaDashboard([{ name: 'last_run_timestamp_seconds', help: 'When.', type: 'gauge', series: [] }]), 'last_run_timestamp_seconds')).toEqual(['stat | Point in time | dateTimeFromNow | last_run_timestamp_seconds * 1000']);
  });

  it('quotes names that PromQL does not take as they are.', () => {
    const [panel] = panelsOf(grafanaDashboard(quotedNames()), 'http.requests');
    expect(panel).toContain('sum(rate({"http.requests_total", ');
  });

  it.each([
    [() => grafanaDashboard({} as Registry), 'dashboard: metrics are {}; give a registry, or an array of families'],
    [() => grafanaDashboard([1 as never]), 'dashboard: a family is 1; give objects with name, help, type and series'],
    [() => grafanaDashboard([], { title: ' ' }), 'dashboard: title is " "; give a text'],
    [() => grafanaDashboard([], { format: 'json' as never }), 'dashboard: format is "json"; give one of "text-0.0.4", "text-1.0.0", "openmetrics-1.0.0", "openmetrics-2.0.0", "protobuf"'],
    [() => grafanaDashboard([], { tilte: 'x' } as never), 'dashboard: unknown option "tilte"; the options are "title", "format"'],
  ])('is refused where it cannot be made (%#).', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('The checker of dashboards', () => {
  const sound = grafanaDashboard(showcase());
  const [row, first, second, ...others] = sound.panels;

  it.each([
    ['one id for two panels', { panels: [row!, first!, { ...second!, id: first!.id }] }],
    ['panels that overlap', { panels: [row!, first!, { ...second!, gridPos: { ...second!.gridPos, y: 0 } }, ...others] }],
    ['a panel beside the grid', { panels: [row!, { ...first!, gridPos: { x: 20, y: 1, w: 18, h: 8 } }] }],
    ['a target without expression', { panels: [row!, { ...first!, targets: [{ ...first!.targets![0]!, expr: '' }] }] }],
    ['a fixed data source', { panels: [row!, { ...first!, datasource: { type: 'prometheus', uid: 'abc' } }] }],
    ['a variable that nothing declares', { panels: [row!, { ...first!, targets: [{ ...first!.targets![0]!, expr: 'up{a="$nothing"}' }] }] }],
    ['no variable for the data source', { templating: { list: sound.templating.list.slice(1) } }],
    ['a uid of more than 40 characters', { uid: 'x'.repeat(41) }],
  ])('finds %s.', (_what, change) => {
    expect(dashboardFaults({ ...sound, ...change })).not.toEqual([]);
  });
});

function vllmMetricsRegistry(): Registry {
  const registry = new Registry();
  vllmMetrics({ registry });
  return registry;
}
