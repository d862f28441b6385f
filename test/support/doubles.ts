import fc from 'fast-check';

const view = new DataView(new ArrayBuffer(8));

/** The double with these 64 bits. */
export function fromBits(bits: bigint): number {
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}

function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The next double above; Infinity stays. */
export function nextUp(value: number): number {
  if (value === Infinity) return value;
  if (value === 0) return Number.MIN_VALUE;
  return fromBits(bitsOf(value) + (value > 0 ? 1n : -1n));
}

/** The next double below; -Infinity stays. */
export function nextDown(value: number): number {
  return -nextUp(-value);
}

/** Where arithmetic with doubles goes wrong first. */
export const edgeDoubles: readonly number[] = [0, -0, 1, -1, 0.1, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, nextDown(2 ** -1022), Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON, 2 ** 53, 2 ** 53 - 1, Infinity, -Infinity];

const powerOfTwo = fc
  .record({ exponent: fc.integer({ min: -1074, max: 1023 }), step: fc.integer({ min: -2, max: 2 }), negative: fc.boolean() })
  .map(({ exponent, step, negative }) => {
    let value = 2 ** exponent;
    for (let i = 0; i < Math.abs(step); i++) value = step > 0 ? nextUp(value) : nextDown(value);
    return negative ? -value : value;
  });
const anyBits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(fromBits);
const subnormal = fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }).map(fromBits);
const whole = fc.maxSafeInteger();
const decimal = fc.record({ digits: fc.integer({ min: -999_999, max: 999_999 }), places: fc.integer({ min: 0, max: 9 }) }).map(({ digits, places }) => Number(`${digits}e-${places}`));

/** Any double but NaN: all magnitudes, powers of two and their neighbours, subnormals, both zeros, both infinities. */
export const anyNumber: fc.Arbitrary<number> = fc
  .oneof(fc.double({ noNaN: true }), powerOfTwo, anyBits, subnormal, whole, decimal, fc.constantFrom(...edgeDoubles))
  .filter((value) => !Number.isNaN(value));

/** Any double, NaN among them. */
export const anyDouble: fc.Arbitrary<number> = fc.oneof({ weight: 20, arbitrary: anyNumber }, { weight: 1, arbitrary: fc.constant(NaN) });

/** Any double but NaN and the infinities. */
export const finiteNumber: fc.Arbitrary<number> = anyNumber.filter(Number.isFinite);

/** Finite bounds that rise, at least one. */
export function risingBounds(maxLength = 40): fc.Arbitrary<number[]> {
  const positive = finiteNumber.map(Math.abs);
  const crowded = fc
    .record({ start: finiteNumber.filter((value) => Math.abs(value) < 1e300), steps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength }) })
    .map(({ start, steps }) => {
      let bound = start;
      return steps.map((step) => {
        for (let i = 0; i < step; i++) bound = nextUp(bound);
        return bound;
      });
    });
  const sorted = (values: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(values, { minLength: 1, maxLength }).map((bounds) => [...new Set(bounds.map((bound) => bound + 0))].sort((a, b) => a - b));
  const mixed = fc.tuple(sorted(decimal), crowded).map(([some, close]) => [...new Set([...some, ...close])].sort((a, b) => a - b));
  return fc.oneof(sorted(finiteNumber), sorted(positive), sorted(decimal), sorted(subnormal), crowded, mixed);
}
