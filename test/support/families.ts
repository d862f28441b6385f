import fc from 'fast-check';
import type { CollectedFamily, CollectedSeries } from '../../src/model/collected.js';
import type { Exemplar } from '../../src/model/exemplar.js';
import type { NameValidation } from '../../src/model/names.js';
import type { NativeBucket, NativeBuckets } from '../../src/model/native.js';
import { Registry } from '../../src/registry/registry.js';
import { anyDouble, risingBounds } from './doubles.js';
import { FakeClock } from './fake-clock.js';
import { anyText, storable } from './texts.js';

/** What generated families may hold. */
export interface FamiliesChoice {
  readonly names?: NameValidation;
  /** What becomes of help texts, label values and states, for readers that do not take all there is. */
  readonly tame?: (text: string) => string;
  /** What becomes of the label values of exemplars after that. */
  readonly tameExemplar?: (text: string) => string;
}

type Choice = Required<FamiliesChoice>;

/** Label names of exemplars, which are legacy names in every format. */
const exemplarNames = ['trace_id', 'span_id', 'a'];

/** Seconds since the Unix epoch, of our days; with a fraction or without. */
const seconds = fc.oneof(fc.integer({ min: 1_600_000_000, max: 1_800_000_000 }), fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 }).map((milliseconds) => milliseconds / 1000));

const counts = fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 44 }) });

const label = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/).filter((name) => !['le', 'quantile', 'state'].includes(name));
const hostileName = fc.constantFrom('http.route', 'a b', 'ü', '漢字', '1st', '"', '\\', 'x\ny', '{', '}', 'a="b"', '😀', 'é', '#', ' ');

function codePoints(text: string, most: number): string {
  return [...text].slice(0, most).join('');
}

function exemplar({ tame, tameExemplar }: Choice): fc.Arbitrary<Exemplar> {
  const labels = fc
    .record({ names: fc.subarray(exemplarNames), values: fc.array(anyText, { minLength: exemplarNames.length, maxLength: exemplarNames.length }) })
    // A NUL becomes what half a surrogate pair does.
    .map(({ names, values }) => Object.fromEntries(names.map((name, place) => [name, codePoints(tameExemplar(tame(storable(values[place]!))), 30).replaceAll('\0', '\uFFFD')])));
  return fc.record({ labels, value: anyDouble, timestamp: fc.option(seconds, { nil: undefined }) }).map(({ timestamp, ...rest }) => (timestamp === undefined ? rest : { ...rest, timestamp }));
}

/** Buckets between the smallest double and the one for infinity. */
function side(schema: number): fc.Arbitrary<NativeBucket[]> {
  const whole = fc.integer({ min: Math.ceil(-1074 * 2 ** schema), max: Math.floor(1024 * 2 ** schema) + 1 });
  const crowded = fc.integer({ min: -20, max: 20 });
  return fc
    .uniqueArray(fc.oneof(whole, crowded), { maxLength: 8 })
    .chain((indices) => fc.tuple(...indices.sort((a, b) => a - b).map((index) => fc.integer({ min: 1, max: 1e6 }).map((count) => ({ index, count })))));
}

const native: fc.Arbitrary<NativeBuckets> = fc
  .integer({ min: -4, max: 8 })
  .chain((schema) => fc.record({ schema: fc.constant(schema), zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.001), zeroCount: counts, positive: side(schema), negative: side(schema) }));

/** The number of observations that native buckets hold. */
export function nativeCount({ zeroCount, positive, negative }: NativeBuckets): number {
  return [...positive, ...negative].reduce((sum, { count }) => sum + count, zeroCount);
}

/** The numbers of one series, by type. */
type Numbers = Omit<CollectedSeries, 'labels'>;

function numbersOf(type: CollectedFamily['type'], bounds: readonly number[], quantiles: readonly number[], states: readonly string[], choice: Choice): fc.Arbitrary<Numbers> {
  switch (type) {
    case 'counter':
      return fc.record({ value: anyDouble.map((value) => (Number.isNaN(value) ? 0 : Math.abs(value))), exemplars: fc.array(exemplar(choice), { maxLength: 1 }) });
    case 'histogram':
    case 'gaugehistogram':
      return fc
        .record({ sum: anyDouble, own: fc.array(counts, { minLength: bounds.length + 1, maxLength: bounds.length + 1 }), native, exemplars: fc.array(exemplar(choice), { maxLength: 5 }) })
        .map(({ own, native: buckets, ...rest }) => {
          // Both kinds of buckets have counted the same observations.
          const classic = own.reduce((sum, count) => sum + count, 0);
          const missing = classic - nativeCount(buckets);
          const whole = missing >= 0 ? { ...buckets, zeroCount: buckets.zeroCount + missing } : buckets;
          const all = missing >= 0 ? own : [...own.slice(0, -1), own.at(-1)! - missing];
          let before = 0;
          return { ...rest, native: whole, count: nativeCount(whole), buckets: [...bounds, Infinity].map((le, place) => ({ le, count: (before += all[place]!) })) };
        });
    case 'summary':
      return fc
        .record({ sum: anyDouble, count: counts, values: fc.array(anyDouble, { minLength: quantiles.length, maxLength: quantiles.length }) })
        .map(({ values, ...rest }) => ({ ...rest, quantiles: quantiles.map((quantile, place) => ({ quantile, value: values[place]! })) }));
    case 'stateset':
      return fc.subarray([...states]).map((some) => ({ states: some }));
    case 'info':
      return fc.constant({});
    default:
      return anyDouble.map((value) => ({ value }));
  }
}

/** What a family may have beside its values. */
const extras = fc.record({ native: fc.constantFrom('none', 'both', 'alone'), exemplars: fc.boolean(), created: fc.boolean(), timestamp: fc.boolean() } as const);
type Extras = typeof extras extends fc.Arbitrary<infer Some> ? Some : never;

/** Leaves out what the family does not have. */
function only(type: CollectedFamily['type'], { native: kind, ...has }: Extras, series: CollectedSeries & { readonly created?: number; readonly timestamp?: number }): CollectedSeries {
  const isHistogram = type === 'histogram' || type === 'gaugehistogram';
  const counting = type === 'counter' || type === 'histogram' || type === 'summary';
  const { native: buckets, buckets: classic, count, exemplars, created, timestamp, ...rest } = series;
  return {
    ...rest,
    ...(isHistogram && kind !== 'none' ? { native: buckets! } : {}),
    ...(isHistogram && kind !== 'alone' ? { buckets: classic! } : {}),
    ...((isHistogram && kind === 'alone') || type === 'summary' ? { count: count! } : {}),
    ...((isHistogram || type === 'counter') && has.exemplars ? { exemplars: exemplars! } : {}),
    ...(counting && has.created && created !== undefined ? { created } : {}),
    // Readers take all series of an info for one.
    ...(has.timestamp && timestamp !== undefined && type !== 'info' ? { timestamp } : {}),
  };
}

const suffixes: Readonly<Partial<Record<CollectedFamily['type'], string>>> = { counter: '_total', info: '_info' };

function family(place: number, choice: Choice): fc.Arbitrary<CollectedFamily> {
  const text = anyText.map((some) => choice.tame(storable(some)));
  const plain = text.filter((some) => some !== '');
  return fc
    .record({
      type: fc.constantFrom('counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'),
      prefix: choice.names === 'utf8' ? fc.oneof(hostileName, label) : fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_:]{0,8}$/),
      suffix: fc.boolean(),
      help: plain,
      unit: fc.constantFrom('', 'seconds', 'bytes'),
      names: fc.uniqueArray(choice.names === 'utf8' ? fc.oneof(hostileName, label) : label, { maxLength: 4 }),
      bounds: risingBounds(6),
      quantiles: fc.uniqueArray(fc.constantFrom(0, 0.001, 0.00001, 0.5, 0.9, 0.99, 1), { maxLength: 4 }).map((all) => [...all].sort((a, b) => a - b)),
      states: fc.uniqueArray(plain, { minLength: 1, maxLength: 4 }),
      has: extras,
    } as const)
    .chain(({ type, prefix, suffix, help, unit, names, bounds, quantiles, states, has }) => {
      const ownUnit = type === 'info' || type === 'stateset' ? '' : unit;
      const one = fc
        .record({
          values: fc.array(text, { minLength: names.length, maxLength: names.length }),
          numbers: numbersOf(type, bounds, quantiles, states, choice),
          created: fc.option(seconds, { nil: undefined }),
          timestamp: fc.option(seconds, { nil: undefined }),
        })
        .map(({ values, numbers, created, timestamp }) =>
          only(type, has, { labels: Object.fromEntries(names.map((name, at) => [name, values[at]!])), ...numbers, ...(created === undefined ? {} : { created }), ...(timestamp === undefined ? {} : { timestamp }) }),
        );
      return fc.uniqueArray(one, { maxLength: 5, selector: ({ labels }) => JSON.stringify(labels) }).map((series) => ({
        // The place keeps the names of two families apart.
        name: `${prefix}_f${place}${ownUnit === '' ? '' : `_${ownUnit}`}${suffix ? (suffixes[type] ?? '') : ''}`,
        help,
        type,
        ...(ownUnit === '' ? {} : { unit: ownUnit }),
        ...(type === 'stateset' ? { states, stateLabel: 'state' } : {}),
        series,
      }));
    });
}

const same = (text: string): string => text;

/** Families of every type with all that a format may carry: native buckets, exemplars, created times and times of samples. */
export function anyFamilies({ names = 'legacy', tame = same, tameExemplar = same }: FamiliesChoice = {}): fc.Arbitrary<CollectedFamily[]> {
  return fc.integer({ min: 0, max: 5 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, place) => family(place, { names, tame, tameExemplar }))));
}

/** A registry that shows these families; where they break a rule, only that of the faults. */
export function registryOf(families: readonly CollectedFamily[], nameValidation: NameValidation = 'legacy'): Registry {
  const registry = new Registry({ clock: new FakeClock(), nameValidation, onFault: () => {} });
  registry.register({ name: 'families', collect: () => families });
  return registry;
}
