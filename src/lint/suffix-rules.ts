import type { Family } from './family.js';
import { quoted } from './finding.js';
import { type Rule, openMetrics, sources } from './rule.js';
import { findWords, withoutSuffix } from './spelling.js';

/** Suffixes of samples, and what they are samples of. */
const sampleSuffixes: Readonly<Record<string, string>> = { _bucket: 'histograms', _count: 'histograms and summaries', _sum: 'histograms and summaries', _gcount: 'gauge histograms', _gsum: 'gauge histograms' };

/** Suffixes that say the type of what they end, or seem to. */
export const suffixRules: readonly Rule[] = [
  {
    code: 'counter-total',
    severity: 'warning',
    finds: 'a counter whose name does not end in `_total`',
    source: sources.naming,
    *check({ type, name }) {
      if (type === 'counter' && !name.endsWith('_total')) yield { what: 'the name of a counter ends in "_total"', mend: `call it ${quoted(totalOf(name))}` };
    },
  },
  {
    code: 'total-not-counter',
    severity: 'warning',
    finds: '`_total` at the end of a name that is no counter\'s',
    source: sources.naming,
    *check({ type, name }) {
      if (type === 'counter' || type === 'unknown' || !name.endsWith('_total')) return;
      yield { what: '"_total" is for counters', mend: `call it ${quoted(withoutSuffix(name, '_total') ?? 'another name')}, or make it a counter if it only rises` };
    },
  },
  {
    code: 'suffix-reserved',
    severity: 'warning',
    finds: '`_bucket`, `_count`, `_sum`, `_gcount` or `_gsum` at the end of a name',
    source: sources.exporters,
    *check({ type, name }) {
      if (type === 'unknown') return;
      const suffix = Object.keys(sampleSuffixes).find((one) => name.endsWith(one));
      if (suffix === undefined) return;
      const rest = withoutSuffix(name, suffix) ?? 'another name';
      yield { what: `${quoted(suffix)} is what the samples of ${sampleSuffixes[suffix]} end in`, mend: `call it ${quoted(type === 'counter' ? totalOf(name) : rest)}` };
    },
  },
  {
    code: 'info-suffix',
    severity: 'warning',
    finds: '`_info` at the end of a name that is neither an info\'s nor a gauge\'s',
    source: openMetrics('Info'),
    *check({ type, name }) {
      if (type === 'info' || type === 'gauge' || type === 'unknown' || !name.endsWith('_info')) return;
      yield { what: '"_info" is for metrics that are always 1 and tell something in their labels', mend: `call it ${quoted(withoutSuffix(name, '_info') ?? 'another name')}` };
    },
  },
  {
    code: 'timestamp-not-gauge',
    severity: 'warning',
    finds: '`_timestamp_seconds` at the end of a name that is no gauge\'s',
    source: sources.naming,
    *check({ type, name }) {
      if (type === 'gauge' || type === 'unknown' || !name.endsWith('_timestamp_seconds')) return;
      yield { what: 'a timestamp is set, and neither counted nor distributed', mend: 'make it a gauge' };
    },
  },
  {
    code: 'timestamp-suffix',
    severity: 'info',
    finds: 'a gauge whose name ends in `_timestamp`, without the unit',
    source: sources.naming,
    *check({ type, name }) {
      if (type === 'gauge' && name.endsWith('_timestamp')) yield { what: 'the name does not say the unit', mend: `call it ${quoted(`${name}_seconds`)}, in seconds since the Unix epoch` };
    },
  },
  {
    code: 'type-missing',
    severity: 'info',
    finds: 'a metric without a type',
    source: sources.textFormat,
    *check(family, scope) {
      if (family.type !== 'unknown') return;
      const whole = histogramOf(family);
      if (whole !== undefined && scope.named(`${whole}_count`).length > 0 && scope.named(`${whole}_sum`).length > 0) {
        yield { what: `this looks like the buckets of a histogram ${quoted(whole)} without a type`, mend: `write "# TYPE ${whole} histogram" before its samples` };
      } else if (whole === undefined && !isPart(family, (name) => scope.named(name).length > 0)) {
        yield { what: 'nothing says what type it is', mend: 'say that it is a counter if it only rises, else a gauge' };
      }
    },
  },
];

/** What a counter of this name should be called. */
function totalOf(name: string): string {
  const stem = withoutSuffix(name, '_count') ?? withoutSuffix(name, '_sum') ?? withoutSuffix(name, '_counter') ?? name;
  const [inside] = findWords(stem, (word) => word === 'total', 1);
  return `${inside === undefined ? stem : inside.without('')}_total`;
}

/** The histogram that a family without a type is the buckets of, as it seems. */
function histogramOf({ name, labels }: Family): string | undefined {
  return labels.has('le') ? withoutSuffix(name, '_bucket') : undefined;
}

/** Whether it is the sum or the count beside such buckets, of which one finding is enough. */
function isPart({ name }: Family, exists: (name: string) => boolean): boolean {
  const whole = withoutSuffix(name, '_sum') ?? withoutSuffix(name, '_count');
  return whole !== undefined && exists(`${whole}_bucket`);
}
