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

/**
 * The straight line nearest to some points.
 *
 * @param {readonly (readonly [number, number])[]} points
 * @returns {{ slope: number, spread: number, mean: number }} `spread`: standard deviation of the points from the line; `mean` of the second coordinates
 */
export function line(points) {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / count;
  let across = 0;
  let along = 0;
  for (const [x, y] of points) {
    across += (x - meanX) * (y - mean);
    along += (x - meanX) ** 2;
  }
  const slope = along === 0 ? 0 : across / along;
  const squares = points.reduce((sum, [x, y]) => sum + (y - mean - slope * (x - meanX)) ** 2, 0);
  return { slope, spread: Math.sqrt(squares / count), mean };
}
