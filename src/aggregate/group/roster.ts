import { performance } from 'node:perf_hooks';
import type { MergeFault } from '../merger.js';
import type { Source } from '../source.js';
import type { GroupDirectory, Listing, MemberEntry } from './directory.js';
import { commitLedger, encodeLedger, readLedger } from './ledger-file.js';
import { Member, type MemberFault } from './member.js';
import type { MemberSource } from './member-source.js';
import { removeOwnFile } from './own-files.js';
import { type ProcessIdentity, pidIsTaken } from './process-identity.js';
import { removeSocketApart } from './socket-path.js';

/** Members that are over are put into the ledger by the living one with the least id, or, should that one be stopped, after this time by any other. */
const patienceMilliseconds = 5000;

/** Who is told which sources there are. */
export interface SourceKeeper {
  add(source: Source): void;
  remove(source: Source): void;
}

/** The other members of a group as one of them knows them, and what is left of those that are gone. */
export class Roster {
  private readonly directory: GroupDirectory;
  private readonly own: ProcessIdentity;
  private readonly id: string;
  private readonly keeper: SourceKeeper;
  private readonly onFault: MemberFault;
  private readonly onMergeFault: MergeFault;
  private readonly members: Map<string, Member>;
  /** What was there when it was last looked. */
  private listing: Listing | undefined;
  private ledger: MemberSource | undefined;
  private ledgerNumber: number;
  /** A ledger that cannot be read, which is said once. */
  private badLedger: number;

  constructor(directory: GroupDirectory, own: ProcessIdentity, id: string, keeper: SourceKeeper, onFault: MemberFault, onMergeFault: MergeFault) {
    this.directory = directory;
    this.own = own;
    this.id = id;
    this.keeper = keeper;
    this.onFault = onFault;
    this.onMergeFault = onMergeFault;
    this.members = new Map();
    this.listing = undefined;
    this.ledger = undefined;
    this.ledgerNumber = 0;
    this.badLedger = 0;
  }

  known(): Iterable<Member> {
    return this.members.values();
  }

  /**
   * Brings up to date who is there and who is not.
   *
   * @param isWanted whether the numbers of those who do not answer are wanted, too
   * @throws an error of the system where the directory cannot be read
   */
  look(isWanted: boolean): void {
    const listing = this.directory.list();
    this.takeLedger(listing);
    for (const [id, entry] of listing.members) {
      if (id !== this.id && !this.members.has(id) && !this.contains(id)) this.welcome(entry);
    }
    for (const member of this.members.values()) member.look(listing.members.get(member.entry.id), isWanted);
    this.listing = listing;
  }

  /**
   * Asks every member that lives, and waits until all have answered that are known to answer, but no longer than that.
   *
   * @param wait what waits for a promise, and for how long
   */
  async ask(milliseconds: number, wait: (answers: Promise<unknown>) => Promise<unknown>): Promise<void> {
    const awaited: Member[] = [];
    const answers: Promise<void>[] = [];
    for (const member of this.members.values()) {
      // One that owes an answer since an earlier question is not waited for anew.
      const isWaitedFor = !member.isAsked;
      const answer = member.ask(milliseconds);
      if (!isWaitedFor) continue;
      awaited.push(member);
      answers.push(answer);
    }
    if (answers.length > 0) await wait(Promise.all(answers));
    for (const member of awaited) if (member.isAsked) member.isAnswering = false;
  }

  /** Puts those that are over into the ledger, if that is this one's to do. */
  fold(): void {
    const over = [...this.members.values()].filter((member) => member.isOver && !member.isRefused);
    if (!this.isMine(over)) return;
    if (over.length === 0) this.sweep();
    else this.commit(over, [...(this.ledger === undefined ? [] : [this.ledger]), ...over.map(({ source }) => source)]);
  }

  /** Whether any other member lives, of those that have something to say: one that is only joining does not make a group. */
  hasLiving(): boolean {
    return [...this.members.values()].some(({ isOver, isRefused, entry: { files } }) => !isOver && !isRefused && (files.has('values.0') || files.has('values.1')));
  }

  /** Begins from nothing: what is left of a group in which nobody lives any more is not counted. */
  forgetTheDead(): void {
    const over = [...this.members.values()].filter((member) => member.isOver);
    if (over.length > 0 || this.ledgerNumber > 0) this.commit(over, []);
    for (const name of this.listing?.foreignLedgers ?? []) removeOwnFile(this.directory.file(name));
  }

  close(): void {
    for (const member of this.members.values()) this.keeper.remove(member.source);
    if (this.ledger !== undefined) this.keeper.remove(this.ledger);
    this.members.clear();
    this.ledger = undefined;
  }

  private contains(id: string): boolean {
    return this.ledger?.contains.has(id) ?? false;
  }

  private welcome(entry: MemberEntry): void {
    const member = new Member(entry, this.directory, this.own, this.onFault);
    this.members.set(entry.id, member);
    this.keeper.add(member.source);
  }

  private dismiss(member: Member): void {
    this.members.delete(member.entry.id);
    this.keeper.remove(member.source);
  }

  /** Puts the ledger in force that has the highest number, and takes those out whose counts are in it: both at once. */
  private takeLedger({ ledgers, members }: Listing): void {
    for (const number of ledgers) {
      if (number <= this.ledgerNumber) return;
      const ledger = this.readLedger(number);
      if (ledger === undefined) continue;
      if (this.ledger !== undefined) this.keeper.remove(this.ledger);
      this.ledger = ledger;
      this.ledgerNumber = number;
      this.keeper.add(ledger);
      // Those whose files have gone were in a ledger that came between.
      for (const member of this.members.values()) if (ledger.contains.has(member.entry.id) || !members.has(member.entry.id)) this.dismiss(member);
      return;
    }
  }

  private readLedger(number: number): MemberSource | undefined {
    try {
      return readLedger(this.directory, number);
    } catch (error) {
      if (number > this.badLedger) this.onFault('what has ended', error);
      this.badLedger = Math.max(number, this.badLedger);
      return undefined;
    }
  }

  private isMine(over: readonly Member[]): boolean {
    const least = [...this.members.values()].filter((member) => !member.isOver && !member.isRefused).map((member) => member.entry.id).sort()[0];
    return least === undefined || this.id < least || over.some((member) => performance.now() - member.overAt! > patienceMilliseconds);
  }

  private commit(over: readonly Member[], sources: readonly MemberSource[]): void {
    const listing = this.directory.list();
    // Somebody was faster.
    if ((listing.ledgers[0] ?? 0) > Math.max(this.ledgerNumber, this.badLedger)) return this.takeLedger(listing);
    const before = [...(this.ledger?.contains ?? [])].filter((id) => listing.members.has(id));
    const contains = [...new Set([...before, ...over.map(({ entry }) => entry.id)])];
    const number = Math.max(this.ledgerNumber, this.badLedger) + 1;
    const bytes = encodeLedger(sources, contains, this.own, Date.now(), this.onMergeFault);
    if (!commitLedger(this.directory, number, bytes, this.own.pid)) return;
    for (const { source } of over) if (source.socketPath !== undefined) removeSocketApart(source.socketPath);
    this.listing = this.directory.list();
    this.takeLedger(this.listing);
    this.sweep();
  }

  /** Removes what is in the ledger now. */
  private sweep(): void {
    const { members, ledgers, drafts } = this.listing!;
    for (const [id, entry] of members) if (this.contains(id)) this.directory.removeMember(entry);
    for (const number of ledgers) if (number < this.ledgerNumber) removeOwnFile(this.directory.ledgerFile(number));
    for (const { name, pid } of drafts) if (!pidIsTaken(pid)) removeOwnFile(this.directory.file(name));
  }
}
