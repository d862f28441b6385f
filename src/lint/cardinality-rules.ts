import type { Family } from './family.js';
import { quoted } from './finding.js';
import { type IdentifierKind, identifierKind } from './identifiers.js';
import { type Rule, sources } from './rule.js';

/** Values of a label that are looked at: enough to tell what they are. */
const mostLookedAt = 1000;

/** Rules about how many series there are, and how many there will be. */
export const cardinalityRules: readonly Rule[] = [
  {
    code: 'series-many',
    severity: 'warning',
    finds: 'a metric with many series (`series`), and the label that has most to do with it',
    source: sources.instrumentation,
    *check(family, { thresholds }) {
      const { length } = family.series;
      if (length <= thresholds.series) return;
      const largest = largestLabel(family);
      if (largest === undefined) yield { what: `it has ${length} series`, mend: 'leave out what nobody asks for' };
      else yield { label: largest[0], what: `it has ${length} series; the label ${quoted(largest[0])} alone has ${largest[1].size} values`, mend: `group the values of ${quoted(largest[0])}, or leave it out` };
    },
  },
  {
    code: 'label-values-many',
    severity: 'info',
    finds: 'a label with many values (`labelValues`)',
    source: sources.instrumentation,
    *check({ labels }, { thresholds }) {
      for (const [label, values] of labels) {
        if (values.size > thresholds.labelValues) yield { label, what: `the label ${quoted(label)} has ${values.size} values`, mend: 'group them, or put them into logs or traces' };
      }
    },
  },
  {
    code: 'label-unbounded',
    severity: 'warning',
    finds: 'label values that look like identifiers, of which there are ever new ones (`identifiers`): UUIDs, addresses, URLs, paths with identifiers, times, long numbers, hashes',
    source: sources.naming,
    *check({ labels }, { thresholds }) {
      for (const [label, values] of labels) {
        const found = identifiersIn(values);
        if (found !== undefined && found.count > thresholds.identifiers) {
          yield { label, what: `${found.count} values of the label ${quoted(label)} look like ${found.kind}, such as ${quoted(found.first)}`, mend: mendFor(found.kind) };
        }
      }
    },
  },
  {
    code: 'label-value-long',
    severity: 'info',
    finds: 'a long label value (`labelValueCharacters`)',
    source: sources.instrumentation,
    *check({ labels }, { thresholds }) {
      for (const [label, values] of labels) {
        let longest = 0;
        for (const value of values) longest = Math.max(longest, value.length);
        if (longest > thresholds.labelValueCharacters) yield { label, what: `a value of the label ${quoted(label)} has ${longest} characters`, mend: 'give what it belongs to a short name, and keep the text for logs' };
      }
    },
  },
];

function largestLabel({ labels }: Family): readonly [name: string, values: ReadonlySet<string>] | undefined {
  return [...labels].sort(([a, left], [b, right]) => right.size - left.size || (a < b ? -1 : 1))[0];
}

/** The kind that most values look like, with how many do and the first of them in order. */
function identifiersIn(values: ReadonlySet<string>): { readonly kind: IdentifierKind; readonly count: number; readonly first: string } | undefined {
  const kinds = new Map<IdentifierKind, { count: number; first: string }>();
  let looked = 0;
  for (const value of values) {
    if (++looked > mostLookedAt) break;
    const kind = identifierKind(value);
    if (kind === undefined) continue;
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { count: 1, first: value });
    else {
      known.count += 1;
      if (value < known.first) known.first = value;
    }
  }
  const [most] = [...kinds].sort(([a, left], [b, right]) => right.count - left.count || (a < b ? -1 : 1));
  return most === undefined ? undefined : { kind: most[0], ...most[1] };
}

function mendFor(kind: IdentifierKind): string {
  if (kind === 'paths with identifiers' || kind === 'URLs') return 'give the route instead, such as "/users/:id"';
  return kind === 'times' ? 'give the time as the value of a gauge' : 'put them into logs, traces or exemplars, and group them here';
}
