import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Registry } from '../../src/registry/registry.js';
import type { FamilyShape, WindowPlace } from '../../src/model/shape.js';
import { negativeChainCell, positiveChainCell, schemaCell, zeroThresholdCell } from '../../src/model/layout.js';
import { shapeOf } from '../../src/registry/family-shape.js';
import { kindMask, lifeOf, live } from '../../src/store/row-states.js';
import { FakeClock } from '../support/fake-clock.js';
import type { Access } from './explorer.js';
import { atomicStore, store } from './protocol.js';
import { Tracing } from './tracing.js';

/**
 * Follows what a writer stores, and says where it breaks the rules that readers rely on: of a row that is live nothing is written but what it counts, and
 * that does not fall; a mark is followed by an atomic load before anything is written.
 */
class Rules {
  readonly faults: string[];
  private readonly memory: Map<string, number>;
  /** Cells that lead to blocks or say what they mean, by their place in a row. */
  private readonly leading: ReadonlySet<number>;
  private readonly chains: readonly number[];
  /** Cells of a row that only rise. */
  private readonly counts: readonly number[];
  /** Blocks hold the latest samples, which are written over one by one: of one that is read meanwhile, time and value may not go together. */
  private readonly isRing: boolean;
  private readonly most: Map<string, number>;
  private unordered: string | undefined;

  constructor(shape: FamilyShape, counts: readonly number[]) {
    const { native, window } = shape.places;
    this.faults = [];
    this.memory = new Map();
    this.chains = [...(native < 0 ? [] : [native + positiveChainCell, native + negativeChainCell]), ...chainsOf(window)];
    this.leading = new Set([...this.chains, ...(native < 0 ? [] : [native + schemaCell, native + zeroThresholdCell])]);
    this.counts = counts;
    this.isRing = window?.kind === 'samples';
    this.most = new Map();
    this.unordered = undefined;
  }

  /** @param mayFall whether the application has asked for what counts to be set back */
  follow(accesses: readonly Access[], mayFall: boolean): void {
    for (const access of accesses) {
      if (access.kind === 'atomic load') this.unordered = undefined;
      if (access.kind !== 'store' && access.kind !== 'atomic store') continue;
      if (access.kind === 'store') this.checkPlain(access.place, access.value);
      this.memory.set(access.place, access.value);
      const row = /^row (\d+) state$/.exec(access.place)?.[1];
      if (access.kind === 'store' || row === undefined) continue;
      if ((access.value & kindMask) !== live) this.unordered = access.place;
      else this.checkCounts(Number(row), mayFall);
    }
  }

  private checkPlain(place: string, value: number): void {
    if (this.unordered !== undefined) this.faults.push(`${place} is written after ${this.unordered} was marked, without a load between`);
    const [, kind, number, what] = /^(\w+) (\d+) ?(.*)$/.exec(place)!;
    const at = Number(number);
    const isCell = what!.startsWith('cell');
    switch (kind) {
      case 'row':
        if (this.isLive(at) && (!isCell || this.leading.has(Number(what!.slice(5))))) this.faults.push(`${place} is written while the row is live`);
        return;
      case 'value':
        if (this.liveRows().some((row) => this.idsOf(row).includes(at))) this.faults.push(`${place} is written while a live row carries it`);
        return;
      case 'word':
        if (this.liveRows().some((row) => this.idsOf(row).some((id) => this.covers(id, at)))) this.faults.push(`${place} is written while it is of a label value of a live row`);
        return;
      default:
        if (isCell && (value > this.valueOf(place) || this.isRing)) return;
        if (this.liveRows().some((row) => this.blocksOf(row).includes(at))) this.faults.push(`${place} is written while a live row leads to it`);
    }
  }

  private checkCounts(row: number, mayFall: boolean): void {
    for (const cell of this.counts) {
      const key = `${row} ${lifeOf(this.valueOf(`row ${row} state`))} ${cell}`;
      const value = this.valueOf(`row ${row} cell ${cell}`);
      if (!mayFall && value < (this.most.get(key) ?? 0)) this.faults.push(`row ${row} cell ${cell} has fallen while the series is the same`);
      this.most.set(key, value);
    }
  }

  private valueOf(place: string): number {
    return this.memory.get(place) ?? 0;
  }

  private isLive(row: number): boolean {
    const state = this.valueOf(`row ${row} state`);
    return state !== 0 && (state & kindMask) === live && !(row >= this.valueOf('cleared start') && row < this.valueOf('cleared end'));
  }

  private liveRows(): number[] {
    return Array.from({ length: 16 }, (_, row) => row).filter((row) => this.isLive(row));
  }

  private idsOf(row: number): number[] {
    return [0, 1].map((label) => this.valueOf(`row ${row} label ${label}`));
  }

  private covers(id: number, unit: number): boolean {
    const start = this.valueOf(`value ${id} start`);
    return unit >= start && unit < start + Math.max(1, ((this.valueOf(`value ${id} length`) >>> 1) + 3) >> 2);
  }

  private blocksOf(row: number): number[] {
    const found: number[] = [];
    for (const chain of this.chains) {
      for (let block = this.valueOf(`row ${row} cell ${chain}`) - 1; block >= 0 && found.length < 64; block = this.valueOf(`block ${block} next`)) found.push(block);
    }
    return found;
  }
}

function chainsOf(window: WindowPlace | undefined): number[] {
  if (window === undefined) return [];
  return window.kind === 'sketch' ? Array.from({ length: window.ageBuckets }, (_, i) => window.cell + 2 + i) : [window.cell + 1];
}

type Command = readonly ['record' | 'held' | 'remove' | 'clear' | 'matching' | 'reset' | 'wait' | 'collect', a: number, b: number, value: number];

const command: fc.Arbitrary<Command> = fc.tuple(
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom('record' as const, 'held' as const, 'wait' as const, 'collect' as const) }, fc.constantFrom('remove' as const, 'clear' as const, 'matching' as const, 'reset' as const)),
  fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 400 }),
);

interface Recorder {
  labels(a: string, b: string): { record(value: number): void };
  remove(a: string, b: string): boolean;
  removeMatching(labels: { a: string }): number;
  clear(): void;
  reset(): void;
}

/** An instrument of each kind, how it is recorded in, and which of its cells only rise. */
function kinds(registry: Registry) {
  const options = { help: 'Held for the test.', labelNames: ['a', 'b'] } as const;
  const observing = (instrument: ReturnType<Registry['histogram']> | ReturnType<Registry['summary']>) => ({ instrument, record: (handle: unknown, value: number) => (handle as { observe(value: number): void }).observe(value / 7) });
  return {
    counter: () => ({ instrument: registry.counter({ ...options, name: 'it_total' }), record: (handle: unknown, value: number) => (handle as { inc(amount: number): void }).inc(value), counts: [0] }),
    histogram: () => ({ ...observing(registry.histogram({ ...options, name: 'it', buckets: [1, 10] }) as never), counts: [2, 3, 4] }),
    'native histogram': () => ({ ...observing(registry.histogram({ ...options, name: 'it', buckets: [1], native: { maxBuckets: 4, bucketFactor: 1.1 } }) as never), counts: [2, 3] }),
    summary: () => ({ ...observing(registry.summary({ ...options, name: 'it', quantiles: [0.5], maxAgeSeconds: 6, ageBuckets: 3 }) as never), counts: [2] }),
    'exact summary': () => ({ ...observing(registry.summary({ ...options, name: 'it', quantiles: [0.5], maxAgeSeconds: 6, maxSamples: 16 }) as never), counts: [2] }),
  };
}

type Kind = keyof ReturnType<typeof kinds>;

/** Runs commands, and gives every rule that was broken, with the command. */
function faultsOf(kind: Kind, commands: readonly Command[]): string[] {
  const clock = new FakeClock();
  const registry = new Registry({ clock, expireAfterSeconds: 5 });
  const { labels, blocks } = registry.catalog.store;
  labels.retain(labels.intern('kept'));
  const { instrument, record, counts } = kinds(registry)[kind]();
  const { table } = instrument.keeping;
  for (const column of [table.labelIds, table.cells, table.states, blocks.cells, blocks.links]) column.reach(0);
  const tracing = new Tracing();
  try {
    tracing.watchTable(table);
    tracing.watchLabels(labels);
    tracing.watchBlocks(blocks);
    const rules = new Rules(shapeOf(instrument), counts);
    const held = new Map<string, unknown>();
    const it = instrument as unknown as Recorder;
    const faults: string[] = [];
    for (const [what, first, second, value] of commands) {
      const [a, b] = [`first-${first}`, `s${second}`];
      if (what === 'record') record(it.labels(a, b), value);
      else if (what === 'held') record(held.get(a + b) ?? held.set(a + b, it.labels(a, b)).get(a + b), value);
      else if (what === 'remove') it.remove(a, b);
      else if (what === 'clear') it.clear();
      else if (what === 'matching') it.removeMatching({ a });
      else if (what === 'reset') it.reset();
      else if (what === 'wait') clock.advance(value / 20);
      else instrument.refresh();
      rules.follow(tracing.take(), what === 'reset');
      faults.push(...rules.faults.splice(0).map((fault) => `${what}: ${fault}`));
    }
    return faults;
  } finally {
    tracing.end();
    void registry.shutdown();
  }
}

describe('What a writer does to rows that readers may look at', () => {
  test.each<Kind>(['counter', 'histogram', 'native histogram', 'summary', 'exact summary'])('Of a live row (%s) nothing is written but what it counts, whatever happens to it.', (kind) => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        expect(faultsOf(kind, commands)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('The rules', () => {
  const { instrument } = kinds(new Registry())['native histogram']();
  const shape = shapeOf(instrument);
  const chain = shape.places.native + positiveChainCell;
  /** A row that is live, whose label value 3 stands in the words 5 and 6, and which leads to the block 2. */
  const before: readonly Access[] = [
    store('row 0 label 0', 3), store('row 0 label 1', 4), store('row 0 cell 2', 9), store(`row 0 cell ${chain}`, 3), store('value 3 start', 5), store('value 3 length', 16),
    store('block 2 next', -1), atomicStore('row 0 state', 1 << 12),
  ];
  const marked: readonly Access[] = [atomicStore('row 0 state', (1 << 12) | 1), { kind: 'atomic load', to: 'state', place: 'row 0 state' }];

  function broken(...accesses: readonly Access[]): string[] {
    const rules = new Rules(shape, [2]);
    rules.follow([...before, ...accesses], false);
    return rules.faults;
  }

  test.each<readonly [string, readonly Access[]]>([
    ['a label', [store('row 0 label 1', 5)]],
    ['where a chain begins', [store(`row 0 cell ${chain}`, 4)]],
    ['the table of a label value', [store('value 3 length', 8)]],
    ['the bytes of a label value', [store('word 6', 1)]],
    ['the link of a block', [store('block 2 next', 1)]],
    ['a block that is set to 0', [store('block 2 cell 0', 0)]],
    ['anything after a mark without a load', [marked[0]!, store('word 6', 1)]],
    ['a count that falls', [...marked, store('row 0 cell 2', 8), atomicStore('row 0 state', 1 << 12)]],
  ])('They are broken by writing %s.', (_what, accesses) => {
    expect(broken(...accesses)).toHaveLength(1);
  });

  test('They allow what counts, and everything after a mark.', () => {
    expect(broken(store('row 0 cell 2', 10), store('block 2 cell 1', 1), store('word 7', 1), store('value 5 start', 1))).toEqual([]);
    expect(broken(...marked, store('row 0 label 0', 5), store('word 6', 1), store('block 2 next', 1), store('row 0 cell 2', 0), atomicStore('row 0 state', 2 << 12))).toEqual([]);
  });
});
