import { TallystickError, show } from '../model/errors.js';
import { type Clock, systemClock } from '../platform/clock.js';
import { deadlinePassed, withDeadline } from '../platform/timers.js';
import { type Registry, asArray, defaultRegistry, oneRegistry } from '../registry/registry.js';
import type { Backend, Outcome, Payload } from './backend.js';
import { PushMetrics } from './push-metrics.js';

/** What every backend's options have. */
export interface PushOptions {
  /** What to push; the default registry when left out. Several are pushed as one. */
  readonly registry?: Registry | readonly Registry[];
  /** Seconds from one push to the next, give or take a tenth so that instances do not push in step; above 0. */
  readonly intervalSeconds?: number;
  /** How long one attempt may take, in seconds; above 0. */
  readonly timeoutSeconds?: number;
  /** Bytes that may wait for a receiver that is down; what is older goes first. Default 8 MiB. */
  readonly maxBufferBytes?: number;
  /** Where the loop reads the time; the platform's clocks when left out. */
  readonly clock?: Clock;
  /** How the loop waits; the platform's timers when left out. */
  readonly schedule?: Schedule;
}

/** Has something run once, later; what it returns forgets it. It must not keep the process alive. */
export type Schedule = (run: () => void, seconds: number) => () => void;

/** A push loop that runs. */
export interface Pusher {
  /** Collects and sends now. Resolves when what waits has been sent, or an attempt has failed: never with an error. */
  flush(): Promise<void>;
  /** Ends the loop: one last collection is sent, within the timeout. May be called more than once; `registry.shutdown()` calls it, too. */
  shutdown(): Promise<void>;
}

const defaultBufferBytes = 8 * 1024 * 1024;
/** The first wait before a payload is sent again; each further one is twice as long, up to {@link longestRetrySeconds}. */
const firstRetrySeconds = 1;
const longestRetrySeconds = 60;
/** Payloads that may wait, however small. */
const mostPayloads = 1024;

/** What a loop is set to; defaults of a protocol filled in. */
export interface PushSettings {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
}

/**
 * Collects a registry now and then, has a {@link Backend} encode it, and sends what comes of it, in order. What a receiver does not take now
 * waits in a bounded buffer and is sent again, later and later; what does not fit is dropped, oldest first, and counted. Nothing here is ever
 * thrown into the application: faults are counted, and said once for each kind.
 */
export class PushLoop implements Pusher {
  private readonly registry: Registry;
  private readonly backend: Backend;
  private readonly settings: PushSettings;
  private readonly maxBufferBytes: number;
  private readonly clock: Clock;
  private readonly schedule: Schedule;
  private readonly metrics: PushMetrics;
  private readonly waiting: Payload[];
  private waitingBytes: number;
  private failures: number;
  /** Before this monotonic time nothing is sent again. */
  private notBefore: number;
  private sending: Promise<void> | undefined;
  private ending: Promise<void> | undefined;
  private cancelNext: () => void;
  private cancelRetry: () => void;

  /** Starts at once; the first push comes within an interval. @throws TallystickError `INVALID_OPTIONS` */
  constructor(subject: string, backend: Backend, options: PushOptions, defaults: PushSettings) {
    const { registry = defaultRegistry, maxBufferBytes = defaultBufferBytes, clock = systemClock, schedule = later } = options;
    this.settings = {
      intervalSeconds: checkSeconds(subject, 'intervalSeconds', options.intervalSeconds ?? defaults.intervalSeconds),
      timeoutSeconds: checkSeconds(subject, 'timeoutSeconds', options.timeoutSeconds ?? defaults.timeoutSeconds),
    };
    if (!(typeof maxBufferBytes === 'number' && maxBufferBytes >= 0)) throw new TallystickError('INVALID_OPTIONS', `${subject}: maxBufferBytes is ${show(maxBufferBytes)}; give a number of bytes, 0 or more`);
    this.registry = oneRegistry(registry);
    this.backend = backend;
    this.maxBufferBytes = maxBufferBytes;
    this.clock = clock;
    this.schedule = schedule;
    this.metrics = new PushMetrics(asArray(registry)[0]!, backend.name, clock);
    this.waiting = [];
    this.waitingBytes = 0;
    this.failures = 0;
    this.notBefore = -Infinity;
    this.sending = undefined;
    this.ending = undefined;
    this.cancelNext = nothing;
    this.cancelRetry = nothing;
    for (const one of asArray(registry)) one.onShutdown(() => this.shutdown());
    // Not a whole interval at first, and not the same for all: instances that were started together push spread out.
    this.plan(Math.random() * this.settings.intervalSeconds);
  }

  async flush(): Promise<void> {
    await this.collect();
    this.notBefore = -Infinity;
    await this.send();
  }

  shutdown(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    this.cancelNext();
    this.cancelRetry();
    const whole = async (): Promise<void> => {
      await this.flush();
      this.enqueue(this.attemptEncode(() => this.backend.farewell?.(this.clock.wallSeconds()) ?? []));
      await this.send();
    };
    await withDeadline(whole(), this.settings.timeoutSeconds * 1000);
    this.cancelRetry();
    try {
      await this.backend.close?.();
    } catch (error) {
      this.metrics.failed('close', error);
    }
  }

  private plan(seconds: number): void {
    if (this.ending !== undefined) return;
    this.cancelNext = this.schedule(() => {
      this.plan(jittered(this.settings.intervalSeconds));
      void this.collect().then(() => this.send());
    }, seconds);
  }

  private async collect(): Promise<void> {
    try {
      const views = await this.registry.collect({ timeoutSeconds: Math.min(5, this.settings.timeoutSeconds) });
      this.enqueue(this.attemptEncode(() => this.backend.encode(views, this.clock.wallSeconds())));
    } catch (error) {
      this.metrics.failed('collect', error);
    }
  }

  private attemptEncode(encode: () => readonly Payload[]): readonly Payload[] {
    try {
      return encode();
    } catch (error) {
      this.metrics.failed('encode', error);
      return [];
    }
  }

  private enqueue(payloads: readonly Payload[]): void {
    if (payloads.length === 0) return;
    // What is under way keeps its place: it may arrive.
    if (this.backend.keepsLatestOnly) this.discard(() => this.waiting.length > this.underWay());
    for (const payload of payloads) {
      this.waiting.push(payload);
      this.waitingBytes += payload.bytes.length;
    }
    this.discard(() => (this.waitingBytes > this.maxBufferBytes || this.waiting.length > mostPayloads) && this.waiting.length > this.underWay() + 1);
  }

  /** Drops the oldest payloads as long as there are too many. */
  private discard(tooMany: () => boolean): void {
    while (tooMany()) {
      const [dropped] = this.waiting.splice(this.underWay(), 1);
      this.waitingBytes -= dropped!.bytes.length;
      if (!this.backend.keepsLatestOnly) this.metrics.dropped(dropped!.items, 'buffer_full');
    }
  }

  /** How many payloads at the front are being sent. */
  private underWay(): number {
    return this.sending === undefined ? 0 : 1;
  }

  /** Sends what waits; one call at a time does, and the others wait for it. */
  private send(): Promise<void> {
    this.sending ??= this.drain().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  private async drain(): Promise<void> {
    // After this turn only: `sending` must stand before anything is looked at.
    await Promise.resolve();
    while (this.waiting.length > 0 && this.clock.monotonicSeconds() >= this.notBefore) {
      const payload = this.waiting[0]!;
      const outcome = await this.attempt(payload);
      if (outcome.kind === 'retry') {
        this.retryLater(outcome);
        return;
      }
      this.waiting.shift();
      this.waitingBytes -= payload.bytes.length;
      this.failures = 0;
      if (outcome.kind === 'drop') {
        this.metrics.failed(outcome.reason, undefined);
        this.metrics.dropped(payload.items, 'refused');
      } else {
        this.metrics.sent(payload.items - (outcome.rejectedItems ?? 0));
        if (outcome.rejectedItems !== undefined && outcome.rejectedItems > 0) this.metrics.rejected(outcome.rejectedItems, outcome.reason);
      }
    }
  }

  private async attempt(payload: Payload): Promise<Outcome> {
    const abort = new AbortController();
    try {
      const outcome = await withDeadline(this.backend.send(payload, abort.signal), this.settings.timeoutSeconds * 1000);
      return outcome === deadlinePassed ? { kind: 'retry', reason: 'timeout' } : outcome;
    } catch (error) {
      this.metrics.failed('connection', error);
      return { kind: 'retry', reason: '' };
    } finally {
      abort.abort();
    }
  }

  private retryLater({ reason, afterSeconds }: Outcome & { readonly kind: 'retry' }): void {
    if (reason !== '') this.metrics.failed(reason, undefined);
    this.failures += 1;
    const backoff = jittered(Math.min(longestRetrySeconds, firstRetrySeconds * 2 ** (this.failures - 1)));
    const seconds = Math.min(3600, Math.max(backoff, afterSeconds ?? 0));
    this.notBefore = this.clock.monotonicSeconds() + seconds;
    this.cancelRetry();
    if (this.ending === undefined) this.cancelRetry = this.schedule(() => void this.send(), seconds);
  }
}

/** Up to a tenth more or less. */
function jittered(seconds: number): number {
  return seconds * (0.9 + Math.random() * 0.2);
}

function checkSeconds(subject: string, option: string, seconds: unknown): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds < 2 ** 31 / 1000) return seconds;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(seconds)}; give a number of seconds above 0`);
}

function later(run: () => void, seconds: number): () => void {
  const timer = setTimeout(run, seconds * 1000);
  timer.unref();
  return () => clearTimeout(timer);
}

function nothing(): void {}
