import { describe, expect, test } from 'vitest';
import { type Access, type Machine, type Place, type Program, explore, totalStoreOrder, weak } from './explorer.js';
import { clearedAndFilled, freeBlock, insert, intern, publish, rebuilt, record, release, retire, state, store, takeBlock, wordsOf, zero } from './protocol.js';
import { type Extent, type Heeding, type Reading, type Truth, again, inWords, judgeChain, judgeRow, readBatch, readChain, readClearedTwice, readRow, readTwice, seriesBit } from './reading.js';

/** What a writer does, and what stands there before. */
interface Scene {
  readonly writer: Program;
  readonly initially: Readonly<Record<Place, number>>;
}

const [red, blue] = ['red-red-', 'blueblue'];
const extent: Extent = { ids: [1], units: [1], blocks: [0] };

/** A row with a series that has counted. */
function standing(row: number, [first, second]: readonly [number, number]): Readonly<Record<Place, number>> {
  return { [`row ${row} state`]: state(1), [`row ${row} label 0`]: 1, [`row ${row} cell 0`]: first, [`row ${row} cell 1`]: second };
}

const redThere = { 'value 1 start': 1, 'value 1 length': red.length << 1, 'word 1': wordsOf(red)[0], 'word 2': wordsOf(red)[1] };

const fresh: Scene = { writer: [...intern(1, 1, blue), ...insert(0, 1, 1), ...record(0, 0, 1, 2), ...record(0, 1, 1)], initially: {} };
const freshTruth: Truth = { 1: { label: blue, cells: [[0, 1, 2], [0, 1]] } };

const reused: Scene = {
  writer: [...release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }), ...intern(1, 1, blue), ...insert(0, 2, 1), ...record(0, 0, 1, 2), ...record(0, 1, 1)],
  initially: { ...redThere, ...standing(0, [5, 7]) },
};
const reusedTruth: Truth = { 1: { label: red, cells: [[5], [7]] }, 2: { label: blue, cells: [[0, 1, 2], [0, 1]] } };

/** Explores the reading of row 0. */
function ends(machine: Machine, { writer, initially }: Scene, reader: Program): readonly string[] {
  return explore(machine, writer, reader, initially, inWords).ends;
}

function rowOnce(truth: Truth, reading: Reading = {}): Program {
  return [...readRow('row', 0, extent, reading), judgeRow('row', truth, reading)];
}

function batchOnce(truth: Truth, reading: Reading = {}): Program {
  const cells: Reading = { ...reading, parts: 'cells' };
  return [...readBatch('row', 0, reading), judgeRow('row', truth, cells)];
}

const isBad = (end: string): boolean => end.includes('bad');

describe('The explorer', () => {
  const message: Scene = { writer: [store('text', 1), { kind: 'atomic store', place: 'flag', value: 1 }], initially: {} };
  const listener = (kind: 'load' | 'atomic load'): Program => [
    { kind, to: 'flag', place: 'flag' },
    { kind: 'load', to: 'text', place: 'text' },
    { kind: 'conclude', to: 'end', as: (registers) => registers.get('flag') * 10 + registers.get('text') },
  ];
  const seen = (machine: Machine, writer: Program, reader: Program) => explore(machine, writer, reader, {}, String).ends;

  test('It finds that a message is complete with atomic accesses, and not without them on ARMv8.', () => {
    expect(seen(weak, message.writer, listener('atomic load'))).toEqual(['0', '1', '11']);
    expect(seen(weak, message.writer, listener('load'))).toEqual(['0', '1', '10', '11']);
    expect(seen(weak, plain(message.writer), listener('atomic load'))).toEqual(['0', '1', '10', '11']);
    expect(seen(totalStoreOrder, plain(message.writer), listener('load'))).toEqual(['0', '1', '11']);
  });

  test('It lets plain stores pass an atomic one before them, unless an atomic load stands between.', () => {
    const flagFirst: Program = [{ kind: 'atomic store', place: 'flag', value: 1 }, store('text', 1)];
    const textFirst: Program = [{ kind: 'atomic load', to: 'text', place: 'text' }, { kind: 'atomic load', to: 'flag', place: 'flag' }, { kind: 'conclude', to: 'end', as: (registers) => registers.get('text') * 10 + registers.get('flag') }];
    expect(seen(weak, flagFirst, textFirst)).toEqual(['0', '1', '10', '11']);
    expect(seen(weak, [flagFirst[0]!, { kind: 'atomic load', to: 'flag', place: 'flag' }, flagFirst[1]!], textFirst)).toEqual(['0', '1', '11']);
    expect(seen(totalStoreOrder, flagFirst, textFirst)).toEqual(['0', '1', '11']);
  });

  test('It never lets one place run backwards, and takes an address for known before what stands there.', () => {
    const twice: Program = [{ kind: 'load', to: 'one', place: 'text' }, { kind: 'load', to: 'two', place: 'text' }, { kind: 'conclude', to: 'end', as: (registers) => registers.get('one') * 10 + registers.get('two') }];
    expect(seen(weak, [store('text', 1), store('text', 2)], twice)).toEqual(['0', '1', '11', '12', '2', '22']);
    const pointed: Program = [
      { kind: 'load', to: 'pointer', place: 'flag' },
      { kind: 'load', to: 'text', place: { of: ['pointer'], among: ['text', 'other'], choose: (registers) => (registers.get('pointer') === 1 ? 'text' : 'other') } },
      { kind: 'conclude', to: 'end', as: (registers) => registers.get('pointer') * 10 + registers.get('text') },
    ];
    expect(seen(weak, message.writer, pointed)).toEqual(['0', '11']);
  });
});

/** The same with plain stores in place of atomic ones. */
function plain(program: Program): Program {
  return program.map((access) => (access.kind === 'atomic store' ? store(access.place, access.value) : access));
}

function without(program: Program, isLeftOut: (access: Access) => boolean): Program {
  return program.filter((access) => !isLeftOut(access));
}

/** The same with every row published before anything of it is written. */
function publishedFirst(program: Program): Program {
  const isPublication = (access: Access): boolean => access.kind === 'atomic store' && (access.value & 3) === 0;
  const marked = program.map(({ kind }) => kind).lastIndexOf('atomic load');
  return [...program.slice(0, marked + 1), ...program.filter((access, at) => at > marked && isPublication(access)), ...program.filter((access, at) => at > marked && !isPublication(access))];
}

const isMark = (access: Access): boolean => access.kind === 'atomic load' || (access.kind === 'atomic store' && (access.value & 3) !== 0);

describe('A row that is published', () => {
  test.each([['on ARMv8', weak], ['on x86-64', totalStoreOrder]])('A new one is not there or complete, %s.', (_name, machine) => {
    expect(ends(machine, fresh, rowOnce(freshTruth))).toEqual(['1', 'nothing']);
    expect(ends(machine, fresh, batchOnce(freshTruth))).toEqual(['1', 'nothing']);
  });

  test.each([['on ARMv8', weak], ['on x86-64', totalStoreOrder]])('One that is used again is the old series, the new one, or known to be neither, %s.', (_name, machine) => {
    expect(ends(machine, reused, rowOnce(reusedTruth))).toEqual(['1', '2', 'again', 'nothing']);
    expect(ends(machine, reused, batchOnce(reusedTruth))).toEqual(['1', '2', 'again', 'nothing']);
  });

  test.each<readonly [string, Scene, Program]>([
    ['a new row is published before it is written', { ...fresh, writer: publishedFirst(fresh.writer) }, rowOnce(freshTruth)],
    ['a row that is used again is published before it is written', { ...reused, writer: publishedFirst(reused.writer) }, rowOnce(reusedTruth)],
    ['a row is published by a plain store', { ...fresh, writer: plain(fresh.writer) }, rowOnce(freshTruth)],
    ['a row is not marked before it is used again', { ...reused, writer: without(reused.writer, isMark) }, rowOnce(reusedTruth)],
    ['a row is marked without a load after it', { ...reused, writer: without(reused.writer, ({ kind }) => kind === 'atomic load') }, rowOnce(reusedTruth)],
    ['a reader does not look again', reused, rowOnce(reusedTruth, { looksAgain: false })],
    ['a reader looks again without a fence before it', reused, rowOnce(reusedTruth, { fence: 'none' })],
    ['a reader of many rows does not look again', reused, batchOnce(reusedTruth, { looksAgain: false })],
    ['a reader of many rows has no fences', reused, batchOnce(reusedTruth, { fence: 'none' })],
    ['a reader of many rows has half fences', reused, batchOnce(reusedTruth, { fence: 'store only' })],
  ])('It is seen in a state that it never had where %s.', (_what, scene, reader) => {
    expect(ends(weak, scene, reader).filter(isBad)).not.toEqual([]);
  });

  test('What it would come to is a label that nobody has, one of another series, or cells of another.', () => {
    const unmarked = ends(weak, { ...reused, writer: without(reused.writer, isMark) }, rowOnce(reusedTruth));
    expect(unmarked.filter(isBad)).toEqual(['bad: a label that nobody has', 'bad: the cells of another series', 'bad: the label of another series']);
  });

  test('On x86-64 neither the load after a mark nor the fence would be needed; the second look, the mark and the order would.', () => {
    const bad = (scene: Scene, reader: Program): boolean => ends(totalStoreOrder, scene, reader).some(isBad);
    expect(bad({ ...reused, writer: without(reused.writer, ({ kind }) => kind === 'atomic load') }, rowOnce(reusedTruth))).toBe(false);
    expect(bad(reused, rowOnce(reusedTruth, { fence: 'none' }))).toBe(false);
    expect(bad(reused, rowOnce(reusedTruth, { looksAgain: false }))).toBe(true);
    expect(bad({ ...reused, writer: without(reused.writer, isMark) }, rowOnce(reusedTruth))).toBe(true);
    expect(bad({ ...fresh, writer: publishedFirst(fresh.writer) }, rowOnce(freshTruth))).toBe(true);
    expect(bad({ ...fresh, writer: plain(fresh.writer) }, rowOnce(freshTruth))).toBe(false);
  });

  test('Between two atomic loads the store of a fence alone would do.', () => {
    expect(ends(weak, reused, rowOnce(reusedTruth, { fence: 'store only' })).filter(isBad)).toEqual([]);
  });
});

/** As {@link reused}, but what is new stands in a row of another metric, which is called row 1. */
const handedOn: Scene = {
  writer: [...release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }), ...intern(1, 1, blue), ...insert(1, 1, 1), ...record(1, 0, 1)],
  initially: reused.initially,
};

describe('A label value', () => {
  const both: Program = [
    ...readRow('old', 0, extent), judgeRow('old', { 1: { label: red, cells: [[5], [7]] } }),
    ...readRow('new', 1, extent), judgeRow('new', { 1: { label: blue, cells: [[0, 1], [0]] } }),
  ];

  test('When its bytes and its integer are handed on to a series elsewhere, neither series is seen with what belongs to the other.', () => {
    expect(ends(weak, handedOn, both)).toEqual(['1 1', '1 nothing', 'again 1', 'again nothing', 'nothing 1', 'nothing nothing']);
  });

  test('The old series would be seen with the new one\'s bytes if its row were not marked first, or without a load after that.', () => {
    const old: Program = [...readRow('old', 0, extent, { parts: 'label' }), judgeRow('old', { 1: { label: red, cells: [[], []] } }, { parts: 'label' })];
    for (const isLeftOut of [isMark, ({ kind }: Access) => kind === 'atomic load']) {
      expect(ends(weak, { ...handedOn, writer: without(handedOn.writer, isLeftOut) }, old)).toContain('bad: a label that nobody has');
    }
  });
});

describe('What counts, pass by pass', () => {
  const counting: Scene = { writer: [...record(0, 0, 6, 7), ...release(0, 1, { unit: 1, nextUnit: 0, nextRow: -1 }), ...insert(0, 2, 1), ...record(0, 0, 1)], initially: reused.initially };
  const byRow = (reading: Reading = {}): Program => readTwice((name) => readRow(name, 0, extent, { parts: 'cells', ...reading }));

  test('It never falls from one pass to the next while the series is the same.', () => {
    for (const reader of [byRow(), readTwice((name) => readBatch(name, 0))]) {
      const passes = ends(weak, counting, reader);
      expect(passes.filter(isBad)).toEqual([]);
      expect(passes.some((end) => end.endsWith(' 1')) && passes.some((end) => end.endsWith(' 2'))).toBe(true);
    }
  });

  test('It would fall if a series were set to 0 before its row is marked.', () => {
    const [first, second] = retire(0, 1) as [Access, Access];
    const late: Scene = { ...counting, writer: [...record(0, 0, 6, 7), ...zero(0), first, second, ...insert(0, 2, 1)] };
    expect(ends(weak, late, byRow()).filter(isBad)).not.toEqual([]);
    expect(ends(totalStoreOrder, late, byRow()).filter(isBad)).not.toEqual([]);
  });

  test('A series that goes out of sight, is set back and comes again is the old one or the new one.', () => {
    const truth: Truth = { 1: { label: red, cells: [[5], [7]] }, 2: { label: red, cells: [[1], [0]] } };
    const hidden: Scene = { writer: [...retire(0, 1), ...zero(0), ...record(0, 0, 1), ...publish(0, 2)], initially: reused.initially };
    expect(ends(weak, hidden, rowOnce(truth))).toEqual(['1', '2', 'again', 'nothing']);
    const late: Scene = { ...hidden, writer: [...zero(0), ...retire(0, 1), ...record(0, 0, 1), ...publish(0, 2)] };
    expect(ends(weak, late, rowOnce(truth))).toContain('bad: the cells of another series');
  });
});

/** A chain of one block that becomes another one, as when native buckets are made coarser. */
const rebuilding: Scene = {
  writer: [
    ...rebuilt(0, 1, 1, [...freeBlock(0, -1), store('row 0 cell 1', 0), ...takeBlock(0, 1, -1), store('row 0 cell 1', 1), store('block 0 cell 0', 5)]),
    store('block 0 cell 0', 6),
  ],
  initially: { ...standing(0, [0, 1]), 'block 0 key': 3, 'block 0 next': -1, 'block 0 cell 0': 5 },
};
/** A block that one series gives back and another one takes. */
const movingOn: Scene = {
  writer: [...rebuilt(0, 1, 1, [...freeBlock(0, -1), store('row 0 cell 1', 0)]), ...takeBlock(0, 9, -1), ...rebuilt(1, 1, 1, [store('row 1 cell 1', 1)]), store('block 0 cell 0', 1)],
  initially: { ...rebuilding.initially, 'row 1 state': state(1) },
};

describe('What the cells of a row lead to', () => {
  const chain = (truth: readonly string[], reading: Reading = {}): Program => [...readChain('row', 0, extent, reading), judgeChain('row', truth, reading)];
  const scenes = [['is rebuilt', rebuilding, ['3:5', '1:5', '1:6']], ['is given to another row', movingOn, ['3:5', 'none']]] as const;

  test.each(scenes)('When it %s, a reader sees it as it was, as it is, or knows that it must read again.', (_what, scene, truth) => {
    expect(ends(weak, scene, chain(truth))).toEqual(['1', 'again']);
    expect(ends(totalStoreOrder, scene, chain(truth))).toEqual(['1', 'again']);
  });

  test.each(scenes)('When it %s, it would be seen as it never was if the row were not marked or without a load after that, and by a reader without a second look or a fence.', (_what, scene, truth) => {
    // What a writer that marks nothing leaves of a change: the stores alone.
    const unmarked: Scene = { ...scene, writer: without(scene.writer, ({ kind }) => kind !== 'store') };
    const unloaded: Scene = { ...scene, writer: without(scene.writer, ({ kind }) => kind === 'atomic load') };
    for (const [some, reader] of [[unmarked, chain(truth)], [unloaded, chain(truth)], [scene, chain(truth, { looksAgain: false })], [scene, chain(truth, { fence: 'none' })]] as const) {
      expect(ends(weak, some, reader)).toContain('bad: a chain that never was');
    }
    expect(ends(totalStoreOrder, unmarked, chain(truth))).toContain('bad: a chain that never was');
    expect(ends(totalStoreOrder, unloaded, chain(truth)).filter(isBad)).toEqual([]);
  });
});

/** A table of three rows is cleared; two series are made anew, and each time some of the rows are freed before. */
const clearing: Scene = {
  writer: clearedAndFilled,
  initially: { 'row 0 state': state(1), 'row 1 state': state(1), 'row 2 state': state(1) },
};

describe('A table that is cleared', () => {
  const rows = [0, 1, 2];
  const passes = (writer: Program, heeding: Heeding = 'whole', machine = weak) => explore(machine, writer, readClearedTwice(rows, heeding), clearing.initially, (bits) => (bits < again ? inWords(bits) : String(bits))).ends;
  const all = rows.reduce((bits, row) => bits | seriesBit(row, 1), 0);
  const newcomers = seriesBit(1, 2) | seriesBit(2, 2);

  test('What has gone in one pass does not come again in the next, and what has come does not go.', () => {
    const seen = passes(clearing.writer);
    expect(seen.filter(isBad)).toEqual([]);
    expect(seen).toEqual(expect.arrayContaining([`${all} ${all}`, `${all} 0`, `0 ${seriesBit(1, 2)}`, `${seriesBit(1, 2)} ${newcomers}`, `${newcomers} ${newcomers}`]));
  });

  test('A pass during which it is cleared may show some of the old series beside new ones, and none of the old ones is in the next.', () => {
    const mixed = seriesBit(2, 1) | seriesBit(1, 2);
    const after = passes(clearing.writer).filter((end) => end.startsWith(`${mixed} `));
    expect(after.length).toBeGreaterThan(0);
    expect(after.every((end) => (Number(end.split(' ')[1]) & all) === 0 || end.endsWith(' -1'))).toBe(true);
  });

  test.each([
    ['a reader does not heed it', clearing.writer, 'none'],
    ['a reader takes one half of what is cleared from before and one from after', clearing.writer, 'torn'],
    ['rows are said to be freed before they are marked', freedFirst(clearing.writer), 'whole'],
  ] as const)('What was cleared would come again, or what is new go, where %s.', (_what, writer, heeding) => {
    for (const machine of [weak, totalStoreOrder]) expect(passes(writer, heeding, machine).filter(isBad)).not.toEqual([]);
  });
});

/** The same with the range shortened before the rows at its beginning are released. */
function freedFirst(program: Program): Program {
  const second = program.findIndex((access) => access.kind === 'atomic store' && access.place === 'cleared version' && access.value === 3);
  const first = program.findIndex((access) => access.kind === 'atomic store' && access.place === 'row 0 state');
  return [...program.slice(0, first), ...program.slice(second, second + 4), ...program.slice(first, second), ...program.slice(second + 4)];
}
