import type { NativeBucket } from '../model/native.js';

/** A run of native buckets whose indices follow one another. */
export interface Span {
  /** Buckets left out before it: since the last span, for the first one since index 0, which alone may make it negative. */
  readonly offset: number;
  readonly length: number;
}

/** The spans of buckets that count something (Prometheus, "Native histograms", "Spans"). */
export function spansOf(buckets: readonly NativeBucket[]): Span[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const { index } of buckets) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length += 1;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}
