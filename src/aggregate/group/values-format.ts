import { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { checksum } from './checksum.js';
import { DamageError } from './damage.js';
import { checkVersions, formatVersion, magic, readId, writeId } from './log-format.js';
import { protocolVersion } from '../../registry/announcement.js';

/**
 * The values of a member at one moment: a header; for each family of the shape log its number, the cells of a row, the number of rows, four bytes
 * that are 0, and the cells of all rows, whether a series stands in them or not; then what rows have beside their cells, see `sparse-codec.ts`; and a
 * checksum of all that.
 */
export const valuesHeaderBytes = 64;
export const familyHeaderBytes = 16;

/** Larger ones are not read; a million histograms of twelve buckets take 120 MB. */
export const mostValueBytes: number = 2 ** 30;

export interface ValuesHeader {
  readonly id: string;
  /** The log that says what the values are of, and how much of it. */
  readonly epoch: number;
  readonly logBytes: number;
  /** Rises from each to the next. */
  readonly sequence: number;
  /** When, in seconds since the Unix epoch. */
  readonly wallSeconds: number;
  readonly families: number;
  readonly sparse: number;
}

const sparsePlace = 12;
const lengthPlace = 56;

/** Writes the header; {@link endValues} writes what is known only at the end. */
export function beginValues(writer: ByteWriter, { id, epoch, logBytes, sequence, wallSeconds, families }: Omit<ValuesHeader, 'sparse'>): void {
  writer.uint32(magic);
  writer.uint32(formatVersion);
  writer.uint32(protocolVersion);
  writer.uint32(0);
  writeId(writer, id);
  writer.uint32(epoch);
  writer.uint32(families);
  writer.float64(logBytes);
  writer.float64(sequence);
  writer.float64(wallSeconds);
  writer.float64(0);
}

export function endValues(writer: ByteWriter, sparse: number): void {
  writer.align(4);
  writer.patchUint32(sparsePlace, sparse);
  writer.patchFloat64(lengthPlace, writer.length + 4);
  writer.uint32(checksum(writer.buffer.written()));
}

/**
 * What the header of some values says, without a look at the rest.
 *
 * @throws VersionError, DamageError
 */
export function readValuesHeader(bytes: Uint8Array): ValuesHeader {
  const reader = new ByteReader(bytes);
  reader.need(valuesHeaderBytes);
  checkVersions(reader);
  const sparse = reader.uint32();
  const id = readId(reader);
  const epoch = reader.uint32();
  const families = reader.uint32();
  return { id, epoch, families, sparse, logBytes: reader.float64(), sequence: reader.float64(), wallSeconds: reader.float64() };
}

/** The same, after it was made sure that all of the values are there as they were written. @throws VersionError, DamageError */
export function checkValues(bytes: Uint8Array): ValuesHeader {
  const header = readValuesHeader(bytes);
  if (new ByteReader(bytes, lengthPlace).float64() !== bytes.length) throw new DamageError('the values are cut off');
  if (checksum(bytes.subarray(0, bytes.length - 4)) !== new ByteReader(bytes, bytes.length - 4).uint32()) throw new DamageError('the values do not match their checksum');
  return header;
}
