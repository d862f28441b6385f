import fc from 'fast-check';
import { formatFor } from '../../../src/format/formats.js';
import { describedIn } from '../../../src/format/escaping.js';
import type { EscapingScheme, FormatName } from '../../../src/format/format.js';
import type { CollectedFamily, CollectedSeries } from '../../../src/model/collected.js';
import type { MetricType } from '../../../src/model/descriptor.js';
import type { Exemplar } from '../../../src/model/exemplar.js';
import type { NativeBuckets } from '../../../src/model/native.js';
import { ByteBuffer, decodeUtf8 } from '../../../src/platform/byte-buffer.js';
import { loadFamily } from '../../../src/registry/collected-family.js';
import { anyDouble, anyNumber, risingBounds } from '../../support/doubles.js';
import { anyText, storable } from '../../support/texts.js';

/** The bytes a writer makes of families. @param scheme how names are escaped */
export function written(families: readonly CollectedFamily[], format: FormatName, scheme: EscapingScheme = 'allow-utf-8'): Uint8Array {
  const out = new ByteBuffer(1024);
  const writer = formatFor(format);
  writer.begin(out);
  for (const [place, family] of families.entries()) {
    const rest = writer.family(describedIn(loadFamily(family, 'utf8'), scheme), out, place === 0);
    while (rest.write(Infinity));
  }
  writer.end(out);
  return out.take();
}

/** As {@link written}, as a string. */
export function writtenText(families: readonly CollectedFamily[], format: FormatName): string {
  return decodeUtf8(written(families, format));
}

const seconds = fc.integer({ min: -1_000_000_000, max: 2_000_000_000_000 }).map((milliseconds) => milliseconds / 1000);
const whole = fc.nat(1_000_000);
const atLeastZero = anyNumber.map((value) => Math.abs(value));
/** A number without the sign of zero, which no format keeps. */
const plain = anyDouble.map((value) => value + 0);
const help = anyText.map((text) => storable(text).replace(/^[ \t]+/g, '') || 'Help.');
/** Ends in no suffix that means something. */
const stem = fc.stringMatching(/^[a-z]{1,6}$/);
const utf8Stem = fc.oneof(stem, anyText.map((text) => storable(`x${text.slice(0, 40)}.`)));
const legacyLabel = fc.constantFrom('a', 'b', 'method', 'constructor', 'toString', 'hasOwnProperty', 'L1', 'path_');
const utf8Label = fc.oneof(legacyLabel, anyText.map((text) => storable(`l${text.slice(0, 40)}`)));
const exemplar: fc.Arbitrary<Exemplar> = fc.record({
  labels: fc.dictionary(fc.constantFrom('trace_id', 'span_id', 'constructor'), anyText.map((text) => storable(storable(text).slice(0, 20)).replaceAll('\0', '\uFFFD')), { maxKeys: 2, noNullPrototype: true }),
  value: anyNumber.map((value) => value + 0),
  timestamp: seconds,
});

const native: fc.Arbitrary<NativeBuckets> = fc.record({
  schema: fc.integer({ min: -4, max: 8 }),
  zeroThreshold: fc.constantFrom(0, 1e-3, 2 ** -128),
  zeroCount: whole,
  positive: buckets(),
  negative: buckets(),
});

function buckets(): fc.Arbitrary<{ index: number; count: number }[]> {
  return fc.uniqueArray(fc.record({ index: fc.integer({ min: -60, max: 60 }), count: fc.integer({ min: 1, max: 1000 }) }), { selector: ({ index }) => index, maxLength: 8 }).map((all) => all.sort((a, b) => a.index - b.index));
}

function insideOf({ zeroCount, positive, negative }: NativeBuckets): number {
  return [...positive, ...negative].reduce((sum, { count }) => sum + count, zeroCount);
}

export interface Tastes {
  /** Names of any text. */
  readonly utf8?: boolean;
  /** Native buckets. */
  readonly native?: boolean;
}

const types: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'];

/** Families that an exposition may hold together. */
export function anyFamilies(tastes: Tastes = {}): fc.Arbitrary<CollectedFamily[]> {
  return fc.array(fc.constantFrom(...types).chain((type) => anyFamily(type, tastes)), { maxLength: 5 }).map((families) => families.map((family, place) => renamed(family, `m${place}`)));
}

/** Under a name that no other family's begins with. */
function renamed(family: CollectedFamily, prefix: string): CollectedFamily {
  return { ...family, name: prefix + family.name, ...(family.stateLabel === undefined ? {} : { stateLabel: prefix + family.stateLabel }) };
}

function anyFamily(type: MetricType, { utf8 = false, native: withNative = false }: Tastes): fc.Arbitrary<CollectedFamily> {
  return fc
    .record({
      // The label of a state set's states is called as the family is, and has to be a legacy name.
      stem: utf8 && type !== 'stateset' ? utf8Stem : stem,
      help,
      unit: fc.boolean(),
      labelNames: fc.uniqueArray(utf8 ? utf8Label : legacyLabel, { maxLength: 3 }),
      bounds: risingBounds(6),
      states: fc.uniqueArray(anyText.map((text) => storable(text) || 'off'), { minLength: 1, maxLength: 4 }),
      timed: fc.boolean(),
      kind: withNative ? fc.constantFrom('classic', 'native', 'both') : fc.constant('classic'),
    })
    .chain(({ stem: name, help: text, unit, labelNames, bounds, states, timed, kind }) => {
      const hasUnit = unit && type !== 'info' && type !== 'stateset';
      const suffix = `${hasUnit ? '_seconds' : '_x'}${type === 'counter' ? '_total' : type === 'info' ? '_info' : ''}`;
      const labels = fc.record(Object.fromEntries(labelNames.map((label) => [label, anyText.map(storable)])), { noNullPrototype: true });
      const finite = bounds.filter((bound) => Math.abs(bound) < 1e300).map((bound) => bound + 0);
      const numbers = numbersOf(type, finite, states, kind);
      const one = fc.record({ labels, numbers, timestamp: timed ? seconds : fc.constant(undefined) }).map(({ labels: given, numbers: values, timestamp }): CollectedSeries => ({ labels: given, ...values, ...(timestamp === undefined ? {} : { timestamp }) }));
      const selector = (series: CollectedSeries): string => JSON.stringify(series.labels);
      return fc.uniqueArray(one, { selector, minLength: 1, maxLength: labelNames.length === 0 ? 1 : 5 }).map((series): CollectedFamily => ({
        name: name + suffix,
        help: text,
        type,
        ...(hasUnit ? { unit: 'seconds' } : {}),
        series,
        ...(type === 'stateset' ? { states, stateLabel: name + suffix } : {}),
      }));
    });
}

function numbersOf(type: MetricType, bounds: readonly number[], states: readonly string[], kind: string): fc.Arbitrary<Omit<CollectedSeries, 'labels' | 'timestamp'>> {
  const created = fc.option(seconds, { nil: undefined }).map((value) => (value === undefined ? {} : { created: value }));
  switch (type) {
    case 'counter':
      return fc.record({ value: atLeastZero, created, exemplar: fc.option(exemplar, { nil: undefined }) }).map(({ value, created: since, exemplar: one }) => ({ value, ...since, ...(one === undefined ? {} : { exemplars: [one] }) }));
    case 'histogram':
    case 'gaugehistogram':
      return histogramOf(type, bounds, kind, created);
    case 'summary':
      return fc.record({ sum: atLeastZero, count: whole, values: fc.array(fc.oneof(atLeastZero, fc.constant(NaN)), { minLength: 3, maxLength: 3 }), created }).map(({ sum, count, values, created: since }) => ({
        sum,
        count,
        quantiles: [0, 0.5, 0.999].map((quantile, place) => ({ quantile, value: values[place]! })),
        ...since,
      }));
    case 'stateset':
      return fc.subarray([...states]).map((held) => ({ states: held }));
    case 'info':
      return fc.constant({});
    default:
      return plain.map((value) => ({ value }));
  }
}

function histogramOf(type: MetricType, bounds: readonly number[], kind: string, created: fc.Arbitrary<{ created?: number }>): fc.Arbitrary<Omit<CollectedSeries, 'labels' | 'timestamp'>> {
  const steps = [...bounds, Infinity];
  return fc
    .record({ counts: fc.array(whole, { minLength: steps.length, maxLength: steps.length }), sum: atLeastZero, created, native, exemplars: fc.array(exemplar, { maxLength: 3 }) })
    .map(({ counts, sum, created: since, native: sparse, exemplars }) => {
      const inside = insideOf(sparse);
      let count = 0;
      const classic = steps.map((le, place) => ({ le, count: kind === 'both' ? (le === Infinity ? inside : 0) : (count += counts[place]!) }));
      const slots = new Map(exemplars.map((one) => [kind === 'native' ? one.value : steps.findIndex((le) => one.value <= le), one]));
      const found = [...slots].sort(([a], [b]) => a - b).map(([, one]) => one);
      return {
        sum,
        ...(kind === 'native' ? { count: inside } : { buckets: classic }),
        ...(kind === 'classic' ? {} : { native: sparse }),
        ...(found.length === 0 ? {} : { exemplars: found }),
        ...(type === 'histogram' ? since : {}),
      };
    });
}
