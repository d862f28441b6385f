import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FamilyView } from '../../src/store/family-view.js';
import { LabelTable } from '../../src/store/label-table.js';
import { SeriesTable } from '../../src/store/series-table.js';
import { seededRandom } from '../support/random.js';
import { anyText, storable } from '../support/texts.js';

interface Entry {
  row: number;
  values: readonly string[];
  cells: number[];
}

const stride = 3;

/** Does the same to a series table and to a Map, whose keys keep the order of insertion as the table is to keep that of creation. */
class Twin {
  readonly table: SeriesTable;
  readonly model = new Map<string, Entry>();

  constructor(labelCount: number, labels = new LabelTable()) {
    this.table = new SeriesTable(labels, labelCount, stride);
  }

  find(values: readonly string[]): number {
    values.forEach((value, place) => (this.table.wanted[place] = this.table.labels.find(value)));
    const row = this.table.find();
    if (row !== (this.model.get(keyOf(values))?.row ?? -1)) expect.fail(`${JSON.stringify(values)} found at row ${row}`);
    return row;
  }

  add(values: readonly string[], amount: number): void {
    const key = keyOf(values);
    if (this.find(values) < 0) {
      values.forEach((value, place) => (this.table.wanted[place] = this.table.labels.intern(value)));
      const row = this.table.insert();
      this.model.set(key, { row, values: values.map(storable), cells: new Array<number>(stride).fill(0) });
    }
    const entry = this.model.get(key)!;
    const page = this.table.cells.page(entry.row);
    const base = this.table.cells.base(entry.row);
    for (let cell = 0; cell < stride; cell++) {
      page[base + cell]! += amount + cell;
      entry.cells[cell]! += amount + cell;
    }
  }

  remove(values: readonly string[]): void {
    const row = this.find(values);
    if (row < 0) return;
    this.table.remove(row);
    this.model.delete(keyOf(values));
    expect(this.table.isLive(row)).toBe(false);
  }

  condemn(values: readonly string[]): void {
    const row = this.find(values);
    if (row < 0) return;
    this.table.condemn(row);
    this.model.delete(keyOf(values));
    expect(this.table.isLive(row)).toBe(false);
  }

  clear(): void {
    this.table.clear();
    this.model.clear();
    this.table.forEachStored((row) => expect.fail(`row ${row} has survived`));
  }

  purge(values: readonly string[]): void {
    this.table.purge(values[0]!.length + 1);
  }

  /** Removes whatever carries the first value, as found by its integer. */
  removeCarrying([value]: readonly string[]): void {
    const id = this.table.labels.find(value!);
    const rows: number[] = [];
    const removed = this.table.condemnCarrying([0], [id], (row) => rows.push(row));
    const expected = [...this.model].filter(([, { values }]) => values[0] === storable(value!));
    expect(rows.sort((a, b) => a - b)).toEqual(expected.map(([, { row }]) => row).sort((a, b) => a - b));
    expect(removed).toBe(expected.length);
    for (const [key] of expected) this.model.delete(key);
  }

  zero(values: readonly string[]): void {
    const row = this.find(values);
    if (row < 0) return;
    this.table.zero(row);
    this.model.get(keyOf(values))!.cells.fill(0);
  }

  /** Compares everything, the order of iteration too, by all three ways of reading. */
  check(): void {
    const { table } = this;
    const expected = [...this.model.values()];
    expect(table.size).toBe(expected.length);
    const walked: number[] = [];
    table.forEachRow((row) => walked.push(row));
    expect(walked).toEqual(expected.map((entry) => entry.row));
    const read: Entry[] = [];
    const cursor = new FamilyView(descriptor, table).cursor();
    while (cursor.next()) {
      read.push({
        row: cursor.row,
        values: Array.from({ length: table.labelCount }, (_, place) => cursor.labelText(place)),
        cells: [...cursor.cells.subarray(cursor.cellBase, cursor.cellBase + stride)],
      });
    }
    expect(read).toEqual(expected);
    expect(cursor.next()).toBe(false);
  }
}

const descriptor = { name: 'x', help: 'X.', type: 'gauge', unit: '', labelNames: [], constLabels: [], bounds: [], quantiles: [], states: [], stateLabel: '' } as const;

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values.map(storable));
}

type Action = 'add' | 'remove' | 'zero' | 'find' | 'condemn' | 'clear' | 'purge' | 'removeCarrying';
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Action>('add') },
  { weight: 12, arbitrary: fc.constantFrom<Action>('remove', 'condemn', 'zero', 'find', 'purge') },
  { weight: 1, arbitrary: fc.constantFrom<Action>('clear', 'removeCarrying') },
);

function run(twin: Twin, commands: readonly { action: Action; values: readonly string[] }[]): void {
  commands.forEach(({ action, values }, step) => {
    if (action === 'add') twin.add(values, step + 1);
    else if (action === 'clear') twin.clear();
    else twin[action](values);
  });
}

describe('a series table', () => {
  it('behaves as a Map under random commands on hostile label values', () => {
    const commands = (labelCount: number): fc.Arbitrary<{ action: Action; values: string[] }[]> =>
      fc.array(fc.record({ action: actions, values: fc.array(anyText, { minLength: labelCount, maxLength: labelCount }) }), { maxLength: 150, size: '+2' });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }).chain((count) => fc.tuple(fc.constant(count), commands(count))), ([count, all]) => {
        const twin = new Twin(count);
        run(twin, all);
        twin.check();
        for (const { values } of all) twin.find(values);
        twin.clear();
        while (twin.table.hasRemoved) twin.table.purge(3);
        expect(twin.table.labels.size).toBe(0);
      }),
    );
  });

  it('frees what was cleared a little at a time, and needs no more rows for the next generation', () => {
    const twin = new Twin(2);
    const bytes: number[] = [];
    for (let generation = 0; generation < 40; generation++) {
      for (let i = 0; i < 500; i++) twin.add([`${generation}`, `value ${i}`], 1);
      twin.check();
      if (generation % 3 === 0) for (let i = 0; i < 500; i += 2) twin.remove([`${generation}`, `value ${i}`]);
      if (generation % 4 === 0) for (let i = 1; i < 300; i += 2) twin.condemn([`${generation}`, `value ${i}`]);
      twin.clear();
      expect(twin.table.size).toBe(0);
      expect(twin.table.labels.find(`${generation}`)).toBeGreaterThanOrEqual(0);
      if (generation % 5 === 0) twin.table.purge(100);
      bytes.push(twin.table.bytesHeld());
    }
    expect(new Set(bytes.slice(3)).size).toBe(1);
    while (twin.table.hasRemoved) twin.table.purge(7);
    expect(twin.table.labels.size).toBe(0);
  });

  it('behaves as a Map where few series come and go often', () => {
    const value = fc.constantFrom('', 'a', 'b', 'a|', '|a', 'c');
    const command = fc.record({ action: actions, values: fc.tuple(value, value) });
    fc.assert(
      fc.property(fc.array(command, { minLength: 100, maxLength: 600 }), (all) => {
        const twin = new Twin(2);
        run(twin, all);
        twin.check();
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 2, 5])('keeps thousands of series of %i labels in the order of creation through long churn', (labelCount) => {
    const random = seededRandom(labelCount);
    const twin = new Twin(labelCount);
    const pick = (): string[] => Array.from({ length: labelCount }, (_, place) => `v${Math.floor(random() * (place === 0 ? 3000 : 3))}`);
    for (let step = 0; step < 40_000; step++) {
      const choice = random();
      // Phases of growth and of shrinking, so that freed rows pile up and are used up again.
      if (choice < (step % 10_000 < 6000 ? 0.75 : 0.35)) twin.add(pick(), step);
      else twin.remove(pick());
      if (step % 5000 === 4999) twin.check();
    }
    expect(twin.table.size).toBeGreaterThan(500);
    for (const { values } of [...twin.model.values()]) twin.remove(values);
    twin.check();
    expect(twin.table.labels.size).toBe(0);
  });

  it('frees the label values of removed series only when no series of any table carries them', () => {
    const labels = new LabelTable();
    const [one, other] = [new Twin(2, labels), new Twin(1, labels)];
    one.add(['shared', 'mine'], 1);
    other.add(['shared'], 1);
    one.remove(['shared', 'mine']);
    expect(labels.find('mine')).toBe(-1);
    expect(labels.find('shared')).toBeGreaterThanOrEqual(0);
    other.check();
    other.remove(['shared']);
    expect(labels.find('shared')).toBe(-1);
    one.add(['new', 'new'], 1);
    one.check();
    one.remove(['new', 'new']);
    expect(labels.size).toBe(0);
  });

  it('tells series apart whose values would be equal when joined', () => {
    const twin = new Twin(2);
    for (const values of [['a|', 'b'], ['a', '|b'], ['', 'a|b'], ['a|b', ''], ['"', '\\"'], ['\\"', '"']]) twin.add(values, 1);
    expect(twin.table.size).toBe(6);
    twin.check();
  });

  it('has the one row 0 from the beginning when there are no labels', () => {
    const twin = new Twin(0);
    expect(twin.table.find()).toBe(0);
    expect(twin.table.size).toBe(1);
    const rows: number[] = [];
    twin.table.forEachRow((row) => rows.push(row));
    expect(rows).toEqual([0]);
  });

  it('visits every series once when each is removed at its visit', () => {
    const twin = new Twin(1);
    for (let i = 0; i < 500; i++) twin.add([`${i}`], 1);
    for (let i = 0; i < 500; i += 2) twin.remove([`${i}`]);
    for (let i = 0; i < 300; i += 2) twin.add([`${i}`], 1);
    let visits = 0;
    twin.table.forEachRow((row) => {
      visits += 1;
      twin.table.remove(row);
    });
    expect(visits).toBe(400);
    expect(twin.table.size).toBe(0);
  });

  it('does not grow when as many series come as go', () => {
    const twin = new Twin(1);
    for (let i = 0; i < 500; i++) twin.add([`${i}`], 1);
    const sizes: number[] = [];
    for (let i = 500; i < 60_000; i++) {
      twin.remove([`${i - 500}`]);
      twin.add([`${i}`], 1);
      if (i % 10_000 === 0) sizes.push(twin.table.bytesHeld());
    }
    expect(sizes.at(-1)).toBe(sizes[1]);
    twin.check();
  });
});
