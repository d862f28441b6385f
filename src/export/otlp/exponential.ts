import { sumAt } from '../../model/layout.js';
import type { NativeBucket, NativeBuckets } from '../../model/native.js';
import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import { readNative } from '../../store/native-chains.js';
import { exemplarsSince } from './exemplars.js';
import { type Moment, attributesOf, stretchOf, timesOf, whole } from './moment.js';
import { sumField } from './points.js';
import type { DenseBuckets, ExponentialPoint } from './request.js';
import type { FamilyHistory } from './series-history.js';

/** The numbers of a histogram with native buckets. */
export interface NativeValues {
  readonly sum: number;
  readonly buckets: NativeBuckets;
}

/** The most buckets of one side in a point, where those between count as well; beyond, two are made one until they fit. */
const mostBuckets = 2048;
/** Two computations of one bound may differ by some ulps. */
const boundTolerance = 1 + 1e-12;

/** Of a histogram with native buckets, whether it has classic ones or not; undefined for a delta of nothing. */
export function exponentialPoint(view: FamilyView, cursor: SeriesCursor, history: FamilyHistory<NativeValues>, moment: Moment): ExponentialPoint | undefined {
  const { cell, blocks } = view.native!;
  const { cells, cellBase, row } = cursor;
  const values = { sum: sumAt(cells, cellBase), buckets: wholeBuckets(readNative(cells, cellBase + cell, blocks)) };
  const stretch = stretchOf(view, cursor, history, moment, countOf(values.buckets), () => values);
  const added = stretch.last === undefined ? undefined : difference(values.buckets, stretch.last.buckets);
  const buckets = fit(added ?? values.buckets);
  const count = countOf(buckets);
  if (moment.isDelta && count === 0) return undefined;
  const exemplars = exemplarsSince(view, row, 0, moment.exemplarsSince, stretch.time);
  const positive = dense(buckets.positive);
  const negative = dense(buckets.negative);
  return {
    attributes: attributesOf(view, cursor),
    ...timesOf(stretch),
    count,
    ...sumField(values.buckets.negative.length > 0 ? NaN : added === undefined ? values.sum : values.sum - stretch.last!.sum),
    scale: buckets.schema,
    zeroCount: buckets.zeroCount,
    ...(positive === undefined ? {} : { positive }),
    ...(negative === undefined ? {} : { negative }),
    zeroThreshold: buckets.zeroThreshold,
    ...(exemplars === undefined ? {} : { exemplars }),
  };
}

/** Buckets and those between them; OTLP's begin one place lower than Prometheus' (data model, "Exponential Buckets"). */
function dense(buckets: readonly NativeBucket[]): DenseBuckets | undefined {
  if (buckets.length === 0) return undefined;
  const first = buckets[0]!.index;
  const bucketCounts = new Array<number>(buckets.at(-1)!.index - first + 1).fill(0);
  for (const { index, count } of buckets) bucketCounts[index - first] = count;
  return { offset: first - 1, bucketCounts };
}

/** Coarser buckets where the dense ones would be too many. */
function fit(buckets: NativeBuckets): NativeBuckets {
  let fitting = buckets;
  while (Math.max(width(fitting.positive), width(fitting.negative)) > mostBuckets) fitting = coarser(fitting, fitting.schema - 1);
  return fitting;
}

function width(buckets: readonly NativeBucket[]): number {
  return buckets.length === 0 ? 0 : buckets.at(-1)!.index - buckets[0]!.index + 1;
}

/** What has come since, in the buckets of now; undefined when something has fallen: counting has begun anew. */
function difference(now: NativeBuckets, last: NativeBuckets): NativeBuckets | undefined {
  if (now.schema > last.schema || now.zeroThreshold < last.zeroThreshold) return undefined;
  // The zero bucket has taken over those below its threshold first: it was set to the bound of one at the resolution of then, or of now, which the
  // finer one has as well.
  const aligned = coarser(widened(last, now.zeroThreshold), now.schema);
  const zeroCount = now.zeroCount - aligned.zeroCount;
  const positive = subtract(now.positive, aligned.positive);
  const negative = subtract(now.negative, aligned.negative);
  return zeroCount < 0 || positive === undefined || negative === undefined ? undefined : { ...now, zeroCount, positive, negative };
}

function subtract(now: readonly NativeBucket[], last: readonly NativeBucket[]): NativeBucket[] | undefined {
  const before = new Map(last.map(({ index, count }) => [index, count]));
  const risen: NativeBucket[] = [];
  for (const { index, count } of now) {
    const more = count - (before.get(index) ?? 0);
    if (more < 0) return undefined;
    before.delete(index);
    if (more > 0) risen.push({ index, count: more });
  }
  // One that counted something counts nothing now.
  return before.size > 0 ? undefined : risen;
}

/** The same with a wider zero bucket, which takes what lies within. */
function widened(buckets: NativeBuckets, zeroThreshold: number): NativeBuckets {
  if (zeroThreshold === buckets.zeroThreshold) return buckets;
  const isWithin = ({ index }: NativeBucket): boolean => 2 ** (index * 2 ** -buckets.schema) <= zeroThreshold * boundTolerance;
  const { positive, negative } = buckets;
  const taken = [...positive, ...negative].filter(isWithin).reduce((sum, { count }) => sum + count, 0);
  return { schema: buckets.schema, zeroThreshold, zeroCount: buckets.zeroCount + taken, positive: positive.filter((one) => !isWithin(one)), negative: negative.filter((one) => !isWithin(one)) };
}

/** The same at a lower resolution: each step makes one bucket of two, the lower one with an odd index. */
function coarser(buckets: NativeBuckets, schema: number): NativeBuckets {
  const steps = buckets.schema - schema;
  if (steps === 0) return buckets;
  const merged = (fine: readonly NativeBucket[]): NativeBucket[] => {
    const coarse: { index: number; count: number }[] = [];
    for (const { index: from, count } of fine) {
      const index = Math.ceil(from / 2 ** steps);
      const before = coarse.at(-1);
      if (before?.index === index) before.count += count;
      else coarse.push({ index, count });
    }
    return coarse;
  };
  return { ...buckets, schema, positive: merged(buckets.positive), negative: merged(buckets.negative) };
}

function wholeBuckets(buckets: NativeBuckets): NativeBuckets {
  const counted = (all: readonly NativeBucket[]): NativeBucket[] => all.map(({ index, count }) => ({ index, count: whole(count) })).filter(({ count }) => count > 0);
  return { ...buckets, zeroCount: whole(buckets.zeroCount), positive: counted(buckets.positive), negative: counted(buckets.negative) };
}

/** All that is in buckets: NaN is in none, and OTLP wants the count to be that of the buckets. */
function countOf({ zeroCount, positive, negative }: NativeBuckets): number {
  let count = zeroCount;
  for (const bucket of positive) count += bucket.count;
  for (const bucket of negative) count += bucket.count;
  return count;
}
