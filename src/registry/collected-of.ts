import type { CollectedFamily, CollectedSeries } from '../model/collected.js';
import type { Exemplar } from '../model/exemplar.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import { readNative } from '../store/native-chains.js';

/** A view as the plain data that a collector yields, which can be sent to another thread: what `loadFamily` takes. */
export function collectedOf(view: FamilyView): CollectedFamily {
  const { name, help, type, unit, states, stateLabel } = view.descriptor;
  const series: CollectedSeries[] = [];
  const cursor = view.cursor();
  while (cursor.next()) series.push({ labels: labelsOf(view, cursor), ...valuesOf(view, cursor), ...extrasOf(view, cursor) });
  return { name, help, type, ...(unit === '' ? {} : { unit }), series, ...(type === 'stateset' ? { states, stateLabel } : {}) };
}

/** Constant labels become labels like others. */
function labelsOf(view: FamilyView, cursor: SeriesCursor): Record<string, string> {
  const labels: Record<string, string> = Object.fromEntries(view.descriptor.constLabels);
  for (const [place, name] of view.descriptor.labelNames.entries()) labels[name] = cursor.labelText(place);
  return labels;
}

function valuesOf(view: FamilyView, { cells, cellBase }: SeriesCursor): CollectedSeries {
  const { type, bounds, quantiles, states } = view.descriptor;
  switch (type) {
    case 'histogram':
    case 'gaugehistogram': {
      let count = 0;
      return { sum: sumAt(cells, cellBase), buckets: [...bounds, Infinity].map((le, place) => ({ le, count: (count += cells[cellBase + bucketCells + place]!) })) };
    }
    case 'summary':
      return {
        sum: sumAt(cells, cellBase),
        count: cells[cellBase + summaryCountCell]!,
        quantiles: quantiles.map((quantile, place) => ({ quantile, value: cells[cellBase + quantileCells + place]! })),
      };
    case 'stateset':
      return { states: states.filter((_, place) => cells[cellBase + place] === 1) };
    default:
      return { value: cells[cellBase + valueCell]! };
  }
}

function extrasOf(view: FamilyView, { cells, cellBase, row }: SeriesCursor): CollectedSeries {
  const { createdCell, timestampCell, native } = view;
  const created = createdCell < 0 ? NaN : cells[cellBase + createdCell]!;
  const timestamp = timestampCell < 0 ? NaN : cells[cellBase + timestampCell]!;
  const exemplars = allExemplars(view, row);
  return {
    ...(native === undefined ? {} : { native: readNative(cells, cellBase + native.cell, native.blocks) }),
    ...(exemplars.length === 0 ? {} : { exemplars }),
    ...(created === created ? { created } : {}),
    ...(timestamp === timestamp ? { timestamp } : {}),
  };
}

/** Those of native buckets, and then those of classic ones: of two for the same bucket, whoever reads them takes the last. */
function allExemplars(view: FamilyView, row: number): readonly Exemplar[] {
  const slots = Array.from({ length: view.descriptor.bounds.length + 1 }, (_, slot) => view.exemplars?.at(row, slot)).filter((exemplar) => exemplar !== undefined);
  const isInSlot = ({ value, timestamp }: Exemplar): boolean => slots.some((exemplar) => Object.is(exemplar.value, value) && exemplar.timestamp === timestamp);
  return [...(view.exemplars?.spread(row) ?? []).filter((exemplar) => !isInSlot(exemplar)), ...slots];
}
