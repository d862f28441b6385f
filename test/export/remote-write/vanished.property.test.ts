import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gauge, Registry } from '../../../src/index.js';
import type { CollectedFamily } from '../../../src/model/collected.js';
import { RequestEncoder } from '../../../src/export/remote-write/request-encoder.js';
import { FakeClock } from '../../support/fake-clock.js';
import { readRequest, seriesText, staleBits } from '../../support/remote-write-reader.js';

type Labels = { readonly a: string; readonly b: string };
type Command = { readonly kind: 'set' | 'remove'; readonly labels: Labels } | { readonly kind: 'clear' | 'swap' };
const labels: fc.Arbitrary<Labels> = fc.record({ a: fc.constantFrom('', 'x', 'y"', 'zebra', 'ä'), b: fc.constantFrom('1', '2', '3') });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), labels }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('remove' as const), labels }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clear' as const, 'swap' as const) }) },
);
/** What happens before a push, and between its requests. */
const pushes = fc.array(fc.record({ before: fc.array(command, { maxLength: 12 }), between: fc.array(fc.array(command, { maxLength: 4 }), { maxLength: 6 }) }), { minLength: 1, maxLength: 8 });
const quietPushes = fc.array(fc.record({ before: fc.array(command, { maxLength: 12 }), between: fc.constant([]) }), { minLength: 1, maxLength: 8 });

/** What a store knows of each series. */
class Store {
  private readonly last = new Map<string, { readonly timestamp: number; readonly isStale: boolean }>();
  private readonly isStrict: boolean;

  /** @param isStrict whether nothing may be ended twice; what is removed while a push is under way may be */
  constructor(isStrict: boolean) {
    this.isStrict = isStrict;
  }

  take(body: Uint8Array): void {
    for (const { labels: own, samples } of readRequest(body, '1.0').series) {
      const key = seriesText(own);
      const { timestamp, bits } = samples[0]!;
      if (timestamp <= (this.last.get(key)?.timestamp ?? -1)) throw new Error(`${key}: ${timestamp} comes after ${this.last.get(key)!.timestamp}`);
      if (bits === staleBits && (this.isStrict ? this.last.get(key)?.isStale !== false : !this.last.has(key))) throw new Error(`${key} is ended, and was not there`);
      this.last.set(key, { timestamp, isStale: bits === staleBits });
    }
  }

  /** The series that show. */
  get live(): string[] {
    return [...this.last].filter(([, { isStale }]) => !isStale).map(([key]) => key).sort();
  }
}

/** A gauge, and what its series should be. */
class Subject {
  readonly registry: Registry = new Registry({ clock: new FakeClock() });
  readonly model: Map<string, number> = new Map();
  private gauge: Gauge<readonly ['a', 'b']> | undefined;

  /** @param collected whether its series come from a collector, whose rows are others each time and in another order */
  constructor(collected: boolean) {
    this.gauge = collected ? undefined : this.make();
    const family = (): CollectedFamily => ({ name: 'g', help: 'G.', type: 'gauge', series: [...this.model].reverse().map(([key, value]) => ({ labels: JSON.parse(key) as Labels, value })) });
    if (collected) this.registry.register({ name: 'c', collect: () => [family()] });
  }

  do(one: Command): void {
    switch (one.kind) {
      case 'set':
        this.model.set(JSON.stringify(one.labels), this.model.size);
        this.gauge?.set(one.labels, 1);
        return;
      case 'remove':
        this.model.delete(JSON.stringify(one.labels));
        this.gauge?.remove(one.labels);
        return;
      case 'clear':
        this.model.clear();
        this.gauge?.clear();
        return;
      default:
        // The instrument is made anew, and has a table of its own.
        if (this.gauge === undefined) return;
        this.registry.unregister(this.gauge);
        this.gauge.clear();
        this.gauge = this.make();
        for (const key of this.model.keys()) this.gauge.set(JSON.parse(key) as Labels, 1);
    }
  }

  get live(): string[] {
    return [...this.model.keys()].map((key) => seriesText({ ...(JSON.parse(key) as Labels), __name__: 'g' })).sort();
  }

  private make(): Gauge<readonly ['a', 'b']> {
    return new Gauge({ name: 'g', help: 'G.', labelNames: ['a', 'b'], registry: this.registry });
  }
}

async function push(encoder: RequestEncoder, { registry }: Subject, store: Store, between: () => void = () => {}): Promise<void> {
  for (const { bytes } of encoder.encode(await registry.collect(), 1_700_000_000, '1.0')) {
    store.take(bytes);
    between();
  }
}

describe('series that vanish', () => {
  it('are ended, and only they, whatever became of their rows, be it while a push is under way', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(pushes, quietPushes), fc.boolean(), fc.integer({ min: 1, max: 5 }), async (plan, collected, maxSamplesPerRequest) => {
      const subject = new Subject(collected);
      const store = new Store(plan.every(({ between }) => between.every((some) => some.length === 0)));
      const encoder = new RequestEncoder({ externalLabels: [], escaping: 'underscores', nativeHistograms: true, staleMarkers: true, maxSamplesPerRequest, maxRequestBytes: 1e9 }, subject.registry);
      for (const { before, between } of plan) {
        for (const one of before) subject.do(one);
        const steps = between.map((some) => some);
        await push(encoder, subject, store, () => {
          for (const one of steps.shift() ?? []) subject.do(one);
        });
        // The next push in which nothing happens makes up for whatever happened in this one.
        await push(encoder, subject, store);
        expect(store.live).toEqual(subject.live);
      }
      // What was kept in mind is given back: as many distinct values are left as the series have.
      encoder.forget();
      if (!collected) expect(subject.registry.cardinality().labelValues).toBe(new Set([...subject.model.keys()].flatMap((key) => Object.values(JSON.parse(key) as Labels))).size);
    }), { numRuns: 300 });
  });
});
