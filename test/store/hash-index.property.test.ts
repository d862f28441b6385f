import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashIndex, firstPlace } from '../../src/store/hash-index.js';
import { seededRandom } from '../support/random.js';

/** Every value the index has for a hash, in rising order. */
function valuesOf(index: HashIndex, hash: number): number[] {
  const segment = index.segmentOf(hash);
  const values: number[] = [];
  for (let at = firstPlace(segment, hash); segment[at + 1] !== 0; at = (at + 2) & (segment.length - 1)) {
    if (segment[at] === hash) values.push(segment[at + 1]! - 1);
  }
  return values.sort((a, b) => a - b);
}

/** Does the same to an index and to a Map of sets. */
class Twin {
  readonly index = new HashIndex();
  readonly model = new Map<number, Set<number>>();
  private readonly hashes: number[] = [];

  insert(hash: number, later = false): void {
    const value = this.hashes.length;
    this.hashes.push(hash);
    if (later) this.index.insertLater(hash, value);
    else this.index.insert(hash, value);
    this.model.set(hash, (this.model.get(hash) ?? new Set()).add(value));
  }

  remove(hash: number, choice: number): void {
    const values = [...(this.model.get(hash) ?? [])];
    const value = values[choice % Math.max(1, values.length)] ?? choice;
    this.index.remove(hash, value);
    this.model.get(hash)?.delete(value);
  }

  check(): void {
    let size = 0;
    for (const [hash, values] of this.model) {
      size += values.size;
      expect(valuesOf(this.index, hash)).toEqual([...values].sort((a, b) => a - b));
    }
    expect(this.index.size).toBe(size);
  }
}

/** Few distinct hashes, hashes that differ in low or in high bits only, and any. */
const hashes = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0, max: 63 }).map((top) => top << 26),
  fc.integer({ min: -64, max: -1 }),
  fc.integer({ min: 0, max: 300 }).map((low) => (0x5a5 << 20) | low),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);

describe('a hash index', () => {
  it('holds what a Map of sets would hold under random commands', () => {
    const command = fc.record({ hash: hashes, remove: fc.boolean(), choice: fc.nat(10), later: fc.boolean() });
    fc.assert(
      fc.property(fc.array(command, { size: '+1', maxLength: 400 }), (commands) => {
        const twin = new Twin();
        for (const { hash, remove, choice, later } of commands) remove ? twin.remove(hash, choice) : twin.insert(hash, later);
        twin.check();
      }),
    );
  });

  it.each([
    ['random hashes', (random: () => number) => (random() * 2 ** 32) | 0],
    ['hashes that differ only in their low bits', (random: () => number) => 0x1234_0000 | (random() * 2 ** 13)],
    ['hashes that differ only in their top bits', (random: () => number) => ((random() * 2 ** 12) << 20) | 7],
    ['hashes that crowd around the ends', (random: () => number) => (random() < 0.5 ? -1 : 1) * Math.floor(random() * 5000)],
  ])('keeps ten thousand entries of %s while segments are split and entries removed', (_, hashOf) => {
    const random = seededRandom(7);
    const twin = new Twin();
    for (let i = 0; i < 10_000; i++) {
      twin.insert(hashOf(random), i % 500 > 100);
      if (random() < 0.3) twin.remove(hashOf(random), i);
    }
    twin.check();
    for (const [hash, values] of [...twin.model]) for (let i = values.size; i > 0; i--) if (random() < 0.9) twin.remove(hash, i);
    twin.check();
    for (let i = 0; i < 2000; i++) twin.insert(hashOf(random));
    twin.check();
  });

  it('keeps seven hundred entries of one hash', () => {
    const twin = new Twin();
    for (let i = 0; i < 700; i++) twin.insert(0x7fffffff);
    for (let i = 0; i < 100; i++) twin.remove(0x7fffffff, i * 7);
    twin.check();
  });

  it('stays small and quick when thousands of entries share one hash', () => {
    const index = new HashIndex();
    const count = 2000;
    for (let i = 0; i < count; i++) index.insert(12345, i);
    expect(valuesOf(index, 12345)).toHaveLength(count);
    expect(index.byteLength()).toBeLessThan(16 * 2 ** 20);
  });

  it('never moves more than one segment at an insertion', () => {
    const random = seededRandom(3);
    const index = new HashIndex();
    let before = index.byteLength();
    for (let i = 0; i < 50_000; i++) {
      index.insert((random() * 2 ** 32) | 0, i);
      const after = index.byteLength();
      // A doubling of a small segment, or one more full segment; and the directory, whose doubling is a copy of pointers.
      expect(after - before).toBeLessThanOrEqual(8192 + 8 * 256);
      before = after;
    }
    expect(index.size).toBe(50_000);
  });
});
