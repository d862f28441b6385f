import { FamilyDraft } from './family-draft.js';
import { RunError } from './failures.js';
import { readSampleLine } from './sample-line.js';
import type { Shape } from './shape.js';

/** What a reader takes on at most: an exposition from outside must not take the process down. */
export const readerLimits: { readonly characters: number; readonly lineCharacters: number; readonly families: number; readonly series: number } = {
  characters: 2 ** 27,
  lineCharacters: 65_535,
  families: 20_000,
  series: 2_000_000,
};

/** Suffixes of the lines of one metric, by its type. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
};
const allSuffixes: readonly string[] = [...new Set(Object.values(suffixes).flat())];

/**
 * Reads the shape of an exposition in the text format: its metrics, their types, labels, series and buckets, and of the labels' values only
 * how many there are and how long they are. Lines that are not understood are passed over: unlike `parse`, which refuses what breaks the format and keeps
 * every series, this takes what it can from whatever a service writes, and keeps no label value.
 *
 * @param expired asked now and then whether to give up
 * @throws RunError when there is nothing to grow, or more than {@link readerLimits} allow
 */
export function readShape(text: string, expired: () => boolean = () => false): Shape {
  if (text.length > readerLimits.characters) tooMuch(`${readerLimits.characters} characters`);
  const families = new Map<string, FamilyDraft>();
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  let series = 0;
  let lines = 0;
  for (let from = 0; from < text.length; lines++) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    if (end - from > readerLimits.lineCharacters) tooMuch(`${readerLimits.lineCharacters} characters in line ${lines + 1}`);
    const line = text.slice(from, end);
    from = end + 1;
    if (lines % 4096 === 0 && expired()) throw new RunError('the time was up while the exposition was read; give more --seconds');
    if (line.startsWith('#')) {
      readComment(line, types, helps);
      continue;
    }
    const sample = readSampleLine(line);
    if (sample === undefined) continue;
    const name = familyOf(sample.name, types);
    if (name === undefined) continue;
    let family = families.get(name);
    if (family === undefined) {
      if (families.size >= readerLimits.families) tooMuch(`${readerLimits.families} metrics`);
      families.set(name, (family = new FamilyDraft(types.get(name) ?? 'unknown')));
    }
    series += family.add(sample);
    if (series > readerLimits.series) tooMuch(`${readerLimits.series} series`);
  }
  const drafts = [...families];
  if (drafts.length === 0) throw new RunError('the exposition has no sample that could be read; is it in the text format?');
  const shape = { families: drafts.map(([name, draft]) => draft.finish(name, helps.get(name))) };
  if (shape.families.every((family) => family.labelNames.length === 0)) throw new RunError('no metric of the exposition has labels, so that none can grow; use --labels instead of --from');
  return shape;
}

function tooMuch(what: string): never {
  throw new RunError(`the exposition has more than ${what}; give a smaller one`);
}

/** Notes what `# TYPE` and `# HELP` say; what comes first holds. */
function readComment(line: string, types: Map<string, string>, helps: Map<string, string>): void {
  const [, word, rest = ''] = /^#[ \t]+(TYPE|HELP)[ \t]+(.*)$/s.exec(line) ?? [];
  if (word === undefined || types.size + helps.size > 2 * readerLimits.families) return;
  const [name = ''] = rest.split(/[ \t]/, 1);
  const target = word === 'TYPE' ? types : helps;
  const key = name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;
  if (key !== '' && !target.has(key)) target.set(key, rest.slice(name.length).trim().slice(0, 1000));
}

/** The metric that a sample belongs to; nothing for one that only says when a series was made. */
function familyOf(sample: string, types: ReadonlyMap<string, string>): string | undefined {
  if (types.has(sample)) return sample;
  for (const suffix of allSuffixes) {
    if (!sample.endsWith(suffix) || sample.length === suffix.length) continue;
    const base = sample.slice(0, -suffix.length);
    const type = types.get(base);
    if (type !== undefined && suffixes[type]?.includes(suffix) === true) return suffix === '_created' ? undefined : base;
    if (suffix === '_created' && types.get(`${base}_total`) === 'counter') return undefined;
  }
  return sample;
}
