import { letter, metricOnly, nameBytes, nine, zero } from './characters.js';
import type { Source } from './source.js';

/** The same string as the engine keeps it for names of properties: setting one is a look-up less. */
export function propertyName(text: string): string {
  return Object.keys({ [text]: 0 })[0]!;
}

/** Whether the engine may take a name for the index of an element. */
export function mayBeIndex(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= zero && first <= nine;
}

/**
 * An object for labels some of whose names may be indices. In a plain one, the engine makes room for all the elements below: a label `"1000"` would take
 * 12 kB. Where there was an element at the last place there is, it keeps a table instead (200 bytes; Node 20).
 */
export function sparseLabels(): Record<string, string> {
  const labels: Record<string, string> = { 4294967294: '' };
  delete labels[4294967294];
  return labels;
}

/** An object of these names and values. */
export function labelsFrom(entries: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  if (!entries.some(([name]) => mayBeIndex(name))) return Object.fromEntries(entries);
  const labels = sparseLabels();
  for (const [name, value] of entries) labels[name] = value;
  return labels;
}

/** A metric name without quotation marks. */
export function readMetricName(source: Source): string {
  const { bytes, at: start } = source;
  let at = start;
  if ((nameBytes[bytes[at]!]! & (letter | metricOnly)) !== 0) while (nameBytes[bytes[at]!] !== 0) at++;
  if (at === start) throw source.error(at, 'a metric name');
  source.at = at;
  return source.ascii(start, at);
}

/** A name in quotation marks. */
export function readQuotedName(source: Source): string {
  const { at } = source;
  const name = source.quoted();
  if (name === '') throw source.error(at + 1, 'a name of at least one character');
  return name;
}

/** A label name that is not reserved. @param at where it stands */
export function checkedLabelName(source: Source, at: number, name: string): string {
  const { reserved } = source.dialect;
  if (name.startsWith(reserved)) throw source.errorIn(at, source.at, `a label name that does not begin with "${reserved}", which is reserved`);
  return name;
}
