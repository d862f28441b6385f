/** Series that come and go: their labels say what their values can be, and the writer knows what each has counted. */
import { anyText, labelsOf, random, stepOf } from './labels.js';

/** Texts that come again and again; others are met once. */
const pooled = 300;
const mostSeries = 500;
/** Powers of two that a series of native buckets observes, so many that its buckets must be joined again and again. */
export const octaves = 24;

/** @param {import('../../../dist/index.js').Registry} registry @param {() => number} next */
export function churningWriter(registry, next) {
  const help = 'Series that come and go.';
  // None is refused.
  const limits = { series: Infinity, labelValueBytes: Infinity };
  const labelNames = /** @type {const} */ (['text', 'check', 'step']);
  // The labels stand in another order elsewhere, so that the same integers come to other places.
  const turned = /** @type {const} */ (['step', 'text', 'check']);
  const counter = registry.counter({ name: 'churn_total', help, limits, labelNames });
  const histogram = registry.histogram({ name: 'churn_seconds', help, limits, labelNames: turned, buckets: [1000, 2000, 4000, 8000] });
  const native = registry.histogram({ name: 'churn_native', help, limits, labelNames: turned, buckets: [4000], native: { maxBuckets: 8 } });
  const summary = registry.summary({ name: 'churn_sketch', help, limits, labelNames, maxAgeSeconds: 0.2, ageBuckets: 4 });
  const exact = registry.summary({ name: 'churn_samples', help, limits, labelNames, maxAgeSeconds: 0.2, maxSamples: 40 });
  const expiring = registry.counter({ name: 'churn_expiring_total', help, limits, labelNames: turned, expireAfterSeconds: 0.1 });
  const gauge = registry.gauge({ name: 'churn_level', help, limits, labelNames });
  // The same ones in every thread, so that series of several are merged.
  const seeded = random(99);
  const pool = Array.from({ length: pooled }, () => anyText(seeded));
  const text = () => (next() < 0.7 ? pool[Math.floor(next() * pooled)] : anyText(next));

  /** A recording, and how much is counted by it, in steps; and what is known of the series. */
  const kinds = [
    { metric: counter, known: new Map(), record: (labels, step) => record(() => counter.inc(labels, step * 3), 3) },
    { metric: histogram, known: new Map(), record: (labels, step) => record(() => histogram.observe(labels, step), 1) },
    {
      metric: native,
      known: new Map(),
      record(labels, step) {
        const handle = native.labels(labels);
        for (let octave = 0; octave < octaves; octave++) handle.observe(step * 2 ** octave);
        return octaves;
      },
    },
    { metric: summary, known: new Map(), record: (labels, step) => record(() => summary.observe(labels, step), 1) },
    { metric: exact, known: new Map(), record: (labels, step) => record(() => exact.observe(labels, step), 1) },
    { metric: gauge, known: new Map(), record: (labels, step) => record(() => gauge.inc(labels, step), 1) },
  ];
  const held = [];

  /** @param {(typeof kinds)[number]} kind */
  function one({ metric, known, record }) {
    const dice = next();
    if (dice < 0.6 && known.size < mostSeries) {
      const labels = labelsOf(text());
      for (let times = next() < 0.3 ? 5 : 1; times > 0; times--) known.set(labels.text, (known.get(labels.text) ?? 0) + record(labels, stepOf(labels.text)));
    } else if (dice < 0.9) {
      // The oldest ones, or one of the pool.
      const gone = next() < 0.5 ? known.keys().next().value : text();
      if (gone !== undefined && metric.remove(labelsOf(gone)) !== known.delete(gone)) throw new Error(`whether there is a series of ${JSON.stringify(gone)} is not known`);
    } else if (dice < 0.93) {
      const { check } = labelsOf(text());
      metric.removeMatching({ check });
      for (const other of known.keys()) if (labelsOf(other).check === check) known.delete(other);
    } else if (dice < 0.932) {
      metric.clear();
      known.clear();
    } else if (dice < 0.933) {
      metric.reset();
      for (const other of known.keys()) known.set(other, 0);
    }
  }

  function expire() {
    const labels = labelsOf(text());
    expiring.inc(labels, stepOf(labels.text));
    if (next() < 0.01) {
      // One that is held is hidden, and comes back.
      if (held.length > 20) held.shift();
      held.push({ handle: expiring.labels(labels), step: stepOf(labels.text) });
    }
    const again = held[Math.floor(next() * held.length)];
    if (again !== undefined && next() < 0.01) again.handle.inc(again.step);
  }

  let made = 0;
  /** A metric that comes and goes, with labels or without. */
  function temporary() {
    const name = `temporary_${made++ % 5}_total`;
    registry.unregister(name);
    if (next() < 0.3) return;
    const labels = labelsOf(text());
    if (next() < 0.5) registry.counter({ name, help }).inc(7);
    else registry.counter({ name, help, labelNames }).inc(labels, stepOf(labels.text));
  }

  return {
    step() {
      one(kinds[Math.floor(next() * kinds.length)]);
      if (next() < 0.03) expire();
      if (next() < 0.001) temporary();
    },
    /** What each series has counted, in steps, by metric and text. */
    truth: () => Object.fromEntries(kinds.map(({ metric, known }) => [metric.name, [...known]])),
  };
}

function record(act, steps) {
  act();
  return steps;
}
