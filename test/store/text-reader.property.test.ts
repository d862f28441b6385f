import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextReader } from '../../src/store/text-reader.js';
import { anyText } from '../support/texts.js';

/** Short and long, with what is special at any place of a word. */
const text = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom('a', 'b', '7', '"', '\\', '\n', '\u0001', '\u007f', 'é', '😀'), maxLength: 90 }),
  fc.tuple(fc.string({ maxLength: 70 }), fc.string({ maxLength: 70 })).map(([one, other]) => one + other),
);

function bytesOf(reader: TextReader): Buffer {
  return Buffer.from(new Uint8Array(reader.words.buffer, reader.words.byteOffset, reader.length));
}

describe('a reader of texts', () => {
  it('has the UTF-8 bytes of what it has read, carriage returns replaced, the last word filled up with zeros, whatever it has read before', () => {
    const reader = new TextReader();
    fc.assert(
      fc.property(text, (read) => {
        reader.read(read);
        expect(bytesOf(reader)).toEqual(Buffer.from(read.replaceAll('\r', '\uFFFD'), 'utf8'));
        const last = reader.words[(reader.length - 1) >> 2] ?? 0;
        if (reader.length % 4 !== 0) expect(last >>> ((reader.length % 4) * 8)).toBe(0);
        expect(reader.isPlain).toBe(/^[\x00-\x7f]*$/.test(read) && !/["\\\n\r]/.test(read));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives equal texts one hash, read from a string or from bytes that stand anywhere', () => {
    const reader = new TextReader();
    fc.assert(
      fc.property(text, fc.nat(3), (read, from) => {
        reader.read(read);
        const { hash, length } = reader;
        const stored = new Int32Array(from + ((length + 3) >> 2) + 1).fill(-1);
        stored.set(reader.words.subarray(0, (length + 3) >> 2), from);
        reader.read('another');
        reader.read([...read].join(''));
        expect(reader.hash).toBe(hash);
        expect(reader.hashOf(stored, from, length)).toBe(hash);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives different texts different hashes but for chance, and other ones than another reader does', () => {
    const texts = Array.from({ length: 50_000 }, (_, i) => [`user-${i}`, `${i}-user`, `a${'b'.repeat(i % 70)}${i}`, String.fromCharCode(i % 128, i >> 7)][i % 4]!);
    const distinct = new Set(texts).size;
    const [one, other] = [new TextReader(), new TextReader()].map((reader) => texts.map((read) => (reader.read(read), reader.hash))) as [number[], number[]];
    // Of 50 000 random integers of 32 bits, 0.3 pairs are expected to be equal.
    expect(new Set(one).size).toBeGreaterThan(distinct - 10);
    expect(one.filter((hash, i) => hash === other[i]).length).toBeLessThan(distinct / 100);
  });

  it('cannot be led to equal hashes by changes of high bits that undo each other', () => {
    const [base, turned] = ['aaaaaaaaaaaa', 'aaa!aa!a!aa!'];
    const readers = Array.from({ length: 200 }, () => new TextReader());
    const pairs = readers.map((reader) => [base, turned, 'aaa!aaaaaaaa', 'aaaaaa!aaaaa'].map((read) => (reader.read(read), reader.hash)));
    for (const hashes of pairs) expect(new Set(hashes).size).toBe(4);
  });

  it('reads a text once where it is asked for it twice in a row, and again when it was told to forget it', () => {
    const reader = new TextReader();
    reader.read('value');
    const { words } = reader;
    words[0] = 0;
    reader.readOnce('value');
    expect(words[0]).toBe(0);
    reader.forget();
    reader.readOnce('value');
    expect(bytesOf(reader).toString()).toBe('value');
  });
});
