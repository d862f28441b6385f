import type { Counter } from '../instruments/counter.js';
import type { Clock } from '../platform/clock.js';
import type { Registry } from '../registry/registry.js';

/** What a push loop tells of itself, with the label `exporter` for each loop of a registry. */
export class PushMetrics {
  private readonly registry: Registry;
  private readonly exporter: string;
  private readonly clock: Clock;
  private readonly items: Counter<readonly ['exporter']>;
  private readonly failures: Counter<readonly ['exporter', 'reason']>;
  private readonly losses: Counter<readonly ['exporter', 'reason']>;
  private lastSent: number;

  constructor(registry: Registry, exporter: string, clock: Clock) {
    this.registry = registry;
    this.exporter = exporter;
    this.clock = clock;
    this.lastSent = clock.monotonicSeconds();
    this.items = registry.counter({ name: 'tallystick_push_sent_items_total', help: 'What receivers have taken: series, samples or data points.', labelNames: ['exporter'] });
    this.failures = registry.counter({ name: 'tallystick_push_failures_total', help: 'Attempts to push that failed.', labelNames: ['exporter', 'reason'] });
    this.losses = registry.counter({ name: 'tallystick_push_dropped_items_total', help: 'What was not pushed and never will be.', labelNames: ['exporter', 'reason'] });
    const age = registry.gauge({
      name: 'tallystick_push_age_seconds',
      help: 'Time since a receiver has last taken something, or since the start.',
      unit: 'seconds',
      labelNames: ['exporter'],
    });
    registry.register({
      name: `tallystick push ${exporter} ${instances++}`,
      collect: () => {
        age.set({ exporter }, Math.max(0, this.clock.monotonicSeconds() - this.lastSent));
        return [];
      },
    });
    this.items.inc({ exporter }, 0);
  }

  sent(items: number): void {
    this.items.inc({ exporter: this.exporter }, items);
    this.lastSent = this.clock.monotonicSeconds();
  }

  /** Counts an attempt that failed; each reason is said once. */
  failed(reason: string, error: unknown): void {
    this.failures.inc({ exporter: this.exporter, reason });
    this.registry.warn(`pushing to ${this.exporter} failed: ${reason}`, error);
  }

  dropped(items: number, reason: string): void {
    this.losses.inc({ exporter: this.exporter, reason }, items);
  }

  /** What the receiver has left out of what it took. */
  rejected(items: number, why: string | undefined): void {
    this.dropped(items, 'rejected');
    this.registry.warn(`${this.exporter} did not take everything: ${why ?? 'it does not say why'}`, undefined);
  }
}

let instances = 0;
