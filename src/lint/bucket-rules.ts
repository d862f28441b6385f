import { type LintableSeries, bucketsOf } from './family.js';
import { type Rule, openMetrics, sources } from './rule.js';

/** Rules about the buckets of histograms, and about how observations lie in them. */
export const bucketRules: readonly Rule[] = [
  {
    code: 'buckets-order',
    severity: 'error',
    finds: 'bounds that do not rise, no bucket `+Inf`, or counts that fall',
    source: openMetrics('Histogram'),
    *check({ isHistogram, series }) {
      if (!isHistogram) return;
      const faults = new Set<string>();
      for (const one of series) {
        if (one.buckets === undefined) continue;
        const { bounds, counts } = bucketsOf(one);
        if (bounds.some((bound, i) => i > 0 && !(bound > bounds[i - 1]!))) faults.add('its bounds do not rise');
        if (bounds.at(-1) !== Infinity) faults.add('its last bucket is not that up to +Inf');
        if (counts.some((count, i) => !(count >= (counts[i - 1] ?? 0)))) faults.add('its counts fall, though they are cumulative');
      }
      for (const what of faults) yield { what, mend: 'give cumulative counts by rising bounds, the last one +Inf' };
    },
  },
  {
    code: 'buckets-none',
    severity: 'warning',
    finds: 'a histogram with no bucket but `+Inf`, and no native ones',
    source: sources.histograms,
    *check({ isHistogram, series }) {
      const bare = ({ buckets, native }: LintableSeries): boolean => native === undefined && (buckets === undefined || buckets.length < 2);
      if (isHistogram && series.some(bare)) yield { what: 'without buckets no quantile can be told', mend: 'give it bounds or native buckets, or make it a summary without quantiles' };
    },
  },
  {
    code: 'buckets-differ',
    severity: 'warning',
    finds: 'series of one histogram with different bounds',
    source: openMetrics('Histogram'),
    *check({ isHistogram, series }) {
      const shapes = new Set(isHistogram ? series.map((one) => bucketsOf(one).bounds.join(' ')) : []);
      if (shapes.size > 1) yield { what: `its series have ${shapes.size} different sets of bounds, and cannot be added up`, mend: 'give all of them the same bounds' };
    },
  },
  {
    code: 'buckets-many',
    severity: 'info',
    finds: 'many buckets (`buckets`), or many buckets times series (`bucketSeries`)',
    source: sources.histograms,
    *check({ isHistogram, series }, { thresholds }) {
      if (!isHistogram) return;
      let most = 0;
      let all = 0;
      for (const { buckets = [] } of series) {
        most = Math.max(most, buckets.length - 1);
        all += buckets.length;
      }
      if (most > thresholds.buckets) yield { what: `it has ${most} finite buckets in each series`, mend: 'take fewer, further apart, or native buckets' };
      else if (all > thresholds.bucketSeries) yield { what: `it has ${all} buckets over ${series.length} series, each a series of its own to the server`, mend: 'take fewer buckets or labels, or native buckets' };
    },
  },
  {
    code: 'buckets-gap',
    severity: 'info',
    finds: 'bounds of which one is many times the one before (`boundFactor`)',
    source: sources.histograms,
    *check({ isHistogram, series }, { thresholds }) {
      const [first] = series;
      const { bounds } = isHistogram && first !== undefined ? bucketsOf(first) : { bounds: [] };
      const at = bounds.findIndex((bound, i) => i > 0 && bound < Infinity && bounds[i - 1]! > 0 && bound > bounds[i - 1]! * thresholds.boundFactor);
      if (at > 0) yield { what: `between ${bounds[at - 1]} and ${bounds[at]} a quantile is only guessed`, mend: 'put bounds between them' };
    },
  },
  {
    code: 'buckets-first',
    severity: 'info',
    finds: 'nearly all observations in the first bucket (`firstShare`, from `observations` on)',
    source: sources.histograms,
    *check({ isHistogram, series }, { thresholds }) {
      const { total, first, lowest } = spreadOf(isHistogram ? series : []);
      if (total < thresholds.observations || total === 0 || !(first > total * thresholds.firstShare)) return;
      yield { what: `${percent(first / total)} of ${total} observations are in the first bucket, up to ${lowest}`, mend: `put bounds below ${lowest}` };
    },
  },
  {
    code: 'buckets-infinite',
    severity: 'info',
    finds: 'many observations above the last finite bound (`infiniteShare`, from `observations` on)',
    source: sources.histograms,
    *check({ isHistogram, series }, { thresholds }) {
      const { total, last, highest } = spreadOf(isHistogram ? series : []);
      if (total < thresholds.observations || total === 0 || !(last > total * thresholds.infiniteShare)) return;
      yield { what: `${percent(last / total)} of ${total} observations are above the last finite bound, ${highest}`, mend: `put bounds above ${highest}` };
    },
  },
];

/** How the observations of all series lie: how many there are, how many in the first bucket, and how many above the last finite bound. */
function spreadOf(series: readonly LintableSeries[]): { readonly total: number; readonly first: number; readonly last: number; readonly lowest: number; readonly highest: number } {
  let total = 0;
  let first = 0;
  let last = 0;
  let lowest = NaN;
  let highest = NaN;
  for (const one of series) {
    const { bounds, counts } = bucketsOf(one);
    if (bounds.length < 2) continue;
    total += counts.at(-1)!;
    first += counts[0]!;
    last += counts.at(-1)! - counts.at(-2)!;
    lowest = bounds[0]!;
    highest = bounds.at(-2)!;
  }
  return { total, first, last, lowest, highest };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
