import { clearedEnd, clearedStart, clearedVersion, dead, kindMask, lifeOf, live } from '../../src/store/row-states.js';
import type { Access, Dependent, Place, Program, Registers } from './explorer.js';
import { atomicStore } from './protocol.js';

/**
 * What readers load of published rows, in the order of `aggregate/family-reader.ts`, and what they make of it, compared with what is true.
 *
 * It is longer than other files, as each way of reading stands beside the judgement of what was read.
 */

/** Which parts of the protocol a reader keeps to; each can be left out, to see what happens. */
export interface Reading {
  /** What it looks at; both when left out. */
  readonly parts?: 'label' | 'cells';
  /** Looks at the state again after it has read. */
  readonly looksAgain?: boolean;
  /** The `fence()` before that: both halves, the store alone, or nothing. */
  readonly fence?: 'whole' | 'store only' | 'none';
}

function load(to: string, place: Place | Dependent): Access {
  return { kind: 'load', to, place };
}

function fence(name: string, { fence: kind = 'whole' }: Reading): Program {
  if (kind === 'none') return [];
  const half = atomicStore('fence', 0);
  return kind === 'store only' ? [half] : [half, { kind: 'atomic load', to: `${name} fence`, place: 'fence' }];
}

/** What is there for computed addresses to mean. */
export interface Extent {
  /** Integers of label values, and units of their bytes. */
  readonly ids: readonly number[];
  readonly units: readonly number[];
  readonly blocks?: readonly number[];
}

function dependent(name: string, of: readonly string[], numbers: readonly number[], placeOf: (number: number) => Place, numberOf: (registers: Registers) => number): Dependent {
  return {
    of: of.map((each) => `${name} ${each}`),
    among: numbers.map(placeOf),
    choose: (registers) => (numbers.includes(numberOf(registers)) ? placeOf(numberOf(registers)) : undefined),
  };
}

/** `FamilyReader.contributeRow` with `resolve` and `LabelMap.idOf`: the state, the label, the cells, the state again. */
export function readRow(name: string, row: number, { ids, units }: Extent, reading: Reading = {}): Program {
  const id = (registers: Registers): number => registers.get(`${name} id`);
  const unit = (registers: Registers): number => registers.get(`${name} start`);
  const label = [
    load(`${name} id`, `row ${row} label 0`),
    load(`${name} start`, dependent(name, ['id'], ids, (each) => `value ${each} start`, id)),
    load(`${name} length`, dependent(name, ['id'], ids, (each) => `value ${each} length`, id)),
    load(`${name} first word`, dependent(name, ['start'], units, (each) => `word ${each}`, unit)),
    load(`${name} second word`, dependent(name, ['start'], units, (each) => `word ${each + 1}`, unit)),
  ];
  const cells = [load(`${name} cell 0`, `row ${row} cell 0`), load(`${name} cell 1`, `row ${row} cell 1`)];
  return [
    { kind: 'atomic load', to: `${name} state`, place: `row ${row} state` },
    ...(reading.parts === 'cells' ? [] : label),
    ...(reading.parts === 'label' ? [] : cells),
    ...fence(name, reading),
    { kind: 'atomic load', to: `${name} state again`, place: `row ${row} state` },
  ];
}

/** `FamilyReader.contributePage`, for one row: states and cells are copied plainly, with a fence after each. */
export function readBatch(name: string, row: number, reading: Reading = {}): Program {
  return [
    load(`${name} state`, `row ${row} state`),
    ...fence(`${name} first`, reading),
    load(`${name} cell 0`, `row ${row} cell 0`),
    load(`${name} cell 1`, `row ${row} cell 1`),
    ...fence(`${name} second`, reading),
    load(`${name} state again`, `row ${row} state`),
  ];
}

/** `FamilyReader.contributeRow` with a chain, as far as its first block; cell 1 says where that is. */
export function readChain(name: string, row: number, { blocks = [] }: Extent, reading: Reading = {}): Program {
  const part = (what: string): Dependent => dependent(name, ['chain'], blocks, (block) => `block ${block} ${what}`, (registers) => registers.get(`${name} chain`) - 1);
  return [
    { kind: 'atomic load', to: `${name} state`, place: `row ${row} state` },
    load(`${name} chain`, `row ${row} cell 1`),
    load(`${name} key`, part('key')),
    load(`${name} next`, part('next')),
    load(`${name} count`, part('cell 0')),
    ...fence(name, reading),
    { kind: 'atomic load', to: `${name} state again`, place: `row ${row} state` },
  ];
}

/** `clearedRows` */
export function readCleared(name: string): Program {
  const all: readonly (readonly [string, number])[] = [['version', clearedVersion], ['start', clearedStart], ['end', clearedEnd], ['version again', clearedVersion]];
  return all.map(([to, at]) => ({ kind: 'atomic load', to: `${name} ${to}`, place: `cleared ${['version', 'start', 'end'][at]!}` }));
}

// What a reader makes of it.

/** What it can come to: the number of a series, or one of these. */
export const nothing = 0;
export const again = -1;
export const faults = {
  'a label that nobody has': -2,
  'the label of another series': -3,
  'the cells of another series': -4,
  'a chain that never was': -5,
  'a counter that fell': -6,
  'what was cleared, once more': -7,
  'nothing where a series stands': -8,
} as const;

/** A conclusion in words; {@link faults} begin with "bad". */
export function inWords(conclusion: number): string {
  if (conclusion === nothing) return 'nothing';
  if (conclusion === again) return 'again';
  return Object.entries(faults).find(([, number]) => number === conclusion)?.[0].replace(/^/, 'bad: ') ?? String(conclusion);
}

/** The series of a row as they are in truth, by their numbers: the label, and what the cells have ever been. */
export type Truth = Readonly<Record<number, { readonly label: string; readonly cells: readonly [readonly number[], readonly number[]] }>>;

/** The number of the series that a reader takes what it has read for. */
export function acceptedLife(registers: Registers, name: string, { looksAgain = true }: Reading = {}): number {
  const before = registers.get(`${name} state`);
  if (before === 0 || (before & kindMask) === dead) return nothing;
  if (looksAgain && registers.get(`${name} state again`) !== before) return again;
  return (before & kindMask) === live ? lifeOf(before) : again;
}

/** The label value that was read. */
export function labelOf(registers: Registers, name: string): string {
  const length = registers.get(`${name} length`);
  const words = [registers.get(`${name} first word`), registers.get(`${name} second word`)];
  return [length, ...words].some(Number.isNaN) ? 'none' : new TextDecoder().decode(new Uint8Array(Int32Array.from(words).buffer, 0, Math.min(8, length >>> 1)));
}

/** Ends the reading of a row: what it is taken for, and whether that is true. */
export function judgeRow(name: string, truth: Truth, reading: Reading = {}): Access {
  const as = (registers: Registers): number => {
    const life = acceptedLife(registers, name, reading);
    if (life <= 0) return life;
    const label = reading.parts === 'cells' ? undefined : labelOf(registers, name);
    if (label !== undefined && label !== truth[life]!.label) return faults[Object.values(truth).some((series) => series.label === label) ? 'the label of another series' : 'a label that nobody has'];
    const isOwn = reading.parts === 'label' || truth[life]!.cells.every((values, cell) => values.includes(registers.get(`${name} cell ${cell}`)));
    return isOwn ? life : faults['the cells of another series'];
  };
  return { kind: 'conclude', to: name, as };
}

/** Ends the reading of a chain: whether its first block is one of those that were ever there, as `key:count`, `none` for no block. */
export function judgeChain(name: string, truth: readonly string[], reading: Reading = {}): Access {
  const as = (registers: Registers): number => {
    const life = acceptedLife(registers, name, reading);
    if (life <= 0) return life;
    const seen = registers.get(`${name} chain`) === 0 ? 'none' : `${registers.get(`${name} key`)}:${registers.get(`${name} count`)}`;
    return truth.includes(seen) ? life : faults['a chain that never was'];
  };
  return { kind: 'conclude', to: name, as };
}

/** Two passes over the cells of a row: whether what counts has fallen while the series was the same. */
export function readTwice(read: (name: string) => Program): Program {
  const first = (registers: Registers): number => {
    const life = acceptedLife(registers, 'first');
    return life <= 0 ? life : life * 100 + registers.get('first cell 0');
  };
  const second = (registers: Registers): number => {
    const life = acceptedLife(registers, 'second');
    const before = registers.get('first');
    if (life <= 0) return life;
    return Math.floor(before / 100) === life && registers.get('second cell 0') < before % 100 ? faults['a counter that fell'] : life;
  };
  return [...read('first'), { kind: 'conclude', to: 'first', as: first }, ...read('second'), { kind: 'conclude', to: 'second', as: second }];
}

/** How a reader heeds what was cleared: as it should, or not whether what it reads of it belongs together, or not at all. */
export type Heeding = 'whole' | 'torn' | 'none';

/** Two passes over rows whose first series are cleared and whose second ones come after that. Of each pass: which series it shows, as bits. */
export function readClearedTwice(rows: readonly number[], heeding: Heeding): Program {
  const pass = (name: string): Program => [...readCleared(name), ...rows.map((row): Access => ({ kind: 'atomic load', to: `${name} ${row}`, place: `row ${row} state` }))];
  const shownIn = (registers: Registers, name: string): number => {
    const [version, start, end] = [registers.get(`${name} version`), registers.get(`${name} start`), registers.get(`${name} end`)];
    if (heeding === 'whole' && ((version & 1) !== 0 || registers.get(`${name} version again`) !== version)) return again;
    return rows.reduce((bits, row) => {
      const now = registers.get(`${name} ${row}`);
      const isShown = now !== 0 && (now & kindMask) === live && !(heeding !== 'none' && row >= start && row < end);
      return isShown ? bits | seriesBit(row, lifeOf(now)) : bits;
    }, 0);
  };
  const second = (registers: Registers): number => {
    const [before, now] = [registers.get('first'), shownIn(registers, 'second')];
    if (before === again || now === again) return now;
    const isNew = (bits: number): boolean => rows.some((row) => (bits & seriesBit(row, 2)) !== 0);
    for (const row of rows) {
      if ((now & seriesBit(row, 1)) !== 0 && ((before & seriesBit(row, 1)) === 0 || isNew(before))) return faults['what was cleared, once more'];
      if ((before & seriesBit(row, 2)) !== 0 && (now & seriesBit(row, 2)) === 0) return faults['nothing where a series stands'];
    }
    return now;
  };
  return [...pass('first'), { kind: 'conclude', to: 'first', as: (registers) => shownIn(registers, 'first') }, ...pass('second'), { kind: 'conclude', to: 'second', as: second }];
}

/** The bit of the first or the second series of a row. */
export function seriesBit(row: number, life: number): number {
  return 1 << (2 * row + life - 1);
}
