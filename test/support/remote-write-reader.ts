import { decodeSnappy } from './snappy-reader.js';
import { type ReadMessage, type ReadTable, readMessage } from './protobuf-reader.js';

/** The bits of the NaN that ends a series, as the specification prints them. */
export const staleBits = 0x7ff0000000000002n;

export interface ReadSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Values by their bits, so that one NaN can be told from another. */
  readonly samples: readonly { readonly bits: bigint; readonly value: number; readonly timestamp: number; readonly start: number | undefined }[];
  readonly histograms: readonly ReadMessage[];
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number; readonly timestamp: number }[];
  /** Version 2.0. */
  readonly metadata: { readonly type: number; readonly help: string; readonly unit: string } | undefined;
}

export interface ReadRequest {
  readonly series: readonly ReadSeries[];
  /** Version 1.0. */
  readonly metadata: readonly ReadMessage[];
}

const span: ReadTable = { 1: ['offset', 'sint32'], 2: ['length', 'uint32'] };
const histogram: ReadTable = {
  1: ['countInt', 'uint64'], 2: ['countFloat', 'double'], 3: ['sum', 'fixed64'], 4: ['schema', 'sint32'], 5: ['zeroThreshold', 'double'], 6: ['zeroCountInt', 'uint64'], 7: ['zeroCountFloat', 'double'],
  8: ['negativeSpans', span, 'repeated'], 9: ['negativeDeltas', 'sint64', 'repeated'], 10: ['negativeCounts', 'double', 'repeated'],
  11: ['positiveSpans', span, 'repeated'], 12: ['positiveDeltas', 'sint64', 'repeated'], 13: ['positiveCounts', 'double', 'repeated'], 14: ['resetHint', 'enum'], 15: ['timestamp', 'int64'],
};
const label: ReadTable = { 1: ['name', 'string'], 2: ['value', 'string'] };
const first: ReadTable = {
  1: ['series', { 1: ['labels', label, 'repeated'], 2: ['samples', { 1: ['value', 'fixed64'], 2: ['timestamp', 'int64'] }, 'repeated'], 3: ['exemplars', { 1: ['labels', label, 'repeated'], 2: ['value', 'fixed64'], 3: ['timestamp', 'int64'] }, 'repeated'], 4: ['histograms', histogram, 'repeated'] }, 'repeated'],
  3: ['metadata', { 1: ['type', 'enum'], 2: ['name', 'string'], 4: ['help', 'string'], 5: ['unit', 'string'] }, 'repeated'],
};
const second: ReadTable = {
  4: ['symbols', 'string', 'repeated'],
  5: ['series', {
    1: ['refs', 'uint32', 'repeated'], 2: ['samples', { 1: ['value', 'fixed64'], 2: ['timestamp', 'int64'], 3: ['start', 'int64'] }, 'repeated'], 3: ['histograms', { ...histogram, 17: ['startTimestamp', 'int64'] }, 'repeated'],
    4: ['exemplars', { 1: ['refs', 'uint32', 'repeated'], 2: ['value', 'fixed64'], 3: ['timestamp', 'int64'] }, 'repeated'], 5: ['metadata', { 1: ['type', 'enum'], 3: ['help', 'uint32'], 4: ['unit', 'uint32'] }],
  }, 'repeated'],
};

/** Reads the body of a request as strictly as the specification of its version allows. @throws Error saying what is wrong */
export function readRequest(body: Uint8Array, version: '1.0' | '2.0'): ReadRequest {
  const message = readMessage(decodeSnappy(body), version === '1.0' ? first : second);
  const symbols = list<string>(message, 'symbols');
  if (version === '2.0' && (symbols[0] !== '' || new Set(symbols).size !== symbols.length)) throw new Error(`symbols are ${JSON.stringify(symbols)}`);
  const labelsOf = (owner: ReadMessage): Readonly<Record<string, string>> => {
    const refs = list<number>(owner, 'refs');
    if (refs.length % 2 !== 0 || refs.some((ref) => ref >= symbols.length)) throw new Error(`refs are ${refs.join()}`);
    const pairs = version === '1.0' ? list<ReadMessage>(owner, 'labels').map(({ name, value }) => [name, value] as [string, string]) : pairsOf(refs.map((ref) => symbols[ref]!));
    for (const [place, [name, value]] of pairs.entries()) {
      if (!name || !value) throw new Error(`the label ${JSON.stringify(name)} is ${JSON.stringify(value)}`);
      if (place > 0 && Buffer.compare(Buffer.from(pairs[place - 1]![0]), Buffer.from(name)) >= 0) throw new Error(`${pairs[place - 1]![0]} stands before ${name}`);
    }
    return Object.fromEntries(pairs);
  };
  const series = list<ReadMessage>(message, 'series').map((one): ReadSeries => {
    const samples = list<ReadMessage>(one, 'samples').map(({ value, timestamp, start }) => ({ bits: value as bigint, value: doubleOf(value as bigint), timestamp: Number(timestamp), start: start === undefined ? undefined : Number(start) }));
    const histograms = list<ReadMessage>(one, 'histograms');
    if (samples.length + histograms.length !== 1) throw new Error(`${samples.length} samples and ${histograms.length} histograms in a series`);
    const exemplars = list<ReadMessage>(one, 'exemplars').map((each) => ({ labels: labelsOf(each), value: doubleOf(each['value'] as bigint), timestamp: Number(each['timestamp']) }));
    const metadata = one['metadata'] as { type: number; help: number; unit: number } | undefined;
    return { labels: labelsOf(one), samples, histograms, exemplars, metadata: metadata && { type: metadata.type, help: symbols[metadata.help]!, unit: symbols[metadata.unit]! } };
  });
  return { series, metadata: list<ReadMessage>(message, 'metadata') };
}

/** The value of each series by its labels, as text: `name{a="b"}`; what ends a series is `stale`, a native histogram its count. */
export function valuesOf({ series }: ReadRequest): Record<string, number | 'stale'> {
  const values: Record<string, number | 'stale'> = {};
  for (const { labels, samples, histograms } of series) {
    const key = seriesText(labels);
    if (key in values) throw new Error(`${key} comes twice`);
    const [sample] = samples;
    const bits = sample?.bits ?? (histograms[0]!['sum'] as bigint);
    values[key] = bits === staleBits ? 'stale' : (sample?.value ?? Number(histograms[0]!['countInt'] ?? histograms[0]!['countFloat']));
  }
  return values;
}

/** A series as text, its labels by name. */
export function seriesText({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join()}}`;
}

function list<T>(message: ReadMessage, field: string): T[] {
  return (message[field] as T[] | undefined) ?? [];
}

function pairsOf(texts: readonly string[]): [string, string][] {
  return Array.from({ length: texts.length / 2 }, (_, place) => [texts[place * 2]!, texts[place * 2 + 1]!]);
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
