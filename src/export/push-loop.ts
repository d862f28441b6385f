import type { Clock } from '../platform/clock.js';
import { deadlinePassed, withDeadline } from '../platform/timers.js';
import type { PushTally } from '../registry/push-metrics.js';
import { type Registry, asArray, defaultRegistry, oneRegistry } from '../registry/registry.js';
import type { FamilyView } from '../store/family-view.js';
import type { Backend, Outcome, Payload } from './backend.js';
import { beforeExit } from './before-exit.js';
import { type PushDefaults, type PushOptions, type PushSettings, pushSettings } from './push-settings.js';

export type { PushOptions, Schedule } from './push-settings.js';

/** A push loop that runs. */
export interface Pusher {
  /** Collects and sends now. Resolves when what waits has been sent, or an attempt has failed: never with an error. */
  flush(): Promise<void>;
  /**
   * Ends the loop: one last collection is sent, again and again if need be, as long as the timeout lets it. May be called more than once;
   * `registry.shutdown()` calls it, and so does a process that has nothing left to do. Never ends with an error.
   */
  shutdown(): Promise<void>;
}

/** The first wait before a payload is sent again; each further one is twice as long, up to {@link longestRetrySeconds}. */
const firstRetrySeconds = 1;
const longestRetrySeconds = 60;
/** However long a receiver asks to be left alone. */
const longestPauseSeconds = 3600;
/** How long the end of a loop waits for sockets and files to be given back. */
const closeMilliseconds = 1000;
/** Payloads that may wait, however small. */
const mostPayloads = 1024;

/**
 * Collects a registry now and then, has a {@link Backend} encode it, and sends what comes of it, in order. What a receiver does not take now
 * waits in a bounded buffer and is sent again, later and later; what does not fit is dropped, oldest first, and counted. Nothing here is ever
 * thrown into the application: faults are counted, and said once for each kind.
 */
export class PushLoop implements Pusher {
  private readonly registry: Registry;
  private readonly backend: Backend;
  private readonly settings: PushSettings;
  private readonly clock: Clock;
  private readonly tally: PushTally;
  /** Oldest first; the first one is under way as long as {@link abort} is there. */
  private readonly waiting: Payload[];
  private waitingBytes: number;
  private failures: number;
  /** Before this monotonic time nothing is sent again. */
  private notBefore: number;
  private collecting: Promise<void>;
  /** Collections under way or waiting for one. */
  private collections: number;
  private sending: Promise<void> | undefined;
  /** Ends the attempt under way. */
  private abort: AbortController | undefined;
  private ending: Promise<void> | undefined;
  private isOver: boolean;
  private cancelNext: () => void;
  private cancelRetry: () => void;
  private readonly forgetters: readonly (() => void)[];

  /** Starts at once; the first push comes within an interval. @throws TallystickError `INVALID_OPTIONS` */
  constructor(subject: string, backend: Backend, options: PushOptions, defaults: PushDefaults) {
    const { registry = defaultRegistry } = options;
    this.settings = pushSettings(subject, options, defaults);
    this.registry = oneRegistry(registry);
    this.backend = backend;
    this.clock = this.settings.clock;
    this.tally = asArray(registry)[0]!.pushes.open(backend.name, this.clock);
    this.waiting = [];
    this.waitingBytes = 0;
    this.failures = 0;
    this.notBefore = -Infinity;
    this.collecting = Promise.resolve();
    this.collections = 0;
    this.sending = undefined;
    this.abort = undefined;
    this.ending = undefined;
    this.isOver = false;
    this.cancelNext = nothing;
    this.cancelRetry = nothing;
    const end = (): Promise<void> => this.shutdown();
    this.forgetters = [beforeExit(end), ...asArray(registry).map((one) => one.onShutdown(end))];
    // Not a whole interval at first, and not the same for all: instances that were started together push spread out.
    this.plan(Math.random() * this.settings.intervalSeconds);
  }

  flush(): Promise<void> {
    return this.ending ?? this.guard(() => this.push());
  }

  shutdown(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  /** Collects and sends, whatever has failed before. */
  private async push(): Promise<void> {
    this.notBefore = -Infinity;
    await this.collect();
    // An attempt that was under way by then may fail, and what was collected is to be tried.
    await this.sending;
    this.notBefore = -Infinity;
    await this.send();
  }

  private async end(): Promise<void> {
    for (const forget of this.forgetters) forget();
    this.cancelNext();
    this.cancelRetry();
    await withDeadline(this.guard(() => this.sendLast()), this.settings.timeoutSeconds * 1000);
    this.isOver = true;
    this.cancelRetry();
    this.abort?.abort();
    const left = this.waiting.splice(0);
    if (left.length > 0) this.tally.dropped(left.reduce((sum, { items }) => sum + items, 0), 'shutdown');
    await withDeadline(this.guard(async () => this.backend.close?.(), 'close'), closeMilliseconds);
    this.tally.close();
  }

  /** Sends what there is, and tries again as long as the end of the loop lets it. */
  private async sendLast(): Promise<void> {
    const until = this.clock.monotonicSeconds() + this.settings.timeoutSeconds;
    await this.push();
    await this.take(() => this.backend.farewell?.(this.clock.wallSeconds()) ?? []);
    await this.send();
    while (this.waiting.length > 0 && !this.isOver && this.notBefore < until) {
      await new Promise<void>((resolve) => {
        this.cancelRetry = this.settings.schedule(resolve, Math.max(0, this.notBefore - this.clock.monotonicSeconds()));
      });
      this.notBefore = -Infinity;
      await this.send();
    }
  }

  private plan(seconds: number): void {
    this.cancelNext = this.settings.schedule(() => {
      if (this.ending !== undefined) return;
      this.plan(jittered(this.settings.intervalSeconds));
      // Where collecting or sending takes longer than an interval, collections would queue up without end.
      if (this.collections > 0) return;
      void this.guard(async () => {
        await this.collect();
        await this.send();
      });
    }, seconds);
  }

  /** Runs something of ours: what nobody has foreseen is counted, too, and not thrown into the application. */
  private async guard(run: () => Promise<void>, reason: string = 'internal'): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.tally.failed(reason, error);
    }
  }

  /** One collection after the other: a backend may remember something from one to the next. */
  private collect(): Promise<void> {
    this.collections += 1;
    this.collecting = this.collecting.then(() => this.collectOnce()).finally(() => {
      this.collections -= 1;
    });
    return this.collecting;
  }

  private async collectOnce(): Promise<void> {
    let views: readonly FamilyView[];
    try {
      views = await this.registry.collect({ timeoutSeconds: Math.min(5, this.settings.timeoutSeconds) });
    } catch (error) {
      this.tally.failed('collect', error);
      return;
    }
    await this.take(() => this.backend.encode(views, this.clock.wallSeconds()));
  }

  /** Puts what a backend encodes where it waits. */
  private async take(encode: () => Iterable<Payload> | AsyncIterable<Payload>): Promise<void> {
    try {
      let isFirst = true;
      for await (const payload of encode()) {
        if (this.isOver) return;
        // What is under way keeps its place: it may arrive.
        if (isFirst && this.backend.keepsLatestOnly) this.discard(() => this.waiting.length > this.underWay());
        isFirst = false;
        this.enqueue(payload);
        // The buffer need not hold a whole collection as long as somebody takes it.
        if (this.waitingBytes > this.settings.maxBufferBytes / 2) await this.send();
      }
    } catch (error) {
      this.tally.failed('encode', error);
    }
  }

  private enqueue(payload: Payload): void {
    this.waiting.push(payload);
    this.waitingBytes += payload.bytes.length;
    // The newest one waits however large it is: else nothing would ever be sent.
    this.discard(() => (this.waitingBytes > this.settings.maxBufferBytes || this.waiting.length > mostPayloads) && this.waiting.length > this.underWay() + 1);
  }

  /** Drops the oldest payloads as long as there are too many. */
  private discard(tooMany: () => boolean): void {
    while (tooMany()) {
      const [dropped] = this.waiting.splice(this.underWay(), 1);
      this.waitingBytes -= dropped!.bytes.length;
      if (!this.backend.keepsLatestOnly) this.tally.dropped(dropped!.items, 'buffer_full');
    }
  }

  /** How many payloads at the front are being sent. */
  private underWay(): number {
    return this.abort === undefined ? 0 : 1;
  }

  /** Sends what waits; one call at a time does, and the others wait for it. */
  private send(): Promise<void> {
    this.sending ??= this.guard(() => this.drain());
    return this.sending;
  }

  private async drain(): Promise<void> {
    // After this turn only: `sending` must stand before it is taken back.
    await Promise.resolve();
    try {
      await this.sendWaiting();
    } finally {
      // At once, so that whoever puts something to the others now has it sent.
      this.sending = undefined;
    }
  }

  private async sendWaiting(): Promise<void> {
    while (this.waiting.length > 0 && !this.isOver && this.clock.monotonicSeconds() >= this.notBefore) {
      const payload = this.waiting[0]!;
      const outcome = await this.attempt(payload);
      if (this.isOver) return;
      if (outcome.kind === 'retry') {
        this.retryLater(outcome);
        return;
      }
      this.waiting.shift();
      this.waitingBytes -= payload.bytes.length;
      this.failures = 0;
      if (outcome.kind === 'drop') {
        this.tally.failed(outcome.reason, outcome.said);
        this.tally.dropped(payload.items, 'refused');
        continue;
      }
      // A receiver may say anything.
      const rejected = Math.min(payload.items, Math.max(0, outcome.rejectedItems ?? 0)) || 0;
      this.tally.sent(payload.items - rejected);
      if (rejected > 0) this.tally.rejected(rejected, outcome.reason);
    }
  }

  private async attempt(payload: Payload): Promise<Outcome> {
    const abort = (this.abort = new AbortController());
    try {
      const outcome = await withDeadline(this.backend.send(payload, abort.signal), this.settings.timeoutSeconds * 1000);
      return outcome === deadlinePassed ? { kind: 'retry', reason: 'timeout' } : outcome;
    } catch (error) {
      if (!this.isOver) this.tally.failed('connection', error);
      return { kind: 'retry', reason: '' };
    } finally {
      this.abort = undefined;
      abort.abort();
    }
  }

  private retryLater({ reason, said, afterSeconds = 0 }: Outcome & { readonly kind: 'retry' }): void {
    if (reason !== '') this.tally.failed(reason, said);
    this.failures += 1;
    const backoff = jittered(Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** (this.failures - 1)));
    const seconds = afterSeconds > backoff ? Math.min(longestPauseSeconds, afterSeconds) : backoff;
    this.notBefore = this.clock.monotonicSeconds() + seconds;
    this.cancelRetry();
    if (this.ending !== undefined) return;
    this.cancelRetry = this.settings.schedule(() => {
      // A timer may be early by a millisecond, and nobody would ask again before the next interval.
      this.notBefore = -Infinity;
      void this.send();
    }, seconds);
  }
}

/** Up to a tenth more or less. */
function jittered(seconds: number): number {
  return seconds * (0.9 + Math.random() * 0.2);
}

function nothing(): void {}
