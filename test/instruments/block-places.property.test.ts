import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockPlaces, baseAt, pageAt } from '../../src/instruments/block-places.js';

/** Keys that lie together, in two groups, and some that are far apart. */
const key = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 2 ** 20 - 40, max: 2 ** 20 + 40 }), fc.integer({ min: -20_000, max: 20_000 }));

test('Blocks are found by the keys they were added with, as in a map, and after a clearing none are.', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(key, { maxLength: 150 }), { maxLength: 3 }), fc.array(key), (rounds, others) => {
      const places = new BlockPlaces();
      for (const keys of rounds) {
        const model = new Map<number, [page: number, base: number]>();
        for (const [i, each] of keys.entries()) {
          places.add(each, i % 7, i * 16);
          model.set(each, [i % 7, i * 16]);
          expect(places.places.length).toBeLessThanOrEqual(Math.max(16, (i + 1) * 16));
        }
        for (const each of [...keys, ...others]) {
          const at = places.find(each);
          expect(at < 0 ? undefined : [places.places[at + pageAt], places.places[at + baseAt]]).toEqual(model.get(each));
        }
        places.clear();
        for (const each of keys) expect(places.find(each)).toBe(-1);
      }
    }),
  );
});
