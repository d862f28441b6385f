/** Records as fast as it can in the thread it runs in: the main one, and a worker. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Registry } from '../../../dist/index.js';
import { churningWriter } from './churning.js';
import { random } from './labels.js';
import { kinds, perWriter, steadyWriter } from './steady.js';

const sliceMilliseconds = 8;

/** @param {{ name: string, writer: number, seed: number, seconds: number, counts: SharedArrayBuffer }} task @returns what it has recorded */
export async function write({ name, writer, seed, seconds, counts }) {
  const registry = new Registry();
  registry.share(name);
  const next = random(seed);
  const begun = new Int32Array(counts, writer * perWriter * 4, kinds.length);
  const finished = new Int32Array(counts, (writer * perWriter + kinds.length) * 4, kinds.length);
  const steady = steadyWriter(registry, begun, finished);
  const churning = churningWriter(registry, next);
  const gauges = (['sum', 'min', 'max', 'average', 'last', 'perWorker']).map((aggregator) => registry.gauge({ name: `either_${aggregator}`, help: '1 more than the writer, or 3 more.', aggregator }));
  const asked = writer === 1 ? registry.gauge({ name: 'asked', help: 'What only the writer knows.', collect: () => 4711 }) : undefined;
  const until = performance.now() + seconds * 1000;
  for (let slice = 0; performance.now() < until; slice++) {
    // Now and then its loop is blocked for longer, and nobody is answered.
    const end = performance.now() + (slice % 50 === 49 ? 120 : sliceMilliseconds);
    while (performance.now() < end) {
      for (const gauge of gauges) gauge.set(writer + (next() < 0.5 ? 1 : 3));
      for (let kind = 0; kind < kinds.length; kind++) steady(kind);
      for (let i = 0; i < 100; i++) churning.step();
    }
    await nextTurn();
  }
  return { asked: asked?.name, truth: churning.truth(), batches: [...finished], close: () => registry.shutdown() };
}
