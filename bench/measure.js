// @ts-check
/** How a case times a call. Everything runs in the process of that one case. */

export const quick = process.env['BENCH_QUICK'] === '1';

/**
 * Nanoseconds a call, one figure a round.
 *
 * @param {(calls: number) => void} batch makes that many calls
 * @returns {number[]}
 */
export function perCall(batch) {
  const roundMilliseconds = quick ? 25 : 60;
  const rounds = quick ? 5 : 10;
  let calls = 4096;
  // Long enough for the optimising compiler to have settled, and to learn how many calls fill a round.
  const warmUntil = performance.now() + (quick ? 250 : 500);
  let rate = 0;
  while (performance.now() < warmUntil || rate === 0) {
    const start = performance.now();
    batch(calls);
    rate = calls / (performance.now() - start);
  }
  calls = Math.max(1, Math.round(rate * roundMilliseconds));
  const samples = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    batch(calls);
    samples.push(((performance.now() - start) * 1e6) / calls);
  }
  return samples;
}

/** Collects all garbage; the process runs with --expose-gc. */
export async function collectGarbage() {
  const gc = globalThis.gc;
  if (gc === undefined) throw new Error('run with --expose-gc');
  for (let pass = 0; pass < 3; pass++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Resident bytes of the process once its garbage is gone. */
export async function residentBytes() {
  await collectGarbage();
  return process.memoryUsage().rss;
}
