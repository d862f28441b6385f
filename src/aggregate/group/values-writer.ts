import { firstRowOf } from '../../store/pages.js';
import { ByteWriter } from './byte-writer.js';
import type { LogWriter, LoggedFamily } from './log-writer.js';
import { writeSparse } from './sparse-codec.js';
import { type ValuesHeader, beginValues, endValues, familyHeaderBytes, valuesHeaderBytes } from './values-format.js';

/**
 * The values of all families of a log that is up to date, see `values-format.ts`.
 *
 * @param withWindows whether what summaries remember for their quantiles is written, too
 */
export function encodeValues(log: LogWriter, header: Pick<ValuesHeader, 'id' | 'sequence' | 'wallSeconds'>, withWindows: boolean): Uint8Array<ArrayBuffer> {
  const families = [...log.logged()];
  const writer = new ByteWriter(families.reduce((sum, logged) => sum + familyHeaderBytes + cellBytes(logged), valuesHeaderBytes + 64));
  beginValues(writer, { ...header, epoch: log.epoch, logBytes: log.bytes().length, families: families.length });
  for (const logged of families) writeCells(writer, logged);
  let entries = 0;
  for (const logged of families) entries += writeBesides(writer, logged, withWindows);
  endValues(writer, entries);
  return writer.buffer.written();
}

function cellBytes({ family, rows }: LoggedFamily): number {
  return rows.rows * family.shape.places.stride * 8;
}

function writeCells(writer: ByteWriter, { number, family: { table, shape }, rows }: LoggedFamily): void {
  const { stride } = shape.places;
  writer.uint32(number);
  writer.uint32(stride);
  writer.uint32(rows.rows);
  writer.uint32(0);
  for (const [page, cells] of table.cells.pages.entries()) {
    const left = (rows.rows - firstRowOf(page)) * stride;
    if (left <= 0) break;
    writer.float64s(cells.subarray(0, left));
  }
}

function writeBesides(writer: ByteWriter, { number, family }: LoggedFamily, withWindows: boolean): number {
  let entries = 0;
  for (const row of family.sparseRows()) entries += writeSparse(writer, number, family, row, withWindows);
  return entries;
}
