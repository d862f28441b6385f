import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarserIndex, coarsestSchema, finestSchema, nativeScale, schemaOfFactor } from '../../src/distribution/native-buckets.js';
import { anyNumber, nextDown, nextUp } from '../support/doubles.js';

const schemas = Array.from({ length: finestSchema - coarsestSchema + 1 }, (_, i) => coarsestSchema + i);
const magnitude = anyNumber.map(Math.abs).filter((value) => value > 0);

/** By schema: values, infinity as a string, and the index that exact arithmetic gives. */
const vectors = JSON.parse(readFileSync(new URL('native-index-vectors.json', import.meta.url), 'utf8')) as Record<string, [value: number | string, index: number][]>;

describe.each(schemas)('native buckets of schema %d', (schema) => {
  const scale = nativeScale(schema);

  /** The one law: a value lies in its bucket, and in no other. */
  const checkIn = (value: number): void => {
    const index = scale.indexOf(value);
    const [lower, upper] = [scale.upperBound(index - 1), scale.upperBound(index)];
    if (!(lower < value && value <= upper)) expect.fail(`${value} was put into bucket ${index}, above ${lower} and not above ${upper}`);
  };

  it('have the index that exact arithmetic gives', () => {
    const all = vectors[schema]!;
    expect(all).toHaveLength(150);
    expect(all.map(([value]) => [value, scale.indexOf(Number(value))])).toEqual(all);
  });

  it('hold every double above their lower and not above their upper bound', () => {
    fc.assert(fc.property(magnitude, checkIn), { numRuns: 3000 });
  });

  it('hold every power of two and its neighbours, and put the power last into its bucket', () => {
    for (let exponent = -1074; exponent < 1024; exponent++) {
      const power = 2 ** exponent;
      for (const value of [power, nextUp(power), power * 1.25, power * 1.999]) checkIn(value);
      if (exponent > -1074) checkIn(nextDown(power));
      expect(scale.indexOf(power)).toBe(Math.ceil(exponent * 2 ** schema) + 0);
    }
  });

  it('end at their upper bound, and the next double belongs to the next one', () => {
    const first = scale.indexOf(2 ** -1022);
    fc.assert(
      fc.property(fc.integer({ min: first, max: scale.last - 1 }), (index) => {
        const upper = scale.upperBound(index);
        expect([scale.indexOf(upper), scale.indexOf(nextUp(upper))]).toEqual([index, index + 1]);
      }),
      { numRuns: 2000 },
    );
  });

  it('rise with the values', () => {
    fc.assert(fc.property(magnitude, magnitude, (one, other) => Math.sign(scale.indexOf(one) - scale.indexOf(other)) * Math.sign(one - other) >= 0), { numRuns: 1000 });
  });

  it('end with the largest double, and have one more for infinity', () => {
    expect(scale.indexOf(Number.MAX_VALUE)).toBe(scale.last);
    expect(scale.upperBound(scale.last)).toBe(Number.MAX_VALUE);
    expect(scale.indexOf(Infinity)).toBe(scale.last + 1);
    expect(scale.upperBound(scale.last + 1)).toBe(Infinity);
    expect(scale.last).toBe(1024 * 2 ** schema);
    expect(scale.upperBound(scale.indexOf(Number.MIN_VALUE) - 1)).toBe(0);
  });
});

describe.each(schemas.slice(1))('native buckets of schema %d', (schema) => {
  it('are joined in pairs one schema lower', () => {
    const [finer, coarser] = [nativeScale(schema), nativeScale(schema - 1)];
    fc.assert(fc.property(magnitude, (value) => coarserIndex(finer.indexOf(value)) === coarser.indexOf(value)), { numRuns: 2000 });
  });
});

describe.each(schemas.filter((schema) => schema > 0))('native buckets of schema %d', (schema) => {
  it('have bounds that are the exact ones rounded down', () => {
    const scale = nativeScale(schema);
    const buckets = BigInt(2 ** schema);
    for (let place = 1n; place < buckets; place++) {
      // The bound 2^(place / buckets) in units of 2^-52, and that to the power of the number of buckets.
      const bound = BigInt(scale.upperBound(Number(place)) * 2 ** 52);
      const exact = 1n << (place + 52n * buckets);
      expect(bound ** buckets < exact && exact < (bound + 1n) ** buckets).toBe(true);
    }
  });
});

describe('a bucket factor', () => {
  it.each([[65536, -4], [1e9, -4], [65535, -3], [256, -3], [16, -2], [4, -1], [3.9, 0], [2, 0], [1.5, 1], [1.2, 2], [1.1, 3], [1.09, 4], [1.05, 4], [1.02, 6], [1.003, 8], [1.0001, 8], [nextUp(1), 8]])(
    'of %d gives schema %d',
    (factor, schema) => {
      expect(schemaOfFactor(factor)).toBe(schema);
    },
  );

  it('gives the coarsest growth that is not above it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.003, max: 60_000, noNaN: true }), (factor) => {
        const schema = schemaOfFactor(factor);
        expect(nativeScale(schema).upperBound(1)).toBeLessThanOrEqual(factor);
        if (schema > coarsestSchema) expect(nativeScale(schema - 1).upperBound(1)).toBeGreaterThan(factor * (1 - 1e-15));
      }),
    );
  });
});
