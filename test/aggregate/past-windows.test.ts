import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { performance } from 'node:perf_hooks';
import { PastWindows } from '../../src/aggregate/past-windows.js';
import { Merger } from '../../src/aggregate/merger.js';
import { ThreadPages } from '../../src/aggregate/thread-pages.js';
import { mergeSamples, subtractSamples } from '../../src/distribution/samples.js';
import { mergeSketches, subtractSketch } from '../../src/distribution/sketch.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { Publication } from '../../src/registry/publication.js';
import { Registry } from '../../src/registry/registry.js';

afterEach(() => void vi.restoreAllMocks());

const help = 'Held for the test.';
let milliseconds = 0;

/** The clock of the test, for all threads. */
function stopClock(): void {
  milliseconds = 1_000_000;
  vi.spyOn(performance, 'now').mockImplementation(() => milliseconds);
  vi.spyOn(globalThis.performance, 'now').mockImplementation(() => milliseconds);
}

/** A thread that has observed some values, each at its second from the beginning, and is over then. */
function endedThread(observations: readonly (readonly [second: number, value: number])[], begin: number, labels: readonly string[] = ['a']): ThreadPages {
  const registry = new Registry();
  const summaries = [
    registry.summary({ name: 's', help, labelNames: ['x'], quantiles: [0, 1], maxAgeSeconds: 100, ageBuckets: 50 }),
    registry.summary({ name: 'e', help, labelNames: ['x'], quantiles: [0, 1], maxAgeSeconds: 100, maxSamples: 50 }),
  ];
  registry.counter({ name: 'c_total', help }).inc();
  for (const [second, value] of observations) {
    milliseconds = begin + second * 1000;
    for (const summary of summaries) for (const x of labels) summary.observe({ x }, value);
  }
  let said: Announcement | undefined;
  const options = { source: '1', thread: 1, timeOrigin: performance.timeOrigin, post: (news: Announcement) => void (said ??= news), isAskable: () => false };
  new Publication(registry.catalog, options);
  void registry.shutdown();
  const pages = new ThreadPages(said as Extract<Announcement, { kind: 'open' }>);
  pages.isOver = true;
  return pages;
}

/** What all sketches and samples of a series hold, as numbers of observations. */
function heldBy(past: PastWindows, x = 'a'): Record<string, number> {
  const merger = new Merger((_where, error) => {
    throw error;
  });
  merger.run([past]);
  const held: Record<string, number> = {};
  for (const [name, family] of merger.families) {
    family.table.forEachRow((row) => {
      if (family.table.labelText(row, 0) !== x) return;
      held[name] = (family.sketchAt(row)?.counts.reduce((sum, count) => sum + count, 0) ?? 0) + (family.samplesAt(row)?.length ?? 0);
    });
  }
  return held;
}

describe('What the summaries of ended threads remember', () => {
  test('It is forgotten bit by bit, never late and hardly early, and then nothing is left.', () => {
    stopClock();
    const begin = milliseconds;
    const past = new PastWindows((_where, error) => {
      throw error;
    });
    // One observation each second.
    past.take(endedThread(Array.from({ length: 40 }, (_, second) => [second, second + 1] as const), begin));
    for (let second = 40; second <= 150; second += 5) {
      milliseconds = begin + second * 1000;
      // Of the window of a hundred seconds, a tenth is a step.
      const most = Math.max(0, Math.min(40, 140 - second));
      const least = Math.max(0, Math.min(40, 120 - second - 2));
      for (const name of ['s', 'e']) {
        const held = heldBy(past)[name] ?? 0;
        expect([second, name, held <= most && held >= least, held]).toEqual([second, name, true, held]);
      }
    }
    expect(past.isEmpty).toBe(true);
  });

  test('It takes no more room however many threads have ended.', () => {
    stopClock();
    const begin = milliseconds;
    const past = new PastWindows(() => {});
    for (let thread = 0; thread < 300; thread++) past.take(endedThread([[thread, 1 + (thread % 7)]], begin, [`x${thread % 3}`]));
    const slots = (past as unknown as { slots: Map<number, Map<string, { rows: Map<string, unknown> }>> }).slots;
    expect(slots.size).toBeLessThanOrEqual(10);
    for (const families of slots.values()) {
      expect(families.size).toBe(2);
      for (const { rows } of families.values()) expect(rows.size).toBeLessThanOrEqual(3);
    }
    const { s, e } = heldBy(past, 'x0');
    // Those of the last hundred seconds, of which a third has this label.
    expect(s).toBeGreaterThanOrEqual(26);
    expect(s).toBeLessThanOrEqual(34);
    expect(e).toBe(s);
  });

  test('A part that is taken away and put back changes nothing.', () => {
    const buckets = fc.uniqueArray(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 5 })), { selector: ([bucket]) => bucket, maxLength: 20 }).map((all) => {
      const sorted = [...all].sort(([a], [b]) => a - b);
      return { buckets: Int32Array.from(sorted, ([bucket]) => bucket), counts: Float64Array.from(sorted, ([, count]) => count) };
    });
    fc.assert(
      fc.property(buckets, buckets, (some, rest) => {
        expect(subtractSketch(mergeSketches([some, rest]), some)).toEqual(rest);
      }),
    );
    const samples = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Infinity, -Infinity, 0.5)), { maxLength: 20 }).map((all) => Float64Array.from(all).sort());
    fc.assert(
      fc.property(samples, samples, (some, rest) => {
        expect(subtractSamples(mergeSamples([some, rest]), some)).toEqual(rest);
      }),
    );
  });
});
