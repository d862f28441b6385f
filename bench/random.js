// @ts-check
/** Numbers that look random and are the same in every run. */

/**
 * @param {number} seed any 32-bit integer
 * @returns {() => number} uniform in [0, 1): mulberry32
 */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Length of every table of random picks; a power of two, so that a loop wraps with a mask. */
export const picks = 2048;

/**
 * Which of `count` things each call takes. The table is narrow where it can be: it shares the processor's cache with what is measured.
 *
 * @param {number} count
 * @param {number} [seed]
 */
export function order(count, seed = 1) {
  const next = random(seed);
  const table = count <= 65_536 ? new Uint16Array(picks) : new Int32Array(picks);
  for (let i = 0; i < picks; i++) table[i] = Math.floor(next() * count);
  return table;
}

/** Seconds that look like latencies: log-normal, median 50 ms, with a tail beyond 2 s. */
export function latencies(seed = 2) {
  const next = random(seed);
  return Float64Array.from({ length: picks }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return 0.05 * Math.exp(1.3 * normal);
  });
}
