import { existsSync, renameSync, statSync } from 'node:fs';
import type { GroupDirectory } from './directory.js';
import { isMissing, writeOwnFile } from './own-files.js';
import type { LogWriter } from './log-writer.js';
import { valuesHeaderBytes } from './values-format.js';

/** How long to wait after a write that failed, in milliseconds: twice as long each time, up to the most. */
const firstWait = 1000;
const longestWait = 60_000;

/**
 * Writes down what a member has, so that it stands when the process is gone. Values go into two files in turn, and a log that was begun anew takes the
 * place of the other one at once: whenever the process ends, one whole state is there.
 */
export class Checkpoint {
  private readonly directory: GroupDirectory;
  private readonly pid: number;
  private readonly id: string;
  private readonly warn: (error: unknown) => void;
  private epoch: number;
  /** How much of the log is in the file. */
  private logBytes: number;
  private slot: 0 | 1;
  private last: Uint8Array;
  private wait: number;
  private notBefore: number;

  /** @param warn told once of each time in which nothing could be written */
  constructor(directory: GroupDirectory, pid: number, id: string, warn: (error: unknown) => void) {
    this.directory = directory;
    this.pid = pid;
    this.id = id;
    this.warn = warn;
    this.epoch = 0;
    this.logBytes = 0;
    this.slot = 0;
    this.last = new Uint8Array(0);
    this.wait = 0;
    this.notBefore = -Infinity;
  }

  /** Whether nothing can be written at present. */
  get isFailing(): boolean {
    return this.wait > 0;
  }

  /**
   * Writes a log and the values that go with it, unless nothing has changed, or it failed a short time ago. Never throws.
   *
   * @param now in milliseconds, of any clock that does not step
   * @param isUrgent whether to try even after a failure
   */
  write(log: LogWriter, values: Uint8Array, now: number, isUrgent = false): void {
    if (now < this.notBefore && !isUrgent) return;
    try {
      this.attempt(log, values);
      this.wait = 0;
      this.notBefore = -Infinity;
    } catch (error) {
      if (this.wait === 0) this.warn(error);
      this.wait = Math.min(longestWait, Math.max(firstWait, this.wait * 2));
      this.notBefore = now + this.wait;
    }
  }

  private attempt(log: LogWriter, values: Uint8Array): void {
    const bytes = log.bytes();
    if (log.epoch !== this.epoch || !this.isThere()) {
      // Before the log, so that it never stands without values.
      this.writeValues(values);
      this.makeFile(this.file('shape'), bytes);
      this.epoch = log.epoch;
    } else {
      if (bytes.length === this.logBytes && isSame(values, this.last)) return;
      if (bytes.length > this.logBytes) writeOwnFile(this.file('shape'), bytes.subarray(this.logBytes), this.logBytes);
      this.logBytes = bytes.length;
      this.writeValues(values);
    }
    this.logBytes = bytes.length;
    this.last = values;
  }

  private writeValues(values: Uint8Array): void {
    const path = this.file(`values.${this.slot}`);
    if (existsSync(path)) writeOwnFile(path, values);
    else this.makeFile(path, values);
    // The other one only now: what failed in the middle is written over.
    this.slot = this.slot === 0 ? 1 : 0;
  }

  /** Makes a file, or puts another in its place, all at once: nobody sees the beginning of one, and takes it for damaged. */
  private makeFile(path: string, bytes: Uint8Array): void {
    const draft = this.file('tmp');
    writeOwnFile(draft, bytes);
    renameSync(draft, path);
  }

  /** Whether the log is where it was written: somebody may have swept the directory. */
  private isThere(): boolean {
    try {
      return statSync(this.file('shape')).size >= this.logBytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  private file(file: 'shape' | 'values.0' | 'values.1' | 'tmp'): string {
    return this.directory.memberFile(this.pid, this.id, file);
  }
}

/** Whether values are those that were written, but for their number and time. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one.subarray(valuesHeaderBytes, -4), other.subarray(valuesHeaderBytes, -4)) === 0;
}
