import { TallystickError, list, show } from '../model/errors.js';
import type { Labels } from '../model/labels.js';
import { checkOptions } from '../model/options.js';
import type { Aggregator } from '../model/shape.js';
import type { Counter } from '../instruments/counter.js';
import type { Gauge } from '../instruments/gauge.js';
import type { Histogram } from '../instruments/histogram.js';
import type { InstrumentOptions } from '../instruments/instrument-options.js';
import type { StateSet } from '../instruments/state-set.js';
import type { Summary } from '../instruments/summary.js';
import type { Limits } from '../store/budget.js';
import { Registry, defaultRegistry } from '../registry/registry.js';

/** One row of a pack's table: what there is to know of a metric. Its instrument, its types and its documentation are made from it. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram' | 'summary' | 'stateset';
  readonly subsystem?: string;
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly labelNames?: readonly string[];
  /** Gauges: how those of several threads or processes become one; added up when left out. */
  readonly aggregator?: Aggregator;
  /** Histograms: upper bounds; the default ones when left out. */
  readonly buckets?: readonly number[];
  /** Summaries; the default ones when left out. */
  readonly quantiles?: readonly number[];
  /** State sets: every state, and the label that names it. */
  readonly states?: readonly string[];
  readonly stateLabel?: string;
}

/** The metrics of a pack, by the names that programs call them. */
export type MetricTable = Readonly<Record<string, MetricDefinition>>;

/** Where the metrics of a pack go, and what stands before their names. */
export interface PackOptions {
  /** The default registry when left out. */
  readonly registry?: Registry;
  /** Put before every name, with a `_` between; nothing when left out. */
  readonly namespace?: string;
  /** Bounds on the series of each metric; see `Limits`. */
  readonly limits?: Limits;
}

type NamesOf<Definition> = Definition extends { readonly labelNames: infer Names extends readonly string[] } ? Names : readonly [];
type StatesOf<Definition> = Definition extends { readonly states: infer States extends readonly string[] } ? States : readonly string[];

/** The labels of a metric, as its row of the table has them. */
export type LabelsOf<Definition extends MetricDefinition> = Labels<NamesOf<Definition>>;

/** The kind of instrument that a row of the table makes. */
export type InstrumentOf<Definition extends MetricDefinition> = Definition['kind'] extends 'counter'
  ? Counter<NamesOf<Definition>>
  : Definition['kind'] extends 'gauge'
    ? Gauge<NamesOf<Definition>>
    : Definition['kind'] extends 'histogram'
      ? Histogram<NamesOf<Definition>>
      : Definition['kind'] extends 'summary'
        ? Summary<NamesOf<Definition>>
        : StateSet<StatesOf<Definition>, NamesOf<Definition>>;

/** The instruments of a table, by the same names. */
export type InstrumentsOf<Table extends MetricTable> = { readonly [Key in keyof Table]: InstrumentOf<Table[Key]> };

/** Options of single instruments, by the names of the table: what is known only when a pack is registered. */
export type Particulars<Table extends MetricTable> = { readonly [Key in keyof Table]?: object };

/**
 * Makes the instruments of a table, or takes those of the same shape that the registry has already. When one cannot be made, none is.
 *
 * @param pack how errors call the pack
 * @param particulars beside what the table says
 * @throws TallystickError `SHAPE_MISMATCH` when the registry has one of the names with another shape; `INVALID_OPTIONS`, `INVALID_NAME`
 */
export function register<const Table extends MetricTable>(pack: string, table: Table, options: PackOptions, particulars: Particulars<Table> = {}): InstrumentsOf<Table> {
  const registry = registryOf(pack, options);
  const { namespace, limits } = options;
  const made: string[] = [];
  try {
    const instruments = Object.entries(table).map(([key, definition]) => {
      const before = registry.instruments().length;
      const { kind, ...rest } = definition;
      const instrument = make(registry, kind, { ...rest, ...(namespace === undefined ? {} : { namespace }), ...(limits === undefined ? {} : { limits }), ...particulars[key] });
      if (registry.instruments().length > before) made.push(instrument.name);
      return [key, instrument] as const;
    });
    return Object.fromEntries(instruments) as unknown as InstrumentsOf<Table>;
  } catch (error) {
    for (const name of made) registry.unregister(name);
    throw error;
  }
}

/** The names of {@link PackOptions}. */
export const packOptions: readonly string[] = ['registry', 'namespace', 'limits'];

/**
 * The registry that options name, with the options checked.
 *
 * @param allowed the options that the pack has
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function registryOf(pack: string, options: PackOptions, allowed: readonly string[] = packOptions): Registry {
  checkOptions(pack, options, allowed);
  const { registry = defaultRegistry } = options;
  if (typeof registry?.collectSync !== 'function') throw new TallystickError('INVALID_OPTIONS', `${pack}: registry is ${show(registry)}; give a Registry, or leave it out for the default one`);
  return registry;
}

/** The options that all packs have, of options that may have more. */
export function commonOptions({ registry, namespace, limits }: PackOptions): PackOptions {
  return { ...(registry === undefined ? {} : { registry }), ...(namespace === undefined ? {} : { namespace }), ...(limits === undefined ? {} : { limits }) };
}

type AnyInstrument = Counter<readonly string[]> | Gauge<readonly string[]> | Histogram<readonly string[]> | Summary<readonly string[]> | StateSet<readonly string[], readonly string[]>;

function make(registry: Registry, kind: MetricDefinition['kind'], options: Omit<InstrumentOptions, 'registry'>): AnyInstrument {
  switch (kind) {
    case 'counter':
      return registry.counter(options);
    case 'gauge':
      return registry.gauge(options);
    case 'histogram':
      return registry.histogram(options);
    case 'summary':
      return registry.summary(options);
    case 'stateset':
      return registry.stateSet({ states: [], ...options });
    default:
      throw new TallystickError('INVALID_OPTIONS', `pack: ${show(kind)} is no kind of metric; the kinds are ${list(['counter', 'gauge', 'histogram', 'summary', 'stateset'])}`);
  }
}
