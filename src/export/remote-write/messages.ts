import type { Exemplar } from '../../model/exemplar.js';
import type { NativeBucket, NativeBuckets } from '../../model/native.js';
import { type Span, spansOf } from '../../format/spans.js';
import { type MessageSchema, messageSchema } from '../protobuf-message.js';
import { compareNames } from './family-lines.js';

/** What the two versions have in common and what is rare enough to be made as objects: native histograms, exemplars and metadata. */

/** `prometheus.Histogram` and `io.prometheus.write.v2.Histogram`; only the latter knows the start. */
export interface HistogramMessage {
  readonly countInt?: number;
  readonly countFloat?: number;
  readonly sum: number;
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCountInt?: number;
  readonly zeroCountFloat?: number;
  readonly negativeSpans?: readonly Span[];
  readonly negativeDeltas?: readonly number[];
  readonly negativeCounts?: readonly number[];
  readonly positiveSpans?: readonly Span[];
  readonly positiveDeltas?: readonly number[];
  readonly positiveCounts?: readonly number[];
  readonly resetHint?: number;
  readonly timestamp: number;
  readonly startTimestamp?: number | undefined;
}

const span: MessageSchema<Span> = /* @__PURE__ */ messageSchema<Span>({ offset: [1, 'sint32'], length: [2, 'uint32'] });

export const histogramSchema: MessageSchema<HistogramMessage> = /* @__PURE__ */ messageSchema<HistogramMessage>({
  countInt: [1, 'uint64'],
  countFloat: [2, 'double'],
  sum: [3, 'double'],
  schema: [4, 'sint32'],
  zeroThreshold: [5, 'double'],
  zeroCountInt: [6, 'uint64'],
  zeroCountFloat: [7, 'double'],
  negativeSpans: [8, span],
  negativeDeltas: [9, 'sint64'],
  negativeCounts: [10, 'double'],
  positiveSpans: [11, span],
  positiveDeltas: [12, 'sint64'],
  positiveCounts: [13, 'double'],
  resetHint: [14, 'enum'],
  timestamp: [15, 'int64'],
  startTimestamp: [17, 'int64'],
});

/** `ResetHint` of what may fall at any time. */
const gaugeHint = 3;
/** Counts beyond this have no exact difference. */
const largestWhole = 2 ** 52;

/** A native histogram: whole counts as differences, each from the one before; others as they are. */
export function histogramMessage({ schema, zeroThreshold, zeroCount, negative, positive }: NativeBuckets, count: number, sum: number, isGauge: boolean, timestamp: number): HistogramMessage {
  const isWhole = [...negative, ...positive, { count }, { count: zeroCount }].every((one) => Number.isInteger(one.count) && one.count <= largestWhole);
  const head = { sum, schema, zeroThreshold, negativeSpans: spansOf(negative), positiveSpans: spansOf(positive), ...(isGauge ? { resetHint: gaugeHint } : {}), timestamp };
  if (isWhole) return { ...head, countInt: count, zeroCountInt: zeroCount, negativeDeltas: deltasOf(negative), positiveDeltas: deltasOf(positive) };
  return { ...head, countFloat: count, zeroCountFloat: zeroCount, negativeCounts: countsOf(negative), positiveCounts: countsOf(positive) };
}

/** What ends the series of a native histogram: one without counts, whose sum the writer makes the stale marker. */
export function endOfHistogram(timestamp: number): HistogramMessage {
  return { countInt: 0, sum: NaN, schema: 0, zeroThreshold: 0, zeroCountInt: 0, timestamp };
}

function countsOf(buckets: readonly NativeBucket[]): number[] {
  return buckets.map(({ count }) => count);
}

function deltasOf(buckets: readonly NativeBucket[]): number[] {
  let before = 0;
  return buckets.map(({ count }) => {
    const delta = count - before;
    before = count;
    return delta;
  });
}

/** The labels of an exemplar as series have them: by name, none without a value. */
export function exemplarLabels({ labels }: Exemplar): (readonly [name: string, value: string])[] {
  return Object.entries(labels).filter(([, value]) => value !== '').sort(([a], [b]) => compareNames(a, b));
}
