import { numberOf } from './family.js';
import { quoted } from './finding.js';
import { type Rule, openMetrics, sources } from './rule.js';
import { withoutSuffix } from './spelling.js';

/** What is done or happens, and can only become more. */
const events: readonly string[] = [
  'processed', 'received', 'sent', 'served', 'handled', 'completed', 'failed', 'dropped', 'rejected', 'retried', 'errors', 'failures', 'retries', 'restarts', 'timeouts', 'hits', 'misses', 'evictions', 'exceptions',
];

/** What is so at present, and can become less. */
const states: readonly string[] = ['current', 'active', 'open', 'pending', 'queued', 'waiting', 'running', 'inflight', 'connected', 'free', 'used', 'available', 'temperature', 'usage', 'utilization', 'size', 'depth', 'length'];

/** What makes a gauge of anything. */
const qualifiers: readonly string[] = [...states, 'last', 'latest', 'max', 'min', 'limit', 'ratio', 'rate', 'per', 'progress', 'recent', 'timestamp', 'allowed', 'since'];

/** Seconds since 1970 are below this until the year 5138; milliseconds since then have been above it since 1973. What is beyond both stands for none. */
const earliestMilliseconds = 1e11;
const latestMilliseconds = 1e14;

/** Rules about the numbers themselves, and what the type makes of them. */
export const valueRules: readonly Rule[] = [
  {
    code: 'info-value',
    severity: 'error',
    finds: 'an info, or a gauge whose name ends in `_info`, that is not 1',
    source: openMetrics('Info'),
    *check({ type, name, series }) {
      if (type !== 'info' && !(type === 'gauge' && name.endsWith('_info'))) return;
      const other = series.find(({ value }) => value !== undefined && numberOf(value) !== 1);
      if (other !== undefined) yield { what: `the value of an info is 1, and one is ${String(other.value)}`, mend: 'put what it tells into labels, or call it by another name' };
    },
  },
  {
    code: 'counter-value',
    severity: 'error',
    finds: 'a counter that is negative or NaN',
    source: openMetrics('Counter'),
    *check({ type, series }) {
      const wrong = type === 'counter' ? series.find(({ value }) => value !== undefined && !(numberOf(value) >= 0)) : undefined;
      if (wrong !== undefined) yield { what: `a counter begins at 0 and only rises, and one is ${String(wrong.value)}`, mend: 'make it a gauge' };
    },
  },
  {
    code: 'counter-like-gauge',
    severity: 'info',
    finds: 'a counter that goes by the name of something that falls as well: `current`, `active`, `pending` …',
    source: sources.instrumentation,
    *check({ type, words }) {
      const word = type === 'counter' ? words.find((one) => one === 'current' || one === 'active' || one === 'pending' || one === 'inflight' || one === 'temperature') : undefined;
      if (word !== undefined) yield { what: `${quoted(word)} sounds like something that falls as well`, mend: 'make it a gauge if it does' };
    },
  },
  {
    code: 'gauge-like-counter',
    severity: 'info',
    finds: 'a gauge that goes by the name of something that only becomes more: `processed`, `errors`, `hits` …',
    source: sources.instrumentation,
    *check(family) {
      const { type, name, words, series } = family;
      const last = words.at(-1) ?? '';
      if (type !== 'gauge' || !events.includes(last) || family.speaksOf(qualifiers) || series.some(({ value }) => !(numberOf(value) >= 0))) return;
      yield { what: `${quoted(last)} sounds like something that only becomes more`, mend: `make it a counter ${quoted(`${name}_total`)} if it does` };
    },
  },
  {
    code: 'time-since',
    severity: 'info',
    finds: 'a gauge that gives the time since something happened',
    source: sources.instrumentation,
    *check({ type, name, words }) {
      if (type !== 'gauge' || !words.some((word) => word === 'since' || word === 'ago')) return;
      const thing = name.replace(/(?:^|_)(?:seconds|time|since|ago)(?=_|$)/g, '').replace(/^_/, '') || 'start';
      yield { what: 'it stops telling the truth when whoever updates it gets stuck', mend: `give the time when it happened as ${quoted(`${thing}_timestamp_seconds`)}, and let the server subtract` };
    },
  },
  {
    code: 'timestamp-milliseconds',
    severity: 'warning',
    finds: 'a gauge whose name ends in `_timestamp_seconds` or `_time_seconds`, with values that are milliseconds since 1970',
    source: sources.naming,
    *check({ type, name, series }) {
      if (type !== 'gauge' || (withoutSuffix(name, '_timestamp_seconds') ?? withoutSuffix(name, '_time_seconds')) === undefined) return;
      const large = series.find(({ value }) => numberOf(value) > earliestMilliseconds && numberOf(value) < latestMilliseconds);
      if (large !== undefined) yield { what: `${String(large.value)} would be far in the future in seconds`, mend: 'divide by 1000' };
    },
  },
  {
    code: 'sample-timestamp',
    severity: 'info',
    finds: 'samples with timestamps of their own',
    source: openMetrics('Metric'),
    *check({ series }) {
      const stamped = series.filter(({ timestamp }) => timestamp !== undefined).length;
      if (stamped > 0) yield { what: `${stamped} of ${series.length} series carry the time when they were taken`, mend: 'leave it out; the server notes the time of the scrape, and drops what is too old' };
    },
  },
  {
    code: 'summary-series',
    severity: 'info',
    finds: 'a summary with quantiles and many series (`summarySeries`)',
    source: sources.histograms,
    *check({ type, series }, { thresholds }) {
      const withQuantiles = type === 'summary' ? series.filter(({ quantiles }) => quantiles !== undefined && quantiles.length > 0).length : 0;
      if (withQuantiles > thresholds.summarySeries) yield { what: `${withQuantiles} series have quantiles, which cannot be aggregated over them`, mend: 'make it a histogram, or leave the quantiles out' };
    },
  },
];
