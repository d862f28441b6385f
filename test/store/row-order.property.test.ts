import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowOrder } from '../../src/store/row-order.js';
import { seededRandom } from '../support/random.js';

/** Drives an order as a series table does: freed rows are used again, the last one freed first. */
class Rows {
  readonly order = new RowOrder();
  /** Live rows in the order of creation: insertion order of a Set. */
  readonly live = new Set<number>();
  private readonly free: number[] = [];
  private used = 0;

  create(): void {
    const freed = this.free.pop();
    if (freed === undefined) this.order.append(this.used++);
    else this.order.reuse(freed, this.used);
    this.live.add(freed ?? this.used - 1);
  }

  remove(choice: number): void {
    const row = [...this.live][choice % Math.max(1, this.live.size)];
    if (row === undefined) return;
    this.live.delete(row);
    this.free.push(row);
    this.order.remove();
  }

  clear(): void {
    this.order.clear(this.used);
    this.free.push(...this.live);
    this.live.clear();
  }

  walked(): number[] {
    const rows: number[] = [];
    for (let position = 0; position < this.order.length(this.used); position++) {
      const row = this.order.rowAt(position);
      if (row >= 0 && this.live.has(row)) rows.push(row);
    }
    return rows;
  }

  positions(): number {
    return this.order.length(this.used);
  }
}

describe('the order of rows', () => {
  it('is that of creation after every one of some random commands', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(1000)), { maxLength: 500, size: '+2' }), fc.integer({ min: 2, max: 8 }), (commands, share) => {
        const rows = new Rows();
        for (const [action, choice] of commands) {
          if (choice < 4) rows.clear();
          else if (action < share) rows.create();
          else rows.remove(choice);
          if (action === 0) expect(rows.walked()).toEqual([...rows.live]);
        }
        expect(rows.walked()).toEqual([...rows.live]);
      }),
    );
  });

  it('puts what comes after a clearing behind all positions there were, as long as somebody walks', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(1000)), { minLength: 1, maxLength: 300, size: '+1' }), (commands) => {
        const rows = new Rows();
        for (let i = 0; i < 100; i++) rows.create();
        let end = -1;
        for (const [action, choice] of commands) {
          if (choice < 30 && end < 0) {
            rows.order.hold();
            end = rows.positions();
          } else if (choice < 40 && end >= 0) {
            rows.order.release();
            end = -1;
          } else if (choice < 80) {
            rows.clear();
            // Whoever walks up to where the end was meets nothing of what comes now.
            if (end >= 0) for (let i = 0; i < 5; i++) rows.create();
            const place = Array.from({ length: Math.max(0, end) }, (_, position) => rows.order.rowAt(position)).filter((row) => row >= 0);
            expect(place).toEqual([]);
          } else if (action < 5) rows.create();
          else rows.remove(choice);
          expect(rows.walked()).toEqual([...rows.live]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is right in every moment of a squeezing, and holds no more positions than a few times the rows', () => {
    const rows = new Rows();
    const random = seededRandom(5);
    for (let i = 0; i < 200; i++) rows.create();
    let most = 0;
    let fell = 0;
    for (let i = 0; i < 6000; i++) {
      const before = rows.positions();
      rows.remove(Math.floor(random() * 200));
      // Now and then rows that were never used come in between.
      if (random() < 0.02) rows.create();
      rows.create();
      if (rows.positions() < before) fell += 1;
      most = Math.max(most, rows.positions() / rows.live.size);
      expect(rows.walked()).toEqual([...rows.live]);
    }
    expect(fell).toBeGreaterThan(3);
    expect(most).toBeLessThan(6);
  });
});
