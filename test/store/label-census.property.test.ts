import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabelTable } from '../../src/store/label-table.js';
import { mostCensused } from '../../src/store/label-census.js';

/** Values that look alike at a glance, and strings that are kept as another one: a carriage return and a lone surrogate become U+FFFD. */
const values = fc.oneof(fc.constantFrom('a', 'b', 'ab', 'user-1', 'user-2', 'a"b', 'a\nb', 'é', 'x\r', 'x\ufffd', 'x\ud800', ''), fc.string({ maxLength: 20 }));
const commands = fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'ask'), values), { maxLength: 200 });

describe('The census of label values', () => {
  test('It never denies a value that is there, whatever came and went, and however it is spelt.', () => {
    fc.assert(
      fc.property(commands, fc.nat(200), (all, asksFrom) => {
        const table = new LabelTable();
        const ids = new Map<string, number>();
        for (const [step, [command, text]] of all.entries()) {
          if (command === 'add') {
            const id = table.intern(text);
            if (!ids.has(text)) table.retain(id);
            ids.set(text, id);
          } else if (command === 'remove' && ids.has(text)) {
            table.release(ids.get(text)!);
            ids.delete(text);
          }
          if (step >= asksFrom) for (const known of ids.keys()) expect(table.mayHave(known)).toBe(true);
          if (step >= asksFrom && table.find(text) >= 0) expect(table.mayHave(text)).toBe(true);
        }
      }),
    );
  });

  test('It denies most values that are not there.', () => {
    const table = new LabelTable();
    for (let i = 0; i < 1000; i++) table.retain(table.intern(`known-${i}-${(i * 7919) % 1000}`));
    let denied = 0;
    for (let i = 0; i < 1000; i++) if (!table.mayHave(`${(i * 104_729) % 99_991}`)) denied += 1;
    expect(denied).toBeGreaterThan(700);
  });

  test('A value that has gone is denied again.', () => {
    const table = new LabelTable();
    expect(table.mayHave('a')).toBe(false);
    const id = table.intern('a');
    table.retain(id);
    expect(table.mayHave('a')).toBe(true);
    table.release(id);
    expect(table.mayHave('a')).toBe(false);
  });

  test('Of too many values nothing is denied.', () => {
    const table = new LabelTable();
    expect(table.mayHave('x')).toBe(false);
    for (let i = 0; i <= mostCensused; i++) table.retain(table.intern(`v${i}`));
    expect(table.mayHave('x')).toBe(true);
  });
});
