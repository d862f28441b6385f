import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabelMap } from '../../src/aggregate/label-map.js';
import { storable } from '../../src/model/storable.js';
import { LabelTable, lengthColumn, startColumn, valueColumns } from '../../src/store/label-table.js';
import { anyText } from '../support/texts.js';

/** Short and long ones, with escapes or not, and of every length around that of a word, of what is read by characters, and of a page. */
const text = fc.oneof(
  { weight: 4, arbitrary: anyText },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }).map((length) => 'abcdefghijklmnopqrstuvwxyz'.repeat(12).slice(0, length)) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 300 }).map((length) => 'a"\\\nü漢😀'.repeat(60).slice(0, length)) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(65_535), 'x'.repeat(65_537), '"'.repeat(40_000), 'y'.repeat(200_001)) },
);

function mapOf(there: LabelTable, here: LabelTable): LabelMap {
  return new LabelMap(there.values.pages, there.blocks.words, here);
}

/** Entries in the index of a table: one for each value, or something was left behind. */
const entries = (table: LabelTable): number => (table as unknown as { index: { size: number } }).index.size;

describe('Label values of another thread', () => {
  test('A value is interned from its bytes as it is from its text.', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const there = new LabelTable();
        const here = new LabelTable();
        for (const one of texts) {
          const id = there.intern(one);
          there.retain(id);
          const base = there.values.base(id);
          const values = there.values.page(id);
          const start = values[base + startColumn]!;
          const interned = here.internWords(there.blocks.words[start >>> 14]!, start & 0x3fff, values[base + lengthColumn]!);
          expect(here.intern(one)).toBe(interned);
          expect(here.text(interned)).toBe(storable(one));
          expect(here.text(interned)).toBe(there.text(id));
        }
        expect(here.size).toBe(new Set(texts.map(storable)).size);
      }),
      { numRuns: 300 },
    );
  });

  test('Values that come, go and give their integers to others are never taken for each other, and nothing is left of them.', () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant('add' as const), text }),
      fc.record({ do: fc.constant('drop' as const), place: fc.nat() }),
      fc.record({ do: fc.constant('look' as const), place: fc.nat() }),
      fc.record({ do: fc.constant('intern here' as const), text }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const there = new LabelTable();
        const here = new LabelTable();
        const map = mapOf(there, here);
        const living = new Map<number, string>();
        const own: number[] = [];
        const pick = (place: number): number => [...living.keys()][place % living.size]!;
        for (const step of commands) {
          if (step.do === 'add') {
            const id = there.intern(step.text);
            if (!living.has(id)) there.retain(id);
            living.set(id, storable(step.text));
          } else if (step.do === 'intern here') {
            const id = here.intern(step.text);
            here.retain(id);
            own.push(id);
            expect(here.text(id)).toBe(storable(step.text));
          } else if (living.size > 0) {
            const id = pick(step.place);
            if (step.do === 'look') expect(here.text(map.idOf(id))).toBe(living.get(id));
            else {
              there.release(id);
              living.delete(id);
            }
          }
        }
        for (const [id, one] of living) {
          expect(here.text(map.idOf(id))).toBe(one);
          expect(here.find(one)).toBe(map.idOf(id));
        }
        map.close();
        for (const id of own) here.release(id);
        expect([here.size, here.escapedBytes, entries(here)]).toEqual([0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });

  test('Bytes that change while they are read leave nothing behind.', () => {
    const there = new LabelTable();
    const here = new LabelTable();
    const id = there.intern('one value');
    there.retain(id);
    let looks = 0;
    const words = new Proxy(there.blocks.words[0]!, { get: (target, name) => (/^\d+$/.test(String(name)) ? (Reflect.get(target, name) as number) ^ ++looks : Reflect.get(target, name)) as unknown });
    const map = new LabelMap(there.values.pages, [words], here);
    for (let again = 0; again < 5; again++) {
      expect(map.idOf(id)).toBeGreaterThanOrEqual(0);
      // One at a time.
      expect(here.size).toBe(1);
    }
    map.close();
    expect([here.size, here.escapedBytes, entries(here)]).toEqual([0, 0, 0]);
  });

  test('What makes no sense is no value: pages that are missing, lengths beyond the page, negative integers.', () => {
    const there = new LabelTable();
    const here = new LabelTable();
    const id = there.intern('value');
    there.retain(id);
    const map = mapOf(there, here);
    expect([map.idOf(-1), map.idOf(-(2 ** 30)), map.idOf(1_000_000)]).toEqual([-1, -1, -1]);
    for (const [column, value] of [[lengthColumn, 1 << 20], [lengthColumn, -2], [startColumn, -5], [startColumn, 1 << 20]] as const) {
      const values = new Int32Array(there.values.page(id));
      values[id * valueColumns + column] = value;
      expect(new LabelMap([values], there.blocks.words, here).idOf(id)).toBe(-1);
    }
    expect(new LabelMap(there.values.pages, [], here).idOf(id)).toBe(-1);
    expect(here.size).toBe(0);
  });
});
