import { performance } from 'node:perf_hooks';
import { VersionError } from './damage.js';
import type { GroupDirectory, MemberEntry } from './directory.js';
import { askMember } from './live-client.js';
import type { LogHeader } from './log-format.js';
import { readMemberFiles, readMemberHeader } from './member-file-reader.js';
import { MemberSource } from './member-source.js';
import { type Life, type ProcessIdentity, lifeOf, pidIsTaken } from './process-identity.js';

/** Where pids say nothing, a member is over at whose socket nobody has listened for so long. */
const deafMilliseconds = 10_000;

/** Told of what is wrong with a member, and whose it is. */
export type MemberFault = (origin: string, error: unknown) => void;

/** Another member of the group, as this one knows it. */
export class Member {
  /** Its files, as they were when it was last looked. */
  entry: MemberEntry;
  readonly origin: string;
  readonly source: MemberSource;
  /** Who it is; undefined as long as that cannot be read. */
  header: LogHeader | undefined;
  /** Whether it has answered the last question. */
  isAnswering: boolean;
  /** It was written by a build whose numbers cannot be read here. */
  isRefused: boolean;
  /** When it was first seen to be over, in milliseconds of `performance.now()`. */
  overAt: number | undefined;
  private readonly directory: GroupDirectory;
  private readonly own: ProcessIdentity;
  private readonly onFault: MemberFault;
  private asking: Promise<void> | undefined;
  /** Since when nobody listens, in milliseconds of `performance.now()`; Infinity for one who does, as far as is known. */
  private deafAt: number;
  private lastFault: string;

  constructor(entry: MemberEntry, directory: GroupDirectory, own: ProcessIdentity, onFault: MemberFault) {
    this.entry = entry;
    this.origin = `process ${entry.pid}`;
    this.source = new MemberSource(this.origin, entry.id);
    this.header = undefined;
    this.isAnswering = false;
    this.isRefused = false;
    this.overAt = undefined;
    this.directory = directory;
    this.own = own;
    this.onFault = onFault;
    this.asking = undefined;
    this.deafAt = Infinity;
    this.lastFault = '';
  }

  get isOver(): boolean {
    return this.overAt !== undefined;
  }

  /** A question is under way. */
  get isAsked(): boolean {
    return this.asking !== undefined;
  }

  /**
   * Finds out who it is and whether it lives. What it has written down is taken over when it is over.
   *
   * @param entry its files; undefined where there are none any more
   * @param isWanted whether its numbers are to be shown, and so to be taken from what it has written down where it does not answer
   */
  look(entry: MemberEntry | undefined, isWanted: boolean): void {
    this.entry = entry ?? this.entry;
    if (this.isOver) return;
    try {
      this.header ??= readMemberHeader(this.directory, this.entry);
      this.isRefused = false;
    } catch (error) {
      this.refuse(error);
    }
    if (this.life() === 'dead') this.end();
    else if (isWanted && !this.isAnswering) this.readFiles();
  }

  /** Asks it for what it has now, unless it has been asked and has not answered yet. Never rejects. */
  ask(milliseconds: number): Promise<void> {
    if (this.isOver || this.isRefused || this.header === undefined) return Promise.resolve();
    this.asking ??= this.question(milliseconds).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  /** Takes over what it has written down, where that is newer than what is known. */
  readFiles(): void {
    try {
      const update = readMemberFiles(this.directory, this.entry, this.source.sequence);
      if (update !== undefined) this.source.take(update);
    } catch (error) {
      this.refuse(error);
    }
  }

  private async question(milliseconds: number): Promise<void> {
    try {
      const update = await askMember(this.source.socketPath ?? this.directory.memberFile(this.entry.pid, this.entry.id, 'sock'), { ...this.source.known, milliseconds });
      // It may have been found to be over meanwhile, and have become part of a ledger.
      if (this.isOver) return;
      this.source.take(update);
      this.isAnswering = true;
      this.deafAt = Infinity;
      this.lastFault = '';
    } catch (error) {
      this.isAnswering = false;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ECONNREFUSED') this.deafAt = Math.min(this.deafAt, performance.now());
      // That a socket is not there, or that a process ends while it answers, is no fault of anybody's.
      if (code === undefined) this.refuse(error);
      else if (!this.isOver) this.readFiles();
    }
  }

  private life(): Life {
    if (this.entry.files.has('closed')) return 'dead';
    // Of one who cannot be read, the pid is all there is to go by.
    if (this.header === undefined) return pidIsTaken(this.entry.pid) ? 'unknown' : 'dead';
    const life = lifeOf(this.header, this.own);
    // Its aggregation thread may only have been started anew.
    return life === 'unknown' && performance.now() - this.deafAt > deafMilliseconds ? 'dead' : life;
  }

  private end(): void {
    this.overAt = performance.now();
    this.isAnswering = false;
    this.readFiles();
    this.source.isOver = true;
  }

  /** It costs this member only, and is said when it begins. */
  private refuse(error: unknown): void {
    if (error instanceof VersionError) this.isRefused = true;
    const what = error instanceof Error ? error.message : String(error);
    if (what === this.lastFault) return;
    this.lastFault = what;
    this.onFault(this.origin, error);
  }
}
