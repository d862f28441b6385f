import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StatsdEncoder } from '../../../src/export/statsd/encoder.js';
import { type StatsdDialect, type StatsdOptions, statsdSettings } from '../../../src/export/statsd/options.js';
import { packetOf } from '../../../src/export/statsd/packer.js';
import { Registry } from '../../../src/index.js';
import { Receiver, readLine } from './grammar.js';

const dialects: readonly StatsdDialect[] = ['statsd', 'dogstatsd'];
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('', '|', ':', '\n', '#,', '@0.1', 'ü', '.', '-'));

function packets(encoder: StatsdEncoder, registry: Registry): string[] {
  const payloads = [...encoder.encode(registry.collectSync())];
  return payloads.flatMap((payload) => (payload?.ends ?? []).map((_, place) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(packetOf(payload!, place))));
}

test('Whatever names, labels, tags and numbers there are, every line is one of its dialect, and no packet is too long.', () => {
  const options = fc.record({ dialect: fc.constantFrom(...dialects), histograms: fc.constantFrom('sum-count' as const, 'buckets' as const, 'timings' as const), labels: fc.constantFrom('pairs' as const, 'values' as const), maxPacketBytes: fc.integer({ min: 64, max: 300 }) });
  fc.assert(
    fc.property(options, fc.array(fc.tuple(text, text, fc.double()), { maxLength: 20 }), text, (given, series, tagValue) => {
      const registry = new Registry({ nameValidation: 'utf8' });
      const settings = statsdSettings({ ...given, ...(given.dialect === 'dogstatsd' ? { tags: { 'a|b': tagValue } } : {}) });
      const gauge = registry.gauge({ name: 'g|:x', help: 'H.', labelNames: ['l:|', 'm'] });
      const histogram = registry.histogram({ name: 'h_seconds', help: 'H.', labelNames: ['l'], buckets: [-1, 0, 1e-9, 1e300] });
      for (const [first, second, value] of series) {
        gauge.set({ 'l:|': first, m: second }, value);
        if (!Number.isNaN(value)) histogram.observe({ l: first }, value);
      }
      const encoder = new StatsdEncoder(settings, () => {});
      for (const packet of packets(encoder, registry)) {
        expect(Buffer.byteLength(packet)).toBeLessThanOrEqual(settings.maxPacketBytes);
        for (const line of packet.split('\n')) readLine(settings.dialect, line);
      }
    }),
  );
});

test('What a receiver has added up is what was recorded, whatever is reset, removed and made again between pushes, and gauges are as they are.', () => {
  const change = fc.record({
    series: fc.constantFrom('a', 'b', 'a b', 'a_b'),
    what: fc.constantFrom('inc' as const, 'reset' as const, 'remove' as const, 'push' as const),
    amount: fc.integer({ min: 0, max: 1000 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...dialects), fc.array(change, { maxLength: 60 }), (dialect, changes) => {
      let now = 1;
      const registry = new Registry({ created: true, clock: { monotonicSeconds: () => now, wallSeconds: () => now } });
      const counter = registry.counter({ name: 'c_total', help: 'H.', labelNames: ['l'] });
      const sizes = registry.histogram({ name: 's', help: 'H.', labelNames: ['l'], buckets: [10, 100] });
      const level = registry.gauge({ name: 'g', help: 'H.' });
      const encoder = new StatsdEncoder(statsdSettings({ dialect, histograms: 'buckets' } as StatsdOptions), () => {});
      const receiver = new Receiver(dialect);
      const push = (): void => packets(encoder, registry).forEach((packet) => receiver.take(packet));
      let recorded = 0;
      let observed = 0;
      for (const { series, what, amount } of changes) {
        now += 1;
        if (what === 'inc') {
          counter.inc({ l: series }, amount);
          sizes.observe({ l: series }, amount);
          level.set(amount - 500);
          recorded += amount;
          observed += 1;
        } else {
          // What nobody has collected before it goes is lost.
          push();
          if (what === 'reset') registry.reset();
          if (what === 'remove') {
            counter.remove({ l: series });
            sizes.remove({ l: series });
          }
        }
      }
      push();
      const sum = (name: string, tag = ''): number => [...receiver.counters].filter(([key]) => key.startsWith(name) && key.includes(tag)).reduce((total, [, value]) => total + value, 0);
      expect(sum('c_total')).toBe(recorded);
      expect(sum('s_sum')).toBe(recorded);
      expect(sum('s_count')).toBe(observed);
      expect(sum('s_bucket', 'Inf')).toBe(observed);
      if (recorded > 0 && changes.at(-1)!.what === 'inc') expect(receiver.gauges.get('g')).toBe(changes.at(-1)!.amount - 500);
    }),
  );
});

test('Timings stand for as many observations as there were.', () => {
  fc.assert(
    fc.property(fc.constantFrom(...dialects), fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 3, maxLength: 3 }), (dialect, counts) => {
      const registry = new Registry();
      const sizes = registry.histogram({ name: 's', help: 'H.', buckets: [10, 100] });
      for (const [place, count] of counts.entries()) for (let i = 0; i < count; i++) sizes.observe([5, 50, 500][place]!);
      const receiver = new Receiver(dialect);
      for (const packet of packets(new StatsdEncoder(statsdSettings({ dialect, histograms: 'timings' }), () => {}), registry)) receiver.take(packet);
      const [, timings] = [...receiver.timings][0]!;
      expect(timings.map(([value]) => value)).toEqual([5, 55, 100]);
      for (const [place, [, times]] of timings.entries()) expect(times).toBeCloseTo(counts[place]!, 6);
    }),
    { numRuns: 20 },
  );
});
