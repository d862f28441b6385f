import type { MetricType } from '../../model/descriptor.js';
import { list } from '../../model/errors.js';
import { blank, carriageReturn, lineFeed, quote, tab } from './characters.js';
import { readMetricName, readQuotedName } from './names.js';
import type { Source } from './source.js';

/** What a family is said to be, before its samples. */
export interface Metadata {
  type?: MetricType;
  help?: string;
  unit?: string;
}

/** The types that have names of their own in the text formats. */
const textTypes: Readonly<Record<string, MetricType>> = { counter: 'counter', gauge: 'gauge', histogram: 'histogram', summary: 'summary', untyped: 'unknown' };

const openMetricsTypes: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'stateset', 'info', 'summary', 'unknown'];

/** The name after HELP, TYPE or UNIT. */
export function readName(source: Source): string {
  return source.dialect.quotedNames && source.bytes[source.at] === quote ? readQuotedName(source) : readMetricName(source);
}

/** Goes to the line feed that ends the line. */
export function endOfLine(source: Source): number {
  const { bytes } = source;
  let { at } = source;
  while (bytes[at] !== lineFeed) at++;
  return at;
}

/** The type that stands up to the end of the line. */
export function readType(source: Source): MetricType {
  const { bytes, at: start, dialect } = source;
  let at = start;
  while (bytes[at]! > blank) at++;
  const word = at - start > 16 ? '' : source.ascii(start, at);
  const type = dialect.loose ? (Object.hasOwn(textTypes, word) ? textTypes[word] : undefined) : openMetricsTypes.find((known) => known === word);
  if (type === undefined) throw source.errorIn(start, at, `a type: one of ${list(dialect.loose ? Object.keys(textTypes) : openMetricsTypes)}`);
  source.at = at;
  return type;
}

/** The text that stands up to the end of the line, unescaped. */
export function readHelp(source: Source): string {
  const start = source.at;
  const end = endOfLine(source);
  if (end > start && source.bytes[end - 1] === carriageReturn) throw source.error(end - 1, 'a line feed without a carriage return before it');
  const help = source.unescaped(start, end, !source.dialect.loose);
  source.at = end;
  return help;
}

/** Goes over blanks and the line feed. */
export function readLineEnd(source: Source, expected: string): void {
  const { bytes, dialect } = source;
  let { at } = source;
  if (dialect.loose) while (bytes[at] === blank || bytes[at] === tab) at++;
  if (bytes[at] !== lineFeed) throw source.error(at, expected);
  source.at = at + 1;
}
