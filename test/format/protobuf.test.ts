import { describe, expect, test } from 'vitest';
import { Histogram, Registry, StateSet, stream, toBytes } from '../../src/index.js';
import { formatFor } from '../../src/format/formats.js';
import type { CollectedFamily } from '../../src/model/collected.js';
import { ByteBuffer } from '../../src/platform/byte-buffer.js';
import { loadFamily } from '../../src/registry/collected-family.js';
import { FamilyView } from '../../src/store/family-view.js';

const help = 'H.';

function writtenHex(family: CollectedFamily): string {
  const out = new ByteBuffer(16);
  const writer = formatFor('protobuf').family(loadFamily(family, 'utf8'), out, true);
  while (writer.write(Infinity));
  return Buffer.from(out.take()).toString('hex');
}

/** Bytes put together from hexadecimal digits, texts in apostrophes, doubles with a point, and messages: `4{…}` is field 4 with its length. */
function hex(description: string): string {
  let at = 0;
  const message = (): string => {
    let bytes = '';
    while (at < description.length && description[at] !== '}') {
      const [token, text, double, field, digits] = /^(?:'([^']*)'|(-?\d+\.\d+|Inf)|(\d+)\{|([0-9a-f]{2}))/.exec(description.slice(at)) ?? [];
      if (token === undefined) {
        at += 1;
        continue;
      }
      at += token.length;
      if (text !== undefined) bytes += varint(Buffer.byteLength(text)) + Buffer.from(text).toString('hex');
      else if (double !== undefined) bytes += doubleHex(double === 'Inf' ? Infinity : Number(double));
      else if (digits !== undefined) bytes += digits;
      else {
        const inner = message();
        at += 1;
        bytes += varint((Number(field) << 3) | 2) + varint(inner.length / 2) + inner;
      }
    }
    return bytes;
  };
  return message();
}

function varint(value: number): string {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]).toString('hex');
}

function doubleHex(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes.toString('hex');
}

/** A message with its length before it. */
function delimited(description: string): string {
  const bytes = hex(description);
  return varint(bytes.length / 2) + bytes;
}

describe('The bytes of a family in protobuf', () => {
  test('A counter has its name as it is, its labels by name, its value, exemplar and time of creation, and the unit last.', () => {
    const family: CollectedFamily = {
      name: 'x_bytes_total',
      help,
      type: 'counter',
      unit: 'bytes',
      series: [{ labels: { b: '"\n\\é', a: '' }, value: 2, created: 1_700_000_000.5, exemplars: [{ labels: { t: '1' }, value: 1, timestamp: 3 }] }],
    };
    const exemplar = "2{1{0a't'12'1'}11 1.0 3{08 03}}";
    const created = `3{08 ${varint(1_700_000_000)} 10 ${varint(500_000_000)}}`;
    expect(writtenHex(family)).toBe(delimited(`0a'x_bytes_total' 12'H.' 18 00 4{1{0a'a'12''} 1{0a'b'12'"\n\\é'} 3{09 2.0 ${exemplar} ${created}}} 2a'bytes'`));
  });

  test('Unknown is untyped, and a time of its own comes after the value, in milliseconds.', () => {
    expect(writtenHex({ name: 'u', help, type: 'unknown', series: [{ value: -1, timestamp: 1.5 }] })).toBe(delimited(`0a'u' 12'H.' 18 03 4{5{09 -1.0} 30 ${varint(1500)}}`));
    expect(writtenHex({ name: 'u', help, type: 'unknown', series: [{ value: 0, timestamp: -0.001 }] })).toBe(delimited("0a'u' 12'H.' 18 03 4{5{09 0.0} 30 ffffffffffffffffff01}"));
  });

  test('Info is a gauge of 1 whose name ends in _info; a state set is a gauge for each state, its label among the others.', () => {
    expect(writtenHex({ name: 'i', help, type: 'info', series: [{ labels: { v: '1' } }] })).toBe(delimited("0a'i_info' 12'H.' 18 01 4{1{0a'v'12'1'} 2{09 1.0}}"));
    const registry = new Registry();
    new StateSet({ name: 's', help, states: ['on', 'off'], stateLabel: 'm', labelNames: ['z'], constLabels: { a: '1' }, registry }).set({ z: '2' }, 'off');
    const metric = (state: string, value: string): string => `4{1{0a'a'12'1'} 1{0a'm'12'${state}'} 1{0a'z'12'2'} 2{09 ${value}}}`;
    expect(Buffer.from(toBytes(registry, { format: 'protobuf' })).toString('hex')).toContain(delimited(`0a's' 12'H.' 18 01 ${metric('on', '0.0')} ${metric('off', '1.0')}`));
  });

  test('A summary has count, sum, quantiles and the time of its creation.', () => {
    const family: CollectedFamily = { name: 's', help, type: 'summary', series: [{ sum: 3, count: 300, quantiles: [{ quantile: 0.5, value: 1 }], created: 2 }] };
    expect(writtenHex(family)).toBe(delimited("0a's' 12'H.' 18 02 4{4{08 ac02 11 3.0 3{09 0.5 11 1.0} 4{08 02}}}"));
  });

  test('A classic histogram leaves the bucket up to +Inf out unless it has an exemplar.', () => {
    const buckets = [{ le: 0.5, count: 1 }, { le: Infinity, count: 200 }];
    expect(writtenHex({ name: 'h', help, type: 'histogram', series: [{ sum: 3, buckets }] })).toBe(delimited("0a'h' 12'H.' 18 04 4{7{08 c801 11 3.0 3{08 01 11 0.5}}}"));
    const exemplars = [{ labels: {}, value: 9 }];
    expect(writtenHex({ name: 'h', help, type: 'gaugehistogram', series: [{ sum: 3, buckets, exemplars }] })).toBe(
      delimited("0a'h' 12'H.' 18 05 4{7{08 c801 11 3.0 3{08 01 11 0.5} 3{08 c801 11 Inf 3{11 9.0}}}}"),
    );
  });

  test('Counts that are not whole are written as floats, all of them.', () => {
    const buckets = [{ le: 1, count: 0 }, { le: Infinity, count: 1.5 }];
    expect(writtenHex({ name: 'h', help, type: 'histogram', series: [{ sum: 3, buckets }] })).toBe(delimited("0a'h' 12'H.' 18 04 4{7{11 3.0 3{11 1.0 21 0.0} 21 1.5}}"));
  });

  test('A native histogram has spans and differences; gaps of up to two buckets are filled, as by the Go client.', () => {
    const native = { schema: -1, zeroThreshold: 0.5, zeroCount: 1, positive: [{ index: -2, count: 3 }, { index: 1, count: 5 }, { index: 5, count: 2 }], negative: [{ index: 40, count: 1 }] };
    const family: CollectedFamily = { name: 'h', help, type: 'histogram', series: [{ sum: 3, count: 12, native, created: 2, exemplars: [{ labels: {}, value: 1, timestamp: 2 }, { labels: {}, value: 2 }] }] };
    const negative = '9{08 50 10 01} 50 02';
    const positive = '12{08 03 10 04} 12{08 06 10 01} 68 06 68 05 68 00 68 0a 68 05';
    expect(writtenHex(family)).toBe(delimited(`0a'h' 12'H.' 18 04 4{7{08 0c 11 3.0 28 01 31 0.5 38 01 ${negative} ${positive} 15{08 02} 16{11 1.0 3{08 02}}}}`));
  });

  test('A native histogram of nothing has a span of nothing, by which it is known for one.', () => {
    const native = { schema: 3, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [] };
    expect(writtenHex({ name: 'h', help, type: 'histogram', series: [{ sum: 0, count: 0, native }] })).toBe(delimited("0a'h' 12'H.' 18 04 4{7{08 00 11 0.0 28 06 31 0.0 38 00 12{08 00 10 00}}}"));
  });

  test('Lengths of one to three bytes are as short as they can be, whatever was expected.', () => {
    const long = 'x'.repeat(20_000);
    const name = 'n'.repeat(200);
    const series = [{ labels: { [name]: '' }, value: 1 }, { labels: { [name]: long }, value: 1 }, { labels: { [name]: 'y' }, value: 1 }];
    const metric = (value: string): string => `4{1{0a'${name}'12'${value}'} 2{09 1.0}}`;
    expect(writtenHex({ name: 'g', help, type: 'gauge', series })).toBe(delimited(`0a'g' 12'H.' 18 01 ${metric('')} ${metric(long)} ${metric('y')}`));
  });

  test('A family without series is left out, as by other clients: their encoders refuse one.', () => {
    expect(writtenHex({ name: 'g', help, type: 'gauge', series: [] })).toBe('');
  });
});

describe('A family in protobuf that fails', () => {
  test.each([3, 4000])('at series %i leaves nothing behind.', (failing) => {
    const series = Array.from({ length: 5000 }, (_, i) => ({ labels: { a: `value ${i}` }, value: i }));
    const { descriptor, table } = loadFamily({ name: 'g', help, type: 'gauge', series });
    const view = new FamilyView(descriptor, table, {
      prepare: (row) => {
        if (row === failing) throw new Error('no such row');
      },
    });
    for (const bytes of [Infinity, 1000]) {
      const out = new ByteBuffer(16);
      out.append(new Uint8Array(7));
      const writer = formatFor('protobuf').family(view, out, true);
      expect(() => {
        while (writer.write(bytes));
      }).toThrow('no such row');
      expect(out.length).toBe(7);
    }
  });
});

describe('A stream of protobuf', () => {
  test('has the bytes of an exposition written at once.', async () => {
    const registry = new Registry();
    for (const name of ['a', 'c']) new Histogram({ name, help, registry, buckets: [1] }).observe(1);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream(registry, { format: 'protobuf' })) chunks.push(chunk);
    expect(Buffer.compare(Buffer.concat(chunks), toBytes(registry, { format: 'protobuf' }))).toBe(0);
  });
});
