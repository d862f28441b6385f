import fc from 'fast-check';
import { Counter, type CounterHandle } from '../../src/instruments/counter.js';
import { Gauge } from '../../src/instruments/gauge.js';
import type { GaugeHandle } from '../../src/instruments/gauge-handle.js';
import { Histogram } from '../../src/instruments/histogram.js';
import type { HistogramHandle } from '../../src/instruments/histogram-handle.js';
import { Info, type InfoHandle } from '../../src/instruments/info.js';
import { StateSet, type StateSetHandle } from '../../src/instruments/state-set.js';
import { Summary, type SummaryHandle } from '../../src/instruments/summary.js';
import { Registry } from '../../src/registry/registry.js';
import { anyDouble, anyNumber, risingBounds } from './doubles.js';
import { FakeClock } from './fake-clock.js';
import { anyText, storable } from './texts.js';

/** A registry before it is built: what fast-check can print and shrink. */
export type RegistrySpec = readonly FamilySpec[];

export interface FamilySpec {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'stateset';
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly labelNames: readonly string[];
  readonly constLabels: Readonly<Record<string, string>>;
  readonly bounds: readonly number[];
  readonly quantiles: readonly number[];
  readonly states: readonly string[];
  /** In the order of recording; the same label values may come again. */
  readonly series: readonly SeriesSpec[];
}

export interface SeriesSpec {
  /** One for each label name. */
  readonly labelValues: readonly string[];
  /** Gauges take them as they are, counters their magnitudes, distributions observe them unless NaN, state sets choose by them. */
  readonly values: readonly number[];
  /** The series is taken away again after it was recorded. */
  readonly removed: boolean;
}

const labelName = fc.oneof(
  fc.constantFrom('method', 'code', 'a', 'A', '_', '_1', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'help', 'type'),
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/).filter((name) => !['le', 'quantile', 'state'].includes(name)),
);

/** UTF-8 can carry it and it is not empty: what a help text or a state must be to come back as it was. */
const plainText = anyText.map(storable).filter((text) => text !== '');

function seriesOf(labels: number, values: fc.Arbitrary<number>): fc.Arbitrary<SeriesSpec> {
  return fc.record({
    labelValues: fc.array(anyText, { minLength: labels, maxLength: labels }),
    values: fc.array(values, { maxLength: 12 }),
    removed: fc.boolean().map((removed) => removed && labels > 0),
  });
}

const suffixes = { counter: '_total', gauge: '', histogram: '', summary: '', info: '_info', stateset: '' } as const;

function family(place: number): fc.Arbitrary<FamilySpec> {
  return fc
    .record({
      type: fc.constantFrom('counter', 'gauge', 'histogram', 'summary', 'info', 'stateset'),
      prefix: fc.stringMatching(/^[a-zA-Z:][a-zA-Z0-9_:]{0,8}$/),
      suffix: fc.boolean(),
      help: plainText,
      unit: fc.constantFrom('', 'seconds', 'bytes'),
      names: fc.uniqueArray(labelName, { maxLength: 5 }),
      constants: fc.array(plainText, { maxLength: 2 }),
      bounds: risingBounds(8),
      quantiles: fc.uniqueArray(fc.constantFrom(0, 0.001, 0.5, 0.9, 0.95, 0.99, 0.999, 1), { maxLength: 4 }).map((all) => [...all].sort((a, b) => a - b)),
      states: fc.uniqueArray(plainText, { minLength: 1, maxLength: 4 }),
    } as const)
    .chain(({ prefix, suffix, names, constants, ...rest }) => {
      const unit = rest.type === 'info' || rest.type === 'stateset' ? '' : rest.unit;
      const fixed = names.slice(0, constants.length);
      const labelNames = names.slice(constants.length);
      return fc.array(seriesOf(labelNames.length, anyDouble), { maxLength: 8 }).map((series) => ({
        ...rest,
        // The place keeps the names of two families apart.
        name: `${prefix}_f${place}${unit === '' ? '' : `_${unit}`}${suffix ? suffixes[rest.type] : ''}`,
        unit,
        labelNames,
        constLabels: Object.fromEntries(fixed.map((label, i) => [label, constants[i]!])),
        series,
      }));
    });
}

/** Registries with every kind of instrument, hostile label values and help texts, removed series and empty families. */
export const anyRegistry: fc.Arbitrary<RegistrySpec> = fc.integer({ min: 0, max: 5 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, place) => family(place))));

/** Builds what a specification describes, on a clock that stands still. */
export function buildRegistry(specification: RegistrySpec): Registry {
  const registry = new Registry({ clock: new FakeClock() });
  for (const spec of specification) record(spec, registry);
  return registry;
}

function record(spec: FamilySpec, registry: Registry): void {
  const options = { name: spec.name, help: spec.help, labelNames: spec.labelNames, constLabels: spec.constLabels, registry, ...(spec.unit === '' ? {} : { unit: spec.unit }) };
  switch (spec.type) {
    case 'counter':
      return each<CounterHandle>(spec, new Counter(options), (handle, value) => handle.inc(Math.abs(value)));
    case 'gauge':
      return each<GaugeHandle>(spec, new Gauge(options), (handle, value) => handle.set(value), true);
    case 'histogram':
      return each<HistogramHandle>(spec, new Histogram({ ...options, buckets: spec.bounds }), (handle, value) => handle.observe(value));
    case 'summary':
      return each<SummaryHandle>(spec, new Summary({ ...options, quantiles: spec.quantiles }), (handle, value) => handle.observe(value));
    case 'info':
      return each<InfoHandle>(spec, new Info(options), () => {});
    case 'stateset':
      return each<StateSetHandle>(spec, new StateSet({ ...options, states: spec.states, stateLabel: 'state' }), (handle, value) => {
        const state = spec.states[Math.floor(Math.abs(Number.isFinite(value) ? value : 0)) % spec.states.length]!;
        if (value < 0) handle.disable(state);
        else handle.enable(state);
      });
  }
}

interface Labelled<H> {
  labels(...values: readonly string[]): H;
  remove(...values: readonly string[]): boolean;
}

function each<H>(spec: FamilySpec, instrument: unknown, apply: (handle: H, value: number) => void, takesNaN = false): void {
  // The types of labels are checked by the compiler for literal names; these are made up at run time.
  const labelled = instrument as Labelled<H>;
  for (const { labelValues, values, removed } of spec.series) {
    const handle = labelled.labels(...labelValues);
    for (const value of values) if (takesNaN || !Number.isNaN(value)) apply(handle, value);
    if (removed) labelled.remove(...labelValues);
  }
}

/** Observations of any size, a few or some hundred. */
export const observations: fc.Arbitrary<number[]> = fc.array(anyNumber, { maxLength: 200 });
