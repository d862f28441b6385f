import { performance } from 'node:perf_hooks';
import { Gauge } from '../../instruments/gauge.js';
import { withDeadline } from '../../platform/timers.js';
import { TallystickError } from '../../model/errors.js';
import type { Aggregator } from '../aggregator.js';
import { CollectedSource } from '../collected-source.js';
import type { Merger } from '../merger.js';
import type { MergeTarget, Source } from '../source.js';
import { Checkpoint } from './checkpoint.js';
import { GroupDirectory } from './directory.js';
import type { GroupSettings } from './group-settings.js';
import type { Question } from './live-protocol.js';
import { LiveServer } from './live-server.js';
import type { MemberRole } from './log-format.js';
import { LogWriter } from './log-writer.js';
import type { MemberUpdate } from './member-source.js';
import { newId } from './names.js';
import { type ProcessIdentity, ownIdentity } from './process-identity.js';
import { Roster } from './roster.js';
import { removeOwnFile, writeOwnFile } from './own-files.js';
import { chooseSocketPath, removeSocketApart } from './socket-path.js';
import { encodeValues } from './values-writer.js';

export interface GroupMemberSettings extends GroupSettings {
  /** Who this member is; given where it takes the place of one of the same process that has failed. */
  readonly id?: string;
  readonly role?: MemberRole;
}

/** What a member has at one moment: the whole log, and the values that go with it. */
interface State {
  readonly log: Uint8Array;
  readonly epoch: number;
  readonly values: Uint8Array;
}

/** Of the time that an asker waits, how long those may take here who must be asked themselves. */
const answeringShare = 0.5;
/** Of the time of the thread, how much writing down may take, as long as it is done in time, in milliseconds. */
const writingShare = 0.1;
const longestPause = 950;

/**
 * One process of a group: has others know what its threads have counted, and its aggregator show what they have. It runs on the aggregation thread.
 */
export class GroupMember {
  readonly directory: GroupDirectory;
  readonly id: string;
  private readonly aggregator: Aggregator;
  private readonly settings: GroupMemberSettings;
  private readonly own: ProcessIdentity;
  private readonly roster: Roster;
  private readonly checkpoint: Checkpoint;
  private readonly server: LiveServer;
  private readonly up: Gauge<readonly ['pid']>;
  private readonly shown: Source;
  private log: LogWriter;
  private socketPath: string | undefined;
  private sequence: number;
  private answering: Promise<State> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private state: 'new' | 'joined' | 'closed';

  /** @throws TallystickError `INVALID_OPTIONS` where the directory cannot be used */
  constructor(aggregator: Aggregator, settings: GroupMemberSettings) {
    const { registry } = aggregator;
    this.directory = GroupDirectory.open(settings.dir);
    this.id = settings.id ?? newId();
    this.aggregator = aggregator;
    this.settings = settings;
    this.own = ownIdentity();
    this.roster = new Roster(
      this.directory,
      this.own,
      this.id,
      aggregator,
      (origin, error) => registry.noteFault(origin, error, 'unmerged'),
      (where, error) => registry.noteFault(where, error, 'unmerged'),
    );
    this.checkpoint = new Checkpoint(this.directory, this.own.pid, this.id, (error) => registry.noteFault('checkpoint', error));
    this.server = new LiveServer((question) => this.answer(question));
    this.up = new Gauge({ name: 'tallystick_process_up', help: 'Whether a process of the group has answered; 0 where its last known values are shown.', labelNames: ['pid'], registry: null });
    this.shown = { origin: 'the group', contribute: (target: MergeTarget) => new CollectedSource('the group', [this.up.view()]).contribute(target) };
    this.log = this.newLog();
    this.socketPath = undefined;
    this.sequence = 0;
    this.answering = undefined;
    this.timer = undefined;
    this.state = 'new';
  }

  /** Joins the group; one in which nobody lives begins from nothing. */
  async start(): Promise<void> {
    const { checkpointSeconds } = this.settings;
    const beside = this.directory.memberFile(this.own.pid, this.id, 'sock');
    const isBack = this.directory.list().members.get(this.id)?.files.has('shape') ?? false;
    const { path, isApart } = chooseSocketPath(beside, this.own.pid, this.id);
    removeOwnFile(beside);
    await this.server.listen(path).catch((error: unknown) => this.aggregator.registry.noteFault('group', error));
    this.socketPath = isApart ? path : undefined;
    this.log = this.newLog();
    this.roster.look(false);
    if (!isBack && !this.roster.hasLiving()) this.roster.forgetTheDead();
    this.write(this.aggregator.localPass(), true);
    this.aggregator.add(this.shown, () => this.prepare());
    this.state = 'joined';
    this.tickAfter(checkpointSeconds * 1000);
  }

  /** Writes down what there is, now. For the end of a process. */
  async flush(): Promise<void> {
    if (this.state !== 'joined') return;
    this.write(await this.aggregator.local(0), true);
  }

  /** Leaves the group: what was counted stands, and whoever leaves a temporary directory last removes it. */
  async close(): Promise<void> {
    if (this.state !== 'joined') return;
    this.state = 'closed';
    clearTimeout(this.timer);
    this.write(await this.aggregator.local(0), true);
    this.server.close();
    if (this.socketPath !== undefined) removeSocketApart(this.socketPath);
    this.aggregator.remove(this.shown);
    this.guarded(() => {
      writeOwnFile(this.directory.memberFile(this.own.pid, this.id, 'closed'), new Uint8Array(0));
      this.roster.look(false);
      if (!this.roster.hasLiving() && this.directory.list().isTemporary) this.directory.remove();
    });
    this.roster.close();
  }

  private newLog(): LogWriter {
    // Another one than that of a member of this id before.
    const epoch = 1 + Math.floor(Math.random() * 0xffff_fff0);
    return new LogWriter({ ...this.own, id: this.id, role: this.settings.role ?? 'writer' }, epoch, this.socketPath);
  }

  private tickAfter(milliseconds: number): void {
    this.timer = setTimeout(() => this.tick(), milliseconds).unref();
  }

  private tick(): void {
    const began = performance.now();
    this.write(this.aggregator.localPass(), false);
    this.guarded(() => {
      this.roster.look(false);
      this.roster.fold();
    });
    const took = performance.now() - began;
    // Very many series take a while: then it is done less often, but no later than a second after the last time.
    this.tickAfter(Math.max(1, Math.min(Math.max(this.settings.checkpointSeconds * 1000, took / writingShare), longestPause) - took));
  }

  /** Before a collection: everybody is asked what he has. */
  private async prepare(): Promise<void> {
    const until = performance.now() + this.settings.deadlineMilliseconds;
    this.guarded(() => {
      this.roster.look(true);
      this.roster.fold();
    });
    const left = Math.max(0, until - performance.now());
    await this.roster.ask(left, (answers) => withDeadline(answers, left));
    this.noteUp();
  }

  private noteUp(): void {
    this.up.clear();
    const pids = new Map<number, boolean>(this.settings.role === 'reader' ? [] : [[this.own.pid, true]]);
    for (const { entry, header, isOver, isRefused, isAnswering } of this.roster.known()) {
      if (header?.role === 'reader' || (isRefused && isOver)) continue;
      pids.set(entry.pid, (pids.get(entry.pid) ?? false) || isAnswering);
    }
    for (const [pid, isUp] of pids) this.up.set({ pid }, isUp ? 1 : 0);
  }

  /** What another member is told. Nobody is told what is not written down first: what was shown once must not be lost with this process. */
  private async answer({ epoch, bytes, milliseconds }: Question): Promise<MemberUpdate> {
    if (this.state !== 'joined') throw new TallystickError('INVALID_OPTIONS', 'group: this process is joining or leaving');
    // Whoever asks meanwhile is told the same.
    this.answering ??= this.aggregator.local(milliseconds * answeringShare).then((merger) => this.write(merger, false)).finally(() => {
      this.answering = undefined;
    });
    const { log, epoch: present, values } = await this.answering;
    const logFrom = epoch === present && bytes <= log.length ? bytes : 0;
    return { logFrom, log: log.subarray(logFrom), values };
  }

  private write(merger: Merger, isUrgent: boolean): State {
    this.log.update(merger);
    const now = Date.now();
    this.sequence = Math.max(this.sequence + 1, now);
    const values = encodeValues(this.log, { id: this.id, sequence: this.sequence, wallSeconds: now / 1000 }, true);
    this.checkpoint.write(this.log, values, performance.now(), isUrgent);
    return { log: this.log.bytes(), epoch: this.log.epoch, values };
  }

  /** The directory may be gone, or the disk full: that costs nobody but those who cannot be heard of then. */
  private guarded(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.aggregator.registry.noteFault('group', error);
    }
  }
}
