import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuffer, decodeUtf8, encodeUtf8 } from '../../src/platform/byte-buffer.js';
import { anyText, wellFormed } from '../support/texts.js';

describe('a byte buffer', () => {
  it('holds everything that was appended, in order, however often it grew', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 40 }), (capacity, pieces) => {
        const out = new ByteBuffer(capacity);
        for (const piece of pieces) out.append(piece);
        expect([...out.written()]).toEqual(pieces.flatMap((piece) => [...piece]));
        expect(out.length).toBe(out.written().length);
      }),
    );
  });

  it('has room for what was reserved and keeps what was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.integer({ min: 0, max: 10_000 }), (before, count) => {
        const out = new ByteBuffer(8);
        out.append(before);
        out.reserve(count);
        expect(out.bytes.length - out.length).toBeGreaterThanOrEqual(count);
        expect(out.written()).toEqual(before);
      }),
    );
  });

  it('grows by doubling, so that a million appended bytes are copied about twice', () => {
    const out = new ByteBuffer(1);
    const sizes = new Set<number>();
    for (let i = 0; i < 1_000_000; i++) {
      out.append(one);
      sizes.add(out.bytes.length);
    }
    expect(out.length).toBe(1_000_000);
    expect(sizes.size).toBeLessThanOrEqual(21);
  });
});

const one = new Uint8Array([1]);

describe('UTF-8', () => {
  it('gives every string back, lone surrogates as U+FFFD and a leading U+FEFF as it is', () => {
    fc.assert(fc.property(anyText, (text) => decodeUtf8(encodeUtf8(text)) === wellFormed(text)), { numRuns: 1000 });
    expect(decodeUtf8(encodeUtf8('\uFEFFa'))).toBe('\uFEFFa');
  });

  it('is decoded from shared memory, too, and from the middle of it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = encodeUtf8(text);
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 8));
        shared.set(bytes, 3);
        return decodeUtf8(shared.subarray(3, 3 + bytes.length)) === wellFormed(text);
      }),
    );
  });
});
