import { Counter } from '../instruments/counter.js';
import type { FamilyView } from '../store/family-view.js';

/** Why a collector's families are missing from a collection, or old. */
export type FaultReason = 'error' | 'timeout' | 'clash' | 'serving' | 'recording' | 'lost' | 'unmerged';

/** Told of each kind of fault once; the fault itself is counted every time. */
export type FaultLogger = (message: string, error: unknown) => void;

/**
 * What went wrong while collecting: counted in `tallystick_collector_errors_total`, which shows from the first fault on, and logged once
 * for each collector and reason.
 */
export class Faults {
  private readonly errors: Counter<readonly ['collector', 'reason']>;
  private readonly log: FaultLogger;
  private readonly logged: Set<string>;

  constructor(log: FaultLogger) {
    this.errors = new Counter({
      name: 'tallystick_collector_errors_total',
      help: 'Collections in which a collector failed, was late, or took a name that was taken.',
      labelNames: ['collector', 'reason'],
      registry: null,
    });
    this.log = log;
    this.logged = new Set();
  }

  /** Whether there was none yet. */
  get isEmpty(): boolean {
    return this.errors.size === 0;
  }

  note(collector: string, reason: FaultReason, error: unknown): void {
    this.errors.inc({ collector, reason });
    this.say(`${JSON.stringify(collector)} ${explain(reason)}`, error);
  }

  /** Logs something once and counts nothing: for what has metrics of its own. */
  say(what: string, error: unknown): void {
    this.relay(`tallystick: ${what} (this is said once)`, error);
  }

  /** Logs once what another has said, as it is. */
  relay(message: string, error: unknown): void {
    if (this.logged.has(message)) return;
    this.logged.add(message);
    try {
      this.log(message, error);
    } catch {
      // A logger that throws must not take the scrape down.
    }
  }

  /** The family that tells of the faults of some registries together; none as long as there was none. */
  static views(all: readonly Faults[]): readonly FamilyView[] {
    const some = all.filter((faults) => faults.errors.size > 0);
    if (some.length <= 1) return some.map((faults) => faults.errors.view());
    const sum = new Faults(() => {});
    for (const { errors } of some) for (const { labels, value } of errors.getAll()) sum.errors.inc(labels as { collector: string; reason: string }, value);
    return [sum.errors.view()];
  }
}

function explain(reason: FaultReason): string {
  switch (reason) {
    case 'error':
      return 'could not be collected, and is left out';
    case 'timeout':
      return 'did not answer in time, and shows as last known';
    case 'clash':
      return 'shares a name with another family, and is left out';
    case 'serving':
      return 'failed';
    case 'recording':
      return 'failed; what was recorded counts, without an exemplar';
    case 'unmerged':
      return 'could not be put together with the others, and is left out';
    case 'lost':
      return 'could not be recorded; the application goes on';
  }
}
