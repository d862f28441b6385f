import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadFamily } from '../../src/registry/collected-family.js';
import { collectedOf } from '../../src/registry/collected-of.js';
import { snapshotOf } from '../../src/registry/snapshot.js';
import { anyFamilies } from '../support/families.js';
import { anyRegistry, buildRegistry } from '../support/registries.js';
import type { FamilyView } from '../../src/store/family-view.js';

/** A view as another thread gets it. */
const sent = (view: FamilyView): FamilyView => loadFamily(structuredClone(collectedOf(view)), 'utf8');

/** Where states stand is of no matter; constant labels have become labels. */
function same(view: FamilyView): void {
  const { name, help, type, unit, bounds, quantiles, states, stateLabel } = view.descriptor;
  const there = sent(view);
  expect(snapshotOf(there)).toEqual(snapshotOf(view));
  expect([there.descriptor.name, there.descriptor.help, there.descriptor.type, there.descriptor.unit]).toEqual([name, help, type, unit]);
  expect([there.descriptor.states, there.descriptor.stateLabel]).toEqual([states, stateLabel]);
  if (view.table.size > 0) expect([there.descriptor.bounds, there.descriptor.quantiles]).toEqual([bounds, quantiles]);
  expect(snapshotOf(sent(there))).toEqual(snapshotOf(there));
}

describe('Families that a thread has computed', () => {
  test('What a collector yields is the same after it was sent to another thread.', () => {
    fc.assert(
      fc.property(anyFamilies({ names: 'utf8' }), (families) => {
        for (const family of families) same(loadFamily(family, 'utf8'));
      }),
      { numRuns: 300 },
    );
  });

  test('So is what instruments have.', () => {
    fc.assert(
      fc.property(anyRegistry, (specification) => {
        for (const view of buildRegistry(specification).collectSync()) same(view);
      }),
      { numRuns: 200 },
    );
  });
});
