import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gauge, Registry } from '../../../src/index.js';
import type { CollectedFamily } from '../../../src/model/collected.js';
import { RequestEncoder } from '../../../src/export/remote-write/request-encoder.js';
import { FakeClock } from '../../support/fake-clock.js';
import { readRequest, seriesText, valuesOf } from '../../support/remote-write-reader.js';

const options = { externalLabels: [], escaping: 'underscores', nativeHistograms: true, staleMarkers: true, maxSamplesPerRequest: 7, maxRequestBytes: 1e9 } as const;

type Command = { readonly kind: 'set' | 'remove'; readonly a: number; readonly b: number } | { readonly kind: 'push' | 'clear' | 'swap' };
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), a: fc.nat(5), b: fc.nat(3) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('remove' as const), a: fc.nat(5), b: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('clear' as const, 'swap' as const) }) },
);

/** Pushes, and gives what was sent by series. */
async function push(encoder: RequestEncoder, registry: Registry): Promise<Record<string, number | 'stale'>> {
  const payloads = encoder.encode(await registry.collect(), 1_700_000_000, '1.0');
  return Object.assign({}, ...payloads.map(({ bytes }) => valuesOf(readRequest(bytes, '1.0')))) as Record<string, number | 'stale'>;
}

describe('series that vanish', () => {
  it('are ended in the next push, and only they, whatever became of their rows', async () => {
    await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 60 }), fc.boolean(), async (commands, collected) => {
      const registry = new Registry({ clock: new FakeClock() });
      const keep = new Gauge({ name: 'kept', help: 'Keeps the registry from being empty.', registry });
      const model = new Map<string, number>();
      // The same series come from an instrument, whose rows stay, or from a collector, whose rows are others each time and in another order.
      let gauge = collected ? undefined : new Gauge({ name: 'g', help: 'G.', labelNames: ['a', 'b'], registry });
      const family = (): CollectedFamily => ({ name: 'g', help: 'G.', type: 'gauge', series: [...model].reverse().map(([key, value]) => ({ labels: JSON.parse(key) as Record<string, string>, value })) });
      if (collected) registry.register({ name: 'c', collect: () => [family()] });
      const encoder = new RequestEncoder(options, registry);
      let before = new Set<string>();
      const distinct = new Set<string>();
      for (const one of [...commands, { kind: 'push' } as const]) {
        switch (one.kind) {
          case 'set': {
            const labels = { a: one.a === 0 ? '' : `value-${one.a}`, b: `${one.b}` };
            model.set(JSON.stringify(labels), model.size);
            gauge?.set(labels, model.size - 1);
            keep.set(1);
            break;
          }
          case 'remove': {
            const labels = { a: one.a === 0 ? '' : `value-${one.a}`, b: `${one.b}` };
            model.delete(JSON.stringify(labels));
            gauge?.remove(labels);
            break;
          }
          case 'clear':
            model.clear();
            gauge?.clear();
            break;
          case 'swap':
            // The instrument is made anew, and has a table of its own.
            if (gauge === undefined) break;
            registry.unregister(gauge);
            gauge.clear();
            gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['a', 'b'], registry });
            for (const [key, value] of model) gauge.set(JSON.parse(key) as { a: string; b: string }, value);
            break;
          default: {
            const sent = await push(encoder, registry);
            const now = new Set([...model.keys()].map((key) => seriesText({ ...(JSON.parse(key) as Record<string, string>), __name__: 'g' })));
            expect(Object.keys(sent).filter((key) => sent[key] !== 'stale' && key.startsWith('g{')).sort()).toEqual([...now].sort());
            expect(Object.keys(sent).filter((key) => sent[key] === 'stale').sort()).toEqual([...before].filter((key) => !now.has(key)).sort());
            before = now;
          }
        }
      }
      // What was kept in mind is given back: as many distinct values as the series have.
      encoder.forget();
      if (gauge !== undefined) {
        for (const key of model.keys()) for (const value of Object.values(JSON.parse(key) as Record<string, string>)) distinct.add(value);
        expect(registry.cardinality().labelValues).toBe(distinct.size);
      }
    }), { numRuns: 200 });
  });
});
