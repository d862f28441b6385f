import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksum } from '../../../src/aggregate/group/checksum.js';
import { encodeUtf8 } from '../../../src/platform/byte-buffer.js';

describe('The checksum', () => {
  // From the reference implementation, `xxhsum -H0`.
  test.each([
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('It is xxHash32: of "%s".', (text, hash) => {
    expect(checksum(encodeUtf8(text))).toBe(hash);
  });

  test('Every change within one byte shows, wherever it is.', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
        const changed = bytes.slice();
        changed[place % bytes.length]! ^= change;
        expect(checksum(changed)).not.toBe(checksum(bytes));
      }),
    );
  });

  test('Where the bytes stand in memory makes no difference.', () => {
    const bytes = encodeUtf8('three bytes further, and at no multiple of anything');
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(checksum(moved.subarray(3))).toBe(checksum(bytes));
  });
});
