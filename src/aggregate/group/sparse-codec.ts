import type { Sketch } from '../../distribution/sketch.js';
import type { Exemplar } from '../../model/exemplar.js';
import type { NativeBucket, NativeBuckets } from '../../model/native.js';
import type { MergedFamily, RowExemplars } from '../merged-family.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { DamageError } from './damage.js';
import { readPlain, writePlain } from './plain-data.js';

/** What a row has beside its cells: number of the family, row, kind, and what it is, filled up to a multiple of 4 bytes. */
export type SparseValue =
  | { readonly kind: 'sketch'; readonly sketch: Sketch }
  | { readonly kind: 'samples'; readonly samples: Float64Array }
  | { readonly kind: 'native'; readonly native: NativeBuckets }
  | { readonly kind: 'exemplars'; readonly exemplars: RowExemplars };

export interface SparseEntry {
  readonly family: number;
  readonly row: number;
  readonly value: SparseValue;
}

const sketchKind = 1; // how many buckets; the buckets; their counts
const samplesKind = 2; // how many; the samples
const nativeKind = 3; // schema, zero threshold, zero count; how many positive and negative buckets; their indices; their counts
const exemplarsKind = 4; // slots and spread, see `plain-data.ts`

/** What more exemplars or buckets no row has. */
const mostOfRow = 1 << 20;

/** Writes all that a row has. @returns how many entries that are */
export function writeSparse(writer: ByteWriter, number: number, family: MergedFamily, row: number, withWindows: boolean): number {
  let entries = 0;
  const begin = (kind: number): void => {
    writer.align(4);
    writer.uint32(number);
    writer.uint32(row);
    writer.uint32(kind);
    entries += 1;
  };
  const sketch = withWindows ? family.sketchAt(row) : undefined;
  if (sketch !== undefined) {
    begin(sketchKind);
    writer.uint32(sketch.buckets.length);
    writer.int32s(sketch.buckets);
    writer.float64s(sketch.counts);
  }
  const samples = withWindows ? family.samplesAt(row) : undefined;
  if (samples !== undefined) {
    begin(samplesKind);
    writer.uint32(samples.length);
    writer.float64s(samples);
  }
  const native = family.nativeAt(row);
  if (native !== undefined) {
    begin(nativeKind);
    writeBuckets(writer, native);
  }
  const exemplars = family.exemplarsAt(row);
  if (exemplars !== undefined) {
    begin(exemplarsKind);
    writePlain(writer, exemplars);
  }
  return entries;
}

/** @throws DamageError */
export function readSparse(reader: ByteReader): SparseEntry {
  reader.align(4);
  const family = reader.uint32();
  const row = reader.uint32();
  return { family, row, value: readValue(reader, reader.uint32()) };
}

function readValue(reader: ByteReader, kind: number): SparseValue {
  switch (kind) {
    case sketchKind: {
      const count = reader.count(12);
      return { kind: 'sketch', sketch: { buckets: reader.int32s(count), counts: reader.float64s(count) } };
    }
    case samplesKind:
      return { kind: 'samples', samples: reader.float64s(reader.count(8)) };
    case nativeKind:
      return { kind: 'native', native: readBuckets(reader) };
    case exemplarsKind:
      return { kind: 'exemplars', exemplars: exemplarsOf(readPlain(reader)) };
    default:
      throw new DamageError(`${kind} is nothing that a row has`);
  }
}

function writeBuckets(writer: ByteWriter, { schema, zeroThreshold, zeroCount, positive, negative }: NativeBuckets): void {
  writer.float64(schema);
  writer.float64(zeroThreshold);
  writer.float64(zeroCount);
  writer.uint32(positive.length);
  writer.uint32(negative.length);
  const all = [...positive, ...negative];
  writer.int32s(Int32Array.from(all, ({ index }) => index));
  writer.float64s(Float64Array.from(all, ({ count }) => count));
}

function readBuckets(reader: ByteReader): NativeBuckets {
  const schema = reader.float64();
  const zeroThreshold = reader.float64();
  const zeroCount = reader.float64();
  const positive = reader.count(12);
  const all = positive + reader.count(12);
  if (!(Number.isInteger(schema) && schema >= -4 && schema <= 8) || !(zeroThreshold >= 0) || all > mostOfRow) throw new DamageError('native buckets are what they cannot be');
  const indices = reader.int32s(all);
  const counts = reader.float64s(all);
  const buckets: NativeBucket[] = Array.from({ length: all }, (_, i) => ({ index: indices[i]!, count: counts[i]! }));
  return { schema, zeroThreshold, zeroCount, positive: buckets.slice(0, positive), negative: buckets.slice(positive) };
}

function exemplarsOf(data: unknown): RowExemplars {
  const { slots, spread } = (data ?? {}) as { readonly slots?: unknown; readonly spread?: unknown };
  if (!Array.isArray(slots) || !Array.isArray(spread) || slots.length > mostOfRow) throw new DamageError('exemplars lack a part');
  if (!slots.every((slot) => slot === undefined || isExemplar(slot)) || !spread.every(isExemplar)) throw new DamageError('an exemplar is none');
  return { slots: slots as (Exemplar | undefined)[], spread: spread as Exemplar[] };
}

function isExemplar(data: unknown): data is Exemplar {
  if (typeof data !== 'object' || data === null) return false;
  const { labels, value, timestamp } = data as Partial<Exemplar>;
  if (typeof labels !== 'object' || labels === null || typeof value !== 'number') return false;
  return (timestamp === undefined || typeof timestamp === 'number') && Object.values(labels).every((text) => typeof text === 'string');
}
