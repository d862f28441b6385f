import { isLegacyLabelName } from '../model/names.js';
import type { Family, LintableSeries } from './family.js';
import { quoted, some } from './finding.js';
import { type Rule, openMetrics, sources } from './rule.js';
import { legacyName } from './scope.js';
import { findWords, snakeCase, wordsOf } from './spelling.js';
import { isUnit } from './units.js';

/** Label names that say nothing about what they tell apart. */
const generic: readonly string[] = ['type', 'metric_type', 'counter', 'gauge', 'histogram', 'summary'];

/** What the server adds to every series, and what people who run one like to add ("Labels", "Target labels, not static scraped labels"). */
const ofTargets: readonly string[] = ['job', 'instance', 'region', 'zone', 'cluster', 'availability_zone', 'az', 'datacenter', 'dc', 'owner', 'customer', 'stage', 'service', 'environment', 'env'];

/** Values that stand for all others together. */
const totals: readonly string[] = ['total', 'all'];

/** So many metrics, and all of them with the same label: then it is the target's. */
const fewestEverywhere = 5;

/** Rules about the names of labels, and about label sets beside each other. */
export const labelRules: readonly Rule[] = [
  {
    code: 'label-reserved',
    severity: 'error',
    finds: 'a label `le` or `quantile` that is not the histogram\'s or the summary\'s own',
    source: sources.exporters,
    *check({ type, labels }) {
      if (type === 'unknown') return;
      for (const label of ['le', 'quantile']) {
        if (labels.has(label)) yield { label, what: `the label ${quoted(label)} has a meaning of its own in ${label === 'le' ? 'histograms' : 'summaries'}`, mend: `call it ${label === 'le' ? '"limit"' : '"rank"'}, or by what it is` };
      }
    },
  },
  {
    code: 'label-underscore',
    severity: 'error',
    finds: 'a label whose name begins with `_`; with `__` Prometheus itself uses it',
    source: openMetrics('Label'),
    *check({ labels }) {
      for (const label of labels.keys()) {
        if (label.startsWith('_')) yield { label, what: `label names that begin with ${label.startsWith('__') ? '"__"' : '"_"'} are reserved`, mend: `call it ${quoted(label.replace(/^_+/, '') || 'another name')}` };
      }
    },
  },
  {
    code: 'label-characters',
    severity: 'info',
    finds: 'a label name that has other characters than letters, digits and `_`, or begins with a digit',
    source: sources.dataModel,
    *check({ labels }) {
      for (const label of labels.keys()) {
        if (!isLegacyLabelName(label)) yield { label, what: `the label name ${quoted(label)} needs quotes, and is escaped for readers that do not ask for such names`, mend: `call it ${quoted(legacyName(snakeCase(label)).replaceAll(':', '_'))}` };
      }
    },
  },
  {
    code: 'label-case',
    severity: 'warning',
    finds: 'upper-case letters in a label name',
    source: sources.exporters,
    *check({ labels }) {
      for (const label of labels.keys()) {
        if (/[A-Z]/.test(label)) yield { label, what: `the label name ${quoted(label)} is not in snake_case`, mend: `call it ${quoted(snakeCase(label))}` };
      }
    },
  },
  {
    code: 'label-in-name',
    severity: 'info',
    finds: 'a metric name that says one of its labels, after `by` or at its end: `requests_by_method_total{method=…}`',
    source: sources.naming,
    *check({ name, type, labels, stem, series }) {
      const telling = wordsOf(stem).filter((word) => !isUnit(word));
      // A prefix alone would say too little, and the states of a state set belong to its name.
      if (telling.length < 3 || type === 'info' || type === 'stateset' || name.endsWith('_info')) return;
      if (type === 'gauge' && series.every(({ value }) => value === 0 || value === 1)) return;
      const said = new Set(telling.filter((_, i) => i > 0 && (telling[i - 1] === 'by' || i === telling.length - 1)));
      for (const label of labels.keys()) {
        const [found] = said.has(label.toLowerCase()) ? findWords(name, (word) => word === label.toLowerCase(), 1) : [];
        if (found !== undefined) yield { label, what: `the name says the label ${quoted(label)}, which is no longer true once that is aggregated away`, mend: `call it ${quoted(found.without('').replace(/_by(?=_|$)/, ''))}` };
      }
    },
  },
  {
    code: 'label-generic',
    severity: 'info',
    finds: 'a label named `type`, or after a type of metric',
    source: sources.exporters,
    *check({ labels }) {
      for (const label of labels.keys()) if (generic.includes(label)) yield { label, what: `the label name ${quoted(label)} says little`, mend: 'name it after what it tells apart, for instance "operation" or "queue"' };
    },
  },
  {
    code: 'label-target',
    severity: 'info',
    finds: 'a label that is likely to clash with one of the target: `job`, `instance`, `env`, `region` …',
    source: sources.exporters,
    *check({ type, labels }) {
      if (type === 'info') return;
      for (const label of labels.keys()) {
        if (ofTargets.includes(label)) yield { label, what: `the label ${quoted(label)} is likely to be set by the server for the whole target, and then becomes ${quoted(`exported_${label}`)}`, mend: 'leave it to the scrape configuration, or give it a name of your own' };
      }
    },
  },
  {
    code: 'label-everywhere',
    severity: 'info',
    finds: 'a label that every metric has, always with the same value',
    source: sources.exporters,
    *check({ name, labels }, { families }) {
      if (families.length < fewestEverywhere || !families.every((other) => other.name >= name)) return;
      for (const [label, values] of labels) {
        const [value] = values;
        const same = ({ labels: others }: Family): boolean => others.get(label)?.size === 1 && others.get(label)!.has(value!);
        if (values.size === 1 && families.every(same)) yield { label, what: `all ${families.length} metrics have the label ${quoted(label)} with the value ${quoted(value!)}`, mend: 'leave it to the scrape configuration, or put it into an info metric' };
      }
    },
  },
  {
    code: 'label-total',
    severity: 'warning',
    finds: 'a label value `total` or `all` beside others, which sums count twice',
    source: sources.exporters,
    *check({ labels }) {
      for (const [label, values] of labels) {
        const total = values.size < 2 ? undefined : totals.find((one) => values.has(one));
        if (total !== undefined) yield { label, what: `the label ${quoted(label)} has a value ${quoted(total)} beside others, and sum() counts everything twice`, mend: 'leave that series out; the server adds up' };
      }
    },
  },
  {
    code: 'label-names-differ',
    severity: 'warning',
    finds: 'series of one metric with different label names',
    source: openMetrics('Metric'),
    *check({ labels, series }) {
      for (const label of labels.keys()) {
        const lacking = series.filter((one) => !Object.hasOwn(one.labels ?? {}, label)).length;
        if (lacking > 0) yield { label, what: `${lacking} of ${series.length} series have no label ${quoted(label)}`, mend: 'give every series the same label names, or make two metrics of it' };
      }
    },
  },
  {
    code: 'labels-many',
    severity: 'info',
    finds: 'a metric with many labels (`labels`)',
    source: sources.exporters,
    *check({ labels }, { thresholds }) {
      if (labels.size > thresholds.labels) yield { what: `there are ${labels.size} labels: ${some([...labels.keys()].sort())}`, mend: 'keep those that people select and group by, and put what describes a thing into an info metric' };
    },
  },
  {
    code: 'series-duplicate',
    severity: 'error',
    finds: 'two series with the same labels',
    source: sources.textFormat,
    *check({ series }) {
      const seen = new Set<string>();
      let again = 0;
      for (const one of series) {
        const size = seen.size;
        if (seen.add(keyOf(one)).size === size) again += 1;
      }
      if (again > 0) yield { what: `${again} of ${series.length} series have the labels of another one`, mend: 'give each its own labels, or add them up' };
    },
  },
];

/** A label with an empty value is as good as none (Prometheus, "Data model"). */
function keyOf({ labels = {} }: LintableSeries): string {
  return JSON.stringify(Object.entries(labels).map(([name, value]) => [name, String(value)]).filter(([, value]) => value !== '').sort(([a], [b]) => (a! < b! ? -1 : 1)));
}
