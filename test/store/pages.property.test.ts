import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Float64Column, Int32Column, firstRowOf, pageOf, slotOf } from '../../src/store/pages.js';

describe('page arithmetic', () => {
  it('gives every row a place of its own, page after page without gaps', () => {
    let page = 0;
    let slot = 0;
    for (let row = 0; row < 300_000; row++) {
      const found = pageOf(row);
      // The next row is the next slot of the same page, or the first one of the next page.
      if (found !== page) {
        expect(found).toBe(page + 1);
        expect(firstRowOf(found)).toBe(row);
        page = found;
        slot = 0;
      }
      if (slotOf(row) !== slot) expect.fail(`row ${row} is at slot ${slotOf(row)} of page ${page}, not ${slot}`);
      slot += 1;
    }
  });

  it('never gives two rows one place, and finds a row again from its page and slot, up to a billion rows', () => {
    const row = fc.oneof(fc.integer({ min: 0, max: 2 ** 30 }), fc.record({ power: fc.integer({ min: 0, max: 29 }), step: fc.integer({ min: -1, max: 1 }) }).map(({ power, step }) => 2 ** power + step));
    fc.assert(
      fc.property(row, row, (one, other) => {
        expect(pageOf(one) === pageOf(other) && slotOf(one) === slotOf(other)).toBe(one === other);
        expect(firstRowOf(pageOf(one)) + slotOf(one)).toBe(one);
        expect(slotOf(one)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('has the first row of a page on its page, and the row before it on the page before', () => {
    for (let page = 1; page < 26; page++) expect([pageOf(firstRowOf(page)), pageOf(firstRowOf(page) - 1)]).toEqual([page, page - 1]);
  });
});

describe.each([
  ['Float64', (stride: number) => new Float64Column(stride), 8],
  ['Int32', (stride: number) => new Int32Column(stride), 4],
] as const)('a column of %s cells', (_, make, bytes) => {
  it('keeps what each row was given, in pages that never move, and knows their bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 17, 100, 5000, 9000), fc.integer({ min: 1, max: 300 }), (stride, rows) => {
        const column = make(stride);
        const pages: unknown[] = [];
        for (let row = 0; row < rows; row++) {
          column.reach(row);
          pages.push(column.page(row));
          const page = column.page(row);
          const base = column.base(row);
          if (base + stride > page.length) expect.fail(`row ${row} ends outside of its page`);
          for (let cell = 0; cell < stride; cell += 7) page[base + cell]! += row * 7 + cell + 1;
        }
        for (let row = 0; row < rows; row++) {
          if (column.page(row) !== pages[row]) expect.fail(`the page of row ${row} has moved`);
          for (let cell = 0; cell < stride; cell += 7) {
            if (column.page(row)[column.base(row) + cell] !== row * 7 + cell + 1) expect.fail(`row ${row} lost cell ${cell}`);
          }
        }
        expect(column.byteLength()).toBe(column.pages.reduce((sum, page) => sum + page.byteLength, 0));
        expect(column.byteLength() % (bytes * stride)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('reaches many rows at once as it does one by one', () => {
    const column = make(3);
    column.reach(10_000);
    const other = make(3);
    for (let row = 0; row <= 10_000; row++) other.reach(row);
    expect(column.byteLength()).toBe(other.byteLength());
    expect(column.page(10_000).length).toBeGreaterThan(column.base(10_000));
  });
});
