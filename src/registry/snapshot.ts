import type { MetricType } from '../model/descriptor.js';
import type { Exemplar } from '../model/exemplar.js';
import type { NativeBuckets } from '../model/native.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
import { readNative } from '../store/native-chains.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';

/** A number as JSON can hold it: JSON has neither NaN nor infinities. */
export type JsonNumber = number | 'NaN' | '+Inf' | '-Inf';

/** One series of a {@link FamilySnapshot}. Which fields it has depends on the family's type, as in `CollectedSeries`. */
export interface SeriesSnapshot {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: JsonNumber;
  readonly sum?: JsonNumber;
  readonly count?: JsonNumber;
  /** Cumulative, the last one `+Inf`. */
  readonly buckets?: readonly { readonly le: JsonNumber; readonly count: JsonNumber }[];
  readonly quantiles?: readonly { readonly quantile: number; readonly value: JsonNumber }[];
  /** State sets: every state, and whether it holds. */
  readonly states?: Readonly<Record<string, boolean>>;
  /** Histograms that have native buckets. */
  readonly native?: NativeBuckets;
  readonly exemplars?: readonly ExemplarSnapshot[];
  /** When the series began to count, in seconds since the Unix epoch. */
  readonly created?: number;
  /** When its numbers were taken, in seconds since the Unix epoch, where they carry a time of their own. */
  readonly timestamp?: number;
}

/** An {@link Exemplar} as JSON can hold it. */
export interface ExemplarSnapshot extends Omit<Exemplar, 'value'> {
  readonly value: JsonNumber;
}

/** A family as plain data, ready for `JSON.stringify`. */
export interface FamilySnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Left out when there is none. */
  readonly unit?: string;
  readonly series: readonly SeriesSnapshot[];
}

/** Copies what a view shows at this moment. */
export function snapshotOf(view: FamilyView): FamilySnapshot {
  const { name, help, type, unit } = view.descriptor;
  const series: SeriesSnapshot[] = [];
  const cursor = view.cursor();
  while (cursor.next()) series.push(seriesOf(view, cursor));
  return { name, help, type, ...(unit === '' ? {} : { unit }), series };
}

/** Copies the series that a cursor points at. */
export function seriesOf(view: FamilyView, cursor: SeriesCursor): SeriesSnapshot {
  return { labels: labelsOf(view, cursor), ...valuesOf(view, cursor), ...extrasOf(view, cursor) };
}

function labelsOf(view: FamilyView, cursor: SeriesCursor): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of view.descriptor.constLabels) labels[name] = value;
  for (const [place, name] of view.descriptor.labelNames.entries()) labels[name] = cursor.labelText(place);
  return labels;
}

function valuesOf(view: FamilyView, { cells, cellBase }: SeriesCursor): Omit<SeriesSnapshot, 'labels'> {
  const { type, bounds, quantiles, states } = view.descriptor;
  switch (type) {
    case 'histogram':
    case 'gaugehistogram': {
      let count = 0;
      const buckets = [...bounds, Infinity].map((le, place) => ({ le: jsonNumber(le), count: (count += cells[cellBase + bucketCells + place]!) }));
      return { sum: jsonNumber(sumAt(cells, cellBase)), count, buckets };
    }
    case 'summary':
      return {
        sum: jsonNumber(sumAt(cells, cellBase)),
        count: cells[cellBase + summaryCountCell]!,
        quantiles: quantiles.map((quantile, place) => ({ quantile, value: jsonNumber(cells[cellBase + quantileCells + place]!) })),
      };
    case 'stateset':
      return { states: Object.fromEntries(states.map((state, place) => [state, cells[cellBase + place] === 1])) };
    default:
      return { value: jsonNumber(cells[cellBase + valueCell]!) };
  }
}

function extrasOf(view: FamilyView, cursor: SeriesCursor): Pick<SeriesSnapshot, 'native' | 'exemplars' | 'created' | 'timestamp'> {
  const { createdCell, timestampCell, native } = view;
  const created = createdCell < 0 ? NaN : cursor.cells[cursor.cellBase + createdCell]!;
  const timestamp = timestampCell < 0 ? NaN : cursor.cells[cursor.cellBase + timestampCell]!;
  const exemplars = exemplarsOf(view, cursor.row);
  return {
    ...(native === undefined ? {} : { native: readNative(cursor.cells, cursor.cellBase + native.cell, native.blocks) }),
    ...(exemplars.length === 0 ? {} : { exemplars: exemplars.map((exemplar) => ({ ...exemplar, value: jsonNumber(exemplar.value) })) }),
    ...(created === created ? { created } : {}),
    ...(timestamp === timestamp ? { timestamp } : {}),
  };
}

/** Those of the buckets, or of the native buckets where the histogram has no others. */
export function exemplarsOf({ exemplars, descriptor, native }: FamilyView, row: number): readonly Exemplar[] {
  if (exemplars === undefined) return [];
  if (native !== undefined && descriptor.bounds.length === 0) return exemplars.spread(row);
  const found: Exemplar[] = [];
  for (let slot = 0; slot <= descriptor.bounds.length; slot++) {
    const exemplar = exemplars.at(row, slot);
    if (exemplar !== undefined) found.push(exemplar);
  }
  return found;
}

/** A number as {@link JsonNumber}; -0 is 0, as `JSON.stringify` and the text formats write it. */
export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value + 0;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
