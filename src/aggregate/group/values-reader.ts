import { ByteReader } from './byte-reader.js';
import { DamageError } from './damage.js';
import type { LogReader } from './log-reader.js';
import { type SparseEntry, readSparse } from './sparse-codec.js';
import { type ValuesHeader, checkValues, familyHeaderBytes, valuesHeaderBytes } from './values-format.js';

/** The cells of all rows of a family. */
export interface FamilyCells {
  readonly rows: number;
  readonly cells: Float64Array;
}

export interface Values {
  readonly header: ValuesHeader;
  readonly families: ReadonlyMap<number, FamilyCells>;
  readonly sparse: readonly SparseEntry[];
}

/**
 * Reads the values of a member. Cells are not copied where the bytes stand at a multiple of 8.
 *
 * @throws VersionError, DamageError where anything is not as it was written
 */
export function decodeValues(bytes: Uint8Array): Values {
  const header = checkValues(bytes);
  const reader = new ByteReader(bytes, valuesHeaderBytes, bytes.length - 4);
  reader.need(header.families * familyHeaderBytes);
  const families = new Map<number, FamilyCells>();
  for (let i = 0; i < header.families; i++) {
    const number = reader.uint32();
    const stride = reader.uint32();
    const rows = reader.uint32();
    reader.uint32();
    reader.need(rows * stride * 8);
    families.set(number, { rows, cells: reader.float64s(rows * stride) });
  }
  const sparse: SparseEntry[] = [];
  for (let i = 0; i < header.sparse; i++) sparse.push(readSparse(reader));
  return { header, families, sparse };
}

/** Makes sure that values are of the log as it is. @throws DamageError */
export function checkAgainst({ header, families, sparse }: Values, log: LogReader): void {
  if (header.id !== log.header.id || header.epoch !== log.header.epoch || header.logBytes !== log.length) throw new DamageError('the values go with another shape log');
  for (const [number, { rows, cells }] of families) {
    const family = log.families.get(number);
    if (family === undefined) throw new DamageError('values are of a family that was not told of');
    if (cells.length !== rows * family.shape.places.stride) throw new DamageError('rows have another number of cells than was told');
  }
  for (const { family, row, value } of sparse) {
    const { places } = log.families.get(family)?.shape ?? {};
    if (places === undefined || row >= (families.get(family)?.rows ?? 0)) throw new DamageError('something is of a row that was not told of');
    if (value.kind === 'sketch' ? places.window?.kind !== 'sketch' : value.kind === 'samples' ? places.window?.kind !== 'samples' : value.kind === 'native' && places.native < 0) {
      throw new DamageError('a row has what its family has not');
    }
  }
}
