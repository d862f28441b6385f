import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSnappy } from '../../src/export/snappy.js';
import { decodeSnappy } from '../support/snappy-reader.js';

const random = fc.uint8Array({ maxLength: 3000 });
/** Few different bytes: many short matches. */
const crowded = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3000 }).map((bytes) => Uint8Array.from(bytes));
/** Runs and repetitions of any length, far and near. */
const repetitive = fc
  .array(fc.record({ piece: fc.uint8Array({ minLength: 1, maxLength: 90 }), times: fc.integer({ min: 1, max: 90 }) }), { maxLength: 20 })
  .chain((parts) => fc.array(fc.nat(Math.max(0, parts.length - 1)), { maxLength: 40 }).map((order) => join(order.flatMap((place) => (parts[place] === undefined ? [] : new Array<Uint8Array>(parts[place].times).fill(parts[place].piece))))));
/** The same bytes just within and just beyond the reach of a copy. */
const distant = fc.record({ piece: fc.uint8Array({ minLength: 4, maxLength: 70 }), gap: fc.oneof(fc.integer({ min: 2040, max: 2060 }), fc.integer({ min: 65_500, max: 65_600 })) }).map(({ piece, gap }) => {
  const noise = Uint8Array.from({ length: gap }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
  return join([piece, noise, piece]);
});

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

describe('a Snappy block', () => {
  it('reads back as the bytes it was made of, whatever they are', () => {
    fc.assert(fc.property(fc.oneof(random, crowded, repetitive, distant), (bytes) => {
      expect(Buffer.compare(decodeSnappy(encodeSnappy(bytes)), bytes)).toBe(0);
    }), { numRuns: 400 });
  });

  it('never gets much longer than what it was made of', () => {
    fc.assert(fc.property(fc.oneof(random, crowded, repetitive), (bytes) => {
      expect(encodeSnappy(bytes).length).toBeLessThanOrEqual(32 + bytes.length + bytes.length / 6);
    }));
  });

  it('is the same for bytes that stand within others', () => {
    fc.assert(fc.property(crowded, fc.nat(20), (bytes, before) => {
      const within = new Uint8Array(bytes.length + 40).fill(1);
      within.set(bytes, before);
      expect(encodeSnappy(within.subarray(before, before + bytes.length))).toEqual(encodeSnappy(bytes));
    }));
  });
});
