/** An application that serves off its thread, and blocks its event loop when it is told to, counting all the while. */
import { writeSync } from 'node:fs';
import { Registry } from 'tallystick';
import { startMetricsServer } from 'tallystick/expose';

const registry = new Registry();
const steps = registry.counter({ name: 'steps_total', help: 'Steps.' });
const took = registry.histogram({ name: 'took_seconds', help: 'Time.', buckets: [1, 2] });
let asked = 0;
registry.gauge({ name: 'asked_times', help: 'How often the function was asked.', collect: () => ++asked });
registry.register({ name: 'machine', collect: () => [{ name: 'collected_times', help: 'How often the collector was asked.', type: 'gauge', series: [{ value: asked }] }] });

const server = await startMetricsServer({ registry, port: 0, offThread: true });
process.send?.({ port: server.port });

process.on('message', ({ block }) => {
  const until = performance.now() + block * 1000;
  // The loop cannot tell it any more.
  writeSync(1, 'blocked\n');
  while (performance.now() < until) {
    for (let i = 0; i < 1000; i++) steps.inc();
    took.observe(1.5);
  }
  process.send?.({ steps: steps.get().value, observations: took.get().count });
});
process.on('disconnect', () => void server.close());
