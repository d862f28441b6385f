/**
 * Series that are never removed, and recorded in as fast as can be. They are recorded in by batches that are alike: how many of them were begun
 * and how many finished stands in shared memory, so that a reader knows between which limits each value must lie.
 */
import { random } from './labels.js';

/** Recordings in a batch. */
export const perBatch = 64;
export const routes = Array.from({ length: 16 }, (_, i) => `/route/${i}`);
export const bounds = [1, 2, 4, 8, 16, 32];
const next = random(4711);
/** Eighths, so that sums are exact. */
export const eighths = Array.from({ length: perBatch }, () => Math.floor(next() * 400) / 8);
/** Sums of these are rounded at every step. */
export const tenths = Array.from({ length: perBatch }, () => (1 + Math.floor(next() * 300)) / 10);
/** Negative ones, zeros and very different ones. */
export const wild = Array.from({ length: perBatch }, (_, i) => (i % 8 === 0 ? 0 : (i % 5 === 0 ? -1 : 1) * 2 ** (next() * 40 - 20)));

/** The kinds of batches, by their place in the shared memory. */
export const kinds = /** @type {const} */ (['handle', 'labels', 'eighths', 'tenths', 'native', 'nativeOnly', 'sketch', 'samples']);
/** Integers to a writer: those begun, then those finished. */
export const perWriter = kinds.length * 2;

/** @param {import('../../../dist/index.js').Registry} registry @param {Int32Array} begun @param {Int32Array} finished */
export function steadyWriter(registry, begun, finished) {
  const help = 'A series that is never removed.';
  const handle = registry.counter({ name: 'steady_total', help });
  const labelled = registry.counter({ name: 'steady_labelled_total', help, labelNames: ['route', 'method'] });
  const exact = registry.histogram({ name: 'steady_eighths', help, buckets: bounds });
  const rounded = registry.histogram({ name: 'steady_tenths', help, buckets: bounds });
  const native = registry.histogram({ name: 'steady_native', help, buckets: bounds, native: { maxBuckets: 40 } });
  const nativeOnly = registry.histogram({ name: 'steady_native_only', help, native: { maxBuckets: 20, maxZeroThreshold: 0.001 } });
  // Their windows pass while they are read.
  const sketch = registry.summary({ name: 'steady_sketch', help, maxAgeSeconds: 0.5, ageBuckets: 5 });
  const samples = registry.summary({ name: 'steady_samples', help, maxAgeSeconds: 0.5, maxSamples: 500 });
  const inHand = labelled.labels('/in-hand', 'GET');
  const batches = {
    handle() {
      for (let i = 0; i < perBatch; i++) handle.inc();
    },
    labels() {
      for (const route of routes) {
        labelled.inc({ route, method: 'GET' });
        inHand.inc();
        labelled.inc({ method: 'POST', route }, 2);
      }
    },
    eighths() {
      for (const value of eighths) exact.observe(value);
    },
    tenths() {
      for (const value of tenths) rounded.observe(value);
    },
    native() {
      for (const value of wild) native.observe(value);
    },
    nativeOnly() {
      for (const value of wild) nativeOnly.observe(value);
    },
    sketch() {
      for (const value of tenths) sketch.observe(value);
    },
    samples() {
      for (const value of tenths) samples.observe(value);
    },
  };
  /** @param {number} kind */
  return (kind) => {
    Atomics.add(begun, kind, 1);
    batches[kinds[kind]]();
    Atomics.add(finished, kind, 1);
  };
}
