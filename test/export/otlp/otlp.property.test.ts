import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pushOtlp, startOtlpExporter } from '../../../src/export/otlp/exporter.js';
import type { CollectedSeries } from '../../../src/model/collected.js';
import type { NativeBucket } from '../../../src/model/native.js';
import { Registry } from '../../../src/registry/registry.js';
import type { ReadPoint } from '../../support/otlp-reader.js';
import { anyRegistry, buildRegistry } from '../../support/registries.js';
import { Receiver } from './receiver.js';

describe('Any registry', () => {
  test('Is the same in JSON and in protobuf, in one request or in many, and nothing in it breaks a rule.', async () => {
    await fc.assert(
      fc.asyncProperty(anyRegistry, fc.integer({ min: 1, max: 4 }), async (specification, maxDataPoints) => {
        const registry = buildRegistry(specification);
        const received = async (protocol: 'http/json' | 'http/protobuf', most: number, compression: 'gzip' | 'none'): Promise<Receiver> => {
          const receiver = new Receiver();
          await pushOtlp(receiver.options({ registry, protocol, compression, maxDataPoints: most, resource: { 'service.instance.id': 'x' } }));
          return receiver;
        };
        const json = await received('http/json', 1e6, 'none');
        const protobuf = await received('http/protobuf', 1e6, 'gzip');
        const parts = await received('http/protobuf', maxDataPoints, 'none');
        expect(protobuf.requests).toEqual(json.requests);
        expect(json.requests.length).toBeLessThanOrEqual(1);
        const whole = json.requests.flatMap(({ metrics }) => metrics);
        const together = new Map<string, ReadPoint[]>();
        for (const { metrics } of parts.requests) {
          expect(metrics.reduce((sum, { points }) => sum + points.length, 0)).toBeLessThanOrEqual(maxDataPoints);
          for (const { name, points } of metrics) together.set(name, [...(together.get(name) ?? []), ...points]);
        }
        expect([...together]).toEqual(whole.map(({ name, points }) => [name, points]));
      }),
      { numRuns: 60 },
    );
  });
});

type Step = { readonly kind: 'inc' | 'observe'; readonly series: string; readonly amount: number } | { readonly kind: 'send' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('inc' as const, 'observe' as const), series: fc.constantFrom('a', 'b', '1:a', 'é'), amount: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'send' as const }) },
);

describe('Deltas', () => {
  test('Deltas of a histogram with native buckets add up, whatever it does to keep few of them.', async () => {
    const sent = fc.record({ values: fc.array(fc.double({ min: -50, max: 1e6, noNaN: true }), { maxLength: 30 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 8 }), fc.constantFrom(0, 0.5, 100), async (all, maxZeroThreshold) => {
        const receiver = new Receiver();
        const registry = new Registry({ clock: receiver.clock });
        const histogram = registry.histogram({ name: 'n', help: 'N.', native: { maxBuckets: 6, zeroThreshold: 0, maxZeroThreshold } });
        const exporter = startOtlpExporter(receiver.options({ registry, temporality: 'delta' }));
        for (const { values } of all) {
          for (const value of values) histogram.observe(value);
          receiver.clock.advance(1);
          receiver.clear();
          await exporter.flush();
          expect(Number(receiver.points('n')[0]?.count ?? 0n)).toBe(values.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('All deltas of a series add up to its cumulative value, stretch after stretch.', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom('http/json' as const, 'http/protobuf' as const), async (steps, protocol) => {
        const receiver = new Receiver();
        const registry = new Registry({ clock: receiver.clock });
        const counter = registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'] });
        const histogram = registry.histogram({ name: 'h', help: 'H.', labelNames: ['x'], buckets: [1, 5, 10] });
        const exporter = startOtlpExporter(receiver.options({ registry, temporality: 'delta', protocol, maxDataPoints: 3 }));
        for (const one of steps) {
          if (one.kind === 'inc') counter.inc({ x: one.series }, one.amount);
          else if (one.kind === 'observe') histogram.observe({ x: one.series }, one.amount);
          else {
            receiver.clock.advance(1);
            await exporter.flush();
          }
        }
        receiver.clock.advance(1);
        await exporter.shutdown();

        for (const { labels, value } of counter.getAll()) {
          const points = receiver.points('c_total').filter(({ attributes }) => attributes['x'] === labels['x']);
          expect(points.reduce((sum, point) => sum + point.value, 0)).toBe(value);
          expectStretches(points);
        }
        for (const { labels, sum, count, buckets } of histogram.getAll()) {
          const points = receiver.points('h').filter(({ attributes }) => attributes['x'] === labels['x']);
          expect(points.reduce((all, point) => all + Number(point.count), 0)).toBe(count);
          expect(points.reduce((all, point) => all + point.sum!, 0)).toBe(sum);
          let cumulative = 0;
          for (const [place, { count: upTo }] of buckets.entries()) {
            cumulative += points.reduce((all, point) => all + Number(point.bucketCounts[place]), 0);
            expect(cumulative).toBe(upTo);
          }
          expectStretches(points);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('Deltas of native buckets add up, though the resolution falls and the zero bucket widens between them.', async () => {
    const observation = fc.integer({ min: -40, max: 40 });
    const change = fc.oneof({ weight: 4, arbitrary: fc.record({ kind: fc.constant('observe' as const), values: fc.array(observation, { maxLength: 8 }) }) }, fc.constantFrom({ kind: 'halve' as const }, { kind: 'widen' as const }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const receiver = new Receiver();
        const registry = new Registry({ clock: receiver.clock });
        const model = new NativeModel();
        registry.register({ name: 'test', collect: () => [{ name: 'n', help: 'N.', type: 'histogram', series: [model.series()] }] });
        const exporter = startOtlpExporter(receiver.options({ registry, temporality: 'delta' }));
        const added: number[] = [];
        for (const one of changes) {
          if (one.kind === 'observe') one.values.forEach((value) => model.observe(value));
          else if (one.kind === 'halve') model.halve();
          else model.widen();
          receiver.clock.advance(1);
          receiver.clear();
          const before = model.sent;
          await exporter.flush();
          const [point] = receiver.points('n');
          added.push(Number(point?.count ?? 0n));
          expect(Number(point?.count ?? 0n)).toBe(model.total - before);
          if (point !== undefined) expect(point.scale).toBe(model.schema);
          model.sent = model.total;
        }
        expect(added.reduce((sum, count) => sum + count, 0)).toBe(model.total);
      }),
      { numRuns: 200 },
    );
  });
});

/** One stretch does not begin before the last one has ended. */
function expectStretches(points: readonly ReadPoint[]): void {
  for (const [place, { start, time }] of points.entries()) {
    expect(start <= time).toBe(true);
    if (place > 0) expect(start >= points[place - 1]!.time).toBe(true);
  }
}

/** A native histogram of the values ±2^(n/8), kept as indices at schema 3, and shown at whatever schema and zero threshold it has come to. */
class NativeModel {
  schema = 3;
  total = 0;
  sent = 0;
  private zeroThreshold = 0;
  private zeroCount = 0;
  private positive = new Map<number, number>();

  /** Counts the value 2^(index / 8), or 0 for the lowest. */
  observe(index: number): void {
    this.total += 1;
    if (index === -40 || 2 ** (index / 8) <= this.zeroThreshold) this.zeroCount += 1;
    else this.add(Math.ceil(index / 2 ** (3 - this.schema)), 1);
  }

  halve(): void {
    if (this.schema === -4) return;
    this.schema -= 1;
    const fine = this.positive;
    this.positive = new Map();
    for (const [index, count] of fine) this.add(Math.ceil(index / 2), count);
  }

  /** Makes the lowest bucket part of the zero bucket. */
  widen(): void {
    const lowest = Math.min(...this.positive.keys());
    if (!Number.isFinite(lowest)) return;
    this.zeroThreshold = 2 ** (lowest * 2 ** -this.schema);
    this.zeroCount += this.positive.get(lowest)!;
    this.positive.delete(lowest);
  }

  series(): CollectedSeries {
    const positive: NativeBucket[] = [...this.positive].sort(([a], [b]) => a - b).map(([index, count]) => ({ index, count }));
    return { sum: 1, count: this.total, native: { schema: this.schema, zeroThreshold: this.zeroThreshold, zeroCount: this.zeroCount, positive, negative: [] } };
  }

  private add(index: number, count: number): void {
    this.positive.set(index, (this.positive.get(index) ?? 0) + count);
  }
}
