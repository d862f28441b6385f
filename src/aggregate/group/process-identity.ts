import { readFileSync, readlinkSync } from 'node:fs';
import { checksum } from './checksum.js';
import { encodeUtf8 } from '../../platform/byte-buffer.js';

/** What tells a process from every other one there has been on the machine, those that had the same pid included. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began: clock ticks since the machine did (Linux), else seconds since the Unix epoch. */
  readonly startTime: number;
  /** Which start of the machine, and whose pids: hashes, 0 where neither can be known. */
  readonly boot: number;
  readonly namespace: number;
}

/** Whether a process lives, as far as its pid can tell. */
export type Life = 'alive' | 'dead' | 'unknown';

/** Fields of `/proc/<pid>/stat` after the name of the program, which is in parentheses and may hold anything (proc_pid_stat(5)). */
const stateField = 0;
const startTimeField = 19;

/** Who this process is. */
export function ownIdentity(): ProcessIdentity {
  const stat = statOf(process.pid);
  const startTime = typeof stat === 'object' ? stat.startTime : Math.round(Date.now() / 1000 - process.uptime());
  return { pid: process.pid, startTime, boot: hashOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')), namespace: hashOf(() => readlinkSync('/proc/self/ns/pid')) };
}

/**
 * Whether a process lives. A pid that was given to another process since is told by its start time; where other pids are meant than this process
 * sees (containers that share a directory) nothing can be said.
 */
export function lifeOf(other: ProcessIdentity, own: ProcessIdentity): Life {
  if (other.boot !== own.boot) return 'dead';
  if (other.namespace !== own.namespace) return 'unknown';
  if (other.boot !== 0) {
    const stat = statOf(other.pid);
    if (stat === undefined) return 'unknown';
    // A zombie has ended, and only waits for its parent to ask how.
    return stat === 'none' || stat.startTime !== other.startTime || stat.state === 'Z' || stat.state === 'X' ? 'dead' : 'alive';
  }
  return pidIsTaken(other.pid) ? 'unknown' : 'dead';
}

/** Whether any process has that pid. */
export function pidIsTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // That it may not be asked means that it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Undefined where it cannot be read for another reason than that there is no such process. */
function statOf(pid: number): { readonly state: string; readonly startTime: number } | 'none' | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // The second comes where the process ends between opening and reading.
    return ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '') ? 'none' : undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = Number(fields[startTimeField]);
  return Number.isFinite(startTime) ? { state: fields[stateField]!, startTime } : undefined;
}

/** A hash of what a file of the kernel's says, 0 where there is none. */
function hashOf(readIt: () => string): number {
  try {
    return checksum(encodeUtf8(readIt()));
  } catch {
    return 0;
  }
}
