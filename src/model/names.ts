import { TallystickError, show } from './errors.js';
import { storable } from './storable.js';

/** Which names are allowed: those that every format can write as they are, or any text (Prometheus, "metric_name_validation_scheme"). */
export type NameValidation = 'legacy' | 'utf8';

/** Prometheus data model, "Metric names and labels"; also what text 0.0.4 can write without quoting. */
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** No format sets a limit; this one keeps a mistake (a whole document as a name) out of every scrape. */
const longestName = 512;

/**
 * Joins namespace, subsystem and name with `_`, leaving out what is absent or empty. {@link checkName} checks the whole.
 *
 * @throws TallystickError `INVALID_NAME` when a part is not a string
 */
export function fullName(kind: string, options: { readonly name: unknown; readonly namespace?: unknown; readonly subsystem?: unknown }): string {
  const { name } = options;
  if (typeof name !== 'string' || name === '') {
    throw new TallystickError('INVALID_NAME', `${kind}: name is ${show(name)}; every metric needs a name, for instance name: "jobs_total"`);
  }
  const parts: string[] = [];
  for (const key of ['namespace', 'subsystem'] as const) {
    const part = options[key];
    if (part === undefined || part === '') continue;
    if (typeof part !== 'string') throw new TallystickError('INVALID_NAME', `${kind} ${show(name)}: ${key} is ${show(part)}; give a string or leave it out`);
    parts.push(part);
  }
  parts.push(name);
  return parts.join('_');
}

/**
 * Checks a metric's full name.
 *
 * @throws TallystickError `INVALID_NAME`
 */
export function checkName(subject: string, name: string, validation: NameValidation): void {
  if (name.length > longestName) throw new TallystickError('INVALID_NAME', `${subject}: the name has ${name.length} characters; at most ${longestName} are allowed, shorten it`);
  if (validation === 'legacy' ? metricName.test(name) : isStorable(name)) return;
  throw new TallystickError(
    'INVALID_NAME',
    validation === 'legacy'
      ? `${subject}: not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"`
      : `${subject}: the name has half a surrogate pair or a carriage return, which no format can carry; check where it comes from`,
  );
}

/**
 * Checks the `nameValidation` option.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkNameValidation(subject: string, validation: unknown = 'legacy'): NameValidation {
  if (validation === 'legacy' || validation === 'utf8') return validation;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: nameValidation is ${show(validation)}; give "legacy" or "utf8"`);
}

/** Whether every format can write a metric name as it is. */
export function isLegacyName(name: string): boolean {
  return metricName.test(name);
}

/** Whether every format can write a label name as it is. */
export function isLegacyLabelName(name: string): boolean {
  return labelName.test(name);
}

/** Whether the rules allow a label name, reserved ones apart. */
export function isLabelName(name: unknown, validation: NameValidation): name is string {
  if (typeof name !== 'string' || name.length > longestName) return false;
  return validation === 'legacy' ? labelName.test(name) : name !== '' && isStorable(name);
}

function isStorable(text: string): boolean {
  return storable(text) === text;
}

/**
 * Checks label names.
 *
 * @param reserved label names this kind of metric writes by itself (`le`, `quantile`)
 * @throws TallystickError `INVALID_LABEL_NAME`
 */
export function checkLabelNames(subject: string, names: readonly unknown[], reserved: readonly string[], validation: NameValidation): asserts names is readonly string[] {
  const seen = new Set<string>();
  for (const name of names) {
    if (!isLabelName(name, validation)) {
      const rule = validation === 'legacy' ? 'use letters, digits and "_", and do not begin with a digit, or ask for nameValidation: "utf8"' : `give up to ${longestName} characters that UTF-8 can carry, at least one, and no carriage return`;
      throw new TallystickError('INVALID_LABEL_NAME', `${subject}: ${show(name)} is not a label name; ${rule}`);
    }
    if (name.startsWith('__')) {
      throw new TallystickError('INVALID_LABEL_NAME', `${subject}: label ${show(name)} begins with "__", which is reserved for Prometheus itself; rename it`);
    }
    if (reserved.includes(name)) {
      throw new TallystickError('INVALID_LABEL_NAME', `${subject}: label ${show(name)} is written by this kind of metric itself; rename yours`);
    }
    if (seen.has(name)) throw new TallystickError('INVALID_LABEL_NAME', `${subject}: label ${show(name)} is declared twice; name each label once`);
    seen.add(name);
  }
}
