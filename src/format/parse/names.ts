import { letter, metricOnly, nameBytes } from './characters.js';
import type { Source } from './source.js';

/** The same string as the engine keeps it for names of properties: setting one is a look-up less. */
export function propertyName(text: string): string {
  return Object.keys({ [text]: 0 })[0]!;
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
