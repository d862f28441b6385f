import { checkBounds } from '../distribution/bounds.js';
import { checkQuantiles } from '../distribution/quantiles.js';
import type { CollectedFamily, CollectedSeries } from '../model/collected.js';
import { type Descriptor, type MetricType, describe, subjectOf } from '../model/descriptor.js';
import { TallystickError, list, show } from '../model/errors.js';
import { labelText } from '../model/labels.js';
import { bucketCells, quantileCells, sumCell, summaryCountCell, valueCell } from '../model/layout.js';
import type { NameValidation } from '../model/names.js';
import { checkStateLabel, checkStates } from '../instruments/state-set.js';
import { FamilyView } from '../store/family-view.js';
import { CollectedExtras } from './collected-extras.js';
import { LabelTable } from '../store/label-table.js';
import { SeriesTable } from '../store/series-table.js';

/**
 * Puts a collector's family into rows and cells, so that writers read it like any other.
 *
 * @throws TallystickError when it breaks a rule; a family is taken whole or not at all
 */
export function loadFamily(family: CollectedFamily, nameValidation: NameValidation = 'legacy'): FamilyView {
  if (typeof family !== 'object' || family === null) throw new TallystickError('INVALID_FAMILY', `collector: yielded ${show(family)}; yield families with name, help, type and series`);
  const subject = subjectOf('collected', String(family.name));
  if (!Array.isArray(family.series)) throw new TallystickError('INVALID_FAMILY', `${subject}: series are ${show(family.series)}; give an array`);
  const first = family.series[0];
  const isHistogram = family.type === 'histogram' || family.type === 'gaugehistogram';
  const bounds = isHistogram && first !== undefined ? boundsOf(subject, first) : [];
  const quantiles = checkQuantiles(subject, family.type === 'summary' ? quantilesOf(first).map((entry) => entry.quantile) : []);
  const labelNames = Object.keys(first?.labels ?? {});
  const descriptor = describe('collected', { name: family.name, help: family.help, labelNames, ...(family.unit === undefined ? {} : { unit: family.unit }) }, {
    type: checkType(subject, family.type),
    bounds,
    quantiles,
    states: family.type === 'stateset' ? checkStates(subject, family.states) : [],
    ...(family.stateLabel === undefined ? {} : { stateLabel: family.stateLabel }),
  }, nameValidation);
  if (descriptor.type === 'stateset') checkStateLabel(subject, descriptor.stateLabel, nameValidation);
  const cells = cellCount(family.type, bounds.length, quantiles.length, descriptor.states.length);
  const extras = new CollectedExtras(subject, descriptor, family.series, cells);
  const table = new SeriesTable(new LabelTable(), labelNames.length, cells + extras.cells);
  const seen = new Set<number>();
  for (const series of family.series) {
    const row = rowOf(subject, table, labelNames, series);
    if (seen.has(row)) throw new TallystickError('INVALID_FAMILY', `${subject}: two series have the same labels ${show(series.labels ?? {})}; yield each once`);
    seen.add(row);
    fill(subject, descriptor, table.cells.page(row), table.cells.base(row), series);
    extras.fill(row, table.cells.page(row), table.cells.base(row), series);
  }
  if (labelNames.length === 0 && family.series.length === 0) return new FamilyView(descriptor, new SeriesTable(table.labels, 1, table.cells.stride));
  return new FamilyView(descriptor, table, extras.view());
}

function quantilesOf(series: CollectedSeries | undefined): readonly { readonly quantile: number; readonly value: number }[] {
  return series?.quantiles ?? [];
}

const types: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'];

function checkType(subject: string, type: unknown): MetricType {
  if (types.includes(type as MetricType)) return type as MetricType;
  throw new TallystickError('INVALID_FAMILY', `${subject}: type is ${show(type)}; the types are ${list(types)}`);
}

function cellCount(type: MetricType, bounds: number, quantiles: number, states: number): number {
  switch (type) {
    case 'histogram':
    case 'gaugehistogram':
      return bucketCells + bounds + 1;
    case 'summary':
      return quantileCells + quantiles;
    case 'stateset':
      return Math.max(1, states);
    default:
      return 1;
  }
}

function rowOf(subject: string, table: SeriesTable, names: readonly string[], series: CollectedSeries): number {
  const labels = series?.labels ?? {};
  if (typeof series !== 'object' || series === null || typeof labels !== 'object') {
    throw new TallystickError('INVALID_FAMILY', `${subject}: a series is ${show(series)}; give objects with labels and numbers`);
  }
  if (Object.keys(labels).length !== names.length || names.some((name) => !Object.hasOwn(labels, name))) {
    throw new TallystickError('INVALID_FAMILY', `${subject}: a series has the labels ${show(labels)}, the first one has ${list(names)}; all series of a family have the same label names`);
  }
  for (const [place, name] of names.entries()) {
    const text = labelText(labels[name]);
    if (text === undefined) throw new TallystickError('INVALID_LABEL_VALUE', `${subject}: label ${show(name)} is ${show(labels[name])}; give a string, number, boolean or bigint`);
    table.wanted[place] = table.labels.intern(text);
  }
  const known = table.find();
  return known >= 0 ? known : table.insert();
}

function fill(subject: string, descriptor: Descriptor, cells: Float64Array, base: number, series: CollectedSeries): void {
  switch (descriptor.type) {
    case 'histogram':
    case 'gaugehistogram':
      cells[base + sumCell] = numberOf(subject, 'sum', series.sum);
      fillBuckets(subject, descriptor.bounds, cells, base, bucketsOf(subject, series));
      return;
    case 'summary':
      cells[base + sumCell] = numberOf(subject, 'sum', series.sum);
      cells[base + summaryCountCell] = countOf(subject, series.count);
      fillQuantiles(subject, descriptor.quantiles, cells, base, series.quantiles ?? []);
      return;
    case 'stateset':
      for (const state of series.states ?? []) {
        const place = descriptor.states.indexOf(state);
        if (place < 0) throw new TallystickError('INVALID_STATE', `${subject}: ${show(state)} is not one of its states; they are ${list(descriptor.states)}`);
        cells[base + place] = 1;
      }
      return;
    case 'info':
      cells[base + valueCell] = 1;
      return;
    default: {
      const value = numberOf(subject, 'value', series.value);
      if (descriptor.type === 'counter' && !(value >= 0)) throw new TallystickError('INVALID_AMOUNT', `${subject}: value is ${show(value)}; a counter's is 0 or more, use a gauge`);
      cells[base + valueCell] = value;
    }
  }
}

/** Finite bounds; a histogram need not have any. */
function boundsOf(subject: string, series: CollectedSeries): readonly number[] {
  const bounds = bucketsOf(subject, series).map((bucket) => bucket.le);
  return bounds.length === 1 ? [] : checkBounds(subject, bounds);
}

function bucketsOf(subject: string, series: CollectedSeries): readonly { readonly le: number; readonly count: number }[] {
  const buckets: unknown = series.buckets ?? (series.native === undefined ? undefined : [{ le: Infinity, count: countOf(subject, series.count) }]);
  if (!Array.isArray(buckets) || (buckets.at(-1) as { le?: unknown } | undefined)?.le !== Infinity) {
    throw new TallystickError('INVALID_FAMILY', `${subject}: buckets is ${show(buckets)}; give { le, count } for each upper bound, the last one Infinity`);
  }
  return buckets as readonly { le: number; count: number }[];
}

function fillBuckets(subject: string, bounds: readonly number[], cells: Float64Array, base: number, buckets: readonly { readonly le: number; readonly count: number }[]): void {
  let before = 0;
  for (const [place, { le, count }] of buckets.entries()) {
    if (buckets.length !== bounds.length + 1 || (place < bounds.length && le !== bounds[place])) {
      throw new TallystickError('INVALID_FAMILY', `${subject}: a series has the bounds ${show(buckets.map((bucket) => bucket.le))}, the first one has ${show([...bounds, Infinity])}; all series of a family have the same bounds`);
    }
    if (!(count >= before && count < Infinity)) {
      throw new TallystickError('INVALID_FAMILY', `${subject}: bucket ${show(le)} counts ${show(count)} after ${show(before)}; counts are cumulative and do not fall`);
    }
    cells[base + bucketCells + place] = count - before;
    before = count;
  }
}

function fillQuantiles(subject: string, quantiles: readonly number[], cells: Float64Array, base: number, given: readonly { readonly quantile: number; readonly value: number }[]): void {
  for (const [place, quantile] of quantiles.entries()) {
    const entry = given.find((candidate) => candidate.quantile === quantile);
    if (entry === undefined || given.length !== quantiles.length) {
      throw new TallystickError('INVALID_FAMILY', `${subject}: a series has the quantiles ${show(given.map((one) => one.quantile))}, the first one has ${show(quantiles)}; all series of a family have the same quantiles`);
    }
    cells[base + quantileCells + place] = numberOf(subject, 'quantile', entry.value);
  }
}

function countOf(subject: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  throw new TallystickError('INVALID_FAMILY', `${subject}: count is ${show(value)}; give a whole number of at least 0`);
}

function numberOf(subject: string, field: string, value: unknown): number {
  if (typeof value !== 'number') throw new TallystickError('INVALID_FAMILY', `${subject}: ${field} is ${show(value)}; give a number`);
  return value;
}
