/** The kinds of metric the bench grows. */
export const kinds = ['counter', 'gauge', 'histogram', 'summary'] as const;
export type Kind = (typeof kinds)[number];

/** Metrics to be grown. */
export interface Shape {
  readonly families: readonly Family[];
}

/** A metric without its numbers. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: Kind;
  readonly labelNames: readonly string[];
  readonly bounds: readonly number[];
  readonly quantiles: readonly number[];
  /** The series to be repeated; none stands for one made up, see `population.ts`. */
  readonly pattern?: Pattern;
}

/** The series of a real metric, without the values of their labels. */
export interface Pattern {
  readonly series: number;
  /** For each series a number for each label, from 0 to below `distinct` of that label. */
  readonly tuples: Uint32Array;
  /** How many values each label has. */
  readonly distinct: readonly number[];
  /** How many characters each value of each label has. */
  readonly lengths: readonly Uint16Array[];
  /** The label with most values: the one that gets more when the series are multiplied. -1 for a metric without labels. */
  readonly growing: number;
}

/** One metric with made-up labels and buckets. */
export function syntheticShape(kind: Kind, labels: number, buckets: number): Shape {
  return {
    families: [
      {
        name: { counter: 'bench_requests_total', gauge: 'bench_requests_in_progress', histogram: 'bench_request_duration_seconds', summary: 'bench_request_duration_seconds' }[kind],
        help: 'Grown by the cardinality bench.',
        kind,
        labelNames: Array.from({ length: labels }, (_, i) => `label_${i + 1}`),
        bounds: kind === 'histogram' ? boundsOf(buckets) : [],
        quantiles: kind === 'summary' ? [0.5, 0.9, 0.95, 0.99] : [],
      },
    ],
  };
}

/** Upper bounds in equal ratios from 1 ms to 10 s. */
function boundsOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((0.001 * 10_000 ** (count === 1 ? 0.5 : i / (count - 1))).toPrecision(12)));
}

/** How many series a shape has at first, and how many are added each time it is repeated. */
export function sizeOf(shape: Shape): { readonly first: number; readonly repeated: number } {
  let first = 0;
  let repeated = 0;
  for (const { pattern } of shape.families) {
    const series = pattern?.series ?? 1;
    first += series;
    if (pattern === undefined || pattern.growing >= 0) repeated += series;
  }
  return { first, repeated };
}

/** How many series there are once a shape stands there so many times. */
export function seriesAt(shape: Shape, times: number): number {
  const { first, repeated } = sizeOf(shape);
  return first + (times - 1) * repeated;
}

/** How often a shape is repeated at each step: 1, 3, 10, 30 times the first, and as often as `max` series allow at last. */
export function stepsOf(shape: Shape, max: number): number[] {
  const { first, repeated } = sizeOf(shape);
  const last = Math.floor((max - first) / repeated) + 1;
  // Made-up series begin with a thousand, a real exposition as it is.
  const start = Math.min(last, shape.families.every((family) => family.pattern === undefined) ? 1000 : 1);
  const steps: number[] = [];
  for (let power = start; power < last; power *= 10) steps.push(power, power * 3);
  // A last step that is hardly more than the one before would cost its time and tell nothing.
  return [...steps.filter((times) => times * 1.5 < last), last];
}
