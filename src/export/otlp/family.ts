import { familyName } from '../../model/descriptor.js';
import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import { type NativeValues, exponentialPoint } from './exponential.js';
import type { Moment } from './moment.js';
import { type HistogramValues, counterPoint, gaugePoint, histogramPoint, infoPoint, statePoints, summaryPoint } from './points.js';
import { type ExponentialPoint, type HistogramPoint, type Metric, type NumberPoint, type Point, type SummaryPoint, cumulative, delta, textAttribute } from './request.js';
import type { FamilyHistory, SeriesHistory } from './series-history.js';
import { ucumUnit } from './units.js';

/** How one family becomes a metric: its head, and what makes points of a series. */
export interface MetricMaker {
  /** A metric to put points into, with the array they go to. */
  open(): { readonly metric: Metric; readonly points: Point[] };
  pointsOf(cursor: SeriesCursor): readonly Point[];
  /** To be called when not all series could be read. */
  breakOff(): void;
}

/** The facts of a target become attributes of the resource ("Prometheus and OpenMetrics Compatibility", "Resource Attributes"). */
export function isTargetInfo({ descriptor }: FamilyView): boolean {
  return descriptor.type === 'info' && familyName(descriptor) === 'target';
}

/**
 * How OpenTelemetry has a Prometheus metric as one of its own: names stay as they are, suffixes included; counters are monotonic sums, histograms
 * are histograms, exponential where they have native buckets, summaries are summaries, gauges and unknowns are gauges, info and state sets are sums
 * that are not monotonic; undefined for gauge histograms, which it has nothing for.
 *
 * Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility", "Prometheus Metric points to OTLP".
 */
export function metricMaker(view: FamilyView, moment: Moment, histories: SeriesHistory): MetricMaker | undefined {
  const { name, help, type, unit, labelNames, bounds } = view.descriptor;
  if (type === 'gaugehistogram') return undefined;
  const head = {
    name: type === 'info' ? `${familyName(view.descriptor)}_info` : name,
    description: help,
    ...(unit === '' ? {} : { unit: ucumUnit(unit) }),
    metadata: [textAttribute('prometheus.type', type)],
  };
  const aggregationTemporality = moment.isDelta ? delta : cumulative;
  // Numbers of another kind or other buckets cannot be compared with these.
  const key = JSON.stringify([name, type, view.native === undefined, labelNames, bounds]);
  const make = <P extends Point, Values>(data: (dataPoints: P[]) => Partial<Metric>, pointsOf: (cursor: SeriesCursor, history: FamilyHistory<Values>) => readonly P[]): MetricMaker => {
    const history = histories.family<Values>(key);
    return {
      open: () => {
        const points: P[] = [];
        return { metric: { ...head, ...data(points) }, points };
      },
      pointsOf: (cursor) => pointsOf(cursor, history),
      breakOff: () => history.keepRest(),
    };
  };
  switch (type) {
    case 'counter':
      return make<NumberPoint, number>(
        (dataPoints) => ({ sum: { dataPoints, aggregationTemporality, isMonotonic: true } }),
        (cursor, history) => some(counterPoint(view, cursor, history, moment)),
      );
    case 'histogram':
      if (view.native !== undefined) {
        return make<ExponentialPoint, NativeValues>(
          (dataPoints) => ({ exponentialHistogram: { dataPoints, aggregationTemporality } }),
          (cursor, history) => some(exponentialPoint(view, cursor, history, moment)),
        );
      }
      return make<HistogramPoint, HistogramValues>(
        (dataPoints) => ({ histogram: { dataPoints, aggregationTemporality } }),
        (cursor, history) => some(histogramPoint(view, cursor, history, moment)),
      );
    case 'summary':
      return make<SummaryPoint, undefined>((dataPoints) => ({ summary: { dataPoints } }), (cursor, history) => [summaryPoint(view, cursor, history, moment)]);
    case 'info':
      return make<NumberPoint, undefined>((dataPoints) => ({ sum: { dataPoints, aggregationTemporality: cumulative, isMonotonic: false } }), (cursor) => [infoPoint(view, cursor, moment)]);
    case 'stateset':
      return make<NumberPoint, undefined>((dataPoints) => ({ sum: { dataPoints, aggregationTemporality: cumulative, isMonotonic: false } }), (cursor) => statePoints(view, cursor, moment));
    default:
      return make<NumberPoint, undefined>((dataPoints) => ({ gauge: { dataPoints } }), (cursor) => [gaugePoint(view, cursor, moment)]);
  }
}

function some<P>(point: P | undefined): readonly P[] {
  return point === undefined ? [] : [point];
}
