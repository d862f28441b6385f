import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { removeOwnFile } from './own-files.js';

/** Longer paths than this no system takes for a socket (unix(7): 108 bytes on Linux, 104 on macOS, with the zero at the end). */
const mostPathBytes = 100;
const folderPrefix = 'tallystick-socket-';
const socketName = 's';

/** Where a member listens. */
export interface SocketPath {
  readonly path: string;
  /** Whether it is not beside the other files of the member, and others have to be told. */
  readonly isApart: boolean;
}

/** @param beside where it stands with the other files of the member */
export function chooseSocketPath(beside: string, pid: number, id: string): SocketPath {
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\tallystick-${pid}-${id}`, isApart: true };
  if (Buffer.byteLength(beside) <= mostPathBytes) return { path: beside, isApart: false };
  return { path: join(mkdtempSync(join(tmpdir(), folderPrefix)), socketName), isApart: true };
}

/** Removes a socket that stands apart, as the log of its member names it; nothing else, whatever the log says. */
export function removeSocketApart(path: string): void {
  const folder = dirname(path);
  if (basename(path) !== socketName || !basename(folder).startsWith(folderPrefix) || dirname(folder) !== tmpdir()) return;
  try {
    removeOwnFile(path);
    rmdirSync(folder);
  } catch {
    // It is gone, or belongs to somebody else.
  }
}
