import { DamageError, VersionError } from './damage.js';
import type { GroupDirectory, MemberEntry } from './directory.js';
import { type LogHeader, logHeaderBytes, mostLogBytes, readLogHeader } from './log-format.js';
import type { MemberUpdate } from './member-source.js';
import { readOwnFile } from './own-files.js';
import { checkValues, mostValueBytes, readValuesHeader, valuesHeaderBytes } from './values-format.js';

const slots = ['values.0', 'values.1'] as const;
/** While files are read, their writer may put others in their place. */
const mostAttempts = 3;

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
export function readMemberFiles(directory: GroupDirectory, entry: MemberEntry, after: number): MemberUpdate | undefined {
  let fault: unknown;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    fault = undefined;
    for (const slot of newerSlots(directory, entry, after)) {
      try {
        return readSlot(directory, entry, slot);
      } catch (error) {
        if (!(error instanceof DamageError || error instanceof VersionError)) throw error;
        fault ??= error;
      }
    }
    if (fault === undefined) return undefined;
  }
  // What is known stands; of one that is not known at all it has to be said.
  if (after === -Infinity) throw fault;
  return undefined;
}

/** The files whose values are newer, the newest first. One that cannot be made out comes last. */
function newerSlots(directory: GroupDirectory, { pid, id }: MemberEntry, after: number): (typeof slots)[number][] {
  const numbers = new Map(slots.map((slot) => [slot, numberIn(readOwnFile(directory.memberFile(pid, id, slot), mostValueBytes, valuesHeaderBytes))]));
  return slots.filter((slot) => numbers.get(slot)! > after || (after === -Infinity && numbers.get(slot) === after)).sort((one, other) => numbers.get(other)! - numbers.get(one)!);
}

function readSlot(directory: GroupDirectory, { pid, id }: MemberEntry, slot: (typeof slots)[number]): MemberUpdate | undefined {
  const values = readOwnFile(directory.memberFile(pid, id, slot), mostValueBytes);
  // After the values: a log that is longer is no harm, one that is shorter is.
  const log = readOwnFile(directory.memberFile(pid, id, 'shape'), mostLogBytes);
  if (values === undefined || log === undefined) return undefined;
  const { epoch, logBytes } = checkValues(values);
  if (readLogHeader(log).epoch !== epoch || !(logBytes <= log.length)) throw new DamageError('the values go with another shape log');
  return { logFrom: 0, log: log.subarray(0, logBytes), values };
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
