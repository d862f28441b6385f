import { coarsestSchema, finestSchema, nativeScale } from '../distribution/native-buckets.js';
import type { CollectedSeries } from '../model/collected.js';
import type { Descriptor } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import { type Exemplar, checkExemplar } from '../model/exemplar.js';
import { nativeCells, negativeChainCell, positiveChainCell, schemaCell, zeroCountCell, zeroThresholdCell } from '../model/layout.js';
import type { NativeBucket, NativeBuckets } from '../model/native.js';
import { isTime } from '../model/times.js';
import { BlockArena } from '../store/block-arena.js';
import type { ExemplarSource, FamilyExtras } from '../store/family-view.js';
import { writeChain } from '../store/native-chains.js';

/** By how much the counts of native buckets may differ from the count of the series, relatively. */
const tolerance = 1e-9;

/** What the series of a collected family have beside their values: native buckets, exemplars and times, each in cells of its own. */
export class CollectedExtras {
  /** Cells these take beside those of the type. */
  readonly cells: number;
  private readonly subject: string;
  private readonly descriptor: Descriptor;
  /** Where they begin, by cell; -1 for none. */
  private readonly nativeCell: number;
  private readonly createdCell: number;
  private readonly timestampCell: number;
  private readonly blocks: BlockArena | undefined;
  private readonly exemplars: CollectedExemplars | undefined;

  /** @param from the first cell that is free for them */
  constructor(subject: string, descriptor: Descriptor, series: readonly CollectedSeries[], from: number) {
    const { type } = descriptor;
    const some = (field: keyof CollectedSeries): boolean => series.some((one) => one?.[field] !== undefined);
    let next = from;
    const take = (count: number, taken: boolean): number => {
      if (!taken) return -1;
      next += count;
      return next - count;
    };
    this.subject = subject;
    this.descriptor = descriptor;
    this.refuseUnless(type === 'histogram' || type === 'gaugehistogram', 'native', some('native'));
    this.refuseUnless(type === 'counter' || type === 'histogram' || type === 'gaugehistogram', 'exemplars', some('exemplars'));
    this.refuseUnless(type === 'counter' || type === 'histogram' || type === 'summary', 'created', some('created'));
    this.nativeCell = take(nativeCells, some('native'));
    this.createdCell = take(1, some('created'));
    this.timestampCell = take(1, some('timestamp'));
    this.blocks = this.nativeCell < 0 ? undefined : new BlockArena();
    this.exemplars = some('exemplars') ? new CollectedExemplars() : undefined;
    this.cells = next - from;
  }

  /** Puts down what a series has. */
  fill(row: number, cells: Float64Array, base: number, series: CollectedSeries): void {
    if (this.createdCell >= 0) cells[base + this.createdCell] = this.secondsOf('created', series.created);
    if (this.timestampCell >= 0) cells[base + this.timestampCell] = this.secondsOf('timestamp', series.timestamp);
    if (this.blocks !== undefined) this.fillNative(this.blocks, cells, base + this.nativeCell, series);
    if (this.exemplars !== undefined) this.exemplars.fill(row, this.subject, this.descriptor, series);
  }

  view(): FamilyExtras {
    return {
      createdCell: this.createdCell,
      timestampCell: this.timestampCell,
      native: this.blocks === undefined ? undefined : { cell: this.nativeCell, blocks: this.blocks },
      exemplars: this.exemplars,
    };
  }

  private fillNative(blocks: BlockArena, cells: Float64Array, at: number, series: CollectedSeries): void {
    const { native } = series;
    if (typeof native !== 'object' || native === null) throw this.fault(`native is ${show(native)}; all series of a family have native buckets, or none`);
    const { schema, zeroThreshold, zeroCount, positive, negative } = native;
    if (!Number.isInteger(schema) || schema < coarsestSchema || schema > finestSchema) throw this.fault(`native.schema is ${show(schema)}; give a whole number from -4 to 8`);
    if (!(typeof zeroThreshold === 'number' && zeroThreshold >= 0 && zeroThreshold < Infinity)) throw this.fault(`native.zeroThreshold is ${show(zeroThreshold)}; give a number of at least 0`);
    cells[at + schemaCell] = schema;
    cells[at + zeroThresholdCell] = zeroThreshold;
    cells[at + zeroCountCell] = this.countOf('zeroCount', zeroCount);
    cells[at + positiveChainCell] = this.chainOf(blocks, 'positive', positive, schema);
    cells[at + negativeChainCell] = this.chainOf(blocks, 'negative', negative, schema);
    this.checkCount(series, native);
  }

  /** What was observed is in a native bucket, but for NaN, which shows in the sum (OpenMetrics 2.0.0-rc0, "Native buckets"). */
  private checkCount({ buckets, count = 0, sum }: CollectedSeries, { zeroCount, positive, negative }: NativeBuckets): void {
    const all = buckets?.at(-1)?.count ?? count;
    const inside = [...positive, ...negative].reduce((total, bucket) => total + bucket.count, zeroCount);
    // Counts need not be whole, and then do not add up exactly.
    const isEqual = Math.abs(inside - all) <= tolerance * Math.max(1, all);
    if (!isEqual && !(Number.isNaN(sum) && inside < all)) throw this.fault(`native counts ${inside} observations, but the series ${all}; give the same number`);
  }

  private chainOf(blocks: BlockArena, field: string, buckets: readonly NativeBucket[], schema: number): number {
    if (!Array.isArray(buckets)) throw this.fault(`native.${field} is ${show(buckets)}; give an array of { index, count }`);
    const scale = nativeScale(schema);
    const lowest = scale.indexOf(Number.MIN_VALUE);
    const highest = scale.indexOf(Infinity);
    let before = -Infinity;
    for (const bucket of buckets as readonly NativeBucket[]) {
      const { index, count } = bucket ?? {};
      if (!Number.isInteger(index) || index <= before) throw this.fault(`native.${field} has the index ${show(index)} after ${before}; give whole numbers that rise`);
      if (index < lowest || index > highest) throw this.fault(`native.${field} has the index ${index}, but the buckets of schema ${schema} are ${lowest} to ${highest}; check the schema`);
      before = index;
      this.countOf(field, count);
    }
    return writeChain(blocks, buckets as readonly NativeBucket[]);
  }

  private countOf(field: string, value: unknown): number {
    if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
    throw this.fault(`native.${field} counts ${show(value)}; give a number of at least 0`);
  }

  private secondsOf(field: string, value: unknown): number {
    if (value === undefined) return NaN;
    if (isTime(value)) return value;
    throw this.fault(`${field} is ${show(value)}; give seconds since the Unix epoch`);
  }

  private refuseUnless(allowed: boolean, field: string, given: boolean): void {
    if (given && !allowed) throw this.fault(`a ${this.descriptor.type} has no ${field}; leave it out`);
  }

  private fault(what: string): TallystickError {
    return new TallystickError('INVALID_FAMILY', `${this.subject}: ${what}`);
  }
}

/** Exemplars by row and bucket. */
class CollectedExemplars implements ExemplarSource {
  private readonly rows: Map<number, CollectedRow>;

  constructor() {
    this.rows = new Map();
  }

  at(row: number, slot: number): Exemplar | undefined {
    return this.rows.get(row)?.slots.get(slot);
  }

  spread(row: number): readonly Exemplar[] {
    return this.rows.get(row)?.spread ?? [];
  }

  fill(row: number, subject: string, { bounds, type }: Descriptor, { exemplars = [], native }: CollectedSeries): void {
    if (!Array.isArray(exemplars)) throw new TallystickError('INVALID_FAMILY', `${subject}: exemplars is ${show(exemplars)}; give an array`);
    const checked = (exemplars as readonly Exemplar[]).map((exemplar) => checkExemplar(subject, exemplar));
    const slots = new Map<number, Exemplar>();
    for (const exemplar of checked) {
      const place = type === 'counter' ? 0 : bounds.findIndex((bound) => exemplar.value <= bound);
      slots.set(place < 0 ? bounds.length : place, exemplar);
    }
    const spread = native === undefined ? [] : checked.filter(({ timestamp }) => timestamp !== undefined).sort((a, b) => a.value - b.value);
    this.rows.set(row, { slots, spread });
  }
}

interface CollectedRow {
  readonly slots: ReadonlyMap<number, Exemplar>;
  readonly spread: readonly Exemplar[];
}
