import type { Exemplar } from '../../src/model/exemplar.js';
import { type Head, type Labels, LineScanner, splitFamilies } from './line-scanner.js';

/** A sample as the checker read it. */
export interface CheckedSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly timestamp?: number;
  readonly exemplar?: Exemplar;
}

export interface CheckedFamily extends Head {
  readonly samples: readonly CheckedSample[];
}

/** What each type puts behind the name of its family, in the order in which a series has them. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  stateset: [''],
  info: ['_info'],
  summary: ['', '_count', '_sum', '_created'],
  unknown: [''],
};

/** How OpenMetrics 1.0 spells a whole bound, "Canonical numbers". */
const canonical = /^(?:\+Inf|-?(?:0|[1-9]\d{0,5})\.\d+|-?[1-9](?:\.\d*[1-9])?e(?:\+(?:0[6-9]|[1-9]\d+)|-(?:0[5-9]|[1-9]\d+)))$/;

/**
 * A strict reader of OpenMetrics 1.0 for tests: what a careful writer gives, and nothing else. Quoted names are taken, as Prometheus takes
 * them.
 *
 * @throws Error naming what breaks the format
 */
export function checkOpenMetrics(text: string): CheckedFamily[] {
  const owners = new Map<string, string>();
  return splitFamilies(text, Object.keys(suffixes)).map(({ head, lines }) => {
    const family = { ...head, samples: lines.map((line) => readSample(line, head)) };
    const { name, type, unit } = head;
    if (unit !== '' && !name.endsWith(`_${unit}`)) throw new Error(`${name} does not end in its unit ${unit}`);
    if ((type === 'counter' && name.endsWith('_total')) || (type === 'info' && name.endsWith('_info'))) throw new Error(`family ${name} has the suffix of its samples`);
    for (const suffix of new Set(['', ...suffixes[type]!])) {
      if (owners.has(name + suffix)) throw new Error(`${name + suffix} is of ${owners.get(name + suffix)} and ${name}`);
      owners.set(name + suffix, name);
    }
    for (const group of groupsOf(family)) checkGroup(family, group);
    return family;
  });
}

function readSample(line: string, { name: family, type }: Head): CheckedSample {
  const scanner = new LineScanner(line);
  const { name, labels } = scanner.sampleHead();
  scanner.expect(' ');
  const value = scanner.number();
  const timestamp = scanner.timeBehind();
  const exemplar = scanner.skip(' # {') ? scanner.exemplar() : undefined;
  scanner.end();
  const suffix = name.slice(family.length);
  if (!name.startsWith(family) || !suffixes[type]!.includes(suffix)) scanner.fail(`${name} is no sample of ${type} ${family}`);
  if (exemplar !== undefined && suffix !== '_bucket' && suffix !== '_total') scanner.fail('an exemplar where none may be');
  return { name, labels, value, ...(timestamp === undefined ? {} : { timestamp }), ...(exemplar === undefined ? {} : { exemplar }) };
}

/** The samples of each series, which stand together. */
function groupsOf({ name, type, samples }: CheckedFamily): CheckedSample[][] {
  const own: Readonly<Record<string, string>> = { histogram: 'le', gaugehistogram: 'le', summary: 'quantile', stateset: name };
  const groups: CheckedSample[][] = [];
  const seen = new Set<string>();
  let last: string | undefined;
  for (const sample of samples) {
    const key = JSON.stringify(sample.labels.filter(([label]) => label !== own[type]).sort());
    if (key !== last) {
      if (seen.has(key)) throw new Error(`series ${key} of ${name} comes twice`);
      seen.add(key);
      groups.push([]);
    }
    last = key;
    groups.at(-1)!.push(sample);
  }
  return groups;
}

function checkGroup({ name, type }: CheckedFamily, group: readonly CheckedSample[]): void {
  const refuse = (what: string): never => {
    throw new Error(`${type} ${name}: ${what} in ${JSON.stringify(group)}`);
  };
  const order = group.map((sample) => suffixes[type]!.indexOf(sample.name.slice(name.length)));
  if (order.some((place, at) => at > 0 && place < order[at - 1]!)) refuse('samples out of order');
  if (new Set(group.map(({ timestamp }) => timestamp)).size > 1) refuse('two times');
  const of = (suffix: string): readonly CheckedSample[] => group.filter((sample) => sample.name === name + suffix);
  for (const suffix of suffixes[type]!.filter((some) => some !== '' && some !== '_bucket')) if (of(suffix).length > 1) refuse(`${suffix} twice`);
  for (const { value } of [...of('_created'), ...of('_count'), ...of('_gcount')]) if (!Number.isFinite(value) || value < 0) refuse(`a value of ${value}`);
  for (const { value } of [...of('_total'), ...of('_sum')]) if (!(value >= 0)) refuse(`a value of ${value}`);
  if (type === 'info' && group.some(({ value }) => value !== 1)) refuse('an info that is not 1');
  if (['counter', 'info'].includes(type) && of(suffixes[type]![0]!).length !== 1) refuse('not one value');
  if (['gauge', 'unknown', 'info'].includes(type) && group.length !== 1) refuse('not one sample');
  if (type === 'histogram' || type === 'gaugehistogram') checkBuckets(type, of, refuse);
  if (type === 'summary') {
    const quantiles = boundsOf(of(''), 'quantile', refuse);
    if (quantiles.some((quantile) => !(quantile >= 0 && quantile <= 1))) refuse('a quantile that is none');
    if (of('').some(({ value }) => value < 0)) refuse('a quantile below 0');
  }
  if (type === 'stateset') {
    const states = of('').map(({ labels }) => labels.find(([label]) => label === name)?.[1] ?? refuse('no state'));
    if (new Set(states).size !== states.length || of('').some(({ value }) => value !== 0 && value !== 1)) refuse('states that are none');
  }
}

type Refuse = (what: string) => never;

function checkBuckets(type: string, of: (suffix: string) => readonly CheckedSample[], refuse: Refuse): void {
  const buckets = of('_bucket');
  const bounds = boundsOf(buckets, 'le', refuse);
  const gauge = type === 'gaugehistogram' ? 'g' : '';
  const [count] = of(`_${gauge}count`);
  const [sum] = of(`_${gauge}sum`);
  if (bounds.at(-1) !== Infinity) refuse('no bucket up to +Inf');
  if (buckets.some(({ value }, place) => !Number.isInteger(value) || value < (place === 0 ? 0 : buckets[place - 1]!.value))) refuse('buckets that fall');
  if ((count === undefined) !== (sum === undefined)) refuse('one of count and sum');
  if (count !== undefined && count.value !== buckets.at(-1)!.value) refuse('a count that is not that of the last bucket');
  if (sum !== undefined && type === 'histogram' && bounds[0]! < 0) refuse('a sum with negative bounds');
  if (sum !== undefined && type === 'gaugehistogram' && !(sum.value >= 0) && !(bounds[0]! < 0 && sum.value < 0)) refuse(`a sum of ${sum.value}`);
  for (const [place, { exemplar }] of buckets.entries()) {
    if (exemplar === undefined || (Number.isNaN(exemplar.value) && place === bounds.length - 1)) continue;
    if (!(exemplar.value <= bounds[place]!) || (place > 0 && !(exemplar.value > bounds[place - 1]!))) refuse(`an exemplar of ${exemplar.value} outside its bucket`);
  }
}

/** The bounds or quantiles that a label tells, which must rise. */
function boundsOf(samples: readonly CheckedSample[], label: string, refuse: Refuse): readonly number[] {
  const bounds = samples.map(({ labels }) => {
    const text = labels.at(-1)?.[0] === label ? labels.at(-1)![1] : refuse(`no ${label} at the end`);
    if (!canonical.test(text)) refuse(`${label} ${text}, which is not canonical`);
    return text === '+Inf' ? Infinity : Number(text);
  });
  if (bounds.some((bound, place) => place > 0 && !(bound > bounds[place - 1]!))) refuse(`${label} that does not rise`);
  return bounds;
}
