import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { DamageError } from './damage.js';

/**
 * Files of a group's directory. Links are not followed and what is no plain file is not opened, so that nothing but what stands in the directory is read
 * or written. Calls wait for the disk: they run on the aggregation thread, where nothing of the application does.
 */
const noFollow = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file, or its first bytes, into memory that begins at a multiple of 8.
 *
 * @returns undefined where there is none
 * @throws DamageError for one that is larger than it may be, or none of ours; an error of the system where it cannot be read
 */
export function readOwnFile(path: string, most: number, first: number = Infinity): Uint8Array<ArrayBuffer> | undefined {
  const file = tryToOpen(path, constants.O_RDONLY | noFollow);
  if (file === undefined) return undefined;
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new DamageError(`${path} is no file`);
    if (stat.size > most) throw new DamageError(`${path} has ${stat.size} bytes; more than ${most} are not read`);
    const bytes = new Uint8Array(Math.min(stat.size, first));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** Makes a file, or writes over one from a place on; what stood behind what is written is cut off. */
export function writeOwnFile(path: string, bytes: Uint8Array, from = 0): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | noFollow, 0o600);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written, from + written);
    ftruncateSync(file, from + bytes.length);
  } finally {
    closeSync(file);
  }
}

/** Removes a file if it is there. */
export function removeOwnFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function tryToOpen(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
