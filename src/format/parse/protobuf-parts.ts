import type { CollectedSeries } from '../../model/collected.js';
import { show } from '../../model/errors.js';
import type { Exemplar } from '../../model/exemplar.js';
import { labelsFrom } from './names.js';
import type { FieldNames, WireReader } from './wire-reader.js';

const labelNames: FieldNames = [undefined, 'name', 'value'];
const exemplarNames: FieldNames = [undefined, 'label', 'value', 'timestamp'];
const timeNames: FieldNames = [undefined, 'seconds', 'nanos'];

/** Seconds from the year 1 to the year 9999, what a `google.protobuf.Timestamp` may hold. */
const earliestSecond = -62_135_596_800;
const latestSecond = 253_402_300_799;

/** A series while it is being read. */
export type SeriesDraft = { -readonly [Field in keyof CollectedSeries]: CollectedSeries[Field] };

/** A label with its length before it. */
export function readLabel(reader: WireReader, outerEnd: number): [name: string, value: string] {
  const end = reader.lengthEnd(outerEnd);
  const start = reader.at;
  let name = '';
  let value = '';
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x0a || tag === 0x12) seen = reader.once(seen, tag >>> 3, at, labelNames);
    if (tag === 0x0a) name = reader.text(end);
    else if (tag === 0x12) value = reader.text(end);
    else reader.skip(tag, at, end, labelNames);
  }
  if (name === '') throw reader.error(start, 'a label without a name', 'a name');
  if (name.startsWith('__')) throw reader.error(start, `the label ${show(name)}`, 'a name that does not begin with "__", which is reserved');
  return [name, value];
}

export function readExemplar(reader: WireReader, end: number): Exemplar {
  const labels: [name: string, value: string][] = [];
  const names = new Set<string>();
  let value = 0;
  let timestamp: number | undefined;
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x11 || tag === 0x1a) seen = reader.once(seen, tag >>> 3, at, exemplarNames);
    if (tag === 0x0a) {
      const [name, text] = readLabel(reader, end);
      if (names.has(name)) throw reader.error(at, `the label ${show(name)} for the second time`, 'each label once');
      names.add(name);
      labels.push([name, text]);
    } else if (tag === 0x11) value = reader.double(end);
    else if (tag === 0x1a) timestamp = readTime(reader, reader.lengthEnd(end));
    else reader.skip(tag, at, end, exemplarNames);
  }
  return { labels: labelsFrom(labels), value, ...(timestamp === undefined ? {} : { timestamp }) };
}

/** A `google.protobuf.Timestamp`, in seconds since the Unix epoch. */
export function readTime(reader: WireReader, end: number): number {
  const start = reader.at;
  let seconds = 0;
  let nanos = 0;
  let seen = 0;
  while (reader.at < end) {
    const { at } = reader;
    const tag = reader.tag(end);
    if (tag === 0x08 || tag === 0x10) seen = reader.once(seen, tag >>> 3, at, timeNames);
    if (tag === 0x08) seconds = reader.integer(end);
    else if (tag === 0x10) nanos = reader.integer(end);
    else reader.skip(tag, at, end, timeNames);
  }
  if (!(seconds >= earliestSecond && seconds <= latestSecond)) throw reader.error(start, `the time ${seconds}`, 'seconds since the Unix epoch, from the year 1 to 9999');
  if (!(nanos >= 0 && nanos < 1e9)) throw reader.error(start, `${nanos} nanoseconds`, 'nanoseconds from 0 to 999999999');
  // Near the epoch the nanoseconds are a whole number that a double holds, and -1 s and 999 ms give the -0.001 that they were made of.
  return Math.abs(seconds) < 2 ** 22 ? (seconds * 1e9 + nanos) / 1e9 : seconds + nanos / 1e9;
}
