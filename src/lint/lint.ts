import { subjectOf } from '../model/descriptor.js';
import { TallystickError, list, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { Family, type LintableFamily } from './family.js';
import { type Finding, type Severity, severities } from './finding.js';
import type { Complaint, Rule } from './rule.js';
import { rules } from './rules.js';
import { Scope } from './scope.js';
import { type LintThresholds, checkThresholds } from './thresholds.js';

/** What {@link lint} looks for. */
export interface LintOptions {
  /** Codes of rules that are not to be applied. */
  readonly ignore?: readonly string[];
  /** The least severity that is told: `error`, `warning` and `error`, or with `info`, the default, everything. */
  readonly severity?: Severity;
  /** From which numbers on something is worth a finding. */
  readonly thresholds?: Partial<LintThresholds>;
}

/**
 * Looks through metrics for what the conventions of Prometheus and OpenMetrics advise against: names, units, help, labels, buckets, and numbers of
 * series. Everything that `promtool check metrics` finds is among it.
 *
 * @param families as a collector yields them, as `parse` reads them, or as `registry.snapshot()` gives them; they are only read
 * @returns findings, by the name of the metric, then by code and label; the same families give the same ones, in whatever order they come
 * @throws TallystickError `INVALID_OPTIONS` for unknown options, codes and severities, and for families that are no array; `INVALID_FAMILY` for what is no family
 *
 * @example
 * const registry = new Registry();
 * new Counter({ name: 'http_requests', help: 'Requests.', registry });
 * const [finding] = lint(registry.snapshot());
 * console.log(finding?.code, finding?.mend); // counter-total call it "http_requests_total"
 */
export function lint(families: readonly LintableFamily[], options: LintOptions = {}): Finding[] {
  if (!Array.isArray(families)) throw new TallystickError('INVALID_OPTIONS', `lint: families is ${show(families)}; give an array, for instance registry.snapshot()`);
  const { applied, thresholds } = checkLintOptions(options);
  const scope = new Scope(families.map(familyFrom), thresholds);
  const findings = scope.families.flatMap((family) => applied.flatMap((rule) => Array.from(rule.check(family, scope), (complaint) => findingOf(rule, family, complaint))));
  // Families of one name may have the same to be said of them.
  return findings.sort(compare).filter((finding, i) => i === 0 || compare(finding, findings[i - 1]!) !== 0);
}

/**
 * Checks options before there are families to lint.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkLintOptions(options: LintOptions): { readonly applied: readonly Rule[]; readonly thresholds: LintThresholds } {
  checkOptions('lint', options, ['ignore', 'severity', 'thresholds']);
  const { ignore = [], severity = 'info', thresholds } = options;
  if (!Array.isArray(ignore)) throw new TallystickError('INVALID_OPTIONS', `lint: ignore is ${show(ignore)}; give an array of codes`);
  for (const code of ignore as readonly unknown[]) {
    if (!rules.some((rule) => rule.code === code)) throw new TallystickError('INVALID_OPTIONS', `lint: ignore names ${show(code)}, which is no code of a rule; docs/linting.md lists them`);
  }
  if (!severities.includes(severity)) throw new TallystickError('INVALID_OPTIONS', `lint: severity is ${show(severity)}; give one of ${list(severities)}`);
  const least = severities.indexOf(severity);
  return {
    applied: rules.filter((rule) => !ignore.includes(rule.code) && severities.indexOf(rule.severity) <= least),
    thresholds: checkThresholds(thresholds),
  };
}

function familyFrom(family: LintableFamily): Family {
  if (typeof family !== 'object' || family === null || typeof family.name !== 'string' || typeof family.help !== 'string' || typeof family.type !== 'string' || !Array.isArray(family.series)) {
    throw new TallystickError('INVALID_FAMILY', `lint: a family is ${show(family)}; give objects with name, help, type and series`);
  }
  return new Family(family);
}

function findingOf({ code, severity, source }: Rule, { type, name }: Family, { what, mend, label }: Complaint): Finding {
  return { code, severity, metric: name, ...(label === undefined ? {} : { label }), message: `${subjectOf(type, name)}: ${what}; ${mend}`, source, mend };
}

function compare(a: Finding, b: Finding): number {
  return order(a.metric, b.metric) || order(a.code, b.code) || order(a.label ?? '', b.label ?? '') || order(a.message, b.message);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
