import { changing, dead, live } from '../../src/store/row-states.js';
import type { Access, Place, Program } from './explorer.js';

/**
 * The publication of rows as programs: what the writer's methods store, in their order. `protocol.test.ts` holds them to what the real code does; what
 * readers load is in `reading.ts`.
 *
 * The table has one label, so that each label value is one integer, and two cells. Label values have eight characters, two words.
 */

export function store(place: Place, value: number): Access {
  return { kind: 'store', place, value };
}

export function atomicStore(place: Place, value: number): Access {
  return { kind: 'atomic store', place, value };
}

/** The states of a row: the number of its series, and what it is. */
export const state = (life: number, kind: number = live, changes = 0): number => (life << 12) | (changes << 2) | kind;

/** `RowStates.publish` */
export function publish(row: number, life: number): Program {
  return [atomicStore(`row ${row} state`, state(life))];
}

/** `RowStates.mark` */
function mark(row: number, marked: number): Program {
  return [atomicStore(`row ${row} state`, marked), { kind: 'atomic load', to: `row ${row} state`, place: `row ${row} state` }];
}

/** `RowStates.retire` */
export function retire(row: number, life: number): Program {
  return mark(row, state(life, dead));
}

/** `RowStates.change` and `RowStates.settle`, around what is rebuilt. */
export function rebuilt(row: number, life: number, change: number, what: Program): Program {
  return [...mark(row, state(life, changing, change - 1)), ...what, atomicStore(`row ${row} state`, state(life, live, change))];
}

/** `RowStates.setCleared` */
export function setCleared(version: number, start: number, end: number): Program {
  return [atomicStore('cleared version', version - 1), atomicStore('cleared start', start), atomicStore('cleared end', end), atomicStore('cleared version', version)];
}

/** A label value of eight characters, as two words. */
export function wordsOf(text: string): readonly [number, number] {
  const words = new Int32Array(new TextEncoder().encode(text).buffer);
  return [words[0]!, words[1]!];
}

/** `LabelTable.intern` of a value that is new. */
export function intern(id: number, unit: number, text: string): Program {
  const [first, second] = wordsOf(text);
  return [
    store(`value ${id} start`, unit),
    store(`value ${id} length`, text.length << 1),
    store(`word ${unit}`, first),
    store(`word ${unit + 1}`, second),
  ];
}

/** `SeriesTable.insert`, once the label value is there. */
export function insert(row: number, life: number, id: number): Program {
  return [store(`row ${row} label 0`, id), ...publish(row, life)];
}

/** `SeriesTable.releaseRow`, with the last series of a label value; free runs and free rows are linked where their contents were. */
export function release(row: number, life: number, links: { readonly unit: number; readonly nextUnit: number; readonly nextRow: number }): Program {
  return [...retire(row, life), store(`word ${links.unit}`, links.nextUnit), store(`row ${row} label 0`, -links.nextRow - 2), ...zero(row)];
}

/** `SeriesTable.zero` */
export function zero(row: number): Program {
  return [store(`row ${row} cell 0`, 0), store(`row ${row} cell 1`, 0)];
}

/** Recording: plain stores, one after the other. */
export function record(row: number, cell: number, ...values: readonly number[]): Program {
  return values.map((value) => store(`row ${row} cell ${cell}`, value));
}

/** `BlockArena.take` */
export function takeBlock(block: number, key: number, next: number): Program {
  return [store(`block ${block} key`, key), store(`block ${block} next`, next)];
}

/** `BlockArena.free` of one block, whose key is none from then on. */
export function freeBlock(block: number, nextFree: number): Program {
  return [...Array.from({ length: 16 }, (_, cell) => store(`block ${block} cell ${cell}`, 0)), store(`block ${block} key`, -(2 ** 31)), store(`block ${block} next`, nextFree)];
}

/** A table of three rows is cleared; two series are made anew, and each time some of the rows are freed before. */
export const clearedAndFilled: Program = [
  ...setCleared(2, 0, 3),
  ...intern(4, 7, 'new-new-'),
  ...release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }),
  ...release(1, 1, { unit: 3, nextUnit: 2, nextRow: 0 }),
  ...setCleared(4, 2, 3),
  ...insert(1, 2, 4),
  ...intern(2, 3, 'newer-ne'),
  ...release(2, 1, { unit: 5, nextUnit: 2, nextRow: 0 }),
  ...setCleared(6, 0, 0),
  ...insert(2, 2, 2),
];
