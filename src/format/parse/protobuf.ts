import type { CollectedFamily, CollectedSeries } from '../../model/collected.js';
import type { MetricType } from '../../model/descriptor.js';
import { show } from '../../model/errors.js';
import type { Exemplar } from '../../model/exemplar.js';
import { ByteBuffer } from '../../platform/byte-buffer.js';
import type { FamilyLimits, FamilyParser } from './family-parser.js';
import { labelsFrom } from './names.js';
import { readHistogram } from './protobuf-histogram.js';
import { type SeriesDraft, readExemplar, readLabel, readTime } from './protobuf-parts.js';
import { type FieldNames, WireReader } from './wire-reader.js';

/** `MetricType` by number. */
const types: readonly MetricType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'];
/** The field of a metric that holds its numbers, by type. */
const bodyFields: Readonly<Partial<Record<MetricType, number>>> = { gauge: 2, counter: 3, summary: 4, unknown: 5, histogram: 7, gaugehistogram: 7 };
/** Labels that a type writes by itself. */
const ownLabels: Readonly<Partial<Record<MetricType, string>>> = { summary: 'quantile', histogram: 'le', gaugehistogram: 'le' };

const familyNames: FieldNames = [undefined, 'name', 'help', 'type', 'metric', 'unit'];
const metricNames: FieldNames = [undefined, 'label', 'gauge', 'counter', 'summary', 'untyped', 'timestamp_ms', 'histogram'];
const valueNames: FieldNames = [undefined, 'value'];
const counterNames: FieldNames = [undefined, 'value', 'exemplar', 'created_timestamp'];
const summaryNames: FieldNames = [undefined, 'sample_count', 'sample_sum', 'quantile', 'created_timestamp'];
const quantileNames: FieldNames = [undefined, 'quantile', 'value'];

/**
 * Reads the protobuf format: messages `io.prometheus.client.MetricFamily`, each with its length before it. Fields that are left out have
 * their defaults, unknown ones are gone over, and lists of numbers may be packed or not, as protobuf demands of readers. All else that writers
 * must do is demanded: fields in the form that `metrics.proto` gives them, UTF-8, a body of the family's type, histograms that add up, and
 * no family, series or label twice.
 *
 * Sources: `metrics.proto` of prometheus/client_model, and Prometheus, "Native histograms".
 */
export class ProtobufParser implements FamilyParser {
  readonly families: CollectedFamily[];
  private readonly limits: FamilyLimits;
  private readonly reader: WireReader;
  private readonly names: Set<string>;
  /** The beginning of a message that is not complete, and how many bytes it takes with its length; 0 as long as that is not known. */
  private readonly pending: ByteBuffer;
  private awaited: number;

  constructor(limits: FamilyLimits) {
    this.families = [];
    this.limits = limits;
    this.reader = new WireReader();
    this.reader.message = 1;
    this.names = new Set();
    this.pending = new ByteBuffer(0);
    this.awaited = 0;
  }

  feed(piece: Uint8Array): void {
    const { pending } = this;
    if (pending.length === 0) {
      this.readMessages(piece);
      return;
    }
    pending.append(piece);
    if (pending.length >= this.awaited) this.readMessages(pending.take());
  }

  finish(): void {
    const { pending, reader, awaited } = this;
    if (pending.length > 0) throw reader.error(reader.messageStart + pending.length, 'the end of the document', awaited === 0 ? 'the rest of a length' : `${awaited - pending.length} more bytes of the message`);
  }

  /** Reads the messages that are complete, and keeps the rest. */
  private readMessages(bytes: Uint8Array): void {
    const { reader, limits } = this;
    reader.begin(bytes);
    this.awaited = 0;
    let done = 0;
    while (reader.at < bytes.length) {
      const start = reader.at;
      reader.messageStart = start;
      if (reader.varintEnd(bytes.length) < 0) break;
      const length = reader.unsigned(bytes.length);
      if (length > limits.maxFamilyBytes) throw reader.error(start, `a message of ${length} bytes`, `at most ${limits.maxFamilyBytes} bytes`);
      if (length > bytes.length - reader.at) {
        this.awaited = reader.at - start + length;
        break;
      }
      this.families.push(this.readFamily(reader.at + length));
      reader.message += 1;
      done = reader.at;
    }
    this.pending.append(bytes.subarray(done));
  }

  private readFamily(end: number): CollectedFamily {
    const { reader, names, limits } = this;
    const start = reader.at;
    const metrics: number[] = [];
    let name = '';
    let nameAt = start;
    let help = '';
    let type: MetricType = 'counter';
    let unit = '';
    let seen = 0;
    while (reader.at < end) {
      const { at } = reader;
      const tag = reader.tag(end);
      if (tag === 0x22) {
        const metricEnd = reader.lengthEnd(end);
        metrics.push(reader.at, metricEnd);
        reader.at = metricEnd;
        continue;
      }
      if (tag === 0x0a || tag === 0x12 || tag === 0x18 || tag === 0x2a) seen = reader.once(seen, tag >>> 3, at, familyNames);
      if (tag === 0x0a) {
        nameAt = at;
        name = reader.text(end);
      } else if (tag === 0x12) help = reader.text(end);
      else if (tag === 0x18) type = this.readType(end);
      else if (tag === 0x2a) unit = reader.text(end);
      else reader.skip(tag, at, end, familyNames);
    }
    if (name === '') throw reader.error(nameAt, 'a family without a name', 'a name');
    if (names.has(name)) throw reader.error(nameAt, `the family ${show(name)} for the second time`, 'each family once');
    if (names.size >= limits.maxFamilies) throw reader.error(start, 'one family more', `at most ${limits.maxFamilies} families`);
    names.add(name);
    const series: CollectedSeries[] = [];
    const keys = new Set<string>();
    for (let i = 0; i < metrics.length; i += 2) {
      reader.at = metrics[i]!;
      series.push(readMetric(reader, metrics[i + 1]!, type, keys));
    }
    reader.at = end;
    return { name, help, type, ...(unit === '' ? {} : { unit }), series };
  }

  private readType(end: number): MetricType {
    const { at } = this.reader;
    const number = this.reader.unsigned(end);
    const type = types[number];
    if (type === undefined) throw this.reader.error(at, `the type ${number}`, 'a type from 0 (counter) to 5 (gauge histogram)');
    return type;
  }
}

/** @param keys the label sets that the family has so far */
function readMetric(reader: WireReader, end: number, type: MetricType, keys: Set<string>): CollectedSeries {
  const start = reader.at;
  const labels: [name: string, value: string][] = [];
  const bodyField = bodyFields[type]!;
  const series: SeriesDraft = { labels: {} };
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    const number = tag >>> 3;
    if (tag === 0x0a) {
      const label = readLabel(reader, end);
      if (label[0] === ownLabels[type]) throw reader.error(at, `the label ${show(label[0])}`, `none of that name, which a ${type} writes itself`);
      labels.push(label);
    } else if (tag === 0x30) {
      seen = reader.once(seen, 6, at, metricNames);
      series.timestamp = reader.integer(end) / 1000;
    } else if ((tag & 7) === 2 && number >= 2 && number <= 7) {
      if (number !== bodyField) throw reader.error(at, `a metric with ${metricNames[number]}`, `one with ${metricNames[bodyField]}, as the family's type says`);
      seen = reader.once(seen, number, at, metricNames);
      readBody(reader, reader.lengthEnd(end), type, series);
    } else {
      reader.skip(tag, at, end, metricNames);
    }
  }
  if ((seen & (1 << bodyField)) === 0) throw reader.error(start, 'a metric without numbers', `${metricNames[bodyField]}, as the family's type says`);
  series.labels = labelsOf(reader, start, labels, keys);
  return series;
}

function labelsOf(reader: WireReader, start: number, labels: readonly (readonly [name: string, value: string])[], keys: Set<string>): Readonly<Record<string, string>> {
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  let key = '';
  let before: string | undefined;
  for (const [name, value] of sorted) {
    if (name === before) throw reader.error(start, `the label ${show(name)} for the second time`, 'each label once');
    before = name;
    key += `${name.length} ${name}${value.length} ${value}`;
  }
  if (keys.has(key)) throw reader.error(start, 'the same labels as in a metric before', 'each series of a family once');
  keys.add(key);
  return labelsFrom(labels);
}

function readBody(reader: WireReader, end: number, type: MetricType, series: SeriesDraft): void {
  switch (type) {
    case 'counter':
      readCounter(reader, end, series);
      return;
    case 'summary':
      readSummary(reader, end, series);
      return;
    case 'histogram':
    case 'gaugehistogram':
      readHistogram(reader, end, series);
      return;
    default:
      series.value = 0;
      for (let seen = 0; reader.at < end; ) {
        const { at } = reader;
        const tag = reader.tag(end);
        if (tag === 0x09) {
          seen = reader.once(seen, 1, at, valueNames);
          series.value = reader.double(end);
        } else reader.skip(tag, at, end, valueNames);
      }
  }
}

function readCounter(reader: WireReader, end: number, series: SeriesDraft): void {
  let exemplar: Exemplar | undefined;
  let seen = 0;
  series.value = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x09 || tag === 0x12 || tag === 0x1a) seen = reader.once(seen, tag >>> 3, at, counterNames);
    if (tag === 0x09) {
      series.value = reader.double(end);
      if (!(series.value >= 0)) throw reader.error(at, `a counter of ${series.value}`, 'at least 0');
    } else if (tag === 0x12) exemplar = readExemplar(reader, reader.lengthEnd(end));
    else if (tag === 0x1a) series.created = readTime(reader, reader.lengthEnd(end));
    else reader.skip(tag, at, end, counterNames);
  }
  if (exemplar !== undefined) series.exemplars = [exemplar];
}

function readSummary(reader: WireReader, end: number, series: SeriesDraft): void {
  const quantiles: { quantile: number; value: number }[] = [];
  let seen = 0;
  series.sum = 0;
  series.count = 0;
  series.quantiles = quantiles;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x08 || tag === 0x11 || tag === 0x22) seen = reader.once(seen, tag >>> 3, at, summaryNames);
    if (tag === 0x08) series.count = reader.unsigned(end);
    else if (tag === 0x11) series.sum = reader.double(end);
    else if (tag === 0x1a) {
      const entry = readQuantile(reader, reader.lengthEnd(end));
      const before = quantiles.at(-1)?.quantile ?? -1;
      if (!(entry.quantile > before && entry.quantile >= 0 && entry.quantile <= 1)) throw reader.error(at, `the quantile ${entry.quantile}${before < 0 ? '' : ` after ${before}`}`, 'quantiles from 0 to 1 that rise');
      quantiles.push(entry);
    } else if (tag === 0x22) series.created = readTime(reader, reader.lengthEnd(end));
    else reader.skip(tag, at, end, summaryNames);
  }
}

function readQuantile(reader: WireReader, end: number): { quantile: number; value: number } {
  const entry = { quantile: 0, value: 0 };
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x09 || tag === 0x11) seen = reader.once(seen, tag >>> 3, at, quantileNames);
    if (tag === 0x09) entry.quantile = reader.double(end);
    else if (tag === 0x11) entry.value = reader.double(end);
    else reader.skip(tag, at, end, quantileNames);
  }
  return entry;
}
