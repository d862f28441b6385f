import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../../model/layout.js';
import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import { exemplarsSince } from './exemplars.js';
import { type Moment, attributesOf, risen, stretchOf, timeOf, timesOf, whole } from './moment.js';
import { type HistogramPoint, type NumberPoint, type QuantileValue, type SummaryPoint, nanosOf, textAttribute } from './request.js';
import type { FamilyHistory } from './series-history.js';

/** A gauge, or a metric of unknown type. */
export function gaugePoint(view: FamilyView, cursor: SeriesCursor, moment: Moment): NumberPoint {
  return { attributes: attributesOf(view, cursor), timeUnixNano: nanosOf(timeOf(view, cursor, moment)), asDouble: cursor.cells[cursor.cellBase + valueCell]! };
}

/** Of an info metric: 1, as a count of those that say so. */
export function infoPoint(view: FamilyView, cursor: SeriesCursor, moment: Moment): NumberPoint {
  return { attributes: attributesOf(view, cursor), ...timesOf({ start: moment.began, time: timeOf(view, cursor, moment) }), asDouble: 1 };
}

/** One for each state, 1 where it holds. */
export function statePoints(view: FamilyView, cursor: SeriesCursor, moment: Moment): NumberPoint[] {
  const { states, stateLabel } = view.descriptor;
  const attributes = attributesOf(view, cursor);
  const times = timesOf({ start: moment.began, time: timeOf(view, cursor, moment) });
  return states.map((state, place) => ({ attributes: [...attributes, textAttribute(stateLabel, state)], ...times, asDouble: cursor.cells[cursor.cellBase + place]! }));
}

/** Of a counter; undefined for a delta of nothing. */
export function counterPoint(view: FamilyView, cursor: SeriesCursor, history: FamilyHistory<number>, moment: Moment): NumberPoint | undefined {
  const value = cursor.cells[cursor.cellBase + valueCell]!;
  const stretch = stretchOf(view, cursor, history, moment, value, () => value);
  // Once it is infinite there is nothing to add.
  const asDouble = stretch.last === undefined ? value : value === stretch.last ? 0 : value - stretch.last;
  if (moment.isDelta && asDouble === 0) return undefined;
  const exemplars = exemplarsSince(view, cursor.row, 1, moment.exemplarsSince, stretch.time);
  return { attributes: attributesOf(view, cursor), ...timesOf(stretch), asDouble, ...(exemplars === undefined ? {} : { exemplars }) };
}

/** The sum of a histogram, and the count of each of its buckets. */
export interface HistogramValues {
  readonly sum: number;
  readonly counts: readonly number[];
}

/** Of a histogram with classic buckets; undefined for a delta of nothing. */
export function histogramPoint(view: FamilyView, cursor: SeriesCursor, history: FamilyHistory<HistogramValues>, moment: Moment): HistogramPoint | undefined {
  const { bounds } = view.descriptor;
  const { cells, cellBase } = cursor;
  const counts: number[] = [];
  for (let place = 0; place <= bounds.length; place++) counts.push(whole(cells[cellBase + bucketCells + place]!));
  const values = { sum: sumAt(cells, cellBase), counts };
  const stretch = stretchOf(view, cursor, history, moment, total(counts), () => values);
  const differences = stretch.last === undefined ? undefined : risen(counts, stretch.last.counts);
  const bucketCounts = differences ?? counts;
  const count = total(bucketCounts);
  if (moment.isDelta && count === 0) return undefined;
  const exemplars = exemplarsSince(view, cursor.row, bounds.length + 1, moment.exemplarsSince, stretch.time);
  return {
    attributes: attributesOf(view, cursor),
    ...timesOf(stretch),
    count,
    // It is to rise with what is observed, which it does not where that may be negative (`metrics.proto`).
    ...sumField(bounds.length > 0 && bounds[0]! < 0 ? NaN : differences === undefined ? values.sum : values.sum - stretch.last!.sum),
    bucketCounts,
    explicitBounds: bounds,
    ...(exemplars === undefined ? {} : { exemplars }),
  };
}

/** The sum, where there is one. */
export function sumField(sum: number): { readonly sum?: number } {
  return sum === sum ? { sum } : {};
}

/** Of a summary: it has no deltas, and its quantiles are of its window. */
export function summaryPoint(view: FamilyView, cursor: SeriesCursor, history: FamilyHistory<undefined>, moment: Moment): SummaryPoint {
  const { quantiles } = view.descriptor;
  const { cells, cellBase } = cursor;
  const count = whole(cells[cellBase + summaryCountCell]!);
  const stretch = stretchOf(view, cursor, history, { ...moment, isDelta: false }, count, () => undefined);
  const quantileValues: QuantileValue[] = [];
  for (const [place, quantile] of quantiles.entries()) {
    const value = cells[cellBase + quantileCells + place]!;
    // Values must not be negative (`metrics.proto`); NaN says that the window is empty.
    if (!(value < 0)) quantileValues.push({ quantile, value });
  }
  return { attributes: attributesOf(view, cursor), ...timesOf(stretch), count, sum: sumAt(cells, cellBase), quantileValues };
}

/** All together. */
export function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
