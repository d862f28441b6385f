// @ts-check
/** What a flood of unknown label values costs a counter that is at its limit. */
import { distUrl } from '../libraries.js';
import { collectGarbage, quick } from '../measure.js';
import { random } from '../random.js';

const names = ['method', 'route', 'status'];
/** The limit a metric has when none is given. */
const most = 10_000;
const batch = 8192;

/** @typedef {{ method: string, route: string, status: string }} Labels */

/** Hands out strings of 16 random characters, each new: no look-up can have met the value or the string before. */
function strings() {
  const next = random(8);
  const letters = Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const bytes = Buffer.alloc(16);
  return () => {
    for (let i = 0; i < 16; i++) bytes[i] = /** @type {number} */ (letters[(next() * 64) | 0]);
    return bytes.toString('latin1');
  };
}

/** A counter with as many series as it may have, and their labels. */
async function full() {
  const { Counter, Registry } = await import(distUrl());
  const counter = new Counter({ name: 'http_requests_total', help: 'A counter.', labelNames: names, limits: { series: most }, registry: new Registry() });
  const value = strings();
  const known = Array.from({ length: most }, () => ({ method: value(), route: value(), status: value() }));
  for (const labels of known) counter.inc(labels);
  return { counter, known, value };
}

/**
 * Values are made before the clock runs, label objects while it does, as a service makes them for the call.
 *
 * @param {{ inc(labels: Labels): void }} counter
 * @param {() => Labels} labels
 * @returns {number[]} nanoseconds a call
 */
function perCall(counter, labels) {
  const samples = [];
  const warmUntil = performance.now() + (quick ? 250 : 500);
  const rounds = quick ? 5 : 10;
  while (samples.length < rounds) {
    let milliseconds = 0;
    let calls = 0;
    while (milliseconds < (quick ? 10 : 30)) {
      const given = Array.from({ length: batch }, labels);
      const start = performance.now();
      for (let i = 0; i < batch; i++) {
        const { method, route, status } = /** @type {Labels} */ (given[i]);
        counter.inc({ method, route, status });
      }
      milliseconds += performance.now() - start;
      calls += batch;
    }
    if (performance.now() > warmUntil) samples.push((milliseconds * 1e6) / calls);
  }
  return samples;
}

export async function known() {
  const { counter, known: all } = await full();
  const next = random(9);
  return perCall(counter, () => /** @type {Labels} */ (all[Math.floor(next() * most)]));
}

/** Series that a service records in again and again, and that caches therefore hold. */
export async function knownFew() {
  const { counter, known: all } = await full();
  const next = random(9);
  return perCall(counter, () => /** @type {Labels} */ (all[Math.floor(next() * 600)]));
}

export async function unknown() {
  const { counter, value } = await full();
  return perCall(counter, () => ({ method: value(), route: value(), status: value() }));
}

/** Megabytes of resident memory that a flood of values leaves behind. */
export async function memory() {
  const { counter, value } = await full();
  /** @param {number} values */
  const flood = (values) => {
    for (let i = 0; i < values; i++) counter.inc({ method: 'GET', route: '/login', status: value() });
  };
  // The collector's young generation grows to its full size first, whoever allocates.
  flood(1_000_000);
  await collectGarbage();
  const before = process.memoryUsage.rss();
  flood(quick ? 1_000_000 : 10_000_000);
  await collectGarbage();
  return [(process.memoryUsage.rss() - before) / 1e6];
}
