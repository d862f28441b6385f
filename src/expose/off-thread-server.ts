import type { LedgerNews } from '../aggregate/ledger.js';
import { SourceBook } from '../aggregate/source-book.js';
import { TallystickError } from '../model/errors.js';
import type { Registry } from '../registry/registry.js';
import { type MetricsServer, type ServerSettings, urlOf } from './http-server.js';
import { bequeath, type Threads } from './inheritance.js';
import type { OffThread } from './off-thread-options.js';
import { type Account, ServerThread, type ThreadListener } from './server-thread.js';
import type { Membership } from './open-group.js';
import { StandIn } from './stand-in.js';

/** A thread that ends again and again is started anew after so long at first, twice as long each time, and this at most. */
const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;
/** One that has lived so long has not failed at once. */
const soundMilliseconds = 60_000;

/** Which registries the servers of this thread show, by name: one name is one whole. */
const shown = new Map<string, { readonly registries: ReadonlySet<Registry>; servers: number }>();

/** The application's side of a server that is on a thread of its own: starts that thread, ends it, and starts it anew should it end by itself. */
export class OffThreadServer implements ThreadListener {
  private readonly threads: Threads;
  private readonly registries: readonly Registry[];
  private readonly offThread: OffThread;
  private settings: ServerSettings | undefined;
  private readonly group: Membership['settings'] | undefined;
  /** What the thread knows that its successor will have to be told: of sources, and of what has ended. */
  private readonly book: SourceBook;
  private ledger: LedgerNews | undefined;
  private thread: ServerThread | undefined;
  /** Told of the first start; undefined once it has listened. */
  private starting: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  private startedAt: number;
  private pause: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What there is to be undone when the server is closed. */
  private readonly undo: (() => void)[];
  /** Undefined as long as the thread is there. */
  private standIn: StandIn | undefined;
  private closed: Promise<void> | undefined;

  private constructor(threads: Threads, registries: readonly Registry[], settings: ServerSettings | undefined, offThread: OffThread, group: Membership['settings'] | undefined) {
    this.threads = threads;
    this.registries = registries;
    this.offThread = offThread;
    this.settings = settings;
    this.group = group;
    this.book = new SourceBook();
    this.ledger = undefined;
    this.thread = undefined;
    this.starting = undefined;
    this.startedAt = 0;
    this.pause = firstPauseMilliseconds;
    this.timer = undefined;
    this.undo = [];
    this.standIn = undefined;
    this.closed = undefined;
  }

  /**
   * @param settings undefined for a thread that serves nobody, and is a member of a group only
   * @throws TallystickError `INVALID_OPTIONS` (as a rejection) when the thread cannot serve, or the name is that of a server of other registries
   */
  static async start(threads: Threads, registries: readonly Registry[], settings: ServerSettings | undefined, offThread: OffThread, membership?: Membership): Promise<MetricsServer> {
    const server = new OffThreadServer(threads, registries, settings, offThread, membership?.settings);
    if (membership !== undefined) server.undo.push(membership.release);
    try {
      server.undo.push(claim(offThread.name, registries));
      await new Promise<void>((resolve, reject) => {
        server.starting = { resolve, reject };
        server.startThread();
      });
    } catch (error) {
      for (const undo of server.undo) undo();
      throw error;
    }
    const port = server.settings?.port ?? -1;
    // What else the server knows, such as passwords, is not to be logged with it.
    return { url: settings === undefined ? '' : urlOf(settings, port), port, close: () => server.close() };
  }

  private close(): Promise<void> {
    return (this.closed ??= this.end());
  }

  listening(port: number): void {
    const missed = this.standIn?.handOver() ?? [];
    this.standIn = undefined;
    if (missed.length > 0) this.thread?.tell({ kind: 'missed', missed });
    // Started anew, it takes the same one.
    if (this.settings !== undefined) this.settings = { ...this.settings, port };
    this.starting?.resolve();
    if (this.starting === undefined) return;
    this.starting = undefined;
    const { name } = this.offThread;
    if (this.group !== undefined) this.undo.push(beforeTheEnd(() => this.thread?.exit()));
    this.undo.push(...this.registries.map((registry) => registry.onShutdown(() => this.close())));
    // Another thread hears it already.
    if (this.group?.role === 'reader') return;
    // What is shared now is heard before any scrape, whatever this thread does next.
    this.undo.push(...this.registries.map((registry) => registry.share(name)), bequeath(this.threads, name));
  }

  report(report: Account): void {
    switch (report.kind) {
      case 'fault':
        this.registries[0]!.relayFault(report.message, report.error);
        return;
      case 'news':
        this.book.hear(report.news);
        this.standIn?.heard(report.news);
        return;
      case 'ledger':
        this.ledger = report.ledger;
        this.book.forget(report.absorbed);
    }
  }

  ended(reason: Error | undefined): void {
    this.thread = undefined;
    if (reason === undefined || this.closed !== undefined) return;
    if (this.starting !== undefined) {
      this.starting.reject(asOptionError(reason));
      return;
    }
    this.registries[0]!.noteFault('off-thread server', reason);
    this.standIn ??= new StandIn(this.offThread.name, this.book);
    this.timer = setTimeout(() => this.startAnew(), this.nextPause());
  }

  private startThread(): void {
    const { name, deadlineMilliseconds, resourceLimits } = this.offThread;
    const selfMetrics = this.registries.some(({ scrapes }) => scrapes !== undefined);
    const commission = { name, deadlineMilliseconds, selfMetrics, settings: this.settings, group: this.group, known: this.standIn?.retell() ?? [], ledger: this.ledger };
    this.startedAt = performance.now();
    this.thread = new ServerThread(this.threads, commission, resourceLimits, this);
  }

  private startAnew(): void {
    this.timer = undefined;
    try {
      this.startThread();
    } catch (error) {
      this.ended(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private nextPause(): number {
    if (performance.now() - this.startedAt >= soundMilliseconds) this.pause = firstPauseMilliseconds;
    const { pause } = this;
    this.pause = Math.min(2 * pause, longestPauseMilliseconds);
    return pause;
  }

  private async end(): Promise<void> {
    clearTimeout(this.timer);
    this.standIn?.handOver();
    const { thread } = this;
    await thread?.close();
    for (const undo of this.undo.splice(0)) undo();
  }
}

/** Has something done when the process ends, after registries have said that they do. @returns what takes it back */
function beforeTheEnd(action: () => void): () => void {
  process.once('exit', action);
  return () => process.off('exit', action);
}

/** @throws TallystickError `INVALID_OPTIONS` when the name stands for other registries */
function claim(name: string, registries: readonly Registry[]): () => void {
  const known = shown.get(name);
  if (known !== undefined && (known.registries.size !== registries.length || registries.some((registry) => !known.registries.has(registry)))) {
    throw new TallystickError('INVALID_OPTIONS', `metrics server: offThread: a server of this process shows other registries under the name ${JSON.stringify(name)}, and would show these, too; give each a name, offThread: { name }`);
  }
  const held = known ?? { registries: new Set(registries), servers: 0 };
  shown.set(name, held);
  held.servers += 1;
  return () => {
    held.servers -= 1;
    if (held.servers === 0) shown.delete(name);
  };
}

function asOptionError(reason: Error): TallystickError {
  if (reason instanceof TallystickError) return reason;
  return new TallystickError('INVALID_OPTIONS', `metrics server: offThread: the thread cannot serve (${reason.message}); leave offThread out to serve from this one`);
}
