import { describe, expect, it } from 'vitest';
import { encodeSnappy } from '../../src/export/snappy.js';
import { decodeSnappy } from '../support/snappy-reader.js';

describe('encodeSnappy', () => {
  it('makes a block of one zero byte of nothing', () => {
    expect([...encodeSnappy(new Uint8Array(0))]).toEqual([0]);
  });

  it('writes what is too short for a copy as a literal', () => {
    expect([...encodeSnappy(Uint8Array.of(7, 7, 7))]).toEqual([3, 2 << 2, 7, 7, 7]);
  });

  it('writes a run as one literal and a copy that overlaps itself', () => {
    // One byte, then ten more from one byte before: tag 1, length 10 - 4, offset 1.
    expect([...encodeSnappy(new Uint8Array(11).fill(9))]).toEqual([11, 0, 9, 1 | (6 << 2), 1]);
  });

  it.each([60, 61, 256, 257, 65_536, 65_537, 70_000])('writes a literal of %i bytes', (length) => {
    // A linear congruential generator repeats no four bytes within this length.
    let state = 1;
    const bytes = Uint8Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24);
    const block = encodeSnappy(bytes);
    expect(Buffer.compare(decodeSnappy(block), bytes)).toBe(0);
    expect(block.length).toBeLessThan(length + 16);
  });

  it.each([63, 64, 65, 66, 67, 68, 69, 128, 131, 132, 1000, 100_000])('writes a match of %i bytes', (length) => {
    const bytes = new Uint8Array(length + 1).fill(5);
    const block = encodeSnappy(bytes);
    expect(Buffer.compare(decodeSnappy(block), bytes)).toBe(0);
    expect(block.length).toBeLessThanOrEqual(5 + 3 * Math.ceil(length / 64));
  });

  it('finds what stands in another stretch of 64 KiB', () => {
    const piece = Uint8Array.from({ length: 40_000 }, (_, i) => Math.imul(i + 7, 0x9e3779b1) >>> 23);
    const bytes = new Uint8Array(80_000);
    bytes.set(piece);
    bytes.set(piece, 40_000);
    expect(encodeSnappy(bytes).length).toBeLessThan(encodeSnappy(piece).length + 3000);
  });
});
