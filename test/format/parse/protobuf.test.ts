import { describe, expect, test } from 'vitest';
import { ParseError, parse, parseStream } from '../../../src/format/parse/entry.js';
import type { CollectedFamily } from '../../../src/model/collected.js';

const format = 'protobuf';

/** A field: a string or bytes with their length, a number as a double, or a varint. */
type Value = string | readonly Field[] | Buffer | { readonly double: number } | number;
type Field = readonly [number: number, value: Value];

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}

function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
      if (typeof value === 'object' && 'double' in value) return Buffer.concat([varint(number * 8 + 1), doubles(value.double)]);
      const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : message(value as readonly Field[]);
      return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
    }),
  );
}

function doubles(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [place, value] of values.entries()) bytes.writeDoubleLE(value, place * 8);
  return bytes;
}

const double = (value: number): Value => ({ double: value });
const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);

function document(...families: readonly (readonly Field[])[]): Uint8Array {
  return Buffer.concat(families.flatMap((fields) => [varint(message(fields).length), message(fields)]));
}

const types = { counter: 0, gauge: 1, summary: 2, untyped: 3, histogram: 4, gaugehistogram: 5 };
const bodies = { counter: 3, gauge: 2, summary: 4, untyped: 5, histogram: 7, gaugehistogram: 7 };

/** A family `m` of one metric with this body. */
function one(type: keyof typeof types, body: readonly Field[], ...more: readonly Field[]): Uint8Array {
  return document([[1, 'm'], [3, types[type]], [4, [...more, [bodies[type], body]]]]);
}

const label = (name: string, value: string): Field => [1, [[1, name], [2, value]]];
const span = (number: number, offset: number, length: number): Field => [number, [[1, zigzag(offset)], [2, length]]];
const native: readonly Field[] = [[1, 3], [2, double(1)], [5, zigzag(3)], [6, double(0.5)], [7, 1]];

function errorOf(bytes: Uint8Array): string {
  try {
    parse(bytes, { format });
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
  return 'none';
}

describe('The parser of protobuf reads', () => {
  test('an empty document, and fields that were left out as their defaults.', () => {
    expect(parse(new Uint8Array(0), { format })).toEqual([]);
    expect(parse(document([[1, 'm'], [4, [[3, []]]]]), { format })).toEqual([{ name: 'm', help: '', type: 'counter', series: [{ labels: {}, value: 0 }] }]);
    expect(parse(one('histogram', []), { format })).toEqual([{ name: 'm', help: '', type: 'histogram', series: [{ labels: {}, sum: 0, buckets: [{ le: Infinity, count: 0 }] }] }]);
  });

  test('fields in any order, and goes over those it does not know.', () => {
    const metric: Field = [4, [[2, [[9, 7], [1, double(2)], [30, 'x']]], [99, double(1)], label('b', '1'), label('a', '2')]];
    expect(parse(document([metric, [20, 'later'], [3, 1], [5, 'bytes'], [2, 'Help.'], [1, 'm']]), { format })).toEqual([
      { name: 'm', help: 'Help.', type: 'gauge', unit: 'bytes', series: [{ labels: { b: '1', a: '2' }, value: 2 }] },
    ]);
  });

  test.each([
    ['one by one', [[13, zigzag(1)], [13, zigzag(0)]]],
    ['packed', [[13, Buffer.from([zigzag(1), zigzag(0)])]]],
    ['in parts', [[13, Buffer.from([zigzag(1)])], [13, zigzag(0)]]],
  ] as const)('the differences of native buckets %s.', (_, deltas) => {
    const [family] = parse(one('histogram', [...native, span(12, -1, 2), ...(deltas as readonly Field[])]), { format });
    expect(family!.series).toEqual([{ labels: {}, sum: 1, count: 3, native: { schema: 3, zeroThreshold: 0.5, zeroCount: 1, positive: [{ index: -1, count: 1 }, { index: 0, count: 1 }], negative: [] } }]);
  });

  test('counts as floats, packed or not.', () => {
    const body = (...counts: readonly Field[]): readonly Field[] => [[2, double(1)], [4, double(2.5)], [5, 0], [8, double(0.5)], span(9, 0, 2), ...counts];
    for (const counts of [[[11, double(1.5)], [11, double(0.5)]], [[11, doubles(1.5, 0.5)]]] as readonly (readonly Field[])[]) {
      const [family] = parse(one('gaugehistogram', body(...counts)), { format });
      expect(family!.series[0]).toMatchObject({ count: 2.5, native: { zeroCount: 0.5, negative: [{ index: 0, count: 1.5 }, { index: 1, count: 0.5 }] } });
    }
  });

  test('an exemplar that stands both in its bucket and among those of the native buckets once.', () => {
    const exemplar: readonly Field[] = [[2, double(0.25)], [3, [[1, 5]]]];
    const body: readonly Field[] = [...native, [3, [[1, 3], [2, double(4)], [3, exemplar]]], span(12, 0, 1), [13, zigzag(2)], [16, exemplar], [16, [[2, double(3)], [3, [[1, 6]]]]]];
    expect(parse(one('histogram', body), { format })[0]!.series[0]!.exemplars).toEqual([{ labels: {}, value: 3, timestamp: 6 }, { labels: {}, value: 0.25, timestamp: 5 }]);
  });

  test('times before 1970, and none that a timestamp cannot hold.', () => {
    const minusOne = Buffer.from([0x08, ...Array<number>(9).fill(0xff), 0x01, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]);
    expect(parse(one('counter', [[3, minusOne]]), { format })[0]!.series[0]!.created).toBe(-0.5);
    expect(errorOf(one('counter', [[3, [[1, 2 ** 40]]]]))).toBe('protobuf, message 1, byte 13: found the time 1099511627776; expected seconds since the Unix epoch, from the year 1 to 9999');
  });
});

describe('The parser of protobuf refuses', () => {
  const labelled = (...labels: readonly Field[]): Uint8Array => document([[1, 'm'], [3, 1], [4, [...labels, [2, []]]]]);
  const bucket = (count: number, le: number, ...more: readonly Field[]): Field => [3, [[1, count], [2, double(le)], ...more]];
  test.each<[title: string, bytes: Uint8Array, error: string]>([
    ['a document that ends within a message', Buffer.from([5, 0x0a]), 'message 1, byte 3: found the end of the document; expected 4 more bytes of the message'],
    ['a document that ends within a length', Buffer.from([0x80]), 'message 1, byte 2: found the end of the document; expected the rest of a length'],
    ['a varint beyond 64 bits', Buffer.from([...Array<number>(9).fill(0xff), 2, 0]), 'message 1, byte 1: found a varint beyond 64 bits; expected a varint of at most 64 bits'],
    ['a message without a name', Buffer.from([0]), 'message 1, byte 2: found a family without a name; expected a name'],
    ['an empty name', document([[1, '']]), 'message 1, byte 2: found a family without a name; expected a name'],
    ['a tag without a number', Buffer.from([1, 0x02]), 'message 1, byte 2: found the tag 2; expected the tag of a field, with a number from 1 to 536870911'],
    ['a group', Buffer.from([2, 0xa3, 0x01]), 'message 1, byte 2: found a group; expected a field of wire type 0, 1, 2 or 5'],
    ['a name as a number', Buffer.from([2, 0x08, 0x01]), 'message 1, byte 2: found name as a varint; expected the wire type that metrics.proto gives the field'],
    ['a length beyond the message', Buffer.from([2, 0x0a, 0x01]), 'message 1, byte 3: found a length of 1; expected a length of at most 0, as so many bytes are left'],
    ['what is not UTF-8', document([[1, Buffer.from([0x61, 0xff])]]), 'message 1, byte 5: found the byte 0xff; expected UTF-8'],
    ['a character that is cut off', document([[1, Buffer.from([0x61, 0xef, 0xbf])]]), 'message 1, byte 6: found the byte 0xbf; expected UTF-8'],
    ['an unknown type', document([[1, 'm'], [3, 6]]), 'message 1, byte 6: found the type 6; expected a type from 0 (counter) to 5 (gauge histogram)'],
    ['a name that comes twice', document([[1, 'm'], [1, 'm']]), 'message 1, byte 5: found name for the second time; expected it once at most'],
    ['a family that comes twice', document([[1, 'm']], [[1, 'm']]), 'message 2, byte 2: found the family "m" for the second time; expected each family once'],
    ['a body of another type', document([[1, 'm'], [3, 1], [4, [[3, []]]]]), "message 1, byte 9: found a metric with counter; expected one with gauge, as the family's type says"],
    ['a metric without a body', document([[1, 'm'], [4, []]]), "message 1, byte 7: found a metric without numbers; expected counter, as the family's type says"],
    ['two bodies', document([[1, 'm'], [4, [[3, []], [3, []]]]]), 'message 1, byte 9: found counter for the second time; expected it once at most'],
    ['a label without a name', labelled(label('', '1')), 'message 1, byte 11: found a label without a name; expected a name'],
    ['a reserved label', labelled(label('__name__', '1')), 'message 1, byte 11: found the label "__name__"; expected a name that does not begin with "__", which is reserved'],
    ['a label that comes twice', labelled(label('a', '1'), label('a', '2')), 'message 1, byte 9: found the label "a" for the second time; expected each label once'],
    ['a series that comes twice', document([[1, 'm'], [3, 1], ...[1, 2].map((): Field => [4, [[2, []]]])]), 'message 1, byte 13: found the same labels as in a metric before; expected each series of a family once'],
    ['a negative counter', one('counter', [[1, double(-1)]]), 'message 1, byte 11: found a counter of -1; expected at least 0'],
    ['a counter of NaN', one('counter', [[1, double(NaN)]]), 'message 1, byte 11: found a counter of NaN; expected at least 0'],
    ['a double that is cut off', one('gauge', [[1, Buffer.alloc(0)]]), 'message 1, byte 11: found value as bytes with a length; expected the wire type that metrics.proto gives the field'],
    ['quantiles that fall', one('summary', [[3, [[1, double(0.5)]]], [3, [[1, double(0.1)]]]]), 'message 1, byte 22: found the quantile 0.1 after 0.5; expected quantiles from 0 to 1 that rise'],
    ['a quantile above 1', one('summary', [[3, [[1, double(2)]]]]), 'message 1, byte 11: found the quantile 2; expected quantiles from 0 to 1 that rise'],
    ['the label quantile on a summary', one('summary', [], label('quantile', '1')), 'message 1, byte 9: found the label "quantile"; expected none of that name, which a summary writes itself'],
    ['the label le on a histogram', one('histogram', [], label('le', '1')), 'message 1, byte 9: found the label "le"; expected none of that name, which a histogram writes itself'],
    ['bounds that do not rise', one('histogram', [[1, 2], bucket(1, 1), bucket(2, 1)]), 'message 1, byte 26: found the bound 1 after 1; expected bounds that rise'],
    ['a bound that is NaN', one('histogram', [bucket(0, NaN)]), 'message 1, byte 11: found the bound NaN; expected bounds that rise'],
    ['counts that fall', one('histogram', [[1, 2], bucket(2, 1), bucket(1, 2)]), 'message 1, byte 26: found the count 1 after 2; expected cumulative counts, which do not fall'],
    ['a bucket of more than all', one('histogram', [[1, 1], bucket(2, 1)]), 'message 1, byte 11: found a bucket up to 1 that counts 2 of 1; expected no more than sample_count'],
    ['a last bucket of less than all', one('histogram', [[1, 3], bucket(2, Infinity)]), 'message 1, byte 11: found a bucket up to Infinity that counts 2 of 3; expected as many as sample_count'],
    ['an exemplar above its bucket', one('histogram', [[1, 1], bucket(1, 1, [3, [[2, double(2)]]])]), 'message 1, byte 13: found an exemplar of 2 in the bucket up to 1; expected an exemplar within its bucket'],
    ['native exemplars on a classic histogram', one('histogram', [[16, [[3, [[1, 1]]]]]]), 'message 1, byte 11: found exemplars without native buckets; expected those of classic buckets in their buckets'],
    ['a native exemplar without a time', one('histogram', [...native, [16, [[2, double(1)]]]]), 'message 1, byte 35: found an exemplar of a native histogram without a timestamp; expected one with a timestamp'],
    ['buckets without spans', one('histogram', [[13, 2]]), 'message 1, byte 11: found native buckets without spans; expected a span for each run of buckets'],
    ['spans of more buckets than there are', one('histogram', [...native, span(12, 0, 4_000_000_000), [13, zigzag(2)]]), 'message 1, byte 11: found positive spans for 4000000000 buckets with 1 counts; expected a count for each bucket'],
    ['a span that goes back', one('histogram', [...native, span(12, 0, 1), span(12, -1, 1)]), 'message 1, byte 41: found a positive span with the offset -1; expected an offset of at least 0, as only the first may be negative'],
    ['a schema there is not', one('histogram', [[5, zigzag(9)], [7, 1]]), 'message 1, byte 11: found the schema 9; expected a schema from -4 to 8'],
    ['an index beyond all doubles', one('histogram', [[1, 1], [5, 0], span(9, 2000, 1), [10, zigzag(1)]]), 'message 1, byte 11: found negative buckets from 2000 to 2000; expected indices from -1075 to 1025'],
    ['a bucket below 0', one('histogram', [...native, span(12, 0, 1), [13, zigzag(-1)]]), 'message 1, byte 11: found a positive bucket that counts -1; expected a finite count of at least 0'],
    ['native buckets that do not add up', one('histogram', [...native, span(12, 0, 1), [13, zigzag(1)]]), 'message 1, byte 11: found native buckets that count 2; expected as many as sample_count, 3'],
    ['differences among floats', one('histogram', [...native, [4, double(3)], span(12, 0, 1), [13, zigzag(2)]]), 'message 1, byte 11: found positive_delta in a histogram of floats; expected positive_count'],
    ['an infinite count', one('histogram', [[4, double(Infinity)]]), 'message 1, byte 11: found a sample_count of Infinity; expected a finite count of at least 0'],
    ['a billion nanoseconds', one('counter', [[3, [[2, 1e9]]]]), 'message 1, byte 13: found 1000000000 nanoseconds; expected nanoseconds from 0 to 999999999'],
  ])('%s.', (_, bytes, error) => {
    expect(errorOf(bytes)).toBe(`protobuf, ${error}`);
  });

  test('a message larger than allowed, before it has come, and one family too many.', async () => {
    const read = async (bytes: Uint8Array, limits: object): Promise<CollectedFamily[]> => {
      const families: CollectedFamily[] = [];
      for await (const family of parseStream([bytes], { format, ...limits })) families.push(family);
      return families;
    };
    const two = document([[1, 'a']], [[1, 'b']]);
    expect(await read(two, { maxFamilyBytes: 3, maxFamilies: 2 })).toHaveLength(2);
    await expect(read(varint(2 ** 40), { maxFamilyBytes: 1000 })).rejects.toThrow('protobuf, message 1, byte 1: found a message of 1099511627776 bytes; expected at most 1000 bytes');
    await expect(read(two, { maxFamilies: 1 })).rejects.toThrow('protobuf, message 2, byte 2: found one family more; expected at most 1 families');
  });
});

describe('The parser of protobuf takes time in proportion to its input', () => {
  test.each<[title: string, make: (size: number) => Uint8Array]>([
    ['many families', (size) => document(...Array.from({ length: size }, (_, i): readonly Field[] => [[1, `m${i}`]]))],
    ['many series', (size) => document([[1, 'm'], [3, 1], ...Array.from({ length: size }, (_, i): Field => [4, [label('a', `${i}`), [2, []]]])])],
    ['many labels', (size) => document([[1, 'm'], [3, 1], [4, [...Array.from({ length: size }, (_, i) => label(`a${i}`, '')), [2, []]]]])],
    ['many spans of nothing', (size) => one('histogram', [...native, ...Array.from({ length: size }, () => span(12, 0, 0)), span(12, 0, 1), [13, zigzag(2)]])],
    ['many exemplars', (size) => one('histogram', [...native, span(12, 0, 1), [13, zigzag(2)], ...Array.from({ length: size }, (_, i): Field => [16, [[2, double(i)], [3, [[1, 1]]]]])])],
    ['one long name', (size) => document([[1, 'é'.repeat(size * 8)]])],
  ])('with %s.', (_, make) => {
    const document = make(100_000);
    const begin = performance.now();
    parse(document, { format });
    // Ten thousand million steps would take a minute.
    expect(performance.now() - begin).toBeLessThan(6000);
  });
});
