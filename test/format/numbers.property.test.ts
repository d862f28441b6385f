import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundText, canonicalBoundText, longestNumber, numberText, writeNumber } from '../../src/format/numbers.js';
import { ByteBuffer } from '../../src/platform/byte-buffer.js';
import { anyDouble, anyNumber, finiteNumber, fromBits } from '../support/doubles.js';
import { parseNumber } from '../support/text-parser.js';

function written(value: number): string {
  const bytes = new Uint8Array(64).fill(0xaa);
  const end = writeNumber(bytes, 3, value);
  // Nothing before, and nothing after.
  expect([bytes[2], bytes[end]]).toEqual([0xaa, 0xaa]);
  return new TextDecoder().decode(bytes.subarray(3, end));
}

const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(fromBits);
/** Numbers with as many digits as they can have, around the places where JavaScript goes over to an exponent. */
const longNumbers = fc
  .record({ digits: fc.bigInt({ min: 10n ** 16n, max: 10n ** 17n - 1n }), exponent: fc.constantFrom(-325, -308, -300, -24, -23, -22, -21, -17, 3, 4, 5, 250), negative: fc.boolean() })
  .map(({ digits, exponent, negative }) => Number(`${negative ? '-' : ''}${digits}e${exponent}`));

describe('a number of the text format', () => {
  it('reads back as the same double, for every double', () => {
    fc.assert(fc.property(fc.oneof(anyDouble, bits, longNumbers), (value) => Object.is(parseNumber(numberText(value)), value + 0)), { numRuns: 10_000 });
  });

  it('is written to bytes as it is written to a string', () => {
    fc.assert(
      fc.property(fc.oneof(anyDouble, fc.integer({ min: -10, max: 2_000_000_000 }), longNumbers), (value) => {
        expect(written(value)).toBe(numberText(value));
      }),
      { numRuns: 5000 },
    );
    for (let power = 1; power < 1e16; power *= 10) for (const value of [power - 1, power, power + 1, 9 * power]) expect(written(value)).toBe(String(value));
  });

  it('never takes more room than is kept for the longest one', () => {
    fc.assert(
      fc.property(fc.oneof(anyDouble, bits, longNumbers), (value) => {
        expect(numberText(value).length).toBeLessThanOrEqual(longestNumber);
      }),
      { numRuns: 10_000 },
    );
  });

  it('is written whole to a buffer that is just large enough', () => {
    for (const value of [-1.2345678901234567e-6, -1.2345678901234567e-308, 123456789, -Number.MAX_VALUE, -123456789012345680000]) {
      const out = new ByteBuffer(0);
      out.reserve(longestNumber);
      out.length = writeNumber(out.bytes, out.length, value);
      expect(new TextDecoder().decode(out.written())).toBe(String(value));
    }
  });

  it('has neither point nor exponent when it is whole, up to 2^53', () => {
    fc.assert(fc.property(fc.integer({ min: -(2 ** 53), max: 2 ** 53 }), (value) => written(value) === BigInt(value).toString()), { numRuns: 2000 });
    expect(written(2 ** 53)).toBe('9007199254740992');
  });

  it('is spelt as the format wants it where JavaScript does otherwise', () => {
    expect([NaN, Infinity, -Infinity, 0, -0, 1e21, 5e-324].map(written)).toEqual(['NaN', '+Inf', '-Inf', '0', '0', '1e+21', '5e-324']);
  });
});

describe('a bound', () => {
  it.each([
    [0.005, '0.005'], [0.01, '0.01'], [0.1, '0.1'], [0.5, '0.5'], [0.99, '0.99'], [1, '1'], [2.5, '2.5'], [10, '10'], [100_000, '100000'], [999_999, '999999'], [123_456.789, '123456.789'],
    [1e6, '1e+06'], [1.5e6, '1.5e+06'], [1_234_567, '1.234567e+06'], [123_456_789, '1.23456789e+08'], [1e21, '1e+21'], [1e100, '1e+100'], [1.7976931348623157e308, '1.7976931348623157e+308'],
    [0.0001, '0.0001'], [0.00012, '0.00012'], [0.00001, '1e-05'], [0.00001234, '1.234e-05'], [0.000001, '1e-06'], [5e-324, '5e-324'],
    [0, '0'], [-5, '-5'], [-0.5, '-0.5'], [-1e6, '-1e+06'], [-0.00001, '-1e-05'], [Infinity, '+Inf'], [0.1 + 0.2, '0.30000000000000004'],
  ])('of %d is written %s, as Go writes it', (bound, text) => {
    expect(boundText(bound)).toBe(text);
  });

  it('reads back as the same double, for every bound', () => {
    fc.assert(fc.property(fc.oneof(finiteNumber, bits.filter(Number.isFinite)), (bound) => Object.is(parseNumber(boundText(bound)) + 0, bound + 0)), { numRuns: 5000 });
  });

  it('has an exponent of two or three digits exactly where Go writes one', () => {
    fc.assert(
      fc.property(anyNumber.filter(Number.isFinite), (bound) => {
        const text = boundText(bound);
        const magnitude = Math.abs(bound);
        const plain = magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6);
        expect(text).toMatch(plain ? /^-?\d{1,6}(\.\d+)?$/ : /^-?\d(\.\d*[1-9])?e[+-](\d\d|[1-9]\d\d)$/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a canonical bound', () => {
  it.each([[1, '1.0'], [0, '0.0'], [-0, '0.0'], [-5, '-5.0'], [100_000, '100000.0'], [999_999, '999999.0'], [0.5, '0.5'], [1e6, '1e+06'], [1e-5, '1e-05'], [0.0001, '0.0001'], [2.5e21, '2.5e+21'], [Infinity, '+Inf']])('of %d is written %s.', (bound, text) => {
    expect(canonicalBoundText(bound)).toBe(text);
  });

  it('is the bound with a point where it would have neither point nor exponent.', () => {
    fc.assert(
      fc.property(fc.oneof(finiteNumber, fc.integer()), (bound) => {
        const text = boundText(bound);
        expect(canonicalBoundText(bound)).toBe(/[.e]/.test(text) ? text : `${text}.0`);
        expect(parseNumber(canonicalBoundText(bound))).toBe(bound + 0);
      }),
      { numRuns: 2000 },
    );
  });
});
