import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMetricsClient } from '../../src/config/entry.js';
import type { ValueReading } from '../../src/instruments/counter.js';
import { Registry } from '../../src/registry/registry.js';

const names = ['a_total', 'b_total', 'c_total', 'd_total'] as const;

/** For each name whether it is declared, and captured. */
const configs = fc.tuple(...names.map(() => fc.constantFrom('captured', 'silent', 'absent')));
const steps = fc.array(fc.oneof({ arbitrary: fc.record({ record: fc.constantFrom(...names), amount: fc.nat(9) }), weight: 3 }, fc.record({ reload: configs })), { maxLength: 60 });

describe('Any sequence of recordings and configurations', () => {
  test('Every metric shows what was recorded while it was captured, and shows if and only if it is.', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const registry = new Registry({ onFault() {} });
        const client = createMetricsClient('law', {}, { registry });
        const totals = new Map<string, number>();
        let states: readonly string[] = names.map(() => 'absent');
        for (const step of all) {
          if ('reload' in step) {
            states = step.reload;
            const counters = names.flatMap((name, place) => (states[place] === 'absent' ? [] : [{ name, description: 'A counter.', labels: ['x'], capture: states[place] === 'captured' }]));
            expect(client.reload({ counters })).toBe(true);
          } else {
            client.recordCounter(step.record, step.amount, { x: 'y' });
            if (states[names.indexOf(step.record)] === 'captured') totals.set(step.record, (totals.get(step.record) ?? 0) + step.amount);
          }
        }
        const shown = registry.instruments().map((instrument) => [instrument.descriptor.name, (instrument as unknown as { get(x: string): ValueReading | undefined }).get('y')?.value]);
        expect(shown).toEqual(names.filter((_, place) => states[place] === 'captured').map((name) => [name, totals.get(name)]));
      }),
    );
  });
});
