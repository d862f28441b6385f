import { highWord } from './bound-finder.js';
import { octaveBounds } from './native-bounds.js';

/** Schemas there are: -4 has one bucket for 16 powers of two, each further one twice as many, 8 has 256 buckets for one. */
export const coarsestSchema = -4;
export const finestSchema = 8;

/** Doubles below this have leading zeros in their fraction; multiplied by 2^52 they are like any other. */
const smallestNormal = 2 ** -1022;
const subnormalScale = 2 ** 52;
const subnormalOctaves = 52;
/** Exponent of 1 as a double has it, and the exponents at which the doubles end. */
const exponentBias = 1023;
const lastOctave = 1024;
const firstOctave = -1074;
const fractionMask = 0xfffff;

/**
 * The buckets of a native histogram of one schema (Prometheus, "Native histograms"): bucket `index` has what is above 2^((index - 1) · 2^-schema) and
 * not above 2^(index · 2^-schema). The index is exact for every double: it is read from the exponent and compared with a bound, without a
 * logarithm. 2 to 3 ns (`npm run bench`, case `observe-native`).
 *
 * Schemas below 0 join buckets of schema 0.
 */
export class NativeScale {
  readonly schema: number;
  /** The bucket that ends with the largest double; the one after it has infinity. */
  readonly last: number;
  /** Buckets to an octave, as a power of two; and octaves to a bucket, likewise. One of the two is 0. */
  private readonly fine: number;
  private readonly coarse: number;
  /** Makes the shift by {@link coarse} round up; and that with the exponent of 1 taken away, in buckets. */
  private readonly rounding: number;
  private readonly origin: number;
  /** Bounds within an octave, see {@link octaveBounds}. */
  private readonly upper: Int32Array;
  private readonly lower: Uint32Array;
  /**
   * For each stretch of an octave the first bound that is not below the stretch's smallest value. Stretches are narrower than the narrowest bucket, so no
   * two bounds fall into one.
   */
  private readonly table: Uint16Array;
  private readonly shift: number;

  /** Scales are shared, see {@link nativeScale}. @param schema a whole number from -4 to 8 */
  constructor(schema: number) {
    this.schema = schema;
    this.fine = Math.max(schema, 0);
    this.coarse = Math.max(-schema, 0);
    this.rounding = (1 << this.coarse) - 1;
    this.origin = this.rounding - (exponentBias << this.fine);
    this.last = (lastOctave << this.fine) >> this.coarse;
    const { upper, lower } = octaveBounds(this.fine);
    this.upper = upper;
    this.lower = lower;
    this.shift = 20 - (this.fine + 1);
    this.table = new Uint16Array(2 << this.fine);
    for (let cell = 0, place = 0; cell < this.table.length; cell++) {
      while (upper[place]! < cell << this.shift) place += 1;
      this.table[cell] = place;
    }
  }

  /** The bucket of a value above 0; infinity has the one after {@link last}. */
  indexOf(value: number): number {
    if (value < smallestNormal || value === Infinity) return this.rareIndexOf(value);
    scratch[0] = value;
    const high = bits[highWord]!;
    const fraction = high & fractionMask;
    const place = this.table[fraction >>> this.shift]!;
    const beyond = this.upper[place]! - fraction;
    // 1 where the fraction is above the bound, without a branch that every other value would mispredict.
    return (((high >>> 20) << this.fine) + place + (beyond === 0 ? this.tieBreak(place) : beyond >>> 31) + this.origin) >> this.coarse;
  }

  /** The largest double in a bucket; 0 where all of it lies below the smallest double. */
  upperBound(index: number): number {
    if (index >= this.last) return index === this.last ? Number.MAX_VALUE : Infinity;
    const fineIndex = index << this.coarse;
    const octave = fineIndex >> this.fine;
    if (octave < firstOctave) return 0;
    const place = fineIndex & ((1 << this.fine) - 1);
    bits[highWord] = (exponentBias << 20) | this.upper[place]!;
    bits[1 - highWord] = this.lower[place]!;
    const bound = scratch[0]!;
    // Subnormal doubles are the multiples of the smallest; the product would be rounded to the nearest one.
    return bound * 2 ** octave >= smallestNormal ? bound * 2 ** octave : Math.floor(bound * 2 ** (octave - firstOctave)) * Number.MIN_VALUE;
  }

  /** 1 where the value looked at is above a bound that agrees with it in the upper half; else 0. */
  private tieBreak(place: number): number {
    return bits[1 - highWord]! > this.lower[place]! ? 1 : 0;
  }

  /** Infinity, and subnormal values. */
  private rareIndexOf(value: number): number {
    if (value === Infinity) return this.last + 1;
    const octaves = subnormalOctaves << this.fine;
    // By the finest schema there is for it, as those below 0 round up.
    const scaled = this.coarse === 0 ? this.indexOf(value * subnormalScale) : nativeScale(0).indexOf(value * subnormalScale);
    return (scaled - octaves + this.rounding) >> this.coarse;
  }
}

/** The value whose bits are looked at. */
const scratch = /* @__PURE__ */ new Float64Array(1);
const bits = /* @__PURE__ */ new Uint32Array(scratch.buffer);

const scales: NativeScale[] = [];

/** The one scale of a schema, made when it is asked for first. @param schema a whole number from -4 to 8 */
export function nativeScale(schema: number): NativeScale {
  return (scales[schema - coarsestSchema] ??= new NativeScale(schema));
}

/** The schema with the largest growth from bucket to bucket that is not above a factor; the finest one where all are. @param factor above 1 */
export function schemaOfFactor(factor: number): number {
  let schema = coarsestSchema;
  while (schema < finestSchema && 2 ** (2 ** -schema) > factor) schema += 1;
  return schema;
}

/** Where a bucket's observations go when the schema is lowered by one. */
export function coarserIndex(index: number): number {
  return (index + 1) >> 1;
}
