import type { RefusalReason } from './budget.js';

/** How often each reason has refused a recording of a metric, and whether anybody was told. */
export class Refusals {
  private readonly counts: Record<RefusalReason, number>;

  constructor() {
    this.counts = { series: 0, rate: 0, label_value: 0 };
  }

  note(reason: RefusalReason): void {
    this.counts[reason] += 1;
  }

  /** Reasons that occurred, and how often. */
  entries(): readonly (readonly [reason: RefusalReason, count: number])[] {
    return (Object.entries(this.counts) as [RefusalReason, number][]).filter(([, count]) => count > 0);
  }
}
