import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Histogram } from '../../src/instruments/histogram.js';
import { Summary } from '../../src/instruments/summary.js';
import type { FamilyView } from '../../src/store/family-view.js';
import type { BlockPages } from '../../src/store/block-arena.js';
import { readNativePages } from '../../src/store/native-chains.js';
import { RowStates, kindMask, live } from '../../src/store/row-states.js';
import { readSamples, readSketch } from '../../src/store/window-reader.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';
import { Replay, rewind, tapeLength, tapedAtomics } from '../support/tape.js';

vi.mock('../../src/platform/memory.js', async (importOriginal) => {
  const [memory, { taped }] = await Promise.all([importOriginal<typeof import('../../src/platform/memory.js')>(), import('../support/tape.js')]);
  return { ...memory, allocateFloat64: (length: number) => taped(memory.allocateFloat64(length)), allocateInt32: (length: number) => taped(memory.allocateInt32(length)) };
});

beforeEach(() => {
  vi.spyOn(Atomics, 'store').mockImplementation(tapedAtomics.store as typeof Atomics.store);
  vi.spyOn(Atomics, 'load').mockImplementation(tapedAtomics.load as typeof Atomics.load);
});
afterEach(() => void vi.restoreAllMocks());

/** What a reader finds of one row: counts that only rise as long as the row's state stays, by name. */
type Counts = ReadonlyMap<string, number>;

/** The pages of an instrument and how to read a row of it. */
interface Subject {
  readonly view: FamilyView;
  readonly blocks: BlockPages;
  read(cells: Float64Array, base: number, pages: BlockPages): Counts | undefined;
}

const labels = ['a', 'b', 'c'] as const;
const command = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('observe' as const), x: fc.constantFrom(...labels), value: fc.oneof(fc.integer({ min: -900, max: 900 }).map((power) => 2 ** (power / 100)), fc.constantFrom(0, -1, -300)) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 5, 12, 60) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), x: fc.constantFrom(...labels) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;
/** How far the writer gets between two looks of the reader. */
const pace = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) }), { minLength: 1, maxLength: 40 });
const reads = fc.array(fc.record({ start: fc.nat(999).map((place) => place / 1000), row: fc.nat(2), pace }), { minLength: 20, maxLength: 40 });

/** Does to an instrument what the commands say; the tape notes it. @returns after how many stores each command was done */
function run(instrument: Summary<readonly ['x']> | Histogram<readonly ['x']>, clock: FakeClock, commands: readonly Command[]): number[] {
  return commands.map((step) => {
    switch (step.do) {
      case 'observe':
        instrument.observe({ x: step.x }, step.value);
        break;
      case 'pass':
        clock.advance(step.seconds);
        // A collection, by which windows forget.
        for (const cursor = instrument.view().cursor(); cursor.next(); );
        break;
      case 'remove':
        instrument.remove(step.x);
        break;
      default:
        instrument[step.do]();
    }
    return tapeLength();
  });
}

function rowState({ view: { table } }: Subject, row: number, page: <P extends Float64Array | Int32Array>(page: P) => P): number {
  const { column } = table.states;
  return column.pages.length === 0 ? 0 : page(column.page(row))[column.base(row)]!;
}

function isCleared({ view: { table } }: Subject, row: number, replay: Replay): boolean {
  const [version, start, end] = replay.page(table.states.cleared) as unknown as [number, number, number];
  return version % 2 === 1 || (row >= start && row < end);
}

/** What is there at one moment; undefined where readers are told to look away, by the row's own state or also because the table was cleared. */
function momentOf(subject: Subject, row: number, replay: Replay, byStateAlone = false): Counts | undefined {
  const page = <P extends Float64Array | Int32Array>(one: P): P => replay.page(one);
  const state = rowState(subject, row, page);
  if (state === 0 || (state & kindMask) !== live || (!byStateAlone && isCleared(subject, row, replay))) return undefined;
  const { cells } = subject.view.table;
  const found = subject.read(page(cells.page(row)), cells.base(row), { cells: subject.blocks.cells.map(page), links: subject.blocks.links.map(page) });
  if (found === undefined) throw new Error(`row ${row} is live, but cannot be read`);
  return found;
}

/**
 * Reads a row while the writer goes on.
 *
 * @param validates whether it asks for the row's state afterwards
 * @returns a sentence for what is wrong with what it found
 */
function readSlowly(subject: Subject, row: number, start: number, steps: readonly number[], validates: boolean): string | undefined {
  const replay = new Replay(start);
  const { cells } = subject.view.table;
  const atOnce = <P extends Float64Array | Int32Array>(one: P): P => replay.page(one);
  const state = rowState(subject, row, atOnce);
  if (state === 0 || (state & kindMask) !== live || isCleared(subject, row, replay)) return undefined;
  let looks = 0;
  const page = <P extends Float64Array | Int32Array>(one: P): P => replay.slowPage(one, () => steps[looks++ % steps.length]!);
  const found = subject.read(page(cells.page(row)), cells.base(row), { cells: subject.blocks.cells.map(page), links: subject.blocks.links.map(page) });
  if (validates && rowState(subject, row, atOnce) !== state) return undefined;
  if (found === undefined) return 'it could not be read, though nothing has changed';
  const before = momentOf(subject, row, new Replay(start)) ?? new Map<string, number>();
  const after = momentOf(subject, row, replay, true) ?? new Map<string, number>();
  for (const [name, count] of found) {
    if (count > (after.get(name) ?? 0)) return `${name} is ${count}, and was ${after.get(name)} only afterwards`;
    if (count < (before.get(name) ?? 0)) return `${name} is ${count}, and was ${before.get(name)} before`;
  }
  for (const [name, count] of before) if (!found.has(name) && count > 0) return `${name} is missing, and was ${count} before`;
  return undefined;
}

function sketchSubject(clock: FakeClock): { instrument: Summary<readonly ['x']>; subject: Subject } {
  const registry = new Registry({ clock });
  const instrument = new Summary({ name: 's', help: 'S.', labelNames: ['x'], ageBuckets: 3, maxAgeSeconds: 30, relativeAccuracy: 0.3, registry });
  const view = instrument.view();
  const { window } = view;
  if (window?.kind !== 'sketch') throw new Error('no sketch');
  const read = (cells: Float64Array, base: number, pages: BlockPages): Counts | undefined => {
    const sketch = readSketch(cells, base, window, pages, NaN);
    return sketch && new Map([...sketch.buckets].map((bucket, place) => [`bucket ${bucket}`, sketch.counts[place]!]));
  };
  return { instrument, subject: { view, blocks: registry.catalog.store.blocks.pages, read } };
}

function nativeSubject(clock: FakeClock): { instrument: Histogram<readonly ['x']>; subject: Subject } {
  const registry = new Registry({ clock });
  const native = { bucketFactor: 1.5, maxBuckets: 6, maxZeroThreshold: 0.1, minResetSeconds: 20 };
  const instrument = new Histogram({ name: 'h', help: 'H.', labelNames: ['x'], native, registry });
  const view = instrument.view();
  const read = (cells: Float64Array, base: number, pages: BlockPages): Counts | undefined => {
    const found = readNativePages(cells, base + view.native!.cell, pages);
    if (found === undefined) return undefined;
    const side = (name: string, buckets: typeof found.positive): [string, number][] => buckets.map(({ index, count }) => [`${name} ${index} of schema ${found.schema} beyond ${found.zeroThreshold}`, count]);
    return new Map([['zero', found.zeroCount], ...side('positive', found.positive), ...side('negative', found.negative)]);
  };
  return { instrument, subject: { view, blocks: registry.catalog.store.blocks.pages, read } };
}

function sampleSubject(clock: FakeClock): { instrument: Summary<readonly ['x']>; subject: Subject } {
  const registry = new Registry({ clock });
  // More than any series will have: a place that is written to again changes under a reader, and is looked at apart.
  const instrument = new Summary({ name: 's', help: 'S.', labelNames: ['x'], maxSamples: 200, registry });
  const view = instrument.view();
  const { window } = view;
  if (window?.kind !== 'samples') throw new Error('no samples');
  const read = (cells: Float64Array, base: number, pages: BlockPages): Counts | undefined => {
    const values = readSamples(cells, base, window, pages, NaN);
    if (values === undefined) return undefined;
    const counts = new Map<string, number>();
    for (const value of values) counts.set(`value ${value}`, (counts.get(`value ${value}`) ?? 0) + 1);
    return counts;
  };
  return { instrument, subject: { view, blocks: registry.catalog.store.blocks.pages, read } };
}

const totalOf = (counts: Counts | undefined): number | undefined => counts && [...counts.values()].reduce((sum, count) => sum + count, 0);

describe.each([
  ['a sketch', sketchSubject],
  ['samples', sampleSubject],
  ['native buckets', nativeSubject],
] as const)('A reader of %s in another thread', (_name, make) => {
  test('Between any two stores of the writer it finds what was there before a recording or is after it, or is told to look away.', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40, size: 'max' }), (commands) => {
        rewind();
        const clock = new FakeClock();
        const { instrument, subject } = make(clock);
        const first = tapeLength();
        const ends = run(instrument, clock, commands);
        for (const row of [0, 1, 2]) {
          if (subject.view.table.states.column.pages.length === 0) return;
          const replay = new Replay(first);
          let before = totalOf(momentOf(subject, row, replay));
          for (const end of ends) {
            const totals: (number | undefined)[] = [];
            while (replay.time < end) {
              replay.advance(replay.time + 1);
              totals.push(totalOf(momentOf(subject, row, replay)));
            }
            const after = totalOf(momentOf(subject, row, replay));
            // A series that is made, or that begins anew because of what was just recorded, is empty at first.
            const allowed = [before, after, undefined, (before ?? 0) + 1, ...(before === undefined || after === 1 ? [0] : [])];
            for (const total of totals) expect(allowed).toContain(total);
            if (after !== undefined && before !== undefined && after > before) expect(after).toBe(before + 1);
            before = after;
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  const findsFault = (validates: boolean): ((commands: readonly Command[], all: readonly { start: number; row: number; pace: number[] }[]) => string | undefined) => (commands, all) => {
    rewind();
    const clock = new FakeClock();
    const { instrument, subject } = make(clock);
    run(instrument, clock, commands);
    if (subject.view.table.states.column.pages.length === 0) return undefined;
    for (const { start, row, pace: steps } of all) {
      const fault = readSlowly(subject, row, Math.floor(start * tapeLength()), steps, validates);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };

  test('However far the writer gets while it reads, what it has validated was there.', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 10, maxLength: 60, size: 'max' }), reads, (commands, all) => {
        expect(findsFault(true)(commands, all)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test('A reader that does not validate, or a writer that does not mark what it changes, is found out.', () => {
    const trials = fc.sample(fc.tuple(fc.array(command, { minLength: 30, maxLength: 60, size: 'max' }), reads), { numRuns: 60, seed: 6 });
    expect(trials.some(([commands, all]) => findsFault(false)(commands, all) !== undefined)).toBe(true);
    vi.spyOn(RowStates.prototype, 'change').mockReturnValue(false);
    expect(trials.some(([commands, all]) => findsFault(true)(commands, all) !== undefined)).toBe(true);
  });
});

describe('A reader of samples whose places are written to again', () => {
  test('It misses none but the oldest ones, and finds none that was not among the latest while it read.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 80 }), fc.array(fc.record({ start: fc.nat(999), pace }), { minLength: 1, maxLength: 10 }), (places, observed, all) => {
        rewind();
        const registry = new Registry({ clock: new FakeClock() });
        const summary = new Summary({ name: 's', help: 'S.', maxSamples: places, registry });
        const ends = Array.from({ length: observed }, (_, number) => {
          summary.observe(number);
          return tapeLength();
        });
        const { table, window } = summary.view();
        if (window?.kind !== 'samples') throw new Error('no samples');
        const blocks = registry.catalog.store.blocks.pages;
        for (const { start, pace: steps } of all) {
          const replay = new Replay(Math.floor((start / 1000) * tapeLength()));
          // How many were recorded before, and when it is done, one that is being recorded included.
          const before = ends.filter((end) => end <= replay.time).length;
          const state = replay.page(table.states.column.page(0))[0]!;
          let looks = 0;
          const page = <P extends Float64Array | Int32Array>(one: P): P => replay.slowPage(one, () => steps[looks++ % steps.length]!);
          const values = readSamples(page(table.cells.page(0)), 0, window, { cells: blocks.cells.map(page), links: blocks.links.map(page) }, NaN);
          if (state === 0 || (state & kindMask) !== live || replay.page(table.states.column.page(0))[0] !== state) continue;
          const after = ends.filter((end) => end <= replay.time).length;
          for (let number = Math.max(0, after + 1 - places); number < before; number++) expect(values).toContain(number);
          for (const value of values!) expect(value >= before - places && value <= after).toBe(true);
          expect(new Set(values).size).toBe(values!.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
