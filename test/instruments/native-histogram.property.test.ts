import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coarsestSchema, nativeScale, schemaOfFactor } from '../../src/distribution/native-buckets.js';
import { quantileRank } from '../../src/distribution/quantiles.js';
import { Histogram } from '../../src/instruments/histogram.js';
import type { HistogramHandle } from '../../src/instruments/histogram-handle.js';
import type { NativeBucket, NativeBuckets } from '../../src/model/native.js';
import { Registry } from '../../src/registry/registry.js';
import { anyNumber } from '../support/doubles.js';
import { FakeClock } from '../support/fake-clock.js';

interface Settings {
  readonly bucketFactor: number;
  readonly maxBuckets: number;
  readonly minResetSeconds: number | undefined;
  readonly zeroThreshold: number;
  readonly maxZeroThreshold: number;
}

/** A native histogram that remembers every observation, and computes all else from them anew. */
class Model {
  values: number[] = [];
  schema: number;
  zeroThreshold: number;
  private began: number;
  private isReduced = false;
  private isOver = false;
  private readonly settings: Settings;
  private readonly clock: FakeClock;

  constructor(settings: Settings, clock: FakeClock) {
    this.settings = settings;
    this.clock = clock;
    this.schema = schemaOfFactor(settings.bucketFactor);
    this.zeroThreshold = settings.zeroThreshold;
    this.began = clock.seconds;
  }

  observe(value: number): void {
    if (this.isOver) this.reset();
    const before = this.populated;
    this.values.push(value);
    if (this.populated === before) return;
    while (this.populated > this.settings.maxBuckets) {
      if (this.mayReset) {
        this.reset();
        this.values.push(value);
        continue;
      }
      this.isReduced = true;
      const nearest = Math.min(...this.values.map(Math.abs).filter((magnitude) => magnitude > this.zeroThreshold));
      const scale = nativeScale(this.schema);
      const bound = scale.upperBound(scale.indexOf(nearest));
      if (bound <= this.settings.maxZeroThreshold) this.zeroThreshold = bound;
      else if (this.schema > coarsestSchema) this.schema -= 1;
      else break;
    }
  }

  collected(): void {
    if (this.isReduced && this.mayReset) this.isOver = true;
  }

  reset(): void {
    Object.assign(this, new Model(this.settings, this.clock));
  }

  get native(): NativeBuckets {
    return {
      schema: this.schema,
      zeroThreshold: this.zeroThreshold,
      zeroCount: this.values.filter((value) => Math.abs(value) <= this.zeroThreshold).length,
      positive: this.bucketsOf(this.values),
      negative: this.bucketsOf(this.values.map((value) => -value)),
    };
  }

  /** Blocks of 16 buckets in which something is counted. */
  get blocks(): number {
    const { positive, negative } = this.native;
    return [positive, negative].reduce((sum, buckets) => sum + new Set(buckets.map(({ index }) => Math.floor(index / 16))).size, 0);
  }

  private get populated(): number {
    return this.native.positive.length + this.native.negative.length;
  }

  private get mayReset(): boolean {
    return this.settings.minResetSeconds !== undefined && this.clock.seconds - this.began >= this.settings.minResetSeconds;
  }

  private bucketsOf(values: readonly number[]): NativeBucket[] {
    const counts = new Map<number, number>();
    for (const value of values) {
      if (value <= this.zeroThreshold) continue;
      const index = nativeScale(this.schema).indexOf(value);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return [...counts].map(([index, count]) => ({ index, count })).sort((a, b) => a.index - b.index);
  }
}

const near = fc.record({ exponent: fc.double({ min: -8, max: 8, noNaN: true }), negative: fc.nat(3) }).map(({ exponent, negative }) => 2 ** exponent * (negative === 0 ? -1 : 1));
const value = fc.oneof({ weight: 8, arbitrary: near }, { weight: 1, arbitrary: anyNumber }, { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity) });
const label = fc.constantFrom('a', 'b', 'c');
const command = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant('observe' as const), x: label, value, byHandle: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('collect' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), x: label }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);
const settings = fc
  .record({
    bucketFactor: fc.constantFrom(1.001, 1.02, 1.1, 1.5, 2, 5),
    maxBuckets: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(Infinity)),
    minResetSeconds: fc.constantFrom(undefined, 10, 50),
    zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.01),
    widening: fc.constantFrom(0, 0.02, 1, 3),
  })
  .map(({ widening, ...rest }): Settings => ({ ...rest, maxZeroThreshold: rest.zeroThreshold + widening }));

function make(given: Settings, clock: FakeClock, buckets: readonly number[] | undefined) {
  const { minResetSeconds, ...native } = given;
  const registry = new Registry({ clock });
  const histogram = new Histogram({
    name: 'size', help: 'Size.', labelNames: ['x'], created: true, registry,
    native: { ...native, ...(minResetSeconds === undefined ? {} : { minResetSeconds }) },
    ...(buckets === undefined ? {} : { buckets }),
  });
  return { registry, histogram };
}

describe('A native histogram', () => {
  test('It counts what a model counts that remembers every observation, within its limits, whatever comes and goes.', () => {
    fc.assert(
      fc.property(settings, fc.option(fc.constant([0.5, 2]), { nil: undefined }), fc.array(command, { maxLength: 80, size: 'max' }), (given, buckets, commands) => {
        const clock = new FakeClock();
        const { registry, histogram } = make(given, clock, buckets);
        const models = new Map<string, Model>();
        const detached: HistogramHandle[] = [];
        const modelOf = (x: string): Model => {
          if (!models.has(x)) models.set(x, new Model(given, clock));
          return models.get(x)!;
        };
        for (const step of commands) {
          switch (step.do) {
            case 'observe':
              if (step.byHandle) histogram.labels(step.x).observe(step.value);
              else histogram.observe({ x: step.x }, step.value);
              modelOf(step.x).observe(step.value);
              for (const handle of detached) handle.observe(step.value);
              break;
            case 'advance':
              clock.advance(step.seconds);
              break;
            case 'collect':
              for (const cursor = histogram.view().cursor(); cursor.next(); );
              for (const model of models.values()) model.collected();
              break;
            case 'remove':
              if (models.has(step.x)) detached.push(histogram.labels(step.x));
              expect(histogram.remove(step.x)).toBe(models.delete(step.x));
              break;
            case 'reset':
              histogram.reset();
              for (const model of models.values()) model.reset();
              break;
            case 'clear':
              detached.push(...[...models.keys()].map((x) => histogram.labels(x)));
              histogram.clear();
              models.clear();
          }
          const readings = histogram.getAll();
          expect(new Map(readings.map(({ labels, native }) => [labels['x'], native]))).toEqual(new Map([...models].map(([x, { native }]) => [x, native])));
          for (const { labels, count, sum, buckets: classic } of readings) {
            const { values } = models.get(labels['x']!)!;
            expect(count).toBe(values.length);
            expect(classic).toEqual([...(buckets ?? []), Infinity].map((le) => ({ le, count: values.filter((each) => each <= le).length })));
            if (values.every(Number.isFinite)) expect(Math.abs(sum - values.reduce((all, each) => all + each, 0)) <= 1e-9 * values.reduce((all, each) => all + Math.abs(each), 0)).toBe(true);
          }
          expect(registry.catalog.store.blocks.size).toBe([...models.values()].reduce((sum, { blocks }) => sum + blocks, 0));
        }
        for (const handle of detached) expect(handle.get()).toMatchObject({ sum: 0, count: 0, native: { zeroCount: 0, positive: [], negative: [] } });
      }),
      { numRuns: 300 },
    );
  });

  test('It never has more buckets than it may, unless at the coarsest schema, and loses no observation.', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 300, size: 'max' }), fc.integer({ min: 1, max: 40 }), (values, maxBuckets) => {
        const histogram = new Histogram({ name: 'size', help: 'Size.', native: { maxBuckets }, registry: null });
        for (const each of values) histogram.observe(each);
        const { schema, zeroCount, positive, negative } = histogram.get()!.native!;
        if (schema > coarsestSchema) expect(positive.length + negative.length).toBeLessThanOrEqual(maxBuckets);
        expect([...positive, ...negative].reduce((sum, { count }) => sum + count, zeroCount)).toBe(values.length);
      }),
      { numRuns: 200 },
    );
  });

  test('Its quantiles are off by less than the growth of its buckets.', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const histogram = new Histogram({ name: 'size', help: 'Size.', native: { maxBuckets: Infinity }, registry: null });
        for (const each of values) histogram.observe(each);
        const ratio = histogram.quantile(q) / values.sort((a, b) => a - b)[quantileRank(q, values.length) - 1]!;
        expect(ratio).toBeGreaterThan(1 / 1.1);
        expect(ratio).toBeLessThan(1.1);
      }),
    );
  });
});
