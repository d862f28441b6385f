import { type Descriptor, type MetricType, familyName } from '../../model/descriptor.js';
import { encodeUtf8 } from '../../platform/byte-buffer.js';
import { canonicalBoundText } from '../../format/numbers.js';

/** A label of a series that is sent: its value is always the same, or that of the row's label at this place. */
export type LabelSlot = { readonly name: string; readonly value: string } | { readonly name: string; readonly place: number };

/** One of the series that a row of a family becomes. Its labels stand in the order of their names, the metric's name among them. */
export type Line = readonly LabelSlot[];

/** `MetricType` of both versions. */
const typeNumbers: Readonly<Record<MetricType, number>> = { unknown: 0, counter: 1, gauge: 2, histogram: 3, gaugehistogram: 4, summary: 5, info: 6, stateset: 7 };

/**
 * The series that each row of a family becomes: those that a Prometheus that scrapes OpenMetrics would store, buckets and quantiles spelt `1.0`
 * as Prometheus 3 has them. There are no `_created` series.
 */
export class FamilyLines {
  readonly descriptor: Descriptor;
  /** All that is said of the family: families with the same key continue each other. */
  readonly key: string;
  /** Lines of numbers: buckets before sum and count, quantiles before sum and count, states. */
  readonly lines: readonly Line[];
  /** The line of the native histogram, where there is one; it comes last of {@link all}. */
  readonly native: number;
  readonly all: readonly Line[];
  /** What the family is called in metadata, and its type there. */
  readonly metadataName: string;
  readonly typeNumber: number;

  constructor(descriptor: Descriptor, hasNative: boolean, externalLabels: Externals) {
    const native = hasNative ? [lineOf(descriptor, externalLabels, descriptor.name)] : [];
    this.descriptor = descriptor;
    this.key = keyOf(descriptor, hasNative);
    this.lines = hasNative && descriptor.bounds.length === 0 ? [] : linesOf(descriptor, externalLabels);
    this.native = hasNative ? this.lines.length : -1;
    this.all = [...this.lines, ...native];
    this.metadataName = ['counter', 'info'].includes(descriptor.type) ? firstName(descriptor) : descriptor.name;
    this.typeNumber = typeNumbers[descriptor.type];
  }
}

/** Labels that every series gets unless it has one of that name. */
export type Externals = readonly (readonly [name: string, value: string])[];

/** See {@link FamilyLines.key}. */
export function keyOf({ name, help, type, unit, labelNames, constLabels, bounds, quantiles, states, stateLabel }: Descriptor, hasNative: boolean): string {
  return JSON.stringify([name, help, type, unit, labelNames, constLabels, bounds, quantiles, states, stateLabel, hasNative]);
}

function linesOf(descriptor: Descriptor, externals: Externals): readonly Line[] {
  const { name, type, bounds, quantiles, states, stateLabel } = descriptor;
  const line = (text: string, last?: readonly [string, string]): Line => lineOf(descriptor, externals, text, last);
  switch (type) {
    case 'counter':
    case 'info':
      return [line(firstName(descriptor))];
    case 'histogram':
    case 'gaugehistogram': {
      const gauge = type === 'gaugehistogram' ? '_g' : '_';
      return [...[...bounds, Infinity].map((bound) => line(`${name}_bucket`, ['le', canonicalBoundText(bound)])), line(`${name}${gauge}sum`), line(`${name}${gauge}count`)];
    }
    case 'summary':
      return [...quantiles.map((quantile) => line(name, ['quantile', canonicalBoundText(quantile)])), line(`${name}_sum`), line(`${name}_count`)];
    case 'stateset':
      return states.map((state) => line(name, [stateLabel, state]));
    default:
      return [line(name)];
  }
}

function firstName(descriptor: Descriptor): string {
  return `${familyName(descriptor)}${descriptor.type === 'counter' ? '_total' : '_info'}`;
}

function lineOf({ labelNames, constLabels }: Descriptor, externals: Externals, name: string, last?: readonly [string, string]): Line {
  const slots = new Map<string, LabelSlot>();
  // What comes later takes the place of what has the same name.
  for (const [label, value] of externals) slots.set(label, { name: label, value });
  for (const [label, value] of constLabels) slots.set(label, { name: label, value });
  for (const [place, label] of labelNames.entries()) slots.set(label, { name: label, place });
  if (last !== undefined) slots.set(last[0], { name: last[0], value: last[1] });
  slots.set('__name__', { name: '__name__', value: name });
  // A label without a value is none.
  return [...slots.values()].filter((slot) => !('value' in slot && slot.value === '')).sort((a, b) => compareNames(a.name, b.name));
}

/** Orders names as receivers do, by their bytes. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(encodeUtf8(a), encodeUtf8(b));
}
