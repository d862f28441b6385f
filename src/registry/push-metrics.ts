import type { CollectedFamily } from '../model/collected.js';
import type { Clock } from '../platform/clock.js';
import type { FamilyView } from '../store/family-view.js';
import { loadFamily } from './collected-family.js';
import type { Faults } from './faults.js';
import { type Figure, addUp } from './self-metrics.js';

/**
 * What the push loops of a registry tell of themselves, with the label `exporter` for each of them. They take no name from the registry's own
 * metrics, and are added up where registries are merged.
 */
export class PushMetrics {
  private readonly faults: Faults;
  private readonly tallies: Map<string, PushTally>;

  constructor(faults: Faults) {
    this.faults = faults;
    this.tallies = new Map();
  }

  /** Whether there was no loop yet. */
  get isEmpty(): boolean {
    return this.tallies.size === 0;
  }

  /** The figures of one more loop. The second of a kind that runs is called `otlp-2`; one that follows another goes on with its figures. */
  open(kind: string, clock: Clock): PushTally {
    let exporter = kind;
    for (let place = 2; this.tallies.get(exporter)?.isOpen === true; place++) exporter = `${kind}-${place}`;
    let tally = this.tallies.get(exporter);
    if (tally === undefined) this.tallies.set(exporter, (tally = new PushTally(exporter, this.faults)));
    tally.open(clock);
    return tally;
  }

  /** The families that tell of all these loops together; none as long as there was no loop. */
  static views(all: readonly PushMetrics[]): readonly FamilyView[] {
    const tallies = all.flatMap((metrics) => [...metrics.tallies.values()]);
    const byReason = (counts: (tally: PushTally) => ReadonlyMap<string, number>): Figure[] =>
      tallies.flatMap((tally) => [...counts(tally)].map(([reason, value]) => ({ labels: { exporter: tally.exporter, reason }, value })));
    const ages = new Map<string, number>();
    for (const { exporter, age } of tallies) if (age !== undefined) ages.set(exporter, Math.max(age, ages.get(exporter) ?? 0));
    const families: CollectedFamily[] = [
      {
        name: 'tallystick_push_sent_items_total',
        help: 'What receivers have taken: series, samples or data points.',
        type: 'counter',
        series: addUp(tallies.map(({ exporter, items }) => ({ labels: { exporter }, value: items }))),
      },
      { name: 'tallystick_push_failures_total', help: 'Attempts to push that failed.', type: 'counter', series: addUp(byReason(({ failures }) => failures)) },
      { name: 'tallystick_push_dropped_items_total', help: 'What was not pushed and never will be.', type: 'counter', series: addUp(byReason(({ losses }) => losses)) },
      {
        name: 'tallystick_push_age_seconds',
        help: 'Time since a receiver has last taken something, or since the start.',
        type: 'gauge',
        unit: 'seconds',
        series: [...ages].map(([exporter, value]) => ({ labels: { exporter }, value })),
      },
    ];
    return families.filter(({ series }) => series.length > 0).map((family) => loadFamily(family));
  }
}

/** What one push loop counts. */
export class PushTally {
  readonly exporter: string;
  items: number;
  readonly failures: Map<string, number>;
  readonly losses: Map<string, number>;
  private readonly faults: Faults;
  /** Undefined once the loop has ended. */
  private clock: Clock | undefined;
  private lastSent: number;

  constructor(exporter: string, faults: Faults) {
    this.exporter = exporter;
    this.items = 0;
    this.failures = new Map();
    this.losses = new Map();
    this.faults = faults;
    this.clock = undefined;
    this.lastSent = 0;
  }

  get isOpen(): boolean {
    return this.clock !== undefined;
  }

  /** Seconds since something was sent; undefined once the loop has ended. */
  get age(): number | undefined {
    return this.clock === undefined ? undefined : Math.max(0, this.clock.monotonicSeconds() - this.lastSent);
  }

  open(clock: Clock): void {
    this.clock = clock;
    this.lastSent = clock.monotonicSeconds();
  }

  close(): void {
    this.clock = undefined;
  }

  sent(items: number): void {
    this.items += items;
    this.lastSent = this.clock?.monotonicSeconds() ?? this.lastSent;
  }

  /** Counts an attempt that failed; each reason is said once. */
  failed(reason: string, error: unknown): void {
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
    this.faults.say(`pushing to ${this.exporter} failed: ${reason}`, error);
  }

  /** Counts what is given up; each reason is said once. */
  dropped(items: number, reason: string): void {
    this.losses.set(reason, (this.losses.get(reason) ?? 0) + items);
    this.faults.say(`pushing to ${this.exporter}: something was dropped: ${reason}`, undefined);
  }

  /** What the receiver has left out of what it took. Its words come beside, as they may be others each time. */
  rejected(items: number, why: string | undefined): void {
    this.losses.set('rejected', (this.losses.get('rejected') ?? 0) + items);
    this.faults.say(`pushing to ${this.exporter}: the receiver did not take everything`, why);
  }
}
