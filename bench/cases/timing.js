// @ts-check
/** Cases that time measuring itself: a wrapped function beside the same function with two readings of the clock and the recording by hand. */
import { distUrl } from '../libraries.js';
import { perCall } from '../measure.js';

/** What is timed: little enough not to hide what is around it, and not to be left out. */
let total = 0;
/** @param {number} by */
function work(by) {
  total += by;
  return total;
}

/** @param {readonly string[]} labelNames */
async function histogram(labelNames = []) {
  const { Histogram, Registry } = await import(distUrl());
  return new Histogram({ name: 'work_duration_seconds', help: 'Time work takes.', labelNames, registry: new Registry() });
}

/** The function alone, its seconds recorded by hand: what no helper can do without. */
export async function byHand() {
  const seconds = await histogram();
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const started = performance.now();
      work(i);
      seconds.observe((performance.now() - started) / 1000);
    }
  });
}

/** The same by `trackDuration`. */
export async function wrapped() {
  const { trackDuration } = await import(distUrl('packs/timing/entry.js'));
  const tracked = trackDuration({ histogram: await histogram() }, work);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) tracked(i);
  });
}

/** By hand with two labels. */
export async function byHandLabelled() {
  const seconds = await histogram(['op', 'success']);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const started = performance.now();
      work(i);
      seconds.observe({ op: 'a', success: true }, (performance.now() - started) / 1000);
    }
  });
}

/** By `trackDuration` with a label of the caller's and the one that says how it went. */
export async function wrappedLabelled() {
  const { trackDuration } = await import(distUrl('packs/timing/entry.js'));
  const tracked = trackDuration({ histogram: await histogram(['op', 'success']), labels: { op: 'a' } }, work);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) tracked(i);
  });
}
