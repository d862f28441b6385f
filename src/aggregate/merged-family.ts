import { RelativeBuckets } from '../distribution/relative-buckets.js';
import { mergeSamples, sampleQuantiles } from '../distribution/samples.js';
import { type Sketch, emptySketch, mergeSketches, sketchQuantiles } from '../distribution/sketch.js';
import { mergeNative } from '../distribution/merge-native.js';
import type { Exemplar } from '../model/exemplar.js';
import { addTo, bucketCells, compensationCell, quantileCells, sumCell } from '../model/layout.js';
import type { NativeBuckets } from '../model/native.js';
import { type CellPlaces, type FamilyShape, hasBlocks } from '../model/shape.js';
import { BlockArena } from '../store/block-arena.js';
import { type ExemplarSource, FamilyView } from '../store/family-view.js';
import type { LabelTable } from '../store/label-table.js';
import { writeNative } from '../store/native-chains.js';
import { Float64Column, Int32Column } from '../store/pages.js';
import { SeriesTable } from '../store/series-table.js';
import { type GaugeRule, gaugeRule } from './gauge-rules.js';
import { mergedShape } from './merged-shape.js';

/** What a row has beside its cells. */
interface Sparse {
  sketch: Sketch | undefined;
  samples: Float64Array | undefined;
  native: NativeBuckets | undefined;
  exemplars: RowExemplars | undefined;
}

export interface RowExemplars {
  readonly slots: readonly (Exemplar | undefined)[];
  readonly spread: readonly Exemplar[];
}

/**
 * One metric of several writers. In each pass everyone adds what he has to rows of the same labels, in cells that nobody sees; then these become
 * the ones that are shown, all at once, so that whoever is reading meets each series either as it was or as it is.
 *
 * It is longer than other files, as each of the things that a row may have is added, shown and read in a method of its own.
 *
 * Source: what may be added up and what not, OpenMetrics 1.0, "Metric types"; how histograms are, Prometheus, "Histograms and summaries".
 */
export class MergedFamily {
  readonly shape: FamilyShape;
  /** Whose shape it is, for errors. */
  readonly origin: string;
  readonly table: SeriesTable;
  /** Whether rows have more than cells. */
  readonly isSparse: boolean;
  /** The pass in which somebody last asked for the family. */
  lastPass: number;
  /** Whether anybody has added anything in this pass. */
  isTouched: boolean;
  /** Shapes that were found to be like this one. */
  private readonly known: WeakSet<FamilyShape>;
  private readonly rule: GaugeRule | undefined;
  /** Cells that are added up, the greatest is taken of others. */
  private readonly summed: number;
  /** The first cell that is added up as it is: after a sum and its compensation, if there is one. */
  private readonly firstPlain: number;
  private next: Float64Column;
  /** The last pass in which somebody added to a row. */
  private readonly marks: Int32Column;
  private pass: number;
  /** The pass that is shown. */
  private shownPass: number;
  private shown: Map<number, Sparse>;
  private coming: Map<number, Sparse>;
  private readonly buckets: RelativeBuckets | undefined;
  private readonly arena: BlockArena | undefined;
  /** The blocks of the series that was read last. */
  private chains: readonly number[];

  constructor(shape: FamilyShape, origin: string, labels: LabelTable) {
    this.shape = mergedShape(shape);
    this.origin = origin;
    const { descriptor, places } = this.shape;
    this.table = new SeriesTable(labels, descriptor.labelNames.length, places.stride);
    this.isSparse = hasBlocks(places);
    this.lastPass = 0;
    this.isTouched = false;
    this.known = new WeakSet();
    this.rule = descriptor.type === 'gauge' ? gaugeRule(shape.aggregator) : undefined;
    this.summed = descriptor.type === 'summary' ? quantileCells : places.width;
    this.firstPlain = summedTypes.includes(descriptor.type) ? bucketCells : 0;
    this.next = new Float64Column(places.stride);
    this.marks = new Int32Column(1);
    this.pass = 0;
    this.shownPass = -1;
    this.shown = new Map();
    this.coming = new Map();
    this.buckets = places.window?.kind === 'sketch' ? new RelativeBuckets(descriptor.name, places.window.relativeAccuracy) : undefined;
    this.arena = places.native < 0 ? undefined : new BlockArena();
    this.chains = [];
    this.next.reach(0);
    this.marks.reach(0);
  }

  /** Whether the shape was compared before, and is like this one: it is asked in every pass. */
  isKnown(shape: FamilyShape): boolean {
    return this.known.has(shape);
  }

  accept(shape: FamilyShape): void {
    this.known.add(shape);
  }

  /** Gives its label values back: nobody has the metric any more. Whoever is still reading finds no more series. */
  close(): void {
    const { table } = this;
    if (table.labelCount === 0) return;
    table.clear();
    while (table.hasRemoved) table.purge(purgedAtOnce);
  }

  /** Begins a pass: nobody has added anything. */
  begin(pass: number): void {
    this.pass = pass;
    this.isTouched = false;
    this.coming = new Map();
  }

  /** The row for the label values whose integers stand in `table.wanted`, made if there is none. */
  row(): number {
    const { table } = this;
    const known = table.find();
    const row = known >= 0 ? known : table.insert();
    this.next.reach(row);
    this.marks.reach(row);
    return row;
  }

  /** Adds what a thread has: cells as it lays them out. */
  addRaw(row: number, cells: Float64Array, at: number, places: CellPlaces): void {
    const next = this.next.page(row);
    const base = this.next.base(row);
    const isFirst = this.mark(row);
    if (this.rule !== undefined) this.rule.addRaw(next, base, isFirst, cells[at]!, places.setAt < 0 ? 0 : cells[at + places.setAt]!);
    else this.addCells(next, base, isFirst, cells, at);
    this.addCreated(next, base, isFirst, places.created < 0 ? NaN : cells[at + places.created]!);
    this.addTimestamp(next, base, isFirst, cells, at, places.timestamp);
  }

  /** Adds what is merged already: cells as in {@link shape}. @param timestamp the cell with the time of the sample, where there is one */
  addMerged(row: number, cells: Float64Array, at: number, timestamp?: number | undefined): void {
    const next = this.next.page(row);
    const base = this.next.base(row);
    const { created } = this.shape.places;
    const isFirst = this.mark(row);
    if (this.rule !== undefined) this.rule.addMerged(next, base, isFirst, cells, at);
    else this.addCells(next, base, isFirst, cells, at);
    this.addCreated(next, base, isFirst, created < 0 ? NaN : cells[at + created]!);
    this.addTimestamp(next, base, isFirst, cells, at, timestamp);
  }

  /** Has the row shown, though this adds no numbers to it. */
  touch(row: number): void {
    if (!this.mark(row)) return;
    const { stride, created } = this.shape.places;
    const next = this.next.page(row);
    const base = this.next.base(row);
    next.fill(0, base, base + stride);
    if (created >= 0) next[base + created] = NaN;
  }

  addSketch(row: number, sketch: Sketch): void {
    const sparse = this.sparse(row);
    sparse.sketch = sparse.sketch === undefined ? sketch : mergeSketches([sparse.sketch, sketch]);
  }

  addSamples(row: number, samples: Float64Array): void {
    const sparse = this.sparse(row);
    sparse.samples = sparse.samples === undefined ? samples : mergeSamples([sparse.samples, samples]);
  }

  addNative(row: number, native: NativeBuckets): void {
    const sparse = this.sparse(row);
    sparse.native = sparse.native === undefined ? native : mergeNative(sparse.native, native);
  }

  /** Adds exemplars: of two for the same bucket the later one is kept. */
  addExemplars(row: number, { slots, spread }: RowExemplars): void {
    // Of a row that nobody adds numbers to nothing is shown.
    if (this.marks.page(row)[this.marks.base(row)] !== this.pass) return;
    const sparse = this.sparse(row);
    const { exemplars } = sparse;
    sparse.exemplars = exemplars === undefined ? { slots, spread } : { slots: Array.from({ length: Math.max(slots.length, exemplars.slots.length) }, (_, slot) => later(exemplars.slots[slot], slots[slot])), spread: latest([...exemplars.spread, ...spread]) };
  }

  /** Ends a pass: rows that nobody added to go, and what was added is shown. */
  end(): void {
    const { table, pass } = this;
    table.forEachRow((row) => {
      if (this.marks.page(row)[this.marks.base(row)] === pass) return;
      // A metric without labels has its one row whatever anybody has added; it is not shown then.
      if (table.labelCount > 0) table.remove(row);
    });
    this.next = table.exchange(this.next);
    this.shown = this.coming;
    this.shownPass = pass;
  }

  /** Whether somebody had the row in the last pass: what is looked up ahead of the next one has no numbers yet. */
  isShown(row: number): boolean {
    return this.marks.page(row)[this.marks.base(row)] === this.shownPass;
  }

  /** The rows that have more than cells. */
  sparseRows(): Iterable<number> {
    return this.shown.keys();
  }

  sketchAt(row: number): Sketch | undefined {
    return this.shown.get(row)?.sketch;
  }

  samplesAt(row: number): Float64Array | undefined {
    return this.shown.get(row)?.samples;
  }

  nativeAt(row: number): NativeBuckets | undefined {
    return this.shown.get(row)?.native;
  }

  exemplarsAt(row: number): RowExemplars | undefined {
    return this.shown.get(row)?.exemplars;
  }

  /** The family as all writers of formats take it. */
  view(): FamilyView {
    const { created, timestamp = -1, native, window } = this.shape.places;
    const exemplars: ExemplarSource = { at: (row, slot) => this.exemplarsAt(row)?.slots[slot], spread: (row) => this.exemplarsAt(row)?.spread ?? [] };
    return new FamilyView(this.shape.descriptor, this.table, {
      ...(created < 0 ? {} : { createdCell: created }),
      ...(timestamp < 0 ? {} : { timestampCell: timestamp }),
      ...(this.arena === undefined ? {} : { native: { cell: native, blocks: this.arena } }),
      ...(window === undefined && this.arena === undefined ? {} : { prepare: (row: number) => this.prepare(row) }),
      exemplars,
      isShown: (row: number) => this.isShown(row),
    });
  }

  /** Puts in cells and blocks what is computed of a series when it is read: quantiles, and native buckets. */
  private prepare(row: number): void {
    const cells = this.table.cells.page(row);
    const base = this.table.cells.base(row);
    const { descriptor, places } = this.shape;
    const sparse = this.shown.get(row);
    if (this.arena !== undefined) {
      // Only one series is read at a time.
      for (const chain of this.chains) this.arena.free(chain - 1);
      this.chains = writeNative(cells, base + places.native, this.arena, sparse?.native ?? noNative);
    }
    if (places.window === undefined) return;
    const quantiles = this.buckets === undefined ? sampleQuantiles(sparse?.samples ?? noSamples, descriptor.quantiles) : sketchQuantiles(this.buckets, sparse?.sketch ?? emptySketch, descriptor.quantiles);
    for (const [place, value] of quantiles.entries()) cells[base + quantileCells + place] = value;
  }

  /** Notes that somebody adds to the row; whether he is the first one in this pass. */
  private mark(row: number): boolean {
    this.isTouched = true;
    const marks = this.marks.page(row);
    const at = this.marks.base(row);
    if (marks[at] === this.pass) return false;
    marks[at] = this.pass;
    return true;
  }

  private addCells(next: Float64Array, base: number, isFirst: boolean, cells: Float64Array, at: number): void {
    const { summed } = this;
    const { type } = this.shape.descriptor;
    const { width, window } = this.shape.places;
    // Of quantiles that a collector has computed nothing can be said when there are several.
    if (type === 'summary' && window === undefined) for (let i = summed; i < width; i++) next[base + i] = isFirst ? cells[at + i]! : NaN;
    if (isFirst) {
      for (let i = 0; i < summed; i++) next[base + i] = cells[at + i]!;
      return;
    }
    if (type === 'stateset' || type === 'info') {
      for (let i = 0; i < summed; i++) next[base + i] = Math.max(next[base + i]!, cells[at + i]!);
      return;
    }
    for (let i = this.firstPlain; i < summed; i++) next[base + i]! += cells[at + i]!;
    if (this.firstPlain === 0) return;
    addTo(next, base, cells[at + sumCell]!);
    next[base + compensationCell]! += cells[at + compensationCell]!;
  }

  /** A series of several began with the first of them. */
  private addCreated(next: Float64Array, base: number, isFirst: boolean, created: number): void {
    const cell = this.shape.places.created;
    if (cell < 0) return;
    const before = next[base + cell]!;
    if (isFirst || before !== before || created < before) next[base + cell] = created;
  }

  /** A series of several is as recent as the last of them. */
  private addTimestamp(next: Float64Array, base: number, isFirst: boolean, cells: Float64Array, at: number, place: number | undefined): void {
    const cell = this.shape.places.timestamp;
    if (cell === undefined) return;
    const timestamp = place === undefined ? NaN : cells[at + place]!;
    const before = next[base + cell]!;
    if (isFirst || before !== before || timestamp > before) next[base + cell] = timestamp;
  }

  private sparse(row: number): Sparse {
    let sparse = this.coming.get(row);
    if (sparse === undefined) this.coming.set(row, (sparse = { sketch: undefined, samples: undefined, native: undefined, exemplars: undefined }));
    return sparse;
  }
}

/** Types whose first two cells are a sum and its compensation. */
const summedTypes: readonly string[] = ['histogram', 'gaugehistogram', 'summary'];
const purgedAtOnce = 1000;
const noNative: NativeBuckets = /* @__PURE__ */ Object.freeze({ schema: 0, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [] });
const noSamples = /* @__PURE__ */ new Float64Array(0);

function later(one: Exemplar | undefined, other: Exemplar | undefined): Exemplar | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (other.timestamp ?? 0) >= (one.timestamp ?? 0) ? other : one;
}

/** Most exemplars of a native histogram's series, as those of one thread. */
const mostSpread = 10;

/** The latest ones, by rising value. */
function latest(exemplars: readonly Exemplar[]): readonly Exemplar[] {
  return [...exemplars].sort((a, b) => (b.timestamp ?? 0) - (a.timestamp ?? 0)).slice(0, mostSpread).sort((a, b) => a.value - b.value);
}
