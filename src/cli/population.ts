import type { Family, Shape } from './shape.js';
import { sizeOf } from './shape.js';

/** Values each label has that is not the last of a made-up metric. */
const valuesALabel = 10;

/** One series: which metric it is of, and its labels. */
export interface Member {
  readonly family: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Numbers the series of a shape, and of its repetitions, from 0 on, and gives each its labels. Two numbers never have the same metric and
 * labels.
 *
 * A metric from an exposition keeps its combinations of labels. Each repetition takes fresh values for the label that has most, and the same
 * ones for the others. Values are made up, and as long as those they stand for.
 *
 * A made-up metric counts through its labels: all but the last have ten values, the last as many as the series need.
 */
export class Population {
  private readonly families: readonly Family[];
  /** Where the series of each family end: those of the first time, and those of each repetition. */
  private readonly firstEnds: Float64Array;
  private readonly repeatedEnds: Float64Array;
  private readonly first: number;
  private readonly repeated: number;

  constructor(shape: Shape) {
    this.families = shape.families;
    this.firstEnds = new Float64Array(shape.families.length);
    this.repeatedEnds = new Float64Array(shape.families.length);
    let firstEnd = 0;
    let repeatedEnd = 0;
    for (const [i, { pattern }] of shape.families.entries()) {
      const series = pattern?.series ?? 1;
      this.firstEnds[i] = firstEnd += series;
      this.repeatedEnds[i] = repeatedEnd += pattern === undefined || pattern.growing >= 0 ? series : 0;
    }
    ({ first: this.first, repeated: this.repeated } = sizeOf(shape));
  }

  /** @param index from 0 on */
  member(index: number): Member {
    const copy = index < this.first ? 0 : 1 + Math.floor((index - this.first) / this.repeated);
    const within = copy === 0 ? index : (index - this.first) % this.repeated;
    const ends = copy === 0 ? this.firstEnds : this.repeatedEnds;
    const family = firstAbove(ends, within);
    const begin = family === 0 ? 0 : ends[family - 1]!;
    return { family, labels: labelsOf(this.families[family]!, within - begin, copy) };
  }
}

/** The first place whose end lies above a number. */
function firstAbove(ends: Float64Array, value: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function labelsOf({ labelNames, pattern }: Family, series: number, copy: number): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = copy;
  for (let place = 0; place < labelNames.length; place++) {
    if (pattern === undefined) {
      const last = place === labelNames.length - 1;
      labels[labelNames[place]!] = `value-${last ? rest : rest % valuesALabel}`;
      rest = Math.floor(rest / valuesALabel);
      continue;
    }
    const id = pattern.tuples[series * labelNames.length + place]!;
    const fresh = place === pattern.growing ? id + copy * pattern.distinct[place]! : id;
    // Numbers that differ still do so with zeros before them.
    labels[labelNames[place]!] = fresh.toString(36).padStart(pattern.lengths[place]![id]!, '0');
  }
  return labels;
}
