import type { Exemplar } from '../../model/exemplar.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../../model/layout.js';
import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import { readNative } from '../../store/native-chains.js';
import type { FamilyLines } from './family-lines.js';
import { endOfHistogram, histogramMessage } from './messages.js';
import { type RequestWriter, noTime } from './request-writer.js';

/** When a push takes place, and what is too old for it, in milliseconds since the Unix epoch. */
export interface PushTime {
  readonly milliseconds: number;
  /** Exemplars up to this time have been sent before. */
  readonly exemplarsAfter: number;
}

/** Writes the samples of the series that the cursor points at; the writer has been turned to its family and row. */
export function writeSeries(writer: RequestWriter, { lines, native }: FamilyLines, view: FamilyView, cursor: SeriesCursor, time: PushTime): void {
  const { cells, cellBase, row } = cursor;
  const milliseconds = view.timestampCell < 0 ? time.milliseconds : ownTime(view, cursor, time);
  const start = view.createdCell < 0 ? noTime : startBefore(milliseconds, view, cursor);
  switch (view.descriptor.type) {
    case 'counter':
      writer.writeSample(0, cells[cellBase + valueCell]!, milliseconds, start, exemplarAt(view, row, 0, time));
      break;
    case 'histogram':
    case 'gaugehistogram': {
      const buckets = view.descriptor.bounds.length + 1;
      let count = 0;
      for (let i = 0; i < buckets; i++) {
        count += cells[cellBase + bucketCells + i]!;
        if (lines.length > 0) writer.writeSample(i, count, milliseconds, start, exemplarAt(view, row, i, time));
      }
      if (lines.length > 0) {
        writer.writeSample(buckets, sumAt(cells, cellBase), milliseconds, start, undefined);
        writer.writeSample(buckets + 1, count, milliseconds, start, undefined);
      }
      if (native < 0) break;
      const message = histogramMessage(readNative(cells, cellBase + view.native!.cell, view.native!.blocks), count, sumAt(cells, cellBase), view.descriptor.type === 'gaugehistogram', milliseconds);
      const exemplars = (view.exemplars?.spread(row) ?? []).filter((one) => recent(one, time) !== undefined).sort((a, b) => a.timestamp! - b.timestamp!);
      writer.writeHistogram(native, message, start, exemplars);
      break;
    }
    case 'summary': {
      const quantiles = view.descriptor.quantiles.length;
      for (let i = 0; i < quantiles; i++) writer.writeSample(i, cells[cellBase + quantileCells + i]!, milliseconds, start, undefined);
      writer.writeSample(quantiles, sumAt(cells, cellBase), milliseconds, start, undefined);
      writer.writeSample(quantiles + 1, cells[cellBase + summaryCountCell]!, milliseconds, start, undefined);
      break;
    }
    case 'stateset':
      for (let i = 0; i < lines.length; i++) writer.writeSample(i, cells[cellBase + i]!, milliseconds, noTime, undefined);
      break;
    default:
      writer.writeSample(0, cells[cellBase + valueCell]!, milliseconds, noTime, undefined);
  }
}

/** Ends all series of the row that the writer has been turned to. */
export function writeEnd(writer: RequestWriter, { lines, native }: FamilyLines, milliseconds: number, takesNative: boolean): void {
  for (let i = 0; i < lines.length; i++) writer.writeStale(i, milliseconds);
  if (native >= 0 && takesNative) writer.writeStaleHistogram(native, endOfHistogram(milliseconds));
}

/** When the numbers of a series were taken, where it says so. */
function ownTime({ timestampCell }: FamilyView, { cells, cellBase }: SeriesCursor, { milliseconds }: PushTime): number {
  const own = Math.round(cells[cellBase + timestampCell]! * 1000);
  return own === own ? own : milliseconds;
}

/** When the series began to count. */
function startBefore(milliseconds: number, { createdCell }: FamilyView, { cells, cellBase }: SeriesCursor): number {
  const start = Math.round(cells[cellBase + createdCell]! * 1000);
  // One after the sample would be none.
  return start > 0 && start <= milliseconds ? start : noTime;
}

function exemplarAt({ exemplars }: FamilyView, row: number, slot: number, time: PushTime): Exemplar | undefined {
  return exemplars === undefined ? undefined : recent(exemplars.at(row, slot), time);
}

/** An exemplar that has not been sent before; of one without a time nobody could tell. */
function recent(exemplar: Exemplar | undefined, { exemplarsAfter }: PushTime): Exemplar | undefined {
  return exemplar?.timestamp !== undefined && Math.round(exemplar.timestamp * 1000) > exemplarsAfter ? exemplar : undefined;
}
