import type { Descriptor, MetricType } from '../../model/descriptor.js';
import { type Aggregator, type CellPlaces, type FamilyShape, type WindowPlace, aggregators } from '../../model/shape.js';
import { DamageError } from './damage.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { readPlain, writePlain } from './plain-data.js';

const types: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'];
/** More cells than this no series has. */
const mostCells = 1 << 20;

/** Writes what is to be alike before the numbers of two processes are put together. */
export function writeShape(writer: ByteWriter, { descriptor, kind, settings, aggregator, places }: FamilyShape): void {
  writePlain(writer, { descriptor, kind, settings, aggregator, places });
}

/** @throws DamageError when what stands there is no shape */
export function readShape(reader: ByteReader): FamilyShape {
  const { descriptor, kind, settings, aggregator, places } = record(readPlain(reader));
  return {
    descriptor: descriptorOf(record(descriptor)),
    kind: text(kind),
    settings: record(settings),
    aggregator: oneOf(aggregators, aggregator) as Aggregator,
    places: placesOf(record(places)),
  };
}

type Data = Readonly<Record<string, unknown>>;

function descriptorOf({ name, help, type, unit, labelNames, constLabels, bounds, quantiles, states, stateLabel }: Data): Descriptor {
  return {
    name: text(name),
    help: text(help),
    type: oneOf(types, type),
    unit: text(unit),
    labelNames: list(labelNames, text),
    constLabels: list(constLabels, (pair) => {
      const [label, value] = list(pair, text);
      return [text(label), text(value)] as const;
    }),
    bounds: list(bounds, number),
    quantiles: list(quantiles, number),
    states: list(states, text),
    stateLabel: text(stateLabel),
  };
}

function placesOf({ stride, width, created, timestamp, native, setAt, window }: Data): CellPlaces {
  const cells = whole(stride, 1, mostCells);
  return {
    stride: cells,
    width: whole(width, 1, cells),
    created: whole(created, -1, cells - 1),
    ...(timestamp === undefined ? {} : { timestamp: whole(timestamp, -1, cells - 1) }),
    native: whole(native, -1, cells - 1),
    setAt: whole(setAt, -1, cells - 1),
    window: window === undefined ? undefined : windowOf(record(window), cells),
  };
}

function windowOf({ kind, cell, ageBuckets, secondsEach, relativeAccuracy, places, maxAgeSeconds }: Data, cells: number): WindowPlace {
  const at = whole(cell, -1, cells - 1);
  if (kind === 'sketch') {
    return { kind, cell: at, ageBuckets: whole(ageBuckets, 1, mostCells), secondsEach: number(secondsEach), relativeAccuracy: number(relativeAccuracy) };
  }
  if (kind === 'samples') return { kind, cell: at, places: whole(places, 1, 2 ** 31), maxAgeSeconds: number(maxAgeSeconds) };
  throw new DamageError('a window is of no known kind');
}

function record(value: unknown): Data {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DamageError('a shape lacks a part');
  return value as Data;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new DamageError('a shape has something else where a text is to be');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new DamageError('a shape has something else where a number is to be');
  return value;
}

function whole(value: unknown, least: number, most: number): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) throw new DamageError('a shape has a number that cannot be');
  return value as number;
}

function list<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw new DamageError('a shape has something else where a list is to be');
  return value.map(read);
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new DamageError('a shape has a word that is not known');
  return found;
}
