import { TallystickError, type ErrorCode, show } from '../model/errors.js';
import { defaultBuckets } from '../distribution/bounds.js';
import { Registry } from '../registry/registry.js';
import { pathOf } from './check-schema.js';
import { type Located, type LocatedFault, member, plain } from './located.js';

/** The kinds of metric that a configuration declares. */
export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary';

/** The lists of a configuration and the kind of what stands in them. */
export const kindsByList: Readonly<Record<'counters' | 'gauges' | 'histograms' | 'summaries', MetricKind>> = { counters: 'counter', gauges: 'gauge', histograms: 'histogram', summaries: 'summary' };

/** A metric as a configuration declares it. */
export interface MetricDeclaration {
  readonly kind: MetricKind;
  readonly name: string;
  readonly description: string;
  /** False: nothing is registered, and recording does nothing. */
  readonly capture: boolean;
  /** Undefined: those of its first recording. */
  readonly labels: readonly string[] | undefined;
  /** For some labels, all values they may take. */
  readonly labelValues: Readonly<Record<string, readonly string[]>>;
  /** What else its instrument is made with. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Units of OpenTelemetry's conventions (UCUM) by the names that metrics bear; what is none of them is taken as it is. */
const ucum: Readonly<Record<string, string>> = { '1': '', s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds', By: 'bytes', '%': 'percent' };

/** Reads the metrics of a configuration that keeps to the schema. */
export function declarationsOf(root: Located): { readonly declarations: readonly MetricDeclaration[]; readonly faults: readonly LocatedFault[] } {
  const declarations: MetricDeclaration[] = [];
  const faults: LocatedFault[] = [];
  // What instruments themselves refuse, clashes of names among it, is found by making them all, in a registry that nobody sees.
  const trial = new Registry();
  const names = new Set<string>();
  for (const [list, kind] of Object.entries(kindsByList) as [keyof typeof kindsByList, MetricKind][]) {
    for (const [place, node] of (member(root, list)?.items ?? []).entries()) {
      const path = `${list}[${place}]`;
      const declaration = declarationOf(kind, node);
      const fault = (code: ErrorCode | undefined, message: string): void => {
        const key = placeOf(code, node);
        faults.push({ at: (key === undefined ? undefined : member(node, key)?.at) ?? node.at, path: key === undefined ? path : pathOf(path, key), message });
      };
      if (names.has(declaration.name)) {
        fault('DUPLICATE_NAME', `${show(declaration.name)} is declared twice; give each metric once`);
        continue;
      }
      names.add(declaration.name);
      try {
        makeInstrument(trial, declaration, declaration.labels ?? Object.keys(declaration.labelValues));
        declarations.push(declaration);
      } catch (error) {
        if (!(error instanceof TallystickError)) throw error;
        fault(error.code, error.message);
      }
    }
  }
  void trial.shutdown();
  return { declarations, faults };
}

/** Makes or finds the instrument of a declaration. @throws TallystickError `SHAPE_MISMATCH`, `DUPLICATE_NAME`, and what breaks a rule of its kind */
export function makeInstrument(registry: Registry, { kind, name, description, labelValues, options }: MetricDeclaration, labelNames: readonly string[]): ReturnType<Registry[MetricKind]> {
  const all = { ...options, name, help: description, labelNames, labelValues };
  switch (kind) {
    case 'counter':
      return registry.counter(all) as never;
    case 'gauge':
      return registry.gauge(all) as never;
    case 'histogram':
      return registry.histogram(all) as never;
    case 'summary':
      return registry.summary(all) as never;
  }
}

function declarationOf(kind: MetricKind, node: Located): MetricDeclaration {
  const { name, description, unit = '', capture = true, labels, labelValues = {}, native, ...rest } = plain(node) as {
    readonly name: string;
    readonly description: string;
    readonly unit?: string | number;
    readonly capture?: boolean;
    readonly labels?: readonly string[];
    readonly labelValues?: Readonly<Record<string, readonly string[]>>;
    readonly native?: boolean | object;
  };
  const options: Record<string, unknown> = { ...rest };
  const known = unitOf(String(unit));
  if (known !== '') options['unit'] = known;
  if (native !== undefined && native !== false) options['native'] = native === true ? {} : native;
  // The bounds that dashboards of such services know; they are also those of a histogram that says nothing.
  if (kind === 'histogram' && name.includes('duration') && options['buckets'] === undefined && options['native'] === undefined) options['buckets'] = defaultBuckets;
  return { kind, name, description, capture, labels, labelValues, options };
}

/** A note in braces, such as `{request}`, is no unit (OpenTelemetry, "Instrument units"). */
function unitOf(unit: string): string {
  return /^\{.*\}$/.test(unit) ? '' : Object.hasOwn(ucum, unit) ? ucum[unit]! : unit;
}

/** The part of a declaration that an error is about. */
function placeOf(code: ErrorCode | undefined, node: Located): string | undefined {
  const places: Partial<Record<ErrorCode, string>> = {
    INVALID_UNIT: 'unit',
    INVALID_BUCKETS: 'buckets',
    INVALID_QUANTILES: 'quantiles',
    INVALID_LABEL_NAME: 'labels',
    INVALID_LABELS: 'labelValues',
    INVALID_LABEL_VALUE: 'labelValues',
    INVALID_NAME: 'name',
    DUPLICATE_NAME: 'name',
    INVALID_HELP: 'description',
  };
  const place = code === undefined ? undefined : places[code];
  return place !== undefined && member(node, place) !== undefined ? place : undefined;
}
