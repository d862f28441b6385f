import { TallystickError, show } from '../model/errors.js';
import { highWord } from './bound-finder.js';

/** Doubles below this have leading zeros in their fraction; multiplied by 2^52 they are like any other. */
const smallestNormal = 2 ** -1022;
const subnormalScale = 2 ** 52;
const subnormalExponents = 52;

const finestAccuracy = 0.00001;

/**
 * Buckets of equal relative width over all doubles: each octave is cut into 2^k equal stretches, so that a value's bucket is read from
 * its upper bits, without a logarithm. The relative width is at most 2^-k, and the estimate for a bucket between `low` and `high` is
 * their harmonic mean, which is off by at most (high - low) / (high + low) at either end.
 *
 * Buckets have whole numbers that rise with the values: 0 is zero itself, negative values have the negative numbers of their magnitudes.
 */
export class RelativeBuckets {
  /** The largest relative error of an estimate; at most what was asked for. */
  readonly relativeError: number;
  /** What makes the same buckets again, whichever accuracy asked for them. */
  readonly relativeAccuracy: number;
  private readonly fractionBits: number;
  private readonly shift: number;
  /** Added to the upper bits of a normal double, to make room below for the subnormal ones. */
  private readonly offset: number;
  private readonly scratch: Float64Array;
  private readonly bits: Uint32Array;

  /**
   * @param relativeAccuracy from 0.00001 to 0.5
   * @throws TallystickError `INVALID_OPTIONS`
   */
  constructor(subject: string, relativeAccuracy: unknown) {
    if (typeof relativeAccuracy !== 'number' || !(relativeAccuracy >= finestAccuracy && relativeAccuracy <= 0.5)) {
      throw new TallystickError('INVALID_OPTIONS', `${subject}: relativeAccuracy is ${show(relativeAccuracy)}; give a number from 0.00001 to 0.5, 0.01 for one per cent`);
    }
    let fractionBits = 0;
    while (errorOf(fractionBits) > relativeAccuracy) fractionBits += 1;
    this.fractionBits = fractionBits;
    this.relativeError = errorOf(fractionBits);
    this.relativeAccuracy = Math.max(this.relativeError, finestAccuracy);
    this.shift = 20 - fractionBits;
    this.offset = subnormalExponents << fractionBits;
    this.scratch = new Float64Array(1);
    this.bits = new Uint32Array(this.scratch.buffer);
  }

  /** The bucket of a value; any number but NaN, -0 counts as 0. */
  bucketOf(value: number): number {
    if (value >= smallestNormal) {
      this.scratch[0] = value;
      return (this.bits[highWord]! >>> this.shift) + this.offset;
    }
    return this.rareBucketOf(value);
  }

  /**
   * A value no further than {@link relativeError} from every value of the bucket. The buckets of the infinities give the infinities; an
   * estimate among subnormal numbers is rounded to one of them.
   */
  estimate(bucket: number): number {
    if (bucket < 0) return -this.estimate(-bucket);
    if (bucket === 0) return 0;
    const low = this.lowerEnd(bucket);
    if (low === Infinity) return Infinity;
    const high = this.lowerEnd(bucket + 1);
    // The topmost finite bucket ends where the doubles do.
    if (high === Infinity) return low * (1 + this.relativeError);
    // By the ratio, as the sum of the two overflows in the topmost octave.
    const ratio = high / low;
    return low * (1 + (ratio - 1) / (ratio + 1));
  }

  private rareBucketOf(value: number): number {
    if (value < 0) return -this.bucketOf(-value);
    if (value === 0) return 0;
    this.scratch[0] = value * subnormalScale;
    return this.bits[highWord]! >>> this.shift;
  }

  private lowerEnd(bucket: number): number {
    const subnormal = bucket < this.offset + (1 << this.fractionBits);
    this.bits[1 - highWord] = 0;
    this.bits[highWord] = ((subnormal ? bucket : bucket - this.offset) << this.shift) >>> 0;
    return subnormal ? this.scratch[0]! / subnormalScale : this.scratch[0]!;
  }
}

/** The largest relative error with so many bits of the fraction: that of the first stretch of an octave. */
function errorOf(fractionBits: number): number {
  const width = 2 ** -fractionBits;
  return width / (2 + width);
}
