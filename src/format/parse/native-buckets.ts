import type { NativeBucket } from '../../model/native.js';
import type { Span } from '../spans.js';

/** The finest and the coarsest schema there are (native histograms, "Schema"). */
export const coarsestSchema = -4;
export const finestSchema = 8;

/** The highest index a bucket may have: that of the bucket for +Inf. */
export function highestIndex(schema: number): number {
  return Math.ceil(1024 * 2 ** schema) + 1;
}

/** The lowest index a bucket may have: that of the smallest double. */
export function lowestIndex(schema: number): number {
  return -Math.ceil(1075 * 2 ** schema);
}

/**
 * The buckets that count something, by rising index.
 *
 * @param spans together as long as there are counts
 * @param counts of each bucket by itself
 */
export function bucketsOf(spans: readonly Span[], counts: readonly number[]): NativeBucket[] {
  const buckets: NativeBucket[] = [];
  let index = 0;
  let place = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++) {
      const count = counts[place++]!;
      if (count !== 0) buckets.push({ index, count });
    }
  }
  return buckets;
}
