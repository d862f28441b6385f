import { RunError, printable } from './failures.js';
import type { SampleLine } from './sample-line.js';
import type { Family, Kind } from './shape.js';

const mostBounds = 1000;
const mostLabelNames = 128;
/** Of series times label names: a hostile metric could have many of both. */
const mostCells = 2 ** 26;

/** One label while a metric is read: its values by number, in the order they came. */
interface LabelDraft {
  readonly name: string;
  readonly ids: Map<string, number>;
  readonly lengths: number[];
}

/** What is replayed as what. Untyped samples, infos and state sets are written as gauges are, a line for each series. */
const kindOf: Readonly<Record<string, Kind>> = { counter: 'counter', histogram: 'histogram', gaugehistogram: 'histogram', summary: 'summary' };

/** Collects the series of one metric from its lines. */
export class FamilyDraft {
  private readonly kind: Kind;
  private readonly labels: LabelDraft[] = [];
  private readonly places = new Map<string, number>();
  private readonly bounds = new Set<number>();
  private readonly series = new Map<string, readonly (number | undefined)[]>();
  private readonly quantiles = new Set<number>();
  /** A counter's own name, where its lines and its type go by different ones. */
  private sampleName = '';

  constructor(type: string) {
    this.kind = kindOf[type] ?? 'gauge';
  }

  /** @returns how many series are new: 0 or 1 */
  add({ name, labels }: SampleLine): number {
    if (this.kind === 'counter') this.sampleName = name;
    const tuple: (number | undefined)[] = [];
    for (let i = 0; i < labels.length; i += 2) {
      const label = labels[i]!;
      const value = labels[i + 1]!;
      if (this.kind === 'histogram' && label === 'le') this.note(this.bounds, Number(value));
      else if (this.kind === 'summary' && label === 'quantile') this.note(this.quantiles, Number(value));
      // A label without a value is as good as none: so Prometheus holds it.
      else if (value !== '') tuple[this.placeOf(label)] = this.idOf(label, value);
    }
    // Labels that others have and this one lacks leave nothing behind the last comma, whenever they turn up.
    const key = tuple.join(',').replace(/,+$/, '');
    if (this.series.has(key)) return 0;
    this.series.set(key, tuple);
    return 1;
  }

  finish(name: string, help = ''): Family {
    const width = this.labels.length;
    const all = [...this.series.values()];
    if (all.length * width > mostCells) throw new RunError('a metric of the exposition has too many series with too many labels; give a smaller one');
    const tuples = new Uint32Array(all.length * width);
    for (const [row, tuple] of all.entries()) {
      for (let place = 0; place < width; place++) tuples[row * width + place] = tuple[place] ?? this.idIn(this.labels[place]!, '');
    }
    const distinct = this.labels.map((label) => label.ids.size);
    const bounds = [...this.bounds].filter(Number.isFinite).sort((a, b) => a - b);
    return {
      name: printable(this.sampleName === '' ? name : this.sampleName),
      help: printable(help),
      // A histogram without classic buckets is a sum and a count, as a summary without quantiles is.
      kind: this.kind === 'histogram' && bounds.length === 0 ? 'summary' : this.kind,
      labelNames: this.labels.map((label) => printable(label.name)),
      bounds,
      quantiles: [...this.quantiles].filter((quantile) => quantile >= 0 && quantile <= 1).sort((a, b) => a - b),
      pattern: {
        series: all.length,
        tuples,
        distinct,
        lengths: this.labels.map((label) => Uint16Array.from(label.lengths)),
        growing: distinct.indexOf(Math.max(...distinct)),
      },
    };
  }

  private note(values: Set<number>, value: number): void {
    values.add(value + 0);
    if (values.size > mostBounds) throw new RunError(`a metric of the exposition has more than ${mostBounds} buckets or quantiles; give one with fewer`);
  }

  private placeOf(name: string): number {
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.labels.length;
      if (place >= mostLabelNames) throw new RunError(`a metric of the exposition has more than ${mostLabelNames} label names; give one with fewer`);
      this.places.set(name, place);
      this.labels.push({ name, ids: new Map(), lengths: [] });
    }
    return place;
  }

  private idOf(name: string, value: string): number {
    return this.idIn(this.labels[this.placeOf(name)]!, value);
  }

  private idIn(label: LabelDraft, value: string): number {
    let id = label.ids.get(value);
    if (id === undefined) {
      id = label.lengths.length;
      label.ids.set(value, id);
      label.lengths.push(value.length);
    }
    return id;
  }
}
