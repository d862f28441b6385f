import { type Exemplar, codePoints, mostCharacters } from '../../model/exemplar.js';
import { blank, closeBrace, comma, digit, equals, letter, nameBytes, openBrace, quote } from './characters.js';
import { checkedLabelName, labelsFrom, readQuotedName } from './names.js';
import { readNumber, readSeconds } from './numbers.js';
import type { Source } from './source.js';

/**
 * Reads `# {labels} value` and the time, which OpenMetrics 2.0 demands; `source.at` is at the number sign.
 *
 * @param limited whether the length of its labels is limited
 */
export function readExemplar(source: Source, limited: boolean): Exemplar {
  source.at += 1;
  source.take(blank, 'a blank after "#"');
  const start = source.at;
  const labels = readLabels(source);
  if (limited) {
    let characters = 0;
    for (const [name, value] of Object.entries(labels)) characters += codePoints(name) + codePoints(value);
    if (characters > mostCharacters) throw source.error(start, `at most ${mostCharacters} characters in the names and values of an exemplar's labels`, String(characters));
  }
  source.take(blank, 'a blank after the labels of an exemplar');
  const value = readNumber(source);
  if (!limited) source.take(blank, 'the time of the exemplar');
  else if (source.bytes[source.at] !== blank) return { labels, value };
  else source.at += 1;
  return { labels, value, timestamp: readSeconds(source) };
}

function readLabels(source: Source): Record<string, string> {
  const labels: [name: string, value: string][] = [];
  const names = new Set<string>();
  const { bytes } = source;
  source.take(openBrace, '"{" before the labels of an exemplar');
  for (let first = true; bytes[source.at] !== closeBrace; first = false) {
    if (!first) source.take(comma, '"," or "}" after a label');
    const { at } = source;
    const name = readLabelName(source);
    if (names.has(name)) throw source.errorIn(at, source.at, 'each label once');
    source.take(equals, '"=" after a label name');
    if (bytes[source.at] !== quote) throw source.error(source.at, 'a quotation mark before a label value');
    names.add(name);
    labels.push([name, source.quoted()]);
  }
  source.at += 1;
  return labelsFrom(labels);
}

function readLabelName(source: Source): string {
  const { bytes, at: start, dialect } = source;
  if (dialect.quotedNames && bytes[start] === quote) return checkedLabelName(source, start, readQuotedName(source));
  let at = start;
  if (nameBytes[bytes[at]!] === letter) while ((nameBytes[bytes[at]!]! & (letter | digit)) !== 0) at++;
  if (at === start) throw source.error(at, 'a label name');
  source.at = at;
  return checkedLabelName(source, start, source.ascii(start, at));
}
