import { performance } from 'node:perf_hooks';
import { Gauge } from '../instruments/gauge.js';
import { TallystickError, show } from '../model/errors.js';
import { broadcast, listen } from '../platform/channel.js';
import { threadNumber } from '../platform/thread.js';
import { deadlinePassed, nextTurn, withDeadline } from '../platform/timers.js';
import { type Announcement, type Echo, type Question, protocolVersion } from '../registry/announcement.js';
import type { FaultLogger } from '../registry/faults.js';
import { asAnnouncement, asEcho } from '../registry/heard.js';
import { Registry } from '../registry/registry.js';
import { channelOf, questionsOf } from '../registry/sharing.js';
import type { FamilyView } from '../store/family-view.js';
import { CollectedSource } from './collected-source.js';
import { Ledger, type LedgerNews } from './ledger.js';
import { Merger } from './merger.js';
import { PastWindows } from './past-windows.js';
import type { Source } from './source.js';
import { Thread } from './thread.js';

export interface AggregatorOptions {
  /** The name under which the threads of the process share their registries. */
  readonly name: string;
  /** How long to wait for those who must be asked, in milliseconds; 0 or more, default 500. */
  readonly deadlineMilliseconds?: number;
  /** Whether it tells of itself: scrapes, series, bytes. */
  readonly selfMetrics?: boolean;
  /** Whether to be ready for collections from the start (default), which takes memory for every series, or from the first one on. */
  readonly isScraped?: boolean;
  readonly onFault?: FaultLogger;
  /** Told what ended threads have left, whenever that has changed, and whose sources have gone into it. */
  readonly onLedger?: (news: LedgerNews, absorbed: readonly string[]) => void;
  /** Told what threads say of their sources, but for answers: what an aggregator that comes after this one has to hear. */
  readonly onNews?: (news: Announcement) => void;
}

/** Brings a source up to date; waits no longer than until `performance.now()` has reached the deadline. */
export type Preparation = (deadline: number) => Promise<void>;

const defaultDeadlineMilliseconds = 500;
/** How often what is new is looked up, so that no scrape finds very much of it; and for how long at a time. */
const catchUpMilliseconds = 250;
const catchUpSliceMilliseconds = 50;
/** After how long without an answer a thread is asked anew. */
const askAgainMilliseconds = 10_000;
/** How long to wait for one's own word, should it ever be lost. */
const longestEchoMilliseconds = 250;
/** So many threads that are over are kept for their summaries' quantiles as they are; what more of them remember is put together, as they could be of any number. */
const mostEnded = 64;
/** Of the time that a question may take, what the one who is asked may wait for its own functions. */
const answeringShare = 0.8;

/** Counts those of this thread. */
let aggregators = 0;

/**
 * Puts together what all threads of a process have recorded, and what other sources have. It runs in a thread of its own: it reads the memory of
 * the others, and needs nothing of them but what only they can compute.
 *
 * It is longer than other files, as hearing, asking, catching up and absorbing are all about who is there at this moment.
 */
export class Aggregator {
  /** Shows everything merged: for handlers, streams and exporters. */
  readonly registry: Registry;
  private readonly options: AggregatorOptions;
  private readonly deadlineMilliseconds: number;
  private readonly threads: Map<string, Thread>;
  private readonly ledger: Ledger;
  private readonly past: PastWindows;
  private readonly total: Merger;
  /** Without the sources that were added; made when somebody asks for it. */
  private own: Merger | undefined;
  private readonly others: Map<Source, Preparation | undefined>;
  private readonly age: Gauge<readonly ['thread']>;
  private questions: number;
  /** Tells this one from others of the process that hear the same. */
  private readonly id: string;
  private echoes: number;
  private readonly echoing: Map<number, () => void>;
  /** Whoever waits for answers. */
  private waiting: (() => void)[];
  private collecting: Promise<readonly FamilyView[]> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;
  /** Whether collections are to be expected. */
  private isScraped: boolean;

  constructor(options: AggregatorOptions) {
    const { deadlineMilliseconds = defaultDeadlineMilliseconds, onFault, selfMetrics = false } = options;
    const onMergeFault = (where: string, error: unknown): void => this.registry.noteFault(where, error, 'unmerged');
    this.registry = new Registry({ nameValidation: 'utf8', selfMetrics, ...(onFault === undefined ? {} : { onFault }) });
    this.options = options;
    this.deadlineMilliseconds = deadlineMilliseconds;
    this.threads = new Map();
    this.ledger = new Ledger(onMergeFault);
    this.past = new PastWindows(onMergeFault);
    this.total = new Merger(onMergeFault);
    this.own = undefined;
    this.others = new Map();
    this.age = new Gauge({ name: 'tallystick_thread_answer_age_seconds', help: 'Time since a thread last computed what only it can compute.', labelNames: ['thread'], registry: null });
    this.questions = 0;
    this.id = `${threadNumber()}/${++aggregators}`;
    this.echoes = 0;
    this.echoing = new Map();
    this.waiting = [];
    this.collecting = undefined;
    this.timer = undefined;
    this.stopListening = undefined;
    this.isScraped = options.isScraped ?? true;
    this.registry.addSource({ name: 'threads', member: this, families: () => this.families(), lastKnown: () => this.show() });
  }

  /** Listens to the threads of the process, and has them say what they have. */
  start(): void {
    const { name } = this.options;
    this.stopListening ??= listen(channelOf(name), (message) => this.heard(channelOf(name), message));
    this.timer ??= setInterval(() => this.catchUp(), catchUpMilliseconds).unref();
    broadcast(questionsOf(name), { kind: 'hello' } satisfies Question);
  }

  /** Takes over what an aggregator that is no more had of ended threads. */
  restore(news: LedgerNews): void {
    this.ledger.restore(news);
  }

  /** Takes what a thread says. What makes no sense is noted, and does nothing. */
  hear(announcement: Announcement): void {
    try {
      if (announcement.kind !== 'answer') this.options.onNews?.(announcement);
      this.take(announcement);
    } catch (error) {
      this.registry.noteFault('thread', error, 'unmerged');
    }
  }

  /**
   * A pass over the threads of this process only, for who hands it on.
   *
   * @param milliseconds how long to wait for those who must be asked, and no longer than collections do
   */
  async local(milliseconds: number = this.deadlineMilliseconds): Promise<Merger> {
    await this.ask(performance.now() + Math.min(milliseconds, this.deadlineMilliseconds));
    return this.localPass();
  }

  /** The same at once: what must be asked for stands as it was told last. */
  localPass(): Merger {
    this.own ??= new Merger((where, error) => this.registry.noteFault(where, error, 'unmerged'));
    this.own.run(this.threadSources(this.own));
    return this.own;
  }

  /** A further source. `prepare` is awaited before each collection, beside others. */
  add(source: Source, prepare?: Preparation): void {
    this.others.set(source, prepare);
  }

  remove(source: Source): void {
    this.others.delete(source);
  }

  close(): void {
    this.stopListening?.();
    this.stopListening = undefined;
    clearInterval(this.timer);
    this.timer = undefined;
    void this.registry.shutdown();
  }

  /** Others may speak on that channel, too. */
  private heard(channel: string, message: unknown): void {
    const announcement = asAnnouncement(message);
    const echo = asEcho(message);
    if (echo !== undefined) this.hearEcho(echo);
    else if (announcement !== undefined) this.hear(announcement);
    else this.registry.noteFault('thread', new TallystickError('VERSION_MISMATCH', `broadcast channel ${show(channel)}: ${show(message)} is nothing that threads say there; use one version of tallystick in all threads, and other names for channels of your own`), 'unmerged');
  }

  /** Whoever collects meanwhile is given the same. */
  private families(): Promise<readonly FamilyView[]> {
    this.collecting ??= this.collect().finally(() => {
      this.collecting = undefined;
    });
    return this.collecting;
  }

  private async collect(): Promise<readonly FamilyView[]> {
    this.isScraped = true;
    const deadline = performance.now() + this.deadlineMilliseconds;
    const preparations = [...this.others.values()].map(async (prepare) => {
      try {
        await prepare?.(deadline);
      } catch (error) {
        this.registry.noteFault('sources', error);
      }
    });
    await Promise.all([this.ask(deadline), ...preparations]);
    return this.show();
  }

  /** A pass over what there is now. Also for who cannot wait for answers: what is recorded is of the moment in any case. */
  private show(): readonly FamilyView[] {
    this.noteAges();
    const told = new CollectedSource('the aggregation thread', [...(this.age.size === 0 ? [] : [this.age.view()]), ...this.registry.ownViews()]);
    this.total.run([...this.threadSources(this.total), ...this.others.keys(), told]);
    return this.total.views();
  }

  private *threadSources(merger: Merger): Iterable<Source> {
    for (const thread of this.threads.values()) yield* thread.sourcesFor(merger);
    if (!this.ledger.isEmpty) yield this.ledger;
    if (!this.past.isEmpty) yield this.past;
  }

  /** Asks every thread that has something to compute, and waits until all have answered or the deadline has passed, whichever is first. */
  private async ask(deadline: number): Promise<void> {
    await this.hearOut();
    const now = performance.now();
    const asked: Thread[] = [];
    for (const thread of this.threads.values()) {
      if (thread.overAt === undefined && thread.pages.isAskable) asked.push(thread);
      else thread.askedAt = undefined;
      // An answer may have been lost; a question that waits with a blocked thread costs nothing.
      if (thread.askedAt !== undefined && now - thread.askedAt > askAgainMilliseconds) thread.askedAt = undefined;
    }
    if (asked.some((thread) => thread.askedAt === undefined)) {
      const question: Question = { kind: 'ask', question: ++this.questions, seconds: (this.deadlineMilliseconds / 1000) * answeringShare };
      broadcast(questionsOf(this.options.name), question);
      for (const thread of asked) thread.askedAt ??= now;
    }
    // One that owes an answer since an earlier scrape is not waited for anew: its event loop is blocked.
    const isWaitedFor = (thread: Thread): boolean => thread.askedAt !== undefined && thread.askedAt + this.deadlineMilliseconds > performance.now();
    while (asked.some(isWaitedFor)) {
      const answered = new Promise<void>((resolve) => this.waiting.push(resolve));
      if ((await withDeadline(answered, Math.max(0, deadline - performance.now()))) === deadlinePassed) return;
    }
  }

  /**
   * Hears what threads have said by now. Messages come in the order in which they were sent, whoever sent them: one to itself comes after all of them,
   * however long they are on their way.
   */
  private async hearOut(): Promise<void> {
    if (this.stopListening === undefined) return nextTurn();
    const echo = ++this.echoes;
    const heard = new Promise<void>((resolve) => this.echoing.set(echo, resolve));
    broadcast(channelOf(this.options.name), { kind: 'echo', reader: this.id, echo } satisfies Echo);
    await withDeadline(heard, longestEchoMilliseconds);
    this.echoing.delete(echo);
  }

  private hearEcho({ reader, echo }: Echo): void {
    if (reader === this.id) this.echoing.get(echo)?.();
  }

  private noteAges(): void {
    this.age.clear();
    const now = performance.now();
    const ages = new Map<number, number>();
    for (const { pages, overAt, answeredAt } of this.threads.values()) {
      if (overAt === undefined && pages.isAskable) ages.set(pages.thread, Math.max(ages.get(pages.thread) ?? 0, (now - answeredAt) / 1000));
    }
    for (const [thread, seconds] of ages) this.age.set({ thread }, seconds);
  }

  private take(announcement: Announcement): void {
    switch (announcement.kind) {
      case 'open': {
        if (announcement.version !== protocolVersion) throw new TallystickError('VERSION_MISMATCH', `thread ${announcement.thread}: shares a registry of another version of tallystick; use one version in all threads. Its numbers are left out`);
        const known = this.threads.get(announcement.source);
        if (known === undefined) this.threads.set(announcement.source, new Thread(announcement));
        else if (known.overAt === undefined) known.reopen(announcement);
        return;
      }
      case 'ended':
        for (const thread of this.threads.values()) if (thread.endsWith(announcement.thread)) thread.end();
        this.goOn();
        this.absorb();
        return;
      case 'closed':
        this.threads.get(announcement.source)?.end();
        this.goOn();
        this.absorb();
        return;
      case 'family':
        this.threads.get(announcement.source)?.pages.addFamily(announcement.news);
        return;
      case 'page':
        this.threads.get(announcement.source)?.pages.addPage(announcement.news);
        return;
      case 'withdrawn':
        this.threads.get(announcement.source)?.withdraw(announcement.family);
        return;
      case 'answer':
        this.goOn();
        this.threads.get(announcement.source)?.take(announcement.answer);
    }
  }

  /** Has whoever waits for answers look again who owes one. */
  private goOn(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** What goes wrong here must not end the thread: there is nobody to catch it. */
  private catchUp(): void {
    try {
      const until = performance.now() + catchUpSliceMilliseconds;
      for (const merger of [this.total, this.own]) {
        if (merger === undefined || (merger === this.total && !this.isScraped)) continue;
        for (const thread of this.threads.values()) if (!thread.catchUp(merger, until)) break;
      }
      this.absorb();
    } catch (error) {
      this.registry.noteFault('threads', error, 'unmerged');
    }
  }

  /** Threads that are over, and whose windows have passed, become part of the ledger; of very many also those whose windows have not. */
  private absorb(): void {
    const now = performance.now();
    const ended = [...this.threads].filter(([, { overAt }]) => overAt !== undefined).sort(([, one], [, other]) => one.overAt! - other.overAt!);
    const over = ended.filter(([, thread], place) => thread.overAt! <= now || place < ended.length - mostEnded);
    this.past.forget();
    if (over.length === 0) return;
    for (const [, thread] of over) if (thread.overAt! > now) this.past.take(thread.pages);
    this.ledger.absorb(over.flatMap(([, thread]) => [...thread.sourcesFor(this.ledger.target)]));
    for (const [source, thread] of over) {
      thread.close();
      this.threads.delete(source);
    }
    this.options.onLedger?.(
      this.ledger.news(),
      over.map(([source]) => source),
    );
  }
}
