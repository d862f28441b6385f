import { checkOptions } from '../model/options.js';
import { isPlainLabel, meanOver, quantileOver, ratePerSecond } from './promql.js';
import { type Rule, checkDuration, rulesFile } from './rules.js';
import { type MetricsSource, type Scraped, type ScrapedFormat, scrapedFrom } from './scraped.js';

export interface RecordingOptions {
  /** The format that Prometheus scrapes; `openmetrics-1.0.0` by default. */
  readonly format?: ScrapedFormat;
  /** The window of rates; `5m` by default. */
  readonly window?: string;
}

const subject = 'recording rules';
const recordedQuantiles = [0.5, 0.9, 0.99] as const;

/**
 * Writes recording rules for Prometheus: rates of counters, rates, means and quantiles of histograms, rates and means of summaries, each over all
 * instances of a job and by the labels of the metric. They are called `level:metric:operation`, as Prometheus advises. The same metrics give the same file.
 *
 * @throws TallystickError `INVALID_OPTIONS`, `INVALID_FAMILY`
 *
 * @example
 * const registry = new Registry();
 * new Counter({ name: 'jobs_total', help: 'Jobs done.', labelNames: ['queue'], registry });
 * console.log(recordingRules(registry).includes('record: job_queue:jobs:rate5m')); // true
 */
export function recordingRules(source: MetricsSource, options: RecordingOptions = {}): string {
  checkOptions(subject, options, ['format', 'window']);
  const window = checkDuration(subject, 'window', options.window ?? '5m');
  return rulesFile(scrapedFrom(subject, source, options.format).map((family) => ({ name: family.name, rules: rulesOf(family, window) })));
}

function rulesOf(family: Scraped, window: string): readonly Rule[] {
  const by = ['job', ...family.labels];
  const look = { matchers: [], window };
  const name = (operation: string): string => `${by.map(legacy).join('_')}:${legacy(family.sample.replace(/_total$/, ''))}:${operation}`;
  const rate: Rule = { record: name(`rate${window}`), expr: ratePerSecond(family, by, look) };
  switch (family.type) {
    case 'counter':
      return [rate];
    case 'summary':
      return [rate, { record: name(`mean${window}`), expr: meanOver(family, by, look) }];
    case 'histogram': {
      const quantiles = family.buckets === 'none' ? [] : recordedQuantiles.map((quantile): Rule => ({ record: name(`p${quantile * 100}_${window}`), expr: quantileOver(family, quantile, by, look) }));
      return [rate, { record: name(`mean${window}`), expr: meanOver(family, by, look) }, ...quantiles];
    }
    default:
      return [];
  }
}

/** What is recorded has names that every version of Prometheus takes. */
function legacy(name: string): string {
  return isPlainLabel(name.replaceAll(':', '_')) ? name : name.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/^\d/, '_$&');
}
