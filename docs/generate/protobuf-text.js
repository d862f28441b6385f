// @ts-check
/** Spells out delimited messages of `io.prometheus.client.MetricFamily`, in the manner of protobuf's text format. */

/** @typedef {readonly [name: string, type: 'string' | 'double' | 'varint' | 'zigzag' | 'packed' | 'packed zigzag' | Readonly<Record<number, any>> | readonly string[]]} Field */

const timestamp = { 1: ['seconds', 'varint'], 2: ['nanos', 'varint'] };
const label = { 1: ['name', 'string'], 2: ['value', 'string'] };
const exemplar = { 1: ['label', label], 2: ['value', 'double'], 3: ['timestamp', timestamp] };
const bucket = { 1: ['cumulative_count', 'varint'], 2: ['upper_bound', 'double'], 3: ['exemplar', exemplar] };
const span = { 1: ['offset', 'zigzag'], 2: ['length', 'varint'] };
const histogram = {
  1: ['sample_count', 'varint'],
  2: ['sample_sum', 'double'],
  3: ['bucket', bucket],
  4: ['sample_count_float', 'double'],
  5: ['schema', 'zigzag'],
  6: ['zero_threshold', 'double'],
  7: ['zero_count', 'varint'],
  8: ['zero_count_float', 'double'],
  9: ['negative_span', span],
  10: ['negative_delta', 'packed zigzag'],
  12: ['positive_span', span],
  13: ['positive_delta', 'packed zigzag'],
  15: ['created_timestamp', timestamp],
  16: ['exemplars', exemplar],
};
const metric = {
  1: ['label', label],
  2: ['gauge', { 1: ['value', 'double'] }],
  3: ['counter', { 1: ['value', 'double'], 2: ['exemplar', exemplar], 3: ['created_timestamp', timestamp] }],
  4: ['summary', { 1: ['sample_count', 'varint'], 2: ['sample_sum', 'double'], 3: ['quantile', { 1: ['quantile', 'double'], 2: ['value', 'double'] }], 4: ['created_timestamp', timestamp] }],
  5: ['untyped', { 1: ['value', 'double'] }],
  6: ['timestamp_ms', 'varint'],
  7: ['histogram', histogram],
};
const types = ['COUNTER', 'GAUGE', 'SUMMARY', 'UNTYPED', 'HISTOGRAM', 'GAUGE_HISTOGRAM'];
/** @type {Readonly<Record<number, any>>} */
const family = { 1: ['name', 'string'], 2: ['help', 'string'], 3: ['type', types], 4: ['metric', metric], 5: ['unit', 'string'] };

/** @param {Uint8Array} bytes */
export function describeMessages(bytes) {
  const reader = new Reader(bytes);
  let text = '';
  while (reader.at < bytes.length) text += `metric_family {\n${describe(reader.part(), family, '  ')}}\n`;
  return text;
}

/**
 * @param {Reader} reader
 * @param {Readonly<Record<number, any>>} fields
 * @param {string} indent
 * @returns {string}
 */
function describe(reader, fields, indent) {
  let text = '';
  while (reader.at < reader.bytes.length) {
    const key = reader.varint();
    const [name, type] = fields[key >>> 3] ?? [`field ${key >>> 3}`, 'string'];
    if (typeof type === 'object' && !Array.isArray(type)) {
      text += `${indent}${name} {\n${describe(reader.part(), type, `${indent}  `)}${indent}}\n`;
    } else if (Array.isArray(type)) {
      text += `${indent}${name}: ${type[reader.varint()]}\n`;
    } else if (type === 'string') {
      text += `${indent}${name}: ${JSON.stringify(new TextDecoder().decode(reader.part().bytes))}\n`;
    } else if (type === 'double') {
      text += `${indent}${name}: ${reader.double()}\n`;
    } else if (type === 'packed zigzag') {
      const packed = (key & 7) === 2 ? reader.part() : undefined;
      const numbers = [];
      while (packed !== undefined && packed.at < packed.bytes.length) numbers.push(zigzag(packed.varint()));
      if (packed === undefined) numbers.push(zigzag(reader.varint()));
      text += numbers.map((number) => `${indent}${name}: ${number}\n`).join('');
    } else {
      const number = reader.varint();
      text += `${indent}${name}: ${type === 'zigzag' ? zigzag(number) : number}\n`;
    }
  }
  return text;
}

/** @param {number} number */
function zigzag(number) {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  varint() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = /** @type {number} */ (this.bytes[this.at++]);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  double() {
    const value = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8).getFloat64(0, true);
    this.at += 8;
    return value;
  }

  part() {
    const length = this.varint();
    this.at += length;
    return new Reader(this.bytes.subarray(this.at - length, this.at));
  }
}
