import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantileRank } from '../../src/distribution/quantiles.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from './fake-clock.js';

const quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1];
const seed = 20_240_603;

/** Streams over eighteen orders of magnitude, with duplicates, negatives and heavy tails. */
const value = fc.oneof(
  fc.double({ min: -9, max: 9, noNaN: true }).map((power) => 10 ** power),
  fc.double({ min: -9, max: 9, noNaN: true }).map((power) => -(10 ** power)),
  fc.double({ min: 1e-6, max: 1, noNaN: true }).map((uniform) => uniform ** -3),
  fc.constantFrom(0, -0, 1, 1, 1, 1000, 0.1, -2),
);
const stream = fc.oneof(
  fc.array(value, { minLength: 1, maxLength: 200 }),
  fc.array(fc.constantFrom(0.5, 3, 1e-9, 1e9), { minLength: 1, maxLength: 300 }),
);

test('The sketch is within its relative accuracy of sorting, for every stream and accuracy.', () => {
  fc.assert(
    fc.property(stream, fc.constantFrom(0.5, 0.1, 0.01, 0.01, 0.001), (values, relativeAccuracy) => {
      const summary = new Registry({ clock: new FakeClock() }).summary({ name: 's', help: 'S.', quantiles, relativeAccuracy });
      for (const one of values) summary.observe(one);
      const sorted = Float64Array.from(values).sort();
      for (const { quantile, value: shown } of summary.get()!.quantiles) {
        const exact = sorted[quantileRank(quantile, values.length) - 1]!;
        expect(Math.abs(shown - exact)).toBeLessThanOrEqual(Math.abs(exact) * relativeAccuracy * (1 + 1e-12));
      }
    }),
    { seed, numRuns: 150 },
  );
});

test('The finest accuracy holds over the whole range, too.', () => {
  const values = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 10 ** ((i * 7.3) % 18 - 9));
  const summary = new Registry({ clock: new FakeClock() }).summary({ name: 's', help: 'S.', quantiles, relativeAccuracy: 0.00001 });
  for (const one of values) summary.observe(one);
  const sorted = Float64Array.from(values).sort();
  for (const { quantile, value: shown } of summary.get()!.quantiles) {
    const exact = sorted[quantileRank(quantile, values.length) - 1]!;
    expect(Math.abs(shown - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.00001 * (1 + 1e-12));
  }
});

/** Observations of 1, 2, 3 … with pauses between them. */
const pauses = fc.array(fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.constantFrom(0, 10, 11.9, 12, 24, 60, 61)), { minLength: 1, maxLength: 60 });
const ages = fc.record({ maxAgeSeconds: fc.constantFrom(0.5, 10, 60), ageBuckets: fc.integer({ min: 1, max: 12 }) });

test('The window shows nothing older than maxAgeSeconds and loses nothing younger than that less one age bucket.', () => {
  fc.assert(
    fc.property(pauses, ages, (gaps, { maxAgeSeconds, ageBuckets }) => {
      const clock = new FakeClock();
      // Coarse enough that each observation has a bucket of its own: powers of two.
      const summary = new Registry({ clock }).summary({ name: 's', help: 'S.', quantiles: [0, 1], maxAgeSeconds, ageBuckets });
      const made: { at: number; value: number }[] = [];
      for (const [i, gap] of gaps.entries()) {
        clock.advance(gap);
        made.push({ at: clock.seconds, value: 2 ** i });
        summary.observe(2 ** i);
        const rounding = 1e-9;
        const mayShow = made.filter(({ at }) => clock.seconds - at <= maxAgeSeconds + rounding);
        const mustShow = made.filter(({ at }) => clock.seconds - at < maxAgeSeconds - maxAgeSeconds / ageBuckets - rounding);
        const oldest = Math.round(Math.log2(summary.get()!.quantiles[0]!.value));
        // The values rise, so the smallest one that is shown is the oldest: all that must show are at or after it.
        expect(mayShow.map(({ value: allowed }) => Math.log2(allowed))).toContain(oldest);
        if (mustShow.length > 0) expect(2 ** oldest).toBeLessThanOrEqual(mustShow[0]!.value);
      }
    }),
    { seed, numRuns: 300 },
  );
});

test('Exact mode is sorting the last maxSamples observations that are younger than maxAgeSeconds.', () => {
  fc.assert(
    fc.property(pauses, fc.array(value, { minLength: 60, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (gaps, values, maxSamples) => {
      const clock = new FakeClock();
      const summary = new Registry({ clock }).summary({ name: 's', help: 'S.', quantiles, maxAgeSeconds: 20, maxSamples });
      const made: { at: number; value: number }[] = [];
      for (const [i, gap] of gaps.entries()) {
        clock.advance(gap);
        made.push({ at: clock.seconds, value: values[i]! + 0 });
        summary.observe(values[i]!);
        const sorted = Float64Array.from(made.slice(-maxSamples).filter(({ at }) => clock.seconds - at < 20).map((one) => one.value)).sort();
        expect(summary.get()!.quantiles.map((one) => one.value)).toEqual(quantiles.map((quantile) => sorted[quantileRank(quantile, sorted.length) - 1]));
      }
      expect(summary.get()!.count).toBe(gaps.length);
    }),
    { seed, numRuns: 200 },
  );
});
