import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTo, compensationCell, sumAt, sumCell } from '../../src/model/layout.js';
import { fromBits } from '../support/doubles.js';
import { seededRandom } from '../support/random.js';

const bits = new DataView(new ArrayBuffer(8));

/** A finite double as a whole number of 2^-1074, which is exact. */
function exact(value: number): bigint {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponent = (raw >> 52n) & 0x7ffn;
  const fraction = raw & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return raw >> 63n === 1n ? -magnitude : magnitude;
}

function summed(values: Iterable<number>, base = 0): number {
  const cells = new Float64Array(base + 2);
  for (const value of values) addTo(cells, base, value);
  return sumAt(cells, base);
}

/** How far a sum is off, in units of the last place of the exact one, or of what twice the precision leaves of the magnitudes added. */
function expectExact(values: readonly number[]): void {
  const sum = summed(values, 3);
  const truth = values.reduce((total, value) => total + exact(value), 0n);
  const magnitudes = values.reduce((total, value) => total + exact(Math.abs(value)), 0n);
  const error = exact(sum) - truth;
  const allowed = (truth < 0n ? -truth : truth) / 2n ** 52n + (magnitudes * BigInt(values.length)) / 2n ** 100n + 1n;
  if ((error < 0n ? -error : error) > allowed) expect.fail(`the sum ${sum} is off by ${fromUnits(error)}`);
}

function fromUnits(units: bigint): number {
  return Number(units / 2n ** 1000n) * 2 ** -74 || Number(units) * Number.MIN_VALUE;
}

describe('a compensated sum', () => {
  it('adds 0.1 ten million times without losing a digit', () => {
    const cells = new Float64Array(2);
    for (let i = 0; i < 10_000_000; i++) addTo(cells, 0, 0.1);
    // The double 0.1 is a little above a tenth; the double nearest to ten million of it is still 1 000 000.
    const error = exact(sumAt(cells, 0)) - 10_000_000n * exact(0.1);
    expect(error > -exact(2 ** -34) && error < exact(2 ** -34)).toBe(true);
    expect(sumAt(cells, 0)).toBe(1_000_000);
  });

  it('is exact to the last digit where large and small values are mixed, in any order', () => {
    const value = fc.oneof(fc.double({ min: -1e18, max: 1e18, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(1e16, -1e16, 1, 0.1, 2 ** 53, -(2 ** 53), 1e-9, 1e-300));
    fc.assert(fc.property(fc.array(value, { maxLength: 300, size: '+1' }), expectExact), { numRuns: 500 });
  });

  it('keeps a small value beside a large one that comes and goes', () => {
    expect(summed([1, 1e100, 1, -1e100])).toBe(2);
    expect(summed([1e16, 1, 1, -1e16])).toBe(2);
  });

  it('is exact after two hundred thousand values of all magnitudes', () => {
    const random = seededRandom(2);
    expectExact(Array.from({ length: 200_000 }, () => (random() - 0.3) * 10 ** Math.floor(random() * 18 - 9)));
  });

  it('stays exact for whole numbers up to 2^53', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { maxLength: 100 }), (values) => {
        expect(summed(values)).toBe(values.reduce((sum, value) => sum + value, 0));
      }),
    );
  });

  it('is infinite or NaN as adding would make it, and stays so', () => {
    expect(summed([1, Infinity, 5, -3])).toBe(Infinity);
    expect(summed([-Infinity, 1e308])).toBe(-Infinity);
    expect(summed([Infinity, -Infinity, 1])).toBeNaN();
    expect(summed([Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE])).toBe(Infinity);
    expect(summed([])).toBe(0);
    expect(summed([-0])).toBe(0);
  });

  it('touches its own two cells only', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 20 }), fc.bigInt({ min: 0n, max: 2n ** 62n }), (values, mark) => {
        const cells = new Float64Array(6).fill(fromBits(mark));
        cells[2 + sumCell] = 0;
        cells[2 + compensationCell] = 0;
        for (const value of values) addTo(cells, 2, value);
        expect([cells[0], cells[1], cells[4], cells[5]]).toEqual(new Array(4).fill(fromBits(mark)));
      }),
    );
  });
});
