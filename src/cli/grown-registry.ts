import { Counter } from '../instruments/counter.js';
import { Gauge } from '../instruments/gauge.js';
import { Histogram } from '../instruments/histogram.js';
import { Summary } from '../instruments/summary.js';
import { TallystickError } from '../model/errors.js';
import { Registry } from '../registry/registry.js';
import { Population } from './population.js';
import type { Family, Shape } from './shape.js';
import { random } from './statistics.js';

/** Records a value in one series, which it makes if it is new. */
export type Recorder = (labels: Readonly<Record<string, string>>, value: number) => void;

/** A recording made ready: what is timed is the call and nothing before it. */
export interface Recording {
  readonly record: Recorder;
  readonly labels: Readonly<Record<string, string>>;
}

/** The bench looks for the limit, so that none may be set. */
const unlimited = { limits: { series: Infinity, labelValueBytes: Infinity } } as const;

/** Values in a table: what makes them must not be timed. A power of two long. */
const values = latencies(4096);

/** A registry with the metrics of a shape, and so many of their series as were grown. */
export class GrownRegistry {
  readonly registry: Registry;
  size = 0;
  private readonly population: Population;
  private readonly recorders: readonly Recorder[];
  /** The label names of each metric under which the instrument has them. */
  private readonly renamed: readonly (ReadonlyMap<string, string> | undefined)[];

  constructor(shape: Shape) {
    this.registry = new Registry(unlimited);
    this.population = new Population(shape);
    const made = shape.families.map((family, i) => instrumentOf(family, i, this.registry));
    this.recorders = made.map(({ record }) => record);
    this.renamed = made.map(({ renamed }) => renamed);
  }

  /** The recording that makes a series, or records in it when it is there. */
  recording(index: number): Recording {
    const { family, labels } = this.population.member(index);
    const renamed = this.renamed[family];
    const own = renamed === undefined ? labels : Object.fromEntries(Object.entries(labels).map(([name, value]) => [renamed.get(name)!, value]));
    return { record: this.recorders[family]!, labels: own };
  }
}

/** The value of the n-th recording. */
export function valueAt(n: number): number {
  return values[n & (values.length - 1)]!;
}

/** Seconds that look like latencies: log-normal, median 50 ms, with a tail beyond 2 s. */
function latencies(count: number): Float64Array {
  const next = random(2);
  return Float64Array.from({ length: count }, () => 0.05 * Math.exp(1.3 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())));
}

interface Made {
  readonly record: Recorder;
  readonly renamed: ReadonlyMap<string, string> | undefined;
}

/** The instrument of a metric, under plain names of the same length when an exposition has names that no instrument may bear. */
function instrumentOf(family: Family, place: number, registry: Registry): Made {
  const help = family.help === '' ? 'As in the exposition.' : family.help;
  try {
    return { record: recorderOf({ ...family, help }, registry), renamed: undefined };
  } catch (error) {
    if (!(error instanceof TallystickError)) throw error;
    const names = family.labelNames.map((name, i) => `label_${i}`.padEnd(Math.min(name.length, 64), '_'));
    const name = `bench_metric_${place}`.padEnd(Math.min(family.name.length, 64), '_');
    return { record: recorderOf({ ...family, name, help, labelNames: names }, registry), renamed: new Map(family.labelNames.map((old, i) => [old, names[i]!])) };
  }
}

function recorderOf({ name, help, kind, labelNames, bounds, quantiles }: Family, registry: Registry): Recorder {
  const options = { name, help, labelNames, registry, ...unlimited };
  switch (kind) {
    case 'counter': {
      const counter = new Counter(options);
      return (labels) => counter.inc(labels);
    }
    case 'gauge': {
      const gauge = new Gauge(options);
      return (labels, value) => gauge.set(labels, value);
    }
    case 'histogram': {
      const histogram = new Histogram({ ...options, buckets: bounds });
      return (labels, value) => histogram.observe(labels, value);
    }
    case 'summary': {
      const summary = new Summary({ ...options, quantiles });
      return (labels, value) => summary.observe(labels, value);
    }
  }
}
