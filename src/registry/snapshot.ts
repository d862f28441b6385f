import type { MetricType } from '../model/descriptor.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
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
  while (cursor.next()) series.push({ labels: labelsOf(view, cursor), ...valuesOf(view, cursor) });
  return { name, help, type, ...(unit === '' ? {} : { unit }), series };
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
    case 'histogram': {
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

/** A number as {@link JsonNumber}. */
export function jsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
