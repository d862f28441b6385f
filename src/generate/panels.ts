import { eventRateUnitOf, isTimestamp, rateUnitOf, unitOf } from './measures.js';
import { type Look, bucketsBy, meanOver, quantileOver, ratePerSecond, select, sumBy } from './promql.js';
import type { Scraped } from './scraped.js';

/** What Grafana asks the data source. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'heatmap' | 'table';
  readonly instant: boolean;
  readonly range: boolean;
  readonly datasource: DataSourceRef;
}

export interface DataSourceRef {
  readonly type: string;
  readonly uid: string;
}

/** The data source that the dashboard's first variable chooses. */
export const dataSource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** A panel that has no place yet. */
export interface Draft {
  readonly type: 'timeseries' | 'stat' | 'heatmap' | 'state-timeline' | 'table';
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: Readonly<Record<string, unknown>>; readonly overrides: readonly unknown[] };
  readonly options: Readonly<Record<string, unknown>>;
}

const shownQuantiles = [0.5, 0.9, 0.99] as const;
const height = 8;

/** The panels of a family; each row of them is 24 wide. */
export function panelsOf(family: Scraped, matchers: readonly string[]): readonly Draft[] {
  const look: Look = { matchers, window: '$__rate_interval' };
  switch (family.type) {
    case 'counter':
      return counterPanels(family, look);
    case 'histogram':
      return histogramPanels(family, look);
    case 'gaugehistogram':
      return gaugeHistogramPanels(family, look);
    case 'summary':
      return summaryPanels(family, look);
    case 'stateset':
      return statePanels(family, look);
    case 'info':
      return [{ ...draft('table', 'What is running', family, 24), targets: [{ ...target(select(family.sample, matchers), ''), format: 'table', instant: true, range: false }], options: { showHeader: true, cellHeight: 'sm' } }];
    default:
      return gaugePanels(family, look);
  }
}

function counterPanels(family: Scraped, look: Look): readonly Draft[] {
  const { labels, sample } = family;
  const increase = sumBy([], `increase(${select(sample, look.matchers)}[$__range])`);
  return [
    series('Per second', family, 18, rateUnitOf(family), [target(ratePerSecond(family, labels, look), legendOf(labels))]),
    stat('In the range shown', family, 6, unitOf(family), [{ ...target(increase, ''), instant: true, range: false }]),
  ];
}

function gaugePanels(family: Scraped, { matchers }: Look): readonly Draft[] {
  const { labels, sample } = family;
  const selected = select(sample, matchers);
  const legend = legendOf([...labels, 'instance']);
  // Grafana counts milliseconds.
  if (isTimestamp(family)) return [stat('Point in time', family, 24, 'dateTimeFromNow', [target(`${selected} * 1000`, legend)])];
  const unit = unitOf(family);
  return [series('Value', family, 18, unit, [target(selected, legend)]), stat('Now', family, 6, unit, [target(selected, legend)])];
}

function histogramPanels(family: Scraped, look: Look): readonly Draft[] {
  const { labels, buckets } = family;
  const rateAndMean = [
    series('Observations per second', family, 12, eventRateUnitOf(family), [target(ratePerSecond(family, labels, look), legendOf(labels))]),
    series('Mean', family, 12, unitOf(family), [target(meanOver(family, labels, look), legendOf(labels))]),
  ];
  if (buckets === 'none') return rateAndMean;
  return [heatmap(family, bucketsBy(family, [], 'increase', look)), quantiles(family, look), ...rateAndMean];
}

function gaugeHistogramPanels(family: Scraped, look: Look): readonly Draft[] {
  const { labels, sample, buckets, countSuffix } = family;
  const isNative = buckets === 'native';
  const selected = select(isNative ? sample : sample + countSuffix, look.matchers);
  const count = series('Number', family, 24, 'short', [target(isNative ? `histogram_count(${sumBy(labels, selected)})` : sumBy(labels, selected), legendOf(labels))]);
  return buckets === 'none' ? [count] : [heatmap(family, bucketsBy(family, [], 'rate', look)), quantiles(family, look), count];
}

function summaryPanels(family: Scraped, look: Look): readonly Draft[] {
  const { labels, sample, quantiles: shown } = family;
  const rateAndMean = [
    series('Observations per second', family, 12, eventRateUnitOf(family), [target(ratePerSecond(family, labels, look), legendOf(labels))]),
    series('Mean', family, 12, unitOf(family), [target(meanOver(family, labels, look), legendOf(labels))]),
  ];
  if (shown.length === 0) return rateAndMean;
  const selected = select(sample, [...look.matchers, 'quantile!=""']);
  return [series('Quantiles', family, 24, unitOf(family), [target(selected, legendOf([...labels, 'instance', 'quantile']))]), ...rateAndMean];
}

/** A line for each state of each series, drawn where the state holds: several may hold at once. */
function statePanels(family: Scraped, { matchers }: Look): readonly Draft[] {
  const { labels, sample, stateLabel } = family;
  const mappings = [{ type: 'value', options: { '0': { text: 'no', color: 'transparent', index: 0 }, '1': { text: 'yes', color: 'blue', index: 1 } } }];
  return [
    {
      ...draft('state-timeline', 'States', family, 24),
      targets: [target(sumBy([...labels, 'instance', stateLabel], select(sample, matchers)), legendOf([...labels, 'instance', stateLabel]))],
      fieldConfig: { defaults: { mappings, color: { mode: 'fixed', fixedColor: 'blue' }, custom: { fillOpacity: 70, lineWidth: 0 } }, overrides: [] },
      options: { mergeValues: true, showValue: 'never', alignValue: 'left', rowHeight: 0.9, legend: { showLegend: false, displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'single', sort: 'none' } },
    },
  ];
}

function heatmap(family: Scraped, expression: string): Draft {
  const unit = unitOf(family);
  return {
    ...draft('heatmap', 'Distribution', family, 12),
    targets: [{ ...target(expression, family.buckets === 'native' ? '' : '{{le}}'), format: 'heatmap' }],
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Oranges', scale: 'exponential', exponent: 0.5, steps: 64, reverse: false },
      yAxis: { axisPlacement: 'left', unit },
      rowsFrame: { layout: 'auto' },
      cellValues: { unit: 'short' },
      filterValues: { le: 1e-9 },
      tooltip: { mode: 'single', yHistogram: false, showColorScale: false },
      legend: { show: true },
      showValue: 'never',
    },
  };
}

function quantiles(family: Scraped, look: Look): Draft {
  return series('Quantiles', family, 12, unitOf(family), shownQuantiles.map((quantile, i) => ({ ...target(quantileOver(family, quantile, [], look), `p${quantile * 100}`), refId: 'ABC'[i]! })));
}

function series(title: string, family: Scraped, width: number, unit: string, targets: readonly Target[]): Draft {
  return {
    ...draft('timeseries', title, family, width),
    targets,
    fieldConfig: { defaults: { unit, color: { mode: 'palette-classic' }, custom: { drawStyle: 'line', fillOpacity: 10, lineWidth: 1, showPoints: 'never', spanNulls: false } }, overrides: [] },
    options: { legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] }, tooltip: { mode: 'multi', sort: 'desc' } },
  };
}

function stat(title: string, family: Scraped, width: number, unit: string, targets: readonly Target[]): Draft {
  return {
    ...draft('stat', title, family, width),
    targets,
    fieldConfig: { defaults: { unit, color: { mode: 'palette-classic' } }, overrides: [] },
    options: { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, orientation: 'auto', textMode: 'auto', colorMode: 'value', graphMode: 'none', justifyMode: 'auto' },
  };
}

function draft<Type extends Draft['type']>(type: Type, title: string, { help }: Scraped, width: number): Draft & { readonly type: Type } {
  return { type, title, description: help, width, height, targets: [], fieldConfig: { defaults: {}, overrides: [] }, options: {} };
}

function target(expr: string, legendFormat: string): Target {
  return { refId: 'A', expr, legendFormat, format: 'time_series', instant: false, range: true, datasource: dataSource };
}

function legendOf(labels: readonly string[]): string {
  return labels.map((label) => `{{${label}}}`).join(' ');
}
