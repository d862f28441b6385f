import { isLegacyName } from '../model/names.js';
import type { Family } from './family.js';
import { quoted, some } from './finding.js';
import { type Rule, openMetrics, sources } from './rule.js';
import { legacyName, withoutNumbers } from './scope.js';
import { findWords, snakeCase, wordsOf } from './spelling.js';
import { isUnit } from './units.js';

/** `info` and `unknown` are words of the field as well, and no mistake in a name. */
const typeWords: readonly string[] = ['counter', 'gauge', 'histogram', 'summary', 'gaugehistogram', 'stateset', 'untyped'];

/** What a server computes better, and what cannot be aggregated ("Drop less useful statistics"). */
const statistics = /^(?:mean|avg|average|stddev|p\d{2,4}|m\d+rate|rate\d+m)$/;

/** Rules about the name alone, and about names beside each other. */
export const nameRules: readonly Rule[] = [
  {
    code: 'name-characters',
    severity: 'info',
    finds: 'a name that has other characters than letters, digits, `_` and `:`, or begins with a digit: most readers get it escaped',
    source: sources.dataModel,
    *check({ name }) {
      if (!isLegacyName(name)) yield { what: 'the name needs quotes, and is escaped for readers that do not ask for such names', mend: `call it ${quoted(legacyName(snakeCase(name)))} where all of them are to see the same` };
    },
  },
  {
    code: 'name-underscore',
    severity: 'error',
    finds: 'a name that begins with `_`',
    source: openMetrics('MetricFamily'),
    *check({ name }) {
      if (name.startsWith('_')) yield { what: 'names that begin with "_" are reserved', mend: `call it ${quoted(name.replace(/^_+/, '') || 'another name')}` };
    },
  },
  {
    code: 'name-colon',
    severity: 'warning',
    finds: 'a colon in a name',
    source: sources.exporters,
    *check({ name }) {
      if (name.includes(':')) yield { what: 'colons are for the recording rules of whoever runs the server', mend: `call it ${quoted(name.replace(/:+/g, '_'))}` };
    },
  },
  {
    code: 'name-case',
    severity: 'warning',
    finds: 'upper-case letters in a name',
    source: sources.exporters,
    *check({ name }) {
      if (/[A-Z]/.test(name)) yield { what: 'names are written in snake_case', mend: `call it ${quoted(snakeCase(name))}` };
    },
  },
  {
    code: 'name-type',
    severity: 'warning',
    finds: 'the name of a metric type in a name',
    source: sources.naming,
    *check({ name }) {
      for (const { word, without } of findWords(name, (one) => typeWords.includes(one), 1)) yield { what: `the name says the type, ${quoted(word)}`, mend: `call it ${quoted(without(''))}` };
    },
  },
  {
    code: 'name-scrape',
    severity: 'warning',
    finds: 'a name that Prometheus gives to what it finds out itself: `up`, and what begins with `scrape_`',
    source: sources.exporters,
    *check({ name }) {
      if (name === 'up' || name.startsWith('scrape_')) yield { what: 'Prometheus adds metrics of this name to every target itself', mend: `put the name of the application before it: ${quoted(`app_${name}`)}` };
    },
  },
  {
    code: 'name-prefix',
    severity: 'info',
    finds: 'a name of a single word, without what it belongs to',
    source: sources.naming,
    *check({ name }) {
      const telling = wordsOf(snakeCase(name)).filter((word) => word !== '' && word !== 'total' && !isUnit(word));
      if (telling.length < 2 && name !== 'up') yield { what: 'the name does not say what it belongs to', mend: `put the name of the application or of the thing measured before it: ${quoted(`app_${name}`)}` };
    },
  },
  {
    code: 'name-statistic',
    severity: 'info',
    finds: 'a gauge that is a mean, a rate over some minutes, a standard deviation or a percentile',
    source: sources.exporters,
    *check({ name, type }) {
      if (type !== 'gauge') return;
      const [found] = findWords(name, (word) => statistics.test(word), 1);
      if (found !== undefined) yield { what: `${quoted(found.word)} cannot be aggregated, and hides over which time it was taken`, mend: `observe each value in a histogram ${quoted(found.without(''))}, and let the server compute it` };
    },
  },
  {
    code: 'name-numbered',
    severity: 'info',
    finds: 'metrics whose names differ in a number only',
    source: sources.instrumentation,
    *check({ name }, scope) {
      const common = withoutNumbers(name);
      const alike = common === name ? [] : namesOf(scope.numbered(common));
      if (alike.length > 1 && alike[0] === name) yield { what: `${alike.length} names differ in a number only: ${some(alike)}`, mend: `make them one metric ${quoted(common.replace(/_?#/g, '').replace(/^_/, ''))}, with the number in a label` };
    },
  },
  {
    code: 'name-duplicate',
    severity: 'error',
    finds: 'two families of one name',
    source: openMetrics('MetricFamily'),
    *check(family, scope) {
      const same = scope.named(family.name);
      if (same.length > 1 && same[0] === family) yield { what: `there are ${same.length} families of this name`, mend: 'make them one, or rename all but one' };
    },
  },
  {
    code: 'name-clash',
    severity: 'warning',
    finds: 'two metrics of which some format writes samples of one name, such as a counter `jobs` and a gauge `jobs_total`',
    source: openMetrics('MetricFamily'),
    *check(family, scope) {
      const others = namesOf(scope.writing(family.name)).filter((other) => other !== family.name);
      if (others.length > 0) yield { what: `samples of this name also belong to ${some(others)}`, mend: 'rename one of them' };
    },
  },
  {
    code: 'name-escaped-clash',
    severity: 'warning',
    finds: 'two names that are the same once they are escaped, such as `http.requests` and `http_requests`',
    source: sources.escaping,
    *check({ name }, scope) {
      const escaped = legacyName(name);
      const alike = namesOf(scope.escapedTo(escaped)).filter((other) => other !== name);
      if (alike.length > 0 && escaped !== name) yield { what: `it becomes ${quoted(escaped)} for readers that know legacy names only, and so does ${some(alike)}`, mend: 'rename one of them' };
    },
  },
];

/** The names of families, each once, in an order that does not depend on theirs. */
function namesOf(families: readonly Family[]): string[] {
  return [...new Set(families.map((family) => family.name))].sort();
}
