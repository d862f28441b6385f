import { DamageError, VersionError } from './damage.js';
import type { GroupDirectory, MemberEntry } from './directory.js';
import { type LogHeader, logHeaderBytes, mostLogBytes, readLogHeader } from './log-format.js';
import type { MemberUpdate } from './member-source.js';
import { readOwnFile } from './own-files.js';
import { checkValues, mostValueBytes, readValuesHeader, valuesHeaderBytes } from './values-format.js';

const slots = ['values.0', 'values.1'] as const;

/**
 * Who a member is, as its log says.
 *
 * @returns undefined where it has none
 * @throws VersionError, DamageError
 */
export function readMemberHeader(directory: GroupDirectory, { pid, id }: MemberEntry): LogHeader | undefined {
  const bytes = readOwnFile(directory.memberFile(pid, id, 'shape'), mostLogBytes, logHeaderBytes);
  if (bytes === undefined) return undefined;
  const header = readLogHeader(bytes);
  if (header.pid !== pid || header.id !== id) throw new DamageError('the log is of another member than its name says');
  return header;
}

/**
 * The latest state that a member has written down, all of it.
 *
 * @param after the number of the values that are known already
 * @returns undefined where there is none that is newer
 * @throws VersionError, DamageError where files are there and none of the values is whole; an error of the system where they cannot be read
 */
export function readMemberFiles(directory: GroupDirectory, { pid, id }: MemberEntry, after: number): MemberUpdate | undefined {
  const numbers = slots.map((slot) => numberIn(readOwnFile(directory.memberFile(pid, id, slot), mostValueBytes, valuesHeaderBytes)));
  // Each is looked at, as the newer one may be what was being written when the process ended.
  const rising = slots.filter((_, place) => numbers[place]! > after).sort((one, other) => numbers[slots.indexOf(other)]! - numbers[slots.indexOf(one)]!);
  if (rising.length === 0) {
    if (after === -Infinity && numbers.includes(-Infinity)) throw new DamageError('the values are not whole');
    return undefined;
  }
  let fault: unknown;
  for (const slot of rising) {
    const values = readOwnFile(directory.memberFile(pid, id, slot), mostValueBytes);
    // After the values: a log that is longer is no harm, one that is shorter is.
    const log = readOwnFile(directory.memberFile(pid, id, 'shape'), mostLogBytes);
    if (values === undefined || log === undefined) continue;
    try {
      const { epoch, logBytes } = checkValues(values);
      if (readLogHeader(log).epoch !== epoch || logBytes > log.length) throw new DamageError('the values go with another shape log');
      return { logFrom: 0, log: log.subarray(0, logBytes), values };
    } catch (error) {
      fault ??= error;
    }
  }
  if (fault !== undefined && after === -Infinity) throw fault;
  return undefined;
}

/** The number of some values; -Infinity where they cannot be told, NaN where there are none. */
function numberIn(bytes: Uint8Array | undefined): number {
  if (bytes === undefined) return NaN;
  try {
    return readValuesHeader(bytes).sequence;
  } catch (error) {
    if (error instanceof DamageError || error instanceof VersionError) return -Infinity;
    throw error;
  }
}
