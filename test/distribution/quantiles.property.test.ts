import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkQuantiles, quantileRank } from '../../src/distribution/quantiles.js';

const quantile = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 1_000_000_000 });

describe('the rank of a quantile', () => {
  it('is the exact nearest rank for every decimal quantile that people write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), count, (tenThousandths, observations) => {
        // ⌈q·n⌉ in whole numbers.
        const exact = (BigInt(tenThousandths) * BigInt(observations) + 9999n) / 10_000n;
        expect(quantileRank(tenThousandths / 10_000, observations)).toBe(Math.max(1, Number(exact)));
      }),
      { numRuns: 5000 },
    );
  });

  it('is never outside of the observations, and rises with the quantile and with their number', () => {
    fc.assert(
      fc.property(quantile, quantile, count, (one, other, observations) => {
        const [low, high] = [quantileRank(Math.min(one, other), observations), quantileRank(Math.max(one, other), observations)];
        expect(low).toBeGreaterThanOrEqual(1);
        expect(high).toBeLessThanOrEqual(observations);
        expect(low).toBeLessThanOrEqual(high);
        expect(quantileRank(one, observations)).toBeLessThanOrEqual(quantileRank(one, observations + 1));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the first observation for 0 and the last one for 1', () => {
    fc.assert(fc.property(count, (observations) => quantileRank(0, observations) === 1 && quantileRank(1, observations) === observations));
  });
});

describe('the check of quantiles', () => {
  it('sorts them, and takes each once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(quantile.map((q) => q + 0), { maxLength: 10 }), (quantiles) => {
        const given = [...quantiles];
        expect(checkQuantiles('summary', quantiles)).toEqual([...quantiles].sort((a, b) => a - b));
        expect(quantiles).toEqual(given);
        if (quantiles.length > 0) expect(() => checkQuantiles('summary', [...quantiles, quantiles[0]])).toThrow(expect.objectContaining({ code: 'INVALID_QUANTILES' }));
      }),
    );
  });

  it.each([[[1.01]], [[-0.1]], [[NaN]], [['0.5']], [[0, -0]], [0.5], [null]])('refuses %o', (quantiles) => {
    expect(() => checkQuantiles('summary', quantiles)).toThrow(expect.objectContaining({ code: 'INVALID_QUANTILES' }));
  });
});
