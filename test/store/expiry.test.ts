import { describe, expect, test } from 'vitest';
import { Expiry } from '../../src/store/expiry.js';
import { LabelTable } from '../../src/store/label-table.js';
import { SeriesTable } from '../../src/store/series-table.js';
import { FakeClock } from '../support/fake-clock.js';

/** A table of counters, and an expiry that frees its rows or keeps those that are held. */
function kept(seconds = 10) {
  const clock = new FakeClock();
  const labels = new LabelTable();
  const table = new SeriesTable(labels, 1, 1);
  const gone: number[] = [];
  const expiry: Expiry = new Expiry(table, 'counter', 1, seconds, clock, (row, isHeld) => {
    gone.push(row);
    if (isHeld) {
      table.zero(row);
      return;
    }
    expiry.forget(row);
    table.remove(row);
  });
  const add = (text: string): number => {
    table.wanted[0] = labels.intern(text);
    return table.insert();
  };
  const count = (row: number): void => {
    table.cells.page(row)[table.cells.base(row)]! += 1;
  };
  return { clock, table, expiry, gone, add, count };
}

describe('Expiry', () => {
  test('It takes a row away when its value has been the same for the time, and not before.', () => {
    const { clock, table, expiry, gone, add } = kept();
    add('a');
    expiry.sweep();
    clock.advance(9.99);
    expiry.sweep();
    expect(gone).toEqual([]);
    clock.advance(0.02);
    expiry.sweep();
    expect(gone).toEqual([0]);
    expect(table.size).toBe(0);
    expect(expiry.expired).toBe(1);
  });

  test('The time counts from the first look, however long a row was there before.', () => {
    const { clock, expiry, gone, add } = kept();
    add('a');
    clock.advance(1000);
    expiry.sweep();
    expect(gone).toEqual([]);
    clock.advance(10);
    expiry.sweep();
    expect(gone).toEqual([0]);
  });

  test('A change between two looks starts the time anew.', () => {
    const { clock, expiry, gone, add, count } = kept();
    const row = add('a');
    for (let i = 0; i < 20; i++) {
      count(row);
      expiry.sweep();
      clock.advance(9);
    }
    expect(gone).toEqual([]);
    clock.advance(1);
    expiry.sweep();
    expect(gone).toEqual([row]);
  });

  test('A row that is used again does not inherit the age of the one before.', () => {
    const { clock, table, expiry, gone, add } = kept();
    const row = add('a');
    expiry.sweep();
    clock.advance(9);
    expiry.forget(row);
    table.remove(row);
    expect(add('b')).toBe(row);
    clock.advance(2);
    expiry.sweep();
    clock.advance(9);
    expiry.sweep();
    expect(gone).toEqual([]);
    clock.advance(1);
    expiry.sweep();
    expect(gone).toEqual([row]);
  });

  test('When the clock steps back, the time begins anew.', () => {
    const { clock, expiry, gone, add } = kept();
    add('a');
    expiry.sweep();
    clock.advance(-100);
    expiry.sweep();
    clock.advance(9);
    expiry.sweep();
    expect(gone).toEqual([]);
    clock.advance(1);
    expiry.sweep();
    expect(gone).toEqual([0]);
  });

  test('A clock that begins at 0 is one like any other.', () => {
    const { clock, expiry, gone, add } = kept();
    clock.seconds = 0;
    add('a');
    expiry.sweep();
    clock.advance(9);
    expiry.sweep();
    expect(gone).toEqual([]);
    clock.advance(1);
    expiry.sweep();
    expect(gone).toEqual([0]);
  });

  test('A row that is held goes out of sight, and comes back with its next change as the last one.', () => {
    const { clock, table, expiry, add, count } = kept();
    const held = add('a');
    expiry.hold(held);
    const other = add('b');
    const sight = (): number[] => {
      const rows: number[] = [];
      table.forEachRow((row) => rows.push(row));
      return rows;
    };
    expiry.sweep();
    clock.advance(9);
    count(other);
    expiry.sweep();
    clock.advance(1);
    expiry.sweep();
    expect(sight()).toEqual([other]);
    for (let i = 0; i < 5; i++) {
      clock.advance(1);
      expiry.sweep();
    }
    expect(sight()).toEqual([other]);
    count(held);
    expiry.sweep();
    expect(sight()).toEqual([other, held]);
    expect(expiry.expired).toBe(1);
    clock.advance(10);
    expiry.sweep();
    expect(table.size).toBe(0);
    expect(expiry.expired).toBe(3);
  });

  test('A hundred thousand rows are gone after some sweeps, none of which takes long.', () => {
    const { clock, table, expiry, gone, add } = kept();
    for (let i = 0; i < 100_000; i++) add(`value-${i}`);
    const times: number[] = [];
    const sweeps = (): void => {
      for (let i = 0; i < 500 && gone.length < 100_000; i++) {
        const began = performance.now();
        expiry.sweep();
        times.push(performance.now() - began);
      }
    };
    sweeps();
    expect(gone).toEqual([]);
    clock.advance(10);
    sweeps();
    expect(gone.length).toBe(100_000);
    expect(new Set(gone).size).toBe(100_000);
    expect(table.size).toBe(0);
    // The busiest machine may stop one sweep, but not one in a hundred.
    times.sort((a, b) => a - b);
    expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(50);
    expect(times[times.length >> 1]).toBeLessThan(10);
  });
});
