import type { CollectedFamily } from '../model/collected.js';
import { type MetricType, familyName } from '../model/descriptor.js';
import type { FamilySnapshot, JsonNumber } from '../registry/snapshot.js';
import { wordsOf } from './spelling.js';

/** What can be linted: families as collectors yield them and `parse` gives them, or as `registry.snapshot()` does. */
export type LintableFamily = CollectedFamily | FamilySnapshot;
export type LintableSeries = LintableFamily['series'][number];

/** A family with what several rules want to know of it. Each thing is found out when it is first asked for. */
export class Family {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Empty when there is none. */
  readonly unit: string;
  readonly series: readonly LintableSeries[];
  /** The name without the suffix its type demands, and that suffix. */
  readonly stem: string;
  readonly suffix: string;
  readonly words: readonly string[];
  private labelSets: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor({ name, help, type, unit = '', series }: LintableFamily) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.unit = unit;
    this.series = series;
    this.stem = familyName({ name, type });
    this.suffix = name.slice(this.stem.length);
    this.words = wordsOf(name);
  }

  /** Every label name, with its different values. */
  get labels(): ReadonlyMap<string, ReadonlySet<string>> {
    return (this.labelSets ??= valuesByLabel(this.series));
  }

  get isHistogram(): boolean {
    return this.type === 'histogram' || this.type === 'gaugehistogram';
  }

  /** Whether one of these words is in the name. */
  speaksOf(words: readonly string[]): boolean {
    return this.words.some((word) => words.includes(word));
  }
}

function valuesByLabel(series: readonly LintableSeries[]): Map<string, Set<string>> {
  const labels = new Map<string, Set<string>>();
  for (const one of series) {
    for (const [name, value] of Object.entries(one.labels ?? {})) {
      let values = labels.get(name);
      if (values === undefined) labels.set(name, (values = new Set()));
      values.add(String(value));
    }
  }
  return labels;
}

/** A number, also of a snapshot; NaN for none. */
export function numberOf(value: JsonNumber | undefined): number {
  if (value === '+Inf') return Infinity;
  return value === '-Inf' ? -Infinity : Number(value ?? NaN);
}

/** The upper bounds of a series' buckets and their counts, cumulative; none where it has no classic buckets. */
export function bucketsOf(series: LintableSeries): { readonly bounds: readonly number[]; readonly counts: readonly number[] } {
  const bounds: number[] = [];
  const counts: number[] = [];
  for (const { le, count } of series.buckets ?? []) {
    bounds.push(numberOf(le));
    counts.push(numberOf(count));
  }
  return { bounds, counts };
}
