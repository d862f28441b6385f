import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from './support/processes.js';

/** By hand for minutes: `TORTURE_SECONDS=180 TORTURE_SEED=7 npm run test:integration -- torture`. */
const seconds = Number(process.env['TORTURE_SECONDS'] ?? 10);
const seed = Number(process.env['TORTURE_SEED'] ?? 1);

interface Found {
  readonly passes: number;
  /** Series that come and go which were looked at, and bytes of expositions that were written while others went on. */
  readonly looked: number;
  readonly streamed: number;
  readonly errorsInAll: number;
  readonly errors: readonly string[];
  readonly faults: readonly string[];
  readonly finals: readonly { readonly workers: number; readonly asked?: number }[];
}

test(
  'While two threads record as fast as they can and series come and go, a third one never sees a total fall, half a label, or what nobody has recorded; and in the end every count is exact.',
  async () => {
    const program = fileURLToPath(new URL('torture/run.js', import.meta.url));
    const { stdout, stderr } = await run(process.execPath, [program, String(seconds), String(seed)]);
    expect(stdout, stderr).not.toBe('');
    const { passes, looked, streamed, errorsInAll, errors, faults, finals } = JSON.parse(stdout) as Found;
    expect({ errorsInAll, errors, faults }).toEqual({ errorsInAll: 0, errors: [], faults: [] });
    // It has looked at something at all.
    expect(passes).toBeGreaterThan(seconds);
    expect(looked).toBeGreaterThan(passes * 10);
    expect(streamed).toBeGreaterThan(10_000);
    // The worker's gauges are gone with it, while what it has counted is still there.
    expect(finals).toEqual([{ workers: 2, asked: 4711 }, { workers: 1 }]);
  },
  (seconds + 60) * 1000,
);
