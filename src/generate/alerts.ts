import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { speaksOf, unitOf, wordsIn } from './measures.js';
import { equals, isPlainLabel, quantileOver, quote, select, sumBy } from './promql.js';
import { type Rule, checkDuration, durationText, literal, rulesFile } from './rules.js';
import { type MetricsSource, type Scraped, type ScrapedFormat, scrapedFrom } from './scraped.js';

/** From which numbers on an alert is raised. */
export interface AlertThresholds {
  /** Of what calls itself a rate, ratio or percentage of failures, in percent; 10 by default. */
  readonly failurePercent: number;
  /** Of means and of the 99th percentile of durations and latencies, in seconds; 1 by default. */
  readonly latencySeconds: number;
  /** Of the share of requests that were answered with a status of 500 or more, in percent; 5 by default. */
  readonly serverErrorPercent: number;
}

export interface AlertOptions {
  /** The format that Prometheus scrapes; `openmetrics-1.0.0` by default. */
  readonly format?: ScrapedFormat;
  /** The job whose targets are to be up; of all jobs when left out. */
  readonly job?: string;
  readonly thresholds?: Partial<AlertThresholds>;
  /** The window of rates; `5m` by default. */
  readonly window?: string;
  /** Every waiting time is multiplied by this: more than 0, 1 by default. A small one is for trying rules out. */
  readonly forScale?: number;
}

const subject = 'alert rules';
const defaultThresholds: AlertThresholds = { failurePercent: 10, latencySeconds: 1, serverErrorPercent: 5 };

const failureWords = ['failure', 'failures', 'failed', 'error', 'errors'];
const shareWords = ['rate', 'ratio', 'percent', 'percentage', 'share'];
const durationWords = ['latency', 'duration', 'wait', 'lag', 'delay'];
const badStates = ['open', 'failed', 'failing', 'down', 'error', 'unhealthy', 'critical', 'broken'];

/** Labels that hold the status of an answer to HTTP; the others do so where the name speaks of HTTP. */
const statusLabels = ['status_code', 'http_status'];
const perhapsStatusLabels = ['code', 'status'];

/**
 * Writes alerting rules for Prometheus: targets that are down, state sets in a bad state, failure rates, latencies, and requests answered with an error
 * of the server. The same metrics give the same file.
 *
 * @throws TallystickError `INVALID_OPTIONS`, `INVALID_FAMILY`
 *
 * @example
 * const registry = new Registry();
 * new StateSet({ name: 'breaker_state', help: 'State of the breaker.', states: ['closed', 'open'], registry });
 * console.log(alertRules(registry, { job: 'shop' }).includes('expr: breaker_state{breaker_state="open"} > 0')); // true
 */
export function alertRules(source: MetricsSource, options: AlertOptions = {}): string {
  checkOptions(subject, options, ['format', 'job', 'thresholds', 'window', 'forScale']);
  const { format, job, forScale = 1 } = options;
  if (!(forScale > 0 && forScale < Infinity)) throw new TallystickError('INVALID_OPTIONS', `${subject}: forScale is ${show(forScale)}; give a number above 0`);
  const rules = new Rules(checkThresholds(options.thresholds), checkDuration(subject, 'window', options.window ?? '5m'), forScale);
  const families = scrapedFrom(subject, source, format);
  return rulesFile([{ name: 'targets', rules: [rules.targetDown(job)] }, ...families.map((family) => ({ name: family.name, rules: rules.of(family) }))]);
}

function checkThresholds(given: Partial<AlertThresholds> = {}): AlertThresholds {
  checkOptions(`${subject}: thresholds`, given, Object.keys(defaultThresholds));
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value < Infinity)) throw new TallystickError('INVALID_OPTIONS', `${subject}: thresholds.${name} is ${show(value)}; give a number of at least 0`);
  }
  return { ...defaultThresholds, ...given };
}

/** Makes the rules of one file. */
class Rules {
  private readonly thresholds: AlertThresholds;
  private readonly window: string;
  private readonly forScale: number;

  constructor(thresholds: AlertThresholds, window: string, forScale: number) {
    this.thresholds = thresholds;
    this.window = window;
    this.forScale = forScale;
  }

  targetDown(job: string | undefined): Rule {
    return this.rule('TargetDown', `${select('up', job === undefined ? [] : [equals('job', job)])} == 0`, 60, 'critical', '{{ $labels.instance }} of {{ $labels.job }} cannot be scraped', 'Prometheus gets no metrics from this target.');
  }

  of(family: Scraped): readonly Rule[] {
    switch (family.type) {
      case 'stateset':
        return this.ofStates(family);
      case 'gauge':
        return this.ofGauge(family);
      case 'counter':
        return this.ofCounter(family);
      case 'histogram':
        return this.ofHistogram(family);
      default:
        return [];
    }
  }

  private ofStates(family: Scraped): readonly Rule[] {
    const { name, sample, stateLabel, states, help } = family;
    const bad = states.filter((state) => badStates.includes(state.toLowerCase()));
    return bad.map((state) => this.rule(`${pascal(name)}${pascal(state)}`, `${select(sample, [equals(stateLabel, state)])} > 0`, 60, 'critical', `${name} is ${quote(state)}${whose(family)}`, help));
  }

  private ofGauge(family: Scraped): readonly Rule[] {
    const { name, sample, help } = family;
    const unit = unitOf(family);
    const { failurePercent, latencySeconds } = this.thresholds;
    if ((unit === 'percent' || unit === 'percentunit') && speaksOf(family, failureWords) && speaksOf(family, shareWords)) {
      const above = unit === 'percent' ? failurePercent : failurePercent / 100;
      return [this.rule(`${pascal(name)}High`, `${select(sample)} > ${above}`, 300, 'warning', `${name} is above ${failurePercent} %${whose(family)}`, help)];
    }
    if (unit === 's' && speaksOf(family, durationWords)) {
      return [this.rule(`${pascal(name)}High`, `${select(sample)} > ${decimal(latencySeconds)}`, 300, 'warning', `${name} is above ${latencySeconds} s${whose(family)}`, help)];
    }
    return [];
  }

  private ofCounter(family: Scraped): readonly Rule[] {
    const { name, sample, labels, help } = family;
    const status = [...statusLabels, ...(speaksOf(family, ['http']) ? perhapsStatusLabels : [])].find((label) => labels.includes(label));
    if (status === undefined) return [];
    const { serverErrorPercent } = this.thresholds;
    const failed = sumBy(['job'], `rate(${select(sample, [`${status}=~"5.."`])}[${this.window}])`);
    const all = sumBy(['job'], `rate(${select(sample)}[${this.window}])`);
    return [this.rule(`${pascal(name)}ServerErrors`, `${failed} / ${all} > ${serverErrorPercent / 100}`, 300, 'warning', `more than ${serverErrorPercent} % of ${name} of {{ $labels.job }} are errors of the server`, help)];
  }

  private ofHistogram(family: Scraped): readonly Rule[] {
    const { name, buckets, help } = family;
    if (buckets === 'none' || unitOf(family) !== 's' || !speaksOf(family, durationWords)) return [];
    const { latencySeconds } = this.thresholds;
    const slow = quantileOver(family, 0.99, ['job'], { matchers: [], window: this.window });
    return [this.rule(`${pascal(name)}Slow`, `${slow} > ${decimal(latencySeconds)}`, 600, 'warning', `one in a hundred ${name} of {{ $labels.job }} is above ${latencySeconds} s`, help)];
  }

  private rule(alert: string, expr: string, forSeconds: number, severity: 'warning' | 'critical', summary: string, description: string): Rule {
    return { alert, expr, for: durationText(forSeconds * this.forScale), labels: { severity }, annotations: { summary, description: literal(description) } };
  }
}

/** ` for billing`, by the labels of the series that raised the alert. */
function whose({ labels }: Scraped): string {
  const shown = labels.filter(isPlainLabel);
  return shown.length === 0 ? ' at {{ $labels.instance }}' : ` for ${shown.map((label) => `{{ $labels.${label} }}`).join(', ')}`;
}

/** `CircuitBreakerState` of `circuit_breaker_state`. */
function pascal(name: string): string {
  return wordsIn(name).map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

/** Seconds are measured: `1.0`. */
function decimal(seconds: number): string {
  return Number.isInteger(seconds) && seconds < 1e15 ? seconds.toFixed(1) : String(seconds);
}
