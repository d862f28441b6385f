import { protocolVersion } from '../../registry/announcement.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { checksum } from './checksum.js';
import { DamageError, VersionError } from './damage.js';
import type { ProcessIdentity } from './process-identity.js';

/**
 * The shape log of a member of a group: which metrics and series it has. It only grows, until it is written anew under another epoch. A header is
 * followed by records: a checksum of all that follows it in the record, the length of what the record holds, the kind, and what it holds, filled up to a multiple
 * of 4 bytes. A reader stops before the first record that is not whole.
 *
 * Numbers are unsigned integers of 32 bits, the lowest byte first, if not said otherwise.
 */
export const formatVersion = 1;

/** `TLLY` in ASCII. */
export const magic = 0x594c4c54;
export const logHeaderBytes = 64;
export const recordHeaderBytes = 12;

/** What a record holds. */
export const familyRecord = 1; // number of the family, shape (see `plain-data.ts`)
export const familyGoneRecord = 2; // number of the family
export const labelRecord = 3; // as often as there is room: number, length in bytes · 2 + 1 if escaped, the bytes as the text formats write them, filled up to a multiple of 4
export const rowRecord = 4; // number of the family, then as often as there is room: row, the numbers of its label values
export const rowGoneRecord = 5; // number of the family, then rows
export const socketRecord = 6; // path of the socket, where it is not beside the log
export const containsRecord = 7; // as often as there is room: id of a member whose counts are in this ledger

/** Longer logs are not read; a million series of three labels take 30 MB. */
export const mostLogBytes: number = 2 ** 30;

/** What a member is: one that counts, one that only shows what others count, or what is left of those that have ended. */
export type MemberRole = 'writer' | 'reader' | 'ledger';
const roles: readonly MemberRole[] = ['writer', 'reader', 'ledger'];

export interface LogHeader extends ProcessIdentity {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly role: MemberRole;
  /** Another one for each time that the log was begun; not 0. */
  readonly epoch: number;
}

export function writeLogHeader(writer: ByteWriter, { pid, startTime, boot, namespace, id, role, epoch }: LogHeader): void {
  const start = writer.length;
  writer.uint32(magic);
  writer.uint32(formatVersion);
  writer.uint32(protocolVersion);
  writer.uint32(roles.indexOf(role));
  writeId(writer, id);
  writer.uint32(epoch);
  writer.uint32(pid);
  writer.float64(startTime);
  writer.uint32(boot);
  writer.uint32(namespace);
  while (writer.length < start + logHeaderBytes - 4) writer.byte(0);
  writer.uint32(checksum(writer.buffer.bytes.subarray(start, writer.length)));
}

/**
 * @throws VersionError where it was written by another version of the format or the library
 * @throws DamageError
 */
export function readLogHeader(bytes: Uint8Array): LogHeader {
  const reader = new ByteReader(bytes);
  reader.need(logHeaderBytes);
  checkVersions(reader);
  if (checksum(bytes.subarray(0, logHeaderBytes - 4)) !== new ByteReader(bytes, logHeaderBytes - 4).uint32()) throw new DamageError('the header does not match its checksum');
  const role = roles[reader.uint32()];
  if (role === undefined) throw new DamageError('the header has a role that is not known');
  const id = readId(reader);
  const epoch = reader.uint32();
  return { id, role, epoch, pid: reader.uint32(), startTime: reader.float64(), boot: reader.uint32(), namespace: reader.uint32() };
}

/** What every file and every answer begins with. @throws VersionError, DamageError */
export function checkVersions(reader: ByteReader): void {
  if (reader.uint32() !== magic) throw new DamageError('it does not begin as what tallystick writes');
  const format = reader.uint32();
  const protocol = reader.uint32();
  if (format !== formatVersion || protocol !== protocolVersion) {
    throw new VersionError(`it is of format ${format} and protocol ${protocol}, and this build reads format ${formatVersion} and protocol ${protocolVersion}`);
  }
}

export function writeId(writer: ByteWriter, id: string): void {
  writer.uint32(Number.parseInt(id.slice(0, 8), 16));
  writer.uint32(Number.parseInt(id.slice(8), 16));
}

export function readId(reader: ByteReader): string {
  return [reader.uint32(), reader.uint32()].map((half) => half.toString(16).padStart(8, '0')).join('');
}

/** Begins a record; {@link endRecord} ends it. */
export function beginRecord(writer: ByteWriter, kind: number): number {
  const start = writer.length;
  writer.uint32(0);
  writer.uint32(0);
  writer.uint32(kind);
  return start;
}

export function endRecord(writer: ByteWriter, start: number): void {
  writer.patchUint32(start + 4, writer.length - start - recordHeaderBytes);
  writer.align(4);
  writer.patchUint32(start, checksum(writer.buffer.bytes.subarray(start + 4, writer.length)));
}
