import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlockArena } from '../../src/store/block-arena.js';
import { LabelTable } from '../../src/store/label-table.js';
import { RowStates } from '../../src/store/row-states.js';
import { SeriesTable } from '../../src/store/series-table.js';
import type { Program } from './explorer.js';
import { clearedAndFilled, freeBlock, insert, intern, publish, rebuilt, record, release, retire, store, takeBlock, zero } from './protocol.js';
import { Tracing } from './tracing.js';

/** The programs that the explorer runs are what the real code does: the same stores, plain and atomic, of the same values in the same order. */
describe('The programs of the protocol', () => {
  let tracing: Tracing;
  let labels: LabelTable;
  let table: SeriesTable;
  /** A table of another metric that has the same label values; its rows are called from 1 on. */
  let other: SeriesTable;

  beforeEach(() => {
    labels = new LabelTable();
    // What comes next has the integer 1, and its bytes stand from unit 1 on.
    labels.retain(labels.intern('kept'));
    table = new SeriesTable(labels, 1, 2);
    other = new SeriesTable(labels, 1, 2);
    for (const { labelIds, cells, states } of [table, other]) for (const column of [labelIds, cells, states]) column.reach(0);
    tracing = new Tracing();
    tracing.watchTable(table);
    tracing.watchLabels(labels);
  });

  afterEach(() => tracing.end());

  function make(text: string, where = table): number {
    const known = labels.find(text);
    where.wanted[0] = known < 0 ? labels.intern(text) : known;
    return where.insert();
  }

  /** What an instrument does when something is recorded. */
  function count(row: number, cell: number, ...values: readonly number[]): void {
    for (const value of values) table.cells.page(row)[table.cells.base(row) + cell] = value;
  }

  const done = (): Program => tracing.take();

  test('A new series with a new label value: its label value, its label, and only then its state.', () => {
    count(make('blueblue'), 0, 1, 2);
    expect(done()).toEqual([...intern(1, 1, 'blueblue'), ...insert(0, 1, 1), ...record(0, 0, 1, 2)]);
  });

  test('A series is removed, and another one takes its row, its integer and its bytes: the row is marked before anything of it is touched.', () => {
    make('red-red-');
    done();
    table.remove(0);
    count(make('blueblue'), 0, 1);
    expect(done()).toEqual([...release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }), ...intern(1, 1, 'blueblue'), ...insert(0, 2, 1), ...record(0, 0, 1)]);
  });

  test('A label value is handed on to a series of another metric.', () => {
    tracing.watchTable(other, 1);
    make('red-red-');
    done();
    table.remove(0);
    make('blueblue', other);
    expect(done()).toEqual([...release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }), ...intern(1, 1, 'blueblue'), ...insert(1, 1, 1)]);
  });

  test('A series goes out of sight, is set back, and comes again.', () => {
    make('red-red-');
    done();
    table.hide(0);
    table.zero(0);
    count(0, 0, 1);
    table.show(0);
    expect(done()).toEqual([...retire(0, 1), ...zero(0), ...record(0, 0, 1), ...publish(0, 2)]);
  });

  test('A series is condemned, and freed later: it is marked at once, and once more.', () => {
    make('red-red-');
    done();
    table.condemn(0);
    expect(done().slice(0, 2)).toEqual(retire(0, 1));
    table.purge(1);
    expect(done().slice(1)).toEqual(release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }));
  });

  test('A hidden row is never published.', () => {
    table.insertHidden();
    expect(done()).toEqual([...retire(0, 0), store('row 0 label 0', -1)]);
  });

  test('A table is cleared, and rows are freed as new series come: each is marked before the range becomes shorter.', () => {
    for (const text of ['red-red-', 'blueblue', 'gone-gon']) make(text);
    done();
    table.clear();
    make('new-new-');
    make('newer-ne');
    expect(done()).toEqual(clearedAndFilled);
  });

  test('What the cells of a row lead to is rebuilt between a mark and a new state of the same series, and a second change within says nothing.', () => {
    const blocks = new BlockArena();
    blocks.take(3, -1);
    tracing.watchBlocks(blocks);
    make('red-red-');
    done();
    const { states } = table;
    expect(states.change(0)).toBe(true);
    blocks.free(0);
    count(0, 1, 0);
    expect(states.change(0)).toBe(false);
    count(0, 1, blocks.take(1, -1) + 1);
    states.settle(0);
    expect(done()).toEqual(rebuilt(0, 1, 1, [...freeBlock(0, -1), store('row 0 cell 1', 0), ...takeBlock(0, 1, -1), store('row 0 cell 1', 1)]));
  });
});

describe('The states of a row', () => {
  /** What they are after each step. */
  function after(begin: number, steps: (states: RowStates) => void): number {
    const states = new RowStates();
    states.reach(0);
    states.column.page(0)[0] = begin;
    steps(states);
    return states.column.page(0)[0]!;
  }

  test('The number of a series goes on from the largest one to 1: 0 is a row that was never used.', () => {
    const largest = -1 << 12;
    expect(after(0, (states) => states.publish(0))).toBe(1 << 12);
    expect(after(largest, (states) => states.publish(0))).toBe(1 << 12);
    expect(after(largest, (states) => states.retire(0))).toBe(largest | 1);
  });

  test('It takes 1 024 changes until a state comes again, and all of them are of the same series.', () => {
    const seen = new Set<number>();
    after(5 << 12, (states) => {
      for (let change = 0; change < 1024; change++) {
        expect(states.change(0)).toBe(true);
        states.settle(0);
        const state = states.column.page(0)[0]!;
        expect([state >>> 12, state & 3]).toEqual([5, 0]);
        seen.add(state);
      }
    });
    expect(seen.size).toBe(1024);
  });

  test('What is dead stays dead when a change is settled.', () => {
    expect(after((5 << 12) | 1, (states) => states.settle(0))).toBe((5 << 12) | 1);
    expect(after(5 << 12, (states) => { states.change(0); states.retire(0); states.settle(0); })).toBe((5 << 12) | 1);
  });
});
