import type { FamilySnapshot, JsonNumber, SeriesSnapshot } from '../../../src/index.js';

/** What a parser of another language prints for one exposition. */
export interface Reading {
  readonly error?: string;
  readonly families: readonly ReadFamily[];
}

export interface ReadFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly { readonly name: string; readonly labels: readonly (readonly [string, string])[]; readonly value: string }[];
}

/** A family in a form that can be compared: its samples by name and sorted labels, numbers as JavaScript writes them. */
export interface ComparableFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: Readonly<Record<string, string>>;
}

type Pairs = readonly (readonly [string, string])[];

function numberOf(text: string | number): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}

/** One text for each double; -0 is written as 0, so it is 0 here. */
function canonical(value: string | number): string {
  return String(numberOf(value));
}

/** Bounds and quantiles are numbers that stand in labels. */
function keyOf(name: string, labels: Pairs): string {
  const pairs = labels.map(([label, value]) => (label === 'le' || label === 'quantile' ? [label, canonical(value)] : [label, value]));
  return JSON.stringify([name, ...pairs.sort((a, b) => (a[0]! < b[0]! ? -1 : 1))]);
}

function collect(entries: readonly (readonly [key: string, value: string])[]): Record<string, string> {
  const samples: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (key in samples) throw new Error(`the sample ${key} comes twice`);
    samples[key] = value;
  }
  return samples;
}

/** What a parser read. */
export function comparableReading(family: ReadFamily): ComparableFamily {
  return { name: family.name, help: family.help, type: family.type, samples: collect(family.samples.map(({ name, labels, value }) => [keyOf(name, labels), canonical(value)] as const)) };
}

/** What it should have read, told from a snapshot alone. */
export function comparableSnapshot(family: FamilySnapshot): ComparableFamily {
  const name = family.type === 'info' && !(family.name.endsWith('_info') && family.name !== '_info') ? `${family.name}_info` : family.name;
  const type = { counter: 'counter', gauge: 'gauge', histogram: 'histogram', gaugehistogram: 'histogram', summary: 'summary', info: 'gauge', stateset: 'gauge', unknown: 'untyped' }[family.type];
  return { name, help: family.help, type, samples: collect(family.series.flatMap((series) => samplesOf(name, series))) };
}

/** The state label of every generated state set. */
export const stateLabel = 'state';

function samplesOf(name: string, series: SeriesSnapshot): (readonly [key: string, value: string])[] {
  const labels: Pairs = Object.entries(series.labels);
  const sample = (suffix: string, value: JsonNumber, ...more: Pairs): readonly [string, string] => [keyOf(name + suffix, [...labels, ...more]), canonical(value)];
  if (series.value !== undefined) return [sample('', series.value)];
  if (series.states !== undefined) return Object.entries(series.states).map(([state, holds]) => sample('', holds ? 1 : 0, [stateLabel, state]));
  return [
    ...(series.buckets ?? []).map(({ le, count }) => sample('_bucket', count, ['le', String(le)])),
    ...(series.quantiles ?? []).map(({ quantile, value }) => sample('', value, ['quantile', String(quantile)])),
    sample('_sum', series.sum!),
    sample('_count', series.count!),
  ];
}
