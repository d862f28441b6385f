import { linkSync } from 'node:fs';
import { Ledger } from '../ledger.js';
import type { MergeFault } from '../merger.js';
import type { Source } from '../source.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { DamageError } from './damage.js';
import type { GroupDirectory } from './directory.js';
import { checkVersions, formatVersion, magic, mostLogBytes } from './log-format.js';
import { LogWriter } from './log-writer.js';
import { MemberSource } from './member-source.js';
import { ledgerDraftFileName, newId } from './names.js';
import { readOwnFile, removeOwnFile, writeOwnFile } from './own-files.js';
import type { ProcessIdentity } from './process-identity.js';
import { mostValueBytes } from './values-format.js';
import { encodeValues } from './values-writer.js';
import { protocolVersion } from '../../registry/announcement.js';

/**
 * What those have counted who are gone, as a file: a header, a shape log, and the values that go with it. It names the members whose counts are in it,
 * so that nobody counts them twice who finds their files still there.
 *
 * Ledgers are numbered, and the highest one is in force. A new one is made of the one in force and takes the next number, if that is still free: of two
 * processes that make one at the same time, one finds the number taken, and what it has made is void. So no lock is needed, nor anything done about
 * one that is left by a process that was killed.
 */
const headerBytes = 32;

/**
 * Reads a ledger.
 *
 * @returns undefined where there is none of that number any more
 * @throws VersionError, DamageError
 */
export function readLedger(directory: GroupDirectory, number: number): MemberSource | undefined {
  const bytes = readOwnFile(directory.ledgerFile(number), mostLogBytes + mostValueBytes);
  if (bytes === undefined) return undefined;
  const reader = new ByteReader(bytes);
  checkVersions(reader);
  reader.uint32();
  const logBytes = reader.float64();
  reader.align(headerBytes);
  if (!(Number.isInteger(logBytes) && logBytes >= 0 && logBytes <= reader.left)) throw new DamageError('the ledger is cut off');
  const source = new MemberSource('what has ended');
  const valuesFrom = (headerBytes + logBytes + 7) & ~7;
  source.take({ logFrom: 0, log: bytes.subarray(headerBytes, headerBytes + logBytes), values: bytes.subarray(valuesFrom) });
  return source;
}

/** The bytes of a ledger that has what some sources have counted. @param contains whose counts these are */
export function encodeLedger(sources: Iterable<Source>, contains: readonly string[], own: ProcessIdentity, now: number, onFault: MergeFault): Uint8Array<ArrayBuffer> {
  const ledger = new Ledger(onFault);
  ledger.absorb(sources);
  const id = newId();
  const log = new LogWriter({ ...own, id, role: 'ledger' }, 1);
  log.contain(contains);
  log.update(ledger.target);
  const values = encodeValues(log, { id, sequence: now, wallSeconds: now / 1000 }, false);
  const writer = new ByteWriter(headerBytes + log.bytes().length + values.length + 8);
  writer.uint32(magic);
  writer.uint32(formatVersion);
  writer.uint32(protocolVersion);
  writer.uint32(0);
  writer.float64(log.bytes().length);
  writer.align(headerBytes);
  writer.bytes(log.bytes());
  writer.align(8);
  writer.bytes(values);
  return writer.buffer.written();
}

/**
 * Puts a ledger in force.
 *
 * @returns false where another one has that number, or a higher one: then this one is void
 * @throws an error of the system where it cannot be written
 */
export function commitLedger(directory: GroupDirectory, number: number, bytes: Uint8Array, pid: number): boolean {
  const draft = directory.file(ledgerDraftFileName(pid));
  try {
    writeOwnFile(draft, bytes);
    // Unlike renaming, this fails where the name is taken.
    linkSync(draft, directory.ledgerFile(number));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    removeOwnFile(draft);
  }
  // The number may have been free only because others have gone far beyond it.
  if (directory.list().ledgers[0]! <= number) return true;
  removeOwnFile(directory.ledgerFile(number));
  return false;
}
