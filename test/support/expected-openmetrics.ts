import type { CollectedFamily, CollectedSeries } from '../../src/model/collected.js';
import type { Exemplar } from '../../src/model/exemplar.js';
import type { CheckedFamily, CheckedSample } from './openmetrics-checker.js';

/** What OpenMetrics 1.0 must say of a family. */
export function expectedOpenMetrics({ name, type, help, unit = '', states = [], series }: CollectedFamily): CheckedFamily {
  const suffix = { counter: '_total', info: '_info' }[type as string];
  const family = suffix !== undefined && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  // A label cannot have a colon, unless it is quoted, which it is with a quoted name only.
  const shownType = type === 'stateset' && /^[a-zA-Z0-9_:]*:[a-zA-Z0-9_:]*$/.test(name) ? 'gauge' : type;
  return { name: family, type: shownType, unit, help, samples: series.flatMap((one) => samplesOf(family, type, shownType === 'gauge' ? 'state' : family, states, one)) };
}

function samplesOf(name: string, type: CollectedFamily['type'], stateLabel: string, states: readonly string[], series: CollectedSeries): CheckedSample[] {
  const { timestamp, created, exemplars = [], buckets = [{ le: Infinity, count: series.count! }], quantiles = [] } = series;
  const labels = Object.entries(series.labels ?? {}) as [string, string][];
  const time = timestamp === undefined ? {} : { timestamp };
  const sample = (suffix: string, value: number, ...last: [string, string][]): CheckedSample => ({ name: name + suffix, labels: [...labels, ...last], value: value + 0, ...time });
  const withExemplar = (one: CheckedSample, exemplar: Exemplar | undefined): CheckedSample => (exemplar === undefined ? one : { ...one, exemplar: { ...exemplar, value: exemplar.value + 0 } });
  const start = created === undefined ? [] : [sample('_created', created)];
  switch (type) {
    case 'counter':
      return [withExemplar(sample('_total', series.value!), exemplars.at(-1)), ...start];
    case 'info':
      return [sample('_info', 1)];
    case 'stateset':
      return states.map((state) => sample('', series.states!.includes(state) ? 1 : 0, [stateLabel, state]));
    case 'histogram':
    case 'gaugehistogram': {
      const gauge = type === 'gaugehistogram' ? 'g' : '';
      const lower = (place: number): number => (place === 0 ? -Infinity : buckets[place - 1]!.le);
      const inBucket = (value: number, place: number): boolean =>
        Number.isNaN(value) ? place === buckets.length - 1 : value <= buckets[place]!.le && (value > lower(place) || place === 0);
      const shown = buckets.map(({ le, count }, place) => withExemplar(sample('_bucket', count, ['le', boundOf(le)]), exemplars.filter(({ value }) => inBucket(value, place)).at(-1)));
      const sum = series.sum!;
      const negative = buckets[0]!.le < 0;
      const hasSum = type === 'histogram' ? sum >= 0 && !negative : sum >= 0 || (negative && sum < 0);
      return [...shown, ...(hasSum ? [sample(`_${gauge}count`, buckets.at(-1)!.count), sample(`_${gauge}sum`, sum)] : []), ...start];
    }
    case 'summary': {
      const shown = quantiles.filter(({ value }) => !(value < 0)).map(({ quantile, value }) => sample('', value, ['quantile', boundOf(quantile)]));
      return [...shown, sample('_count', series.count!), ...(series.sum! >= 0 ? [sample('_sum', series.sum!)] : []), ...start];
    }
    default:
      return [sample('', series.value!)];
  }
}

/** Bounds are compared as numbers: how they are spelt is a law of its own, which the checker holds. */
function boundOf(bound: number): string {
  return String(bound + 0);
}

/** A family with its bounds and quantiles as JavaScript spells them. */
export function withNumericBounds(family: CheckedFamily): CheckedFamily {
  const own = { histogram: 'le', gaugehistogram: 'le', summary: 'quantile' }[family.type];
  const samples = family.samples.map((sample) => ({ ...sample, labels: sample.labels.map(([name, value]) => [name, name === own ? String(Number(value.replace('+Inf', 'Infinity'))) : value] as const) }));
  return { ...family, samples };
}
