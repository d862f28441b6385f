import { schemaOfFactor } from '../distribution/native-buckets.js';
import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';

/** How finely a native histogram counts, and what keeps it small. */
export interface NativeOptions {
  /**
   * By how much at most the upper bound of a bucket is above that of the one before, as a factor; above 1, default 1.1. The schema is the one with the
   * largest growth that is not above it: 1.1 gives schema 3, with 8 buckets to each power of two and a growth of 1.0905.
   */
  readonly bucketFactor?: number;
  /** Most buckets of a series that count something; at least 1, or `Infinity` for any number. Default 160. */
  readonly maxBuckets?: number;
  /**
   * Beyond `maxBuckets`, a series begins anew if so many seconds have passed since it last did; above 0. One that has been made coarser instead begins anew
   * as soon as they have. Left out: never.
   */
  readonly minResetSeconds?: number;
  /** How far the zero bucket may be widened to take in buckets beyond `maxBuckets`; at least `zeroThreshold`, which is the default: not at all. */
  readonly maxZeroThreshold?: number;
  /** Values no further from 0 than this are counted as 0; at least 0, default 2^-128. */
  readonly zeroThreshold?: number;
}

/** {@link NativeOptions}, checked and complete. */
export interface NativeSettings {
  readonly schema: number;
  readonly maxBuckets: number;
  /** Infinity for never. */
  readonly minResetSeconds: number;
  readonly maxZeroThreshold: number;
  readonly zeroThreshold: number;
}

/** What has always counted as zero (Prometheus, "Native histograms": the recommended zero threshold). */
const defaultZeroThreshold = 2 ** -128;

const optionNames: readonly (keyof NativeOptions)[] = ['bucketFactor', 'maxBuckets', 'minResetSeconds', 'maxZeroThreshold', 'zeroThreshold'];

/**
 * Checks the `native` option.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function nativeSettings(subject: string, options: unknown): NativeSettings {
  checkOptions(`${subject}: native`, options, optionNames);
  const { bucketFactor = 1.1, maxBuckets = 160, minResetSeconds, zeroThreshold = defaultZeroThreshold, maxZeroThreshold = zeroThreshold } = options as NativeOptions;
  const check = (name: keyof NativeOptions, value: unknown, rule: string, holds: (value: number) => boolean): void => {
    if (typeof value === 'number' && holds(value)) return;
    throw new TallystickError('INVALID_OPTIONS', `${subject}: native.${name} is ${show(value)}; give ${rule}`);
  };
  check('bucketFactor', bucketFactor, 'a number above 1, for instance 1.1', (value) => value > 1);
  check('maxBuckets', maxBuckets, 'a whole number of at least 1, or Infinity', (value) => value === Infinity || (Number.isInteger(value) && value >= 1));
  if (minResetSeconds !== undefined) check('minResetSeconds', minResetSeconds, 'a number of seconds above 0, or leave it out for never', (value) => value > 0);
  check('zeroThreshold', zeroThreshold, 'a number of at least 0', (value) => value >= 0 && value < Infinity);
  check('maxZeroThreshold', maxZeroThreshold, `a number of at least the zero threshold, ${show(zeroThreshold)}`, (value) => value >= zeroThreshold && value < Infinity);
  return { schema: schemaOfFactor(bucketFactor), maxBuckets, minResetSeconds: minResetSeconds ?? Infinity, maxZeroThreshold, zeroThreshold: zeroThreshold + 0 };
}
