/**
 * The buckets of a native histogram as plain data (Prometheus, "Native histograms"). Bucket `index` of schema `s` counts what is above
 * `2^((index - 1) · 2^-s)` and not above `2^(index · 2^-s)`; negative ones mirror that.
 */
export interface NativeBuckets {
  /** -4, the coarsest, to 8; each step doubles the number of buckets between two powers of two. */
  readonly schema: number;
  /** Half the width of the zero bucket, which counts from minus this to this, both included; 0 or more. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** Buckets that count something, by rising index; counts are of each bucket by itself. */
  readonly positive: readonly NativeBucket[];
  readonly negative: readonly NativeBucket[];
}

export interface NativeBucket {
  readonly index: number;
  readonly count: number;
}
