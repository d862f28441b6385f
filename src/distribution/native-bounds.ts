/** Binary places of the fixed-point numbers below: so many more than a double's 52 that the errors of a few hundred roundings never reach those. */
const precision = 160n;

/** Bits of a double's fraction, and those of them that stand in its upper half. */
const fractionBits = 52n;
const upperBits = 20n;

/** Where the buckets of an octave end, from 1 to 2, by the bits of the fraction of a double; the last one, 2, has what no fraction reaches. */
export interface OctaveBounds {
  readonly upper: Int32Array;
  readonly lower: Uint32Array;
}

/**
 * The bounds 2^(place / 2^schema) of one octave, each rounded down to a double: a double is at or below the exact bound if, and only if, it is at or
 * below the rounded one. `Math.pow` rounds as it likes, so they are computed with whole numbers.
 *
 * @param schema 0 to 8
 */
export function octaveBounds(schema: number): OctaveBounds {
  const count = 1 << schema;
  const one = 1n << precision;
  let root = 2n * one;
  for (let halvings = 0; halvings < schema; halvings++) root = squareRoot(root * one);
  const upper = new Int32Array(count + 1);
  const lower = new Uint32Array(count + 1);
  for (let place = 0, bound = one; place < count; place++, bound = (bound * root) / one) {
    const fraction = (bound - one) >> (precision - fractionBits);
    upper[place] = Number(fraction >> (fractionBits - upperBits));
    lower[place] = Number(BigInt.asUintN(32, fraction));
  }
  upper[count] = 1 << Number(upperBits);
  return { upper, lower };
}

/** The square root of a whole number above 0, rounded down. */
function squareRoot(square: bigint): bigint {
  // Newton's method from above falls until it is there. The squares are below 4^(precision + 1).
  let root = 1n << (precision + 1n);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
