import type { Step } from '../../src/cli/step.js';

/** A step as if it had been measured: linear in the series, but for recording. */
export function stepOf(series: number, changes: Partial<Step> = {}): Step {
  return {
    series,
    record: { p50: 30, p999: 300, longest: 90_000 },
    create: { p50: 300, p999: 3000, longest: 2_000_000 },
    memory: { residentBytes: series * 64, heldBytes: series * 60, bytes: series * 64, source: 'resident' },
    exposition: { milliseconds: series / 10_000, firstMilliseconds: series / 5000, bytes: series * 89 },
    delay: { p50: 0.1, p999: series / 100_000, max: series / 50_000, samples: 1000 },
    streamed: false,
    ...changes,
  };
}
