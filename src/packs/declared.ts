/**
 * What `tallystick/packs/declared` exports: the metrics of a program, declared in one table.
 *
 * @module
 */
import { defaultBuckets } from '../distribution/bounds.js';
import { TallystickError, list, show } from '../model/errors.js';
import { Counter } from '../instruments/counter.js';
import { Gauge } from '../instruments/gauge.js';
import { Histogram } from '../instruments/histogram.js';
import type { InstrumentOptions } from '../instruments/instrument.js';
import type { Registry } from '../registry/registry.js';
import { type PackOptions, commonOptions, registryOf } from './pack.js';

export type { PackOptions };

/** The kinds of metrics that can be declared. */
export type DeclaredKind = 'counter' | 'gauge' | 'histogram';

/** One row of the table. */
export interface DeclaredRow {
  /** Letters, digits and `_`; dots become `_` on the wire: `app.training.step.duration` is `app_training_step_duration`. */
  readonly name: string;
  readonly kind: DeclaredKind;
  /** What it is measured in, for instance `ms`, `bytes`, `1`: it chooses the bounds of a histogram. */
  readonly unit: string;
  /** What it measures, as the exposition shows it. */
  readonly summary: string;
}

/** The names of the rows of one kind. */
export type NamesOfKind<Rows extends readonly DeclaredRow[], Kind extends DeclaredKind> = Extract<Rows[number], { readonly kind: Kind }>['name'];

/** A histogram at one moment. */
export interface DistributionSnapshot {
  /** Upper bounds, the last one Infinity. */
  readonly bounds: readonly number[];
  /** How many observations were at most as large as each bound. */
  readonly cumulativeCounts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** A live metric at one moment: its row, and its value or its distribution. */
export interface DeclaredSnapshot extends DeclaredRow {
  readonly value?: number;
  readonly distribution?: DistributionSnapshot;
}

/** Upper bounds by unit; the others have the default ones. */
export const boundsByUnit: Readonly<Record<string, readonly number[]>> = {
  ms: [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
  bytes: [1e6, 1e7, 1e8, 5e8, 1e9, 5e9, 1e10, 5e10, 1e11],
};

const subject = 'declared metrics';
const kinds: readonly DeclaredKind[] = ['counter', 'gauge', 'histogram'];

/**
 * The metrics of a program: a table that does not change, and for each row one instrument, which is made when it is asked for the first time. A name
 * that is not declared, or has another kind, does not compile, and throws.
 *
 * @example
 * const metrics = new DeclaredMetrics(
 *   [
 *     { name: 'app.training.steps', kind: 'counter', unit: '1', summary: 'Training steps done.' },
 *     { name: 'app.training.step.duration', kind: 'histogram', unit: 'ms', summary: 'Time of a training step.' },
 *   ],
 *   { registry: new Registry() },
 * );
 * metrics.counter('app.training.steps').inc();
 * metrics.histogram('app.training.step.duration').observe(12.5);
 */
export class DeclaredMetrics<const Rows extends readonly DeclaredRow[]> {
  readonly registry: Registry;
  /** The table, frozen. */
  readonly rows: readonly DeclaredRow[];
  private readonly byName: ReadonlyMap<string, DeclaredRow>;
  private readonly live: Map<string, Counter | Gauge | Histogram>;
  private readonly totals: Map<string, () => number>;
  private readonly options: PackOptions;

  /** @throws TallystickError `DUPLICATE_NAME` when two rows have the same name on the wire; `INVALID_NAME`, `INVALID_OPTIONS` for a row that is wrong */
  constructor(rows: Rows, options: PackOptions = {}) {
    this.registry = registryOf(subject, options);
    this.options = { registry: this.registry, ...commonOptions(options) };
    this.rows = Object.freeze(checkRows(rows));
    this.byName = new Map(this.rows.map((row) => [row.name, row]));
    this.live = new Map();
    this.totals = new Map();
  }

  /**
   * The counter of a row; the same one every time.
   *
   * @throws TallystickError `INVALID_NAME` when the name is not declared, `SHAPE_MISMATCH` when it is declared as another kind,
   *   `DUPLICATE_NAME` when the registry has the name from somewhere else
   */
  counter(name: NamesOfKind<Rows, 'counter'>): Counter {
    const totals = this.totals;
    return this.accessed(name, 'counter', (row) =>
      new Counter({
        ...this.optionsOf(row),
        collect() {
          const total = totals.get(row.name)?.();
          if (total === undefined) return;
          // A counter never falls, whatever became of what it follows.
          const missing = total - this.get()!.value;
          if (missing > 0) this.inc(missing);
          else if (Number.isNaN(missing)) throw new TallystickError('INVALID_AMOUNT', `${subject}: the total of ${show(row.name)} is ${show(total)}; give a number of at least 0`);
        },
      }),
    );
  }

  /** The gauge of a row; see {@link counter}. */
  gauge(name: NamesOfKind<Rows, 'gauge'>): Gauge {
    return this.accessed(name, 'gauge', (row) => new Gauge(this.optionsOf(row)));
  }

  /** The histogram of a row, with the bounds of its unit; see {@link counter}. */
  histogram(name: NamesOfKind<Rows, 'histogram'>): Histogram {
    return this.accessed(name, 'histogram', (row) => new Histogram({ ...this.optionsOf(row), buckets: boundsOf(row.unit) }));
  }

  /**
   * Has a counter follow a total that is kept elsewhere: just before each exposition it is raised to that total, and never lowered. What is counted
   * here as well counts as part of that total.
   *
   * @param total gives the total, at least 0; when it throws, the counter is left out of that exposition, and
   *   `tallystick_collector_errors_total` tells
   * @throws TallystickError as {@link counter}; `INVALID_OPTIONS` for what is no function
   */
  reconcile(name: NamesOfKind<Rows, 'counter'>, total: () => number): void {
    if (typeof total !== 'function') throw new TallystickError('INVALID_OPTIONS', `${subject}: reconcile(${show(name)}) was given ${show(total)}; give a function that returns the total`);
    this.counter(name);
    this.totals.set(name, total);
  }

  /** One histogram at this moment. @throws TallystickError as {@link histogram} */
  distribution(name: NamesOfKind<Rows, 'histogram'>): DistributionSnapshot {
    return distributionOf(this.histogram(name));
  }

  /** Every live metric at this moment, in the order of the table: those that were asked for. Reconciled counters show as of the last exposition. */
  snapshot(): DeclaredSnapshot[] {
    return this.rows.flatMap((row) => {
      const instrument = this.live.get(row.name);
      if (instrument === undefined) return [];
      return instrument instanceof Histogram ? { ...row, distribution: distributionOf(instrument) } : { ...row, value: instrument.get()!.value };
    });
  }

  private accessed<I extends Counter | Gauge | Histogram>(name: string, kind: DeclaredKind, make: (row: DeclaredRow) => I): I {
    const row = this.byName.get(name);
    if (row === undefined) {
      throw new TallystickError('INVALID_NAME', `${subject}: ${kind}(${show(name)}) is asked for, and declared are ${list(this.rows.map((each) => each.name).slice(0, 32))}; add a row, or correct the name`);
    }
    if (row.kind !== kind) {
      throw new TallystickError('SHAPE_MISMATCH', `${subject}: ${kind}(${show(name)}) is asked for, and declared is a ${row.kind} in ${show(row.unit)}; call ${row.kind}(${show(name)}), or change its row`);
    }
    const known = this.live.get(name) as I | undefined;
    if (known !== undefined) return known;
    const made = make(row);
    this.live.set(name, made);
    return made;
  }

  private optionsOf({ name, unit, summary }: DeclaredRow): InstrumentOptions<readonly []> {
    const wire = wireName(name);
    return {
      ...this.options,
      name: wire,
      help: summary,
      // A unit is shown where the name ends in it, as OpenMetrics demands.
      ...(/^[a-z]+$/.test(unit) && wire.replace(/_total$/, '').endsWith(`_${unit}`) ? { unit } : {}),
    };
  }
}

/** The name of a declared metric on the wire, without a namespace. */
export function wireName(name: string): string {
  return name.replaceAll('.', '_');
}

function boundsOf(unit: string): readonly number[] {
  return Object.hasOwn(boundsByUnit, unit) ? boundsByUnit[unit]! : defaultBuckets;
}

function distributionOf(histogram: Histogram): DistributionSnapshot {
  const { buckets, sum, count } = histogram.get()!;
  return { bounds: buckets.map((bucket) => bucket.le), cumulativeCounts: buckets.map((bucket) => bucket.count), sum, count };
}

function checkRows(rows: readonly DeclaredRow[]): DeclaredRow[] {
  if (!Array.isArray(rows)) throw new TallystickError('INVALID_OPTIONS', `${subject}: the table is ${show(rows)}; give an array of rows with name, kind, unit and summary`);
  const taken = new Map<string, string>();
  return rows.map((row: DeclaredRow) => {
    const { name, kind, unit, summary } = row ?? {};
    if (typeof name !== 'string' || !/^[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z0-9_]+)*$/.test(name)) {
      throw new TallystickError('INVALID_NAME', `${subject}: ${show(name)} is no name; use letters, digits and "_", in parts with dots between, for instance "app.jobs.done"`);
    }
    if (!kinds.includes(kind)) throw new TallystickError('INVALID_OPTIONS', `${subject}: the kind of ${show(name)} is ${show(kind)}; the kinds are ${list(kinds)}`);
    if (typeof unit !== 'string') throw new TallystickError('INVALID_OPTIONS', `${subject}: the unit of ${show(name)} is ${show(unit)}; give a string, "1" for what has none`);
    if (typeof summary !== 'string' || summary === '') throw new TallystickError('INVALID_HELP', `${subject}: the summary of ${show(name)} is ${show(summary)}; say in a sentence what it measures`);
    const wire = wireName(name);
    const other = taken.get(wire);
    if (other !== undefined) throw new TallystickError('DUPLICATE_NAME', `${subject}: ${show(name)} and ${show(other)} are both ${show(wire)} on the wire; declare each metric once`);
    taken.set(wire, name);
    return Object.freeze({ name, kind, unit, summary });
  });
}
