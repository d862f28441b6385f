import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RelativeBuckets } from '../../src/distribution/relative-buckets.js';
import { sampleQuantiles } from '../../src/distribution/samples.js';
import { sketchQuantiles } from '../../src/distribution/sketch.js';
import { Summary } from '../../src/instruments/summary.js';
import { Histogram } from '../../src/instruments/histogram.js';
import { Registry } from '../../src/registry/registry.js';
import type { BlockPages } from '../../src/store/block-arena.js';
import { addChain, blockIn, keyIn, sortedByKey } from '../../src/store/block-chains.js';
import { readNativePages } from '../../src/store/native-chains.js';
import { readSamples, readSketch } from '../../src/store/window-reader.js';
import type { WindowPlace } from '../../src/model/shape.js';
import { finiteNumber } from '../support/doubles.js';
import { FakeClock } from '../support/fake-clock.js';

const quantiles = [0, 0.3, 0.5, 0.99, 1];
/** An observation, and how long after the one before. */
const stream = fc.array(fc.tuple(fc.oneof(finiteNumber, fc.constantFrom(0, 1, -1, 2)), fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 100 }).map((quarters) => quarters / 4) })), { maxLength: 80 });

/** A copy, as another thread or a file would have it. */
function copied({ cells, links }: BlockPages): BlockPages {
  return { cells: cells.map((page) => page.slice()), links: links.map((page) => page.slice()) };
}

function make(options: { maxSamples?: number; ageBuckets?: number; relativeAccuracy?: number }) {
  const clock = new FakeClock();
  const registry = new Registry({ clock });
  const summary = new Summary({ name: 's', help: 'S.', labelNames: ['x'], quantiles, maxAgeSeconds: 30, created: true, ...options, registry });
  const view = summary.view();
  const { cells } = view.table;
  return { clock, summary, place: view.window!, pages: () => copied(registry.catalog.store.blocks.pages), cells: () => cells.page(0).slice(), base: cells.base(0) };
}

/** The quantiles that whoever holds the pages finds at a time. */
function quantilesOf(cells: Float64Array, base: number, place: WindowPlace, pages: BlockPages, now: number): number[] | undefined {
  if (place.kind === 'samples') {
    const values = readSamples(cells, base, place, pages, now);
    return values && sampleQuantiles(values, quantiles);
  }
  const sketch = readSketch(cells, base, place, pages, now);
  return sketch && sketchQuantiles(new RelativeBuckets('summary "s"', place.relativeAccuracy), sketch, quantiles);
}

const options = fc.oneof(
  fc.record({ ageBuckets: fc.integer({ min: 1, max: 6 }), relativeAccuracy: fc.constantFrom(0.00001, 0.01, 0.4) }),
  fc.record({ maxSamples: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(8, 64, 1000)) }),
);

describe('A reader that has nothing but the pages of a summary', () => {
  test('It finds the quantiles that the summary itself shows, at whatever time it reads.', () => {
    fc.assert(
      fc.property(options, stream, fc.integer({ min: 0, max: 200 }), (given, observed, later) => {
        const { clock, summary, place, pages, cells, base } = make(given);
        const handle = summary.labels('a');
        for (const [value, pause] of observed) {
          clock.advance(pause);
          handle.observe(value);
        }
        clock.advance(later / 4);
        const [cellsThen, pagesThen] = [cells(), pages()];
        // It is asked first: the summary itself forgets when it is read.
        const found = quantilesOf(cellsThen, base, place, pagesThen, clock.seconds);
        expect(found).toEqual(summary.get('a')!.quantiles.map(({ value }) => value));
        expect(found).toEqual(quantilesOf(cells(), base, place, pages(), clock.seconds));
      }),
      { numRuns: 300 },
    );
  });

  test('Asked for no time, it finds what is there, however old; from before the last step back of the clock, what is new.', () => {
    for (const given of [{}, { maxSamples: 100 }]) {
      const { clock, summary, place, pages, cells, base } = make(given);
      for (const value of [3, 1, 2]) summary.observe({ x: 'a' }, value);
      clock.advance(1e6);
      expect(quantilesOf(cells(), base, place, pages(), clock.seconds)).toEqual(quantiles.map(() => NaN));
      expect(quantilesOf(cells(), base, place, pages(), NaN)!.map(Math.round)).toEqual([1, 1, 2, 3, 3]);
      expect(quantilesOf(cells(), base, place, pages(), 10)!.map(Math.round)).toEqual([1, 1, 2, 3, 3]);
    }
  });

  test('Of a row that nobody has recorded in yet it finds nothing.', () => {
    for (const given of [{}, { maxSamples: 100 }]) {
      const { summary, place, pages, clock } = make(given);
      const cells = new Float64Array(100);
      expect(quantilesOf(cells, 0, place, pages(), clock.seconds)).toEqual(quantiles.map(() => NaN));
      expect(summary.size).toBe(0);
    }
  });

  test('The time of creation stands after the window.', () => {
    const { summary, place, clock } = make({ ageBuckets: 4 });
    summary.observe({ x: 'a' }, 1);
    const { createdCell, table } = summary.view();
    expect(place).toEqual({ kind: 'sketch', cell: 3 + quantiles.length, ageBuckets: 4, secondsEach: 7.5, relativeAccuracy: new RelativeBuckets('', 0.01).relativeError });
    expect(createdCell).toBe(place.cell + 2 + 4);
    expect(table.cells.page(0)[createdCell]).toBe(clock.wallSeconds());
  });

  test('A page that has not arrived yet makes it read again.', () => {
    for (const given of [{}, { maxSamples: 100 }]) {
      const { summary, place, pages, cells, base } = make(given);
      summary.observe({ x: 'a' }, 1);
      const { cells: blockCells, links } = pages();
      expect(quantilesOf(cells(), base, place, { cells: [], links: [] }, NaN)).toBeUndefined();
      expect(quantilesOf(cells(), base, place, { cells: [], links }, NaN)).toBeUndefined();
      expect(quantilesOf(cells(), base, place, { cells: blockCells, links: [] }, NaN)).toBeUndefined();
      expect(quantilesOf(cells(), base, place, { cells: blockCells, links }, NaN)).toBeDefined();
    }
  });
});

/** Numbers as damage or a change under way leaves them. */
const wild = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));
const wildCell = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 1.5, 2 ** 31, 2 ** 53));
const wildPages = fc
  .record({ links: fc.array(wild, { minLength: 0, maxLength: 64 }), cells: fc.array(wildCell, { maxLength: 256 }), pages: fc.integer({ min: 0, max: 2 }), short: fc.boolean() })
  .map(({ links, cells, pages, short }): BlockPages => {
    const page = <P extends Int32Array | Float64Array>(one: P, from: readonly number[]): P => {
      for (let at = 0; at < one.length && from.length > 0; at++) one[at] = from[at % from.length]!;
      return one;
    };
    const scale = short ? 0.6 : 1;
    return {
      links: Array.from({ length: pages }, () => page(new Int32Array(32 * scale), links)),
      cells: Array.from({ length: pages }, () => page(new Float64Array(256 * scale), cells)),
    };
  });

describe('A reader of damaged pages', () => {
  test('It ends, stays within them, and gives either what can be or nothing.', () => {
    fc.assert(
      fc.property(wildPages, fc.array(wildCell, { minLength: 24, maxLength: 24 }), fc.oneof(fc.constant(NaN), fc.double()), (pages, all, now) => {
        const cells = Float64Array.from(all);
        const sketch = readSketch(cells, 0, { kind: 'sketch', cell: 3, ageBuckets: 5, secondsEach: 6, relativeAccuracy: 0.01 }, pages, now);
        if (sketch !== undefined) {
          expect([...sketch.buckets]).toEqual([...new Set(sketch.buckets)].sort((a, b) => a - b));
          expect(sketch.counts).toHaveLength(sketch.buckets.length);
          expect(sketch.counts.every((count) => count > 0)).toBe(true);
        }
        const values = readSamples(cells, 0, { kind: 'samples', cell: 3, places: 100, maxAgeSeconds: 30 }, pages, now);
        if (values !== undefined) expect(values.length).toBeLessThanOrEqual(100);
        const native = readNativePages(cells, 3, pages);
        if (native !== undefined) {
          expect(native.schema).toBeGreaterThanOrEqual(-4);
          expect(native.schema).toBeLessThanOrEqual(8);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('A chain that goes in a circle, or leads to a block that was given back, is none.', () => {
    const links = new Int32Array(32);
    const cells = [new Float64Array(256)];
    links.set([7, 1, 8, 0]);
    expect(addChain(1, { cells, links: [links] }, [])).toBe(false);
    links.set([7, 1, -(2 ** 31), -1]);
    expect(addChain(1, { cells, links: [links] }, [])).toBe(false);
    links.set([7, 1, -8, -1]);
    const found: number[] = [];
    expect(addChain(1, { cells, links: [links] }, found)).toBe(true);
    expect([...sortedByKey(found)].map((one) => [keyIn(one), blockIn(one)])).toEqual([[-8, 1], [7, 0]]);
    expect(addChain(0, { cells, links: [links] }, found)).toBe(true);
    for (const chain of [-1, 0.5, 17, NaN, Infinity]) expect(addChain(chain, { cells, links: [links] }, [])).toBe(false);
  });
});

describe('A reader that has nothing but the pages of a native histogram', () => {
  test('It finds the buckets that the histogram itself shows.', () => {
    fc.assert(
      fc.property(fc.array(finiteNumber, { maxLength: 100 }), fc.integer({ min: 1, max: 30 }), (values, maxBuckets) => {
        const registry = new Registry();
        const histogram = new Histogram({ name: 'h', help: 'H.', native: { maxBuckets }, registry });
        for (const value of values) histogram.observe(value);
        const { table, native } = histogram.view();
        expect(readNativePages(table.cells.page(0).slice(), table.cells.base(0) + native!.cell, copied(registry.catalog.store.blocks.pages))).toEqual(histogram.get()!.native);
      }),
    );
  });
});
