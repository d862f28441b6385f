import type { Scraped } from './scraped.js';

/** Names that PromQL takes as they are; others, which Prometheus knows since 3.0, are quoted. */
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether PromQL takes a label name as it is. */
export function isPlainLabel(name: string): boolean {
  return labelName.test(name);
}

/** A string of PromQL. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The series of a name that match, for instance `up{job="shop"}`. */
export function select(name: string, matchers: readonly string[] = []): string {
  if (!metricName.test(name)) return `{${[quote(name), ...matchers].join(', ')}}`;
  return matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;
}

/** `label="value"`. */
export function equals(label: string, value: string): string {
  return `${isPlainLabel(label) ? label : quote(label)}=${quote(value)}`;
}

/** An aggregation that keeps some labels, or none. */
export function sumBy(labels: readonly string[], expression: string): string {
  const kept = labels.map((label) => (isPlainLabel(label) ? label : quote(label)));
  return kept.length === 0 ? `sum(${expression})` : `sum by (${kept.join(', ')}) (${expression})`;
}

/** What a query about a family looks at. */
export interface Look {
  readonly matchers: readonly string[];
  /** The window of rates, for instance `5m`. */
  readonly window: string;
}

/** How many observations, or events, a second. */
export function ratePerSecond(family: Scraped, by: readonly string[], { matchers, window }: Look): string {
  switch (family.type) {
    case 'histogram':
      return family.buckets === 'native' ? `histogram_count(${sumBy(by, `rate(${select(family.sample, matchers)}[${window}])`)})` : sumBy(by, `rate(${select(family.sample + family.countSuffix, matchers)}[${window}])`);
    case 'summary':
      return sumBy(by, `rate(${select(family.sample + family.countSuffix, matchers)}[${window}])`);
    default:
      return sumBy(by, `rate(${select(family.sample, matchers)}[${window}])`);
  }
}

/** The mean of what was observed of a histogram or summary in the window. */
export function meanOver(family: Scraped, by: readonly string[], look: Look): string {
  const { matchers, window } = look;
  if (family.buckets === 'native') {
    const rate = sumBy(by, `rate(${select(family.sample, matchers)}[${window}])`);
    return `histogram_sum(${rate}) / histogram_count(${rate})`;
  }
  return `${sumBy(by, `rate(${select(family.sample + family.sumSuffix, matchers)}[${window}])`)} / ${ratePerSecond(family, by, look)}`;
}

/** A quantile of a histogram's observations in the window, or of a gauge histogram's as it stands. */
export function quantileOver(family: Scraped, quantile: number, by: readonly string[], look: Look): string {
  const inner = bucketsBy(family, by, 'rate', look);
  return `histogram_quantile(${quantile}, ${inner})`;
}

/** The buckets of a histogram, classic ones with their `le`. */
export function bucketsBy(family: Scraped, by: readonly string[], over: 'rate' | 'increase', { matchers, window }: Look): string {
  const isNative = family.buckets === 'native';
  const selected = select(isNative ? family.sample : `${family.sample}_bucket`, matchers);
  return sumBy(isNative ? by : ['le', ...by], family.type === 'gaugehistogram' ? selected : `${over}(${selected}[${window}])`);
}
