import type { Descriptor } from '../model/descriptor.js';
import type { Collectable } from '../store/catalog.js';
import type { SeriesTable } from '../store/series-table.js';
import type { Store } from '../store/store.js';

/** What the labels of one metric cost. */
export interface MetricCardinality {
  readonly metric: string;
  readonly series: number;
  /** Distinct values of each label, most first. */
  readonly labels: readonly { readonly label: string; readonly values: number }[];
  /** The label with the most distinct values; undefined for a metric without labels. */
  readonly largestLabel: string | undefined;
  /** Bytes of its rows, cells and look-up; label values are shared by the metrics of a registry and counted apart. */
  readonly bytes: number;
  /** About how long its part of a text exposition is. */
  readonly expositionBytes: number;
  /** Recordings that limits have refused. */
  readonly refused: number;
  /** Series that have expired. */
  readonly expired: number;
}

/** What a whole registry costs; metrics with the most series first. */
export interface Cardinality {
  readonly series: number;
  readonly expositionBytes: number;
  /** Distinct label values over all metrics, and the bytes they take. */
  readonly labelValues: number;
  readonly labelValueBytes: number;
  readonly metrics: readonly MetricCardinality[];
}

/** Characters a value takes, on average; what is written besides is known. */
const valueBytes = 8;

/** Looks at every series of a metric once. */
export function metricCardinality({ descriptor, keeping: { table, refusals, expiry } }: Collectable): MetricCardinality {
  const labels = descriptor.labelNames.map((label, place) => ({ label, values: distinct(table, place) })).sort((a, b) => b.values - a.values);
  return {
    metric: descriptor.name,
    series: table.size,
    labels,
    largestLabel: labels[0]?.label,
    bytes: table.bytesHeld(),
    expositionBytes: expositionBytes(descriptor, table),
    refused: refusals.entries().reduce((sum, [, count]) => sum + count, 0),
    expired: expiry?.expired ?? 0,
  };
}

/** Looks at every series of a registry once. */
export function cardinalityOf(members: readonly Collectable[], stores: readonly Store[]): Cardinality {
  const metrics = members.map(metricCardinality).sort((a, b) => b.series - a.series);
  return {
    series: metrics.reduce((sum, { series }) => sum + series, 0),
    expositionBytes: metrics.reduce((sum, metric) => sum + metric.expositionBytes, 0),
    labelValues: stores.reduce((sum, { labels }) => sum + labels.size, 0),
    labelValueBytes: stores.reduce((sum, { labels }) => sum + labels.bytesHeld(), 0),
    metrics,
  };
}

function distinct(table: SeriesTable, place: number): number {
  const seen = new Set<number>();
  table.forEachRow((row) => seen.add(table.labelIds.page(row)[table.labelIds.base(row) + place]!));
  return seen.size;
}

/** Lines of a series, and characters of a line beside its label values; every label costs its name and `="",`. */
function expositionBytes(descriptor: Descriptor, table: SeriesTable): number {
  const { name, help, labelNames, constLabels, bounds, quantiles, states, type } = descriptor;
  const lines = type === 'histogram' ? bounds.length + 3 : type === 'summary' ? quantiles.length + 2 : type === 'stateset' ? states.length : 1;
  const fixed = [...constLabels.map(([label, value]) => label.length + value.length + 4), ...labelNames.map((label) => label.length + 4)].reduce((sum, length) => sum + length, 0);
  const extra = type === 'histogram' ? '_bucket{le="0.025"'.length : type === 'summary' ? 'quantile="0.99"'.length : type === 'stateset' ? descriptor.stateLabel.length + 8 : 2;
  let values = 0;
  table.forEachRow((row) => {
    for (let place = 0; place < labelNames.length; place++) values += table.labels.byteLength(table.labelIds.page(row)[table.labelIds.base(row) + place]!);
  });
  return 2 * name.length + help.length + 24 + lines * (table.size * (name.length + fixed + extra + 2 + valueBytes) + values);
}
