import { TallystickError, show } from './errors.js';

/** Prometheus data model, "Metric names and labels"; also what text 0.0.4 can write without quoting. */
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** No format sets a limit; this one keeps a mistake (a whole document as a name) out of every scrape. */
const longestName = 512;

/**
 * Joins namespace, subsystem and name with `_`, leaving out what is absent or empty.
 *
 * @throws TallystickError `INVALID_NAME` when a part is not a string, or the whole is not a metric name
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
  const full = parts.join('_');
  if (!metricName.test(full) || full.length > longestName) {
    throw new TallystickError(
      'INVALID_NAME',
      full.length > longestName
        ? `${kind} ${show(full)}: the name has ${full.length} characters; at most ${longestName} are allowed, shorten it`
        : `${kind} ${show(full)}: not a metric name; use letters, digits, "_" and ":", and do not begin with a digit`,
    );
  }
  return full;
}

/**
 * Checks label names.
 *
 * @param reserved label names this kind of metric writes by itself (`le`, `quantile`)
 * @throws TallystickError `INVALID_LABEL_NAME`
 */
export function checkLabelNames(subject: string, names: readonly unknown[], reserved: readonly string[]): asserts names is readonly string[] {
  const seen = new Set<string>();
  for (const name of names) {
    if (typeof name !== 'string' || !labelName.test(name) || name.length > longestName) {
      throw new TallystickError('INVALID_LABEL_NAME', `${subject}: ${show(name)} is not a label name; use letters, digits and "_", and do not begin with a digit`);
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
