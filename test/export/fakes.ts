import type { Backend, Outcome, Payload } from '../../src/export/backend.js';
import type { Schedule } from '../../src/export/push-settings.js';
import type { FamilyView } from '../../src/store/family-view.js';
import { Registry, toText } from '../../src/index.js';
import { FakeClock } from '../instruments/fake-clock.js';

/** Timers that fire when a fake clock is moved past them. */
export class FakeSchedule {
  readonly clock: FakeClock = new FakeClock();
  private readonly timers = new Set<{ readonly at: number; readonly run: () => void }>();

  readonly schedule: Schedule = (run, seconds) => {
    const timer = { at: this.clock.seconds + seconds, run };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  };

  /** Seconds until each timer, soonest first. */
  get due(): number[] {
    return [...this.timers].map(({ at }) => at - this.clock.seconds).sort((a, b) => a - b);
  }

  /** Lets time pass, and what is due run, with all that follows from it. */
  async advance(seconds: number): Promise<void> {
    const end = this.clock.seconds + seconds;
    for (;;) {
      const next = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.clock.advance(Math.max(0, next.at - this.clock.seconds));
      next.run();
      await settle();
    }
    this.clock.advance(end - this.clock.seconds);
    await settle();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What a receiver does with the next payload. */
export type Answer = Outcome | 'throw' | 'hang';
export const sent: Outcome = { kind: 'sent' };

/** A receiver that answers as told, and as at last when nothing is said. */
export class FakeBackend implements Backend {
  readonly name: string;
  readonly keepsLatestOnly: boolean;
  readonly answers: Answer[] = [];
  /** What came, whatever became of it. */
  readonly tried: string[] = [];
  readonly taken: string[] = [];
  closed = 0;
  last: Answer = sent;
  sizes: number[] = [10];
  farewells: string[] = [];
  private collections = 0;
  private readonly hanging: (() => void)[] = [];

  constructor(name = 'fake', keepsLatestOnly = false) {
    this.name = name;
    this.keepsLatestOnly = keepsLatestOnly;
  }

  encode(_views: readonly FamilyView[], _wallSeconds: number): Iterable<Payload> {
    this.collections += 1;
    const number = this.collections;
    return this.sizes.map((size, part) => payload(this.sizes.length === 1 ? `${number}` : `${number}.${part}`, size));
  }

  async send(one: Payload, signal: AbortSignal): Promise<Outcome> {
    const text = textOf(one);
    this.tried.push(text);
    const answer = this.answers.shift() ?? this.last;
    if (answer === 'throw') throw new Error('refused');
    if (answer === 'hang') {
      await new Promise<void>((_resolve, reject) => {
        const end = (): void => reject(new Error('aborted'));
        if (signal.aborted) end();
        signal.addEventListener('abort', end);
        this.hanging.push(end);
      });
    }
    const outcome = answer as Outcome;
    if (outcome.kind === 'sent') this.taken.push(text);
    return outcome;
  }

  farewell(): readonly Payload[] {
    return this.farewells.map((text) => payload(text, 10));
  }

  close(): void {
    this.closed += 1;
  }
}

/** A payload of so many bytes that says its name. */
export function payload(text: string, size: number): Payload {
  const bytes = new Uint8Array(Math.max(size, text.length));
  bytes.fill(32);
  bytes.set(Buffer.from(text));
  return { bytes, items: 1 };
}

export function textOf({ bytes }: Payload): string {
  return Buffer.from(bytes).toString('utf8').trim();
}

/** A registry that remembers what it warns of. */
export function quietRegistry(): { readonly registry: Registry; readonly warnings: string[]; readonly errors: unknown[] } {
  const warnings: string[] = [];
  const errors: unknown[] = [];
  const onFault = (message: string, error: unknown): void => {
    warnings.push(message);
    errors.push(error);
  };
  return { registry: new Registry({ onFault }), warnings, errors };
}

/** What a registry tells of its push loops, by series. */
export function figures(registry: Registry): Record<string, number> {
  const lines = toText(registry).split('\n').filter((line) => line.startsWith('tallystick_push_'));
  return Object.fromEntries(lines.map((line) => [line.slice('tallystick_push_'.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}
