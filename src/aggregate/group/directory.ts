import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { TallystickError, show } from '../../model/errors.js';
import { type MemberFile, ledgerFileName, meaningOf, memberFileName, temporaryName } from './names.js';
import { removeOwnFile, writeOwnFile } from './own-files.js';

/** Under which other libraries, too, are told where the processes of a group meet. */
export const directoryVariable = 'PROMETHEUS_MULTIPROC_DIR';

/** The files that a member has. */
export interface MemberEntry {
  readonly pid: number;
  readonly id: string;
  readonly files: Set<MemberFile>;
}

/** What is ours in a directory. */
export interface Listing {
  readonly members: ReadonlyMap<string, MemberEntry>;
  /** Numbers, falling. */
  readonly ledgers: readonly number[];
  /** Names of ledgers of other versions. */
  readonly foreignLedgers: readonly string[];
  /** Names of ledgers that somebody began to write, with his pid. */
  readonly drafts: readonly { readonly name: string; readonly pid: number }[];
  readonly isTemporary: boolean;
}

const subject = 'group directory';

/** A directory in which the processes of a group meet: theirs alone. */
export class GroupDirectory {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens a directory, and makes it where there is none.
   *
   * @param path the one that {@link directoryVariable} names if left out, else a temporary one, which whoever leaves it last removes
   * @throws TallystickError `INVALID_OPTIONS` where it cannot be made, or others than its owner may look into it
   */
  static open(path: string | undefined = process.env[directoryVariable] || undefined): GroupDirectory {
    return path === undefined ? GroupDirectory.makeTemporary() : GroupDirectory.openAt(path);
  }

  private static openAt(given: unknown): GroupDirectory {
    if (typeof given !== 'string' || given === '' || given.includes('\0')) {
      throw new TallystickError('INVALID_OPTIONS', `${subject}: dir is ${show(given)}; give the path of a directory, or leave it out for a temporary one`);
    }
    const path = resolve(given);
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new TallystickError('INVALID_OPTIONS', `${subject} ${show(path)}: it cannot be made (${reasonOf(error)}); give the path of a directory in which this process may write`);
    }
    checkPrivacy(path);
    return new GroupDirectory(path);
  }

  private static makeTemporary(): GroupDirectory {
    const directory = new GroupDirectory(mkdtempSync(join(tmpdir(), 'tallystick-')));
    writeOwnFile(directory.file(temporaryName), new Uint8Array(0));
    return directory;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  memberFile(pid: number, id: string, file: MemberFile): string {
    return this.file(memberFileName(pid, id, file));
  }

  ledgerFile(number: number): string {
    return this.file(ledgerFileName(number));
  }

  /** What is there now. @throws an error of the system where the directory cannot be read */
  list(): Listing {
    const members = new Map<string, MemberEntry>();
    const ledgers: number[] = [];
    const foreignLedgers: string[] = [];
    const drafts: { name: string; pid: number }[] = [];
    let isTemporary = false;
    for (const name of readdirSync(this.path)) {
      const meaning = meaningOf(name);
      if (meaning === undefined) continue;
      if (meaning.kind === 'ledger') ledgers.push(meaning.number);
      else if (meaning.kind === 'foreign ledger') foreignLedgers.push(name);
      else if (meaning.kind === 'draft') drafts.push({ name, pid: meaning.pid });
      else if (meaning.kind === 'temporary') isTemporary = true;
      else {
        const { pid, id, file } = meaning;
        let member = members.get(id);
        if (member === undefined) members.set(id, (member = { pid, id, files: new Set() }));
        member.files.add(file);
      }
    }
    return { members, ledgers: ledgers.sort((a, b) => b - a), foreignLedgers, drafts, isTemporary };
  }

  /** Removes what a member has left. The log goes last: as long as it is there, the member is known. */
  removeMember({ pid, id, files }: MemberEntry): void {
    for (const file of ['sock', 'tmp', 'values.0', 'values.1', 'closed', 'shape'] as const) if (files.has(file)) removeOwnFile(this.memberFile(pid, id, file));
  }

  /** Removes everything that is ours, and the directory if nothing else is in it. */
  remove(): void {
    const { members, ledgers, foreignLedgers, drafts } = this.list();
    for (const member of members.values()) this.removeMember(member);
    for (const number of ledgers) removeOwnFile(this.ledgerFile(number));
    for (const name of [...foreignLedgers, ...drafts.map((draft) => draft.name)]) removeOwnFile(this.file(name));
    removeOwnFile(this.file(temporaryName));
    try {
      rmdirSync(this.path);
    } catch {
      // Something else is in it, which is not ours to remove.
    }
  }
}

function checkPrivacy(path: string): void {
  const stat = statSync(path);
  if (!stat.isDirectory()) throw refusal(path, 'it is no directory', 'give the path of one');
  // Windows has neither owners nor modes of this kind.
  if (process.getuid === undefined) return;
  const own = process.getuid();
  if (stat.uid !== own) throw refusal(path, `it belongs to user ${stat.uid}, and this process runs as user ${own}`, 'give a directory of its own');
  // A link that another user owns could be made to lead elsewhere.
  if (lstatSync(path).uid !== own) throw refusal(path, 'it is a link that belongs to another user', 'give the path it leads to');
  const mode = stat.mode & 0o777;
  if ((mode & 0o077) !== 0) throw refusal(path, `its mode is ${mode.toString(8).padStart(4, '0')}, so that others may look into it`, `make it private: chmod 700 ${path}`);
}

function refusal(path: string, what: string, wayOut: string): TallystickError {
  return new TallystickError('INVALID_OPTIONS', `${subject} ${show(path)}: ${what}; ${wayOut}`);
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
