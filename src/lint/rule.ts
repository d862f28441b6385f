import type { Severity } from './finding.js';
import type { Family } from './family.js';
import type { Scope } from './scope.js';

/** What a rule has to say of a metric; the rest of a finding is the rule's own. */
export interface Complaint {
  /** What was found, without the metric's name. */
  readonly what: string;
  /** What to do about it, as an order. */
  readonly mend: string;
  readonly label?: string;
}

/** One thing that is looked for. */
export interface Rule {
  readonly code: string;
  readonly severity: Severity;
  /** What it finds, as the documentation lists it. */
  readonly finds: string;
  readonly source: string;
  /** Looks at one metric; at the others, too, where they matter. Never throws, whatever the family holds. */
  readonly check: (family: Family, scope: Scope) => Iterable<Complaint>;
}

/** Where rules come from, by the title of the page. */
export const sources: Readonly<Record<'naming' | 'exporters' | 'instrumentation' | 'histograms' | 'dataModel' | 'textFormat' | 'escaping', string>> = {
  naming: 'Prometheus, "Metric and label naming"',
  exporters: 'Prometheus, "Writing exporters"',
  instrumentation: 'Prometheus, "Instrumentation"',
  histograms: 'Prometheus, "Histograms and summaries"',
  dataModel: 'Prometheus, "Data model"',
  textFormat: 'Prometheus, "Exposition formats"',
  escaping: 'Prometheus, "Escaping schemes"',
};

/** A section of OpenMetrics 1.0. */
export function openMetrics(section: string): string {
  return `OpenMetrics 1.0, "${section}"`;
}
