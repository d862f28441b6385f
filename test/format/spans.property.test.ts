import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spansOf } from '../../src/format/spans.js';

const bucketsAt = (indices: readonly number[]): { index: number; count: number }[] => indices.map((index) => ({ index, count: 1 }));

describe('spans', () => {
  it.each([
    [[], []],
    [[0], [{ offset: 0, length: 1 }]],
    [[-5, -4, -3], [{ offset: -5, length: 3 }]],
    [[-1, 0, 1], [{ offset: -1, length: 3 }]],
    [[2, 4, 5, 100], [{ offset: 2, length: 1 }, { offset: 1, length: 2 }, { offset: 94, length: 1 }]],
  ])('of the buckets %j are %j.', (indices, spans) => {
    expect(spansOf(bucketsAt(indices))).toEqual(spans);
  });

  it('lead back to the buckets, with something between each two of them.', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -300_000, max: 300_000 })), { maxLength: 40 }), (some) => {
        const indices = some.sort((a, b) => a - b);
        const spans = spansOf(bucketsAt(indices));
        const found: number[] = [];
        let next = 0;
        for (const { offset, length } of spans) {
          next += offset;
          for (let i = 0; i < length; i++) found.push(next++);
        }
        expect(found).toEqual(indices);
        for (const { offset } of spans.slice(1)) expect(offset).toBeGreaterThan(0);
        for (const { length } of spans) expect(length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
