import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NameTable } from '../../src/config/name-table.js';

const names = fc.oneof(fc.constantFrom('a', 'b_total', 'jobs_total', 'jobs_done_total', 'metric_1_total', 'metric_11_total', '', '__proto__', 'constructor', 'é'), fc.string({ maxLength: 40 }));
const commands = fc.array(fc.tuple(fc.constantFrom('set', 'delete', 'get'), names, fc.nat()), { maxLength: 100 });

describe('The table of names', () => {
  test('It behaves as a map under any commands.', () => {
    fc.assert(
      fc.property(commands, (all) => {
        const table = new NameTable<number>();
        const model = new Map<string, number>();
        for (const [command, name, value] of all) {
          if (command === 'set') table.set(name, value), model.set(name, value);
          else if (command === 'delete') table.delete(name), model.delete(name);
          expect(table.get(name)).toBe(model.get(name));
          expect(table.get(`${name}x`)).toBe(model.get(`${name}x`));
        }
        for (const [name, value] of model) expect(table.get(name)).toBe(value);
      }),
    );
  });

  test.each([1, 24, 600, 2000])('It finds each of %d names.', (count) => {
    const table = new NameTable<number>();
    for (let i = 0; i < count; i++) table.set(`metric_${i}_total`, i);
    for (let i = 0; i < count; i++) expect(table.get(`metric_${i}_total`)).toBe(i);
    expect(table.get('metric_none_total')).toBeUndefined();
  });

  test('What is no string is a TypeError, whatever is in the table.', () => {
    const table = new NameTable<number>();
    for (const given of [undefined, null, 7, {}, ['a']]) expect(() => table.get(given as never)).toThrow(TypeError);
    table.set('a', 1);
    expect(table.get('a')).toBe(1);
    for (const given of [undefined, null, 7, {}, ['a']]) expect(() => table.get(given as never)).toThrow(TypeError);
  });
});
