// @ts-check
/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? /** @type {number} */ (sorted[middle]) : (/** @type {number} */ (sorted[middle - 1]) + /** @type {number} */ (sorted[middle])) / 2;
}

/**
 * What is told of a case for one library.
 *
 * @typedef {{ value: number, median: number, least: number, largest: number, samples: number }} Figure
 *
 * @param {readonly number[]} samples
 * @param {'median' | undefined} pick the minimum when left out: noise on a shared machine only ever adds
 * @returns {Figure}
 */
export function figure(samples, pick) {
  const least = Math.min(...samples);
  const middle = median(samples);
  return { value: pick === 'median' ? middle : least, median: middle, least, largest: Math.max(...samples), samples: samples.length };
}

/** @param {number} value @param {string} [unit] */
export function shown(value, unit = '') {
  const digits = value === 0 || value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.01 ? 2 : 5;
  const text = digits === 0 ? value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ') : value.toFixed(digits);
  return unit === '' ? text : `${text} ${unit}`;
}
