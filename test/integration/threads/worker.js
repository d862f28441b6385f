/** A worker that records into its default registry, and ends as it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { defaultRegistry } from 'tallystick';

const { jobs, buckets = [1, 2, 4], end = 'returns', gauge = 1 } = workerData;
const done = defaultRegistry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
const took = defaultRegistry.histogram({ name: 'took_seconds', help: 'Time.', buckets });
defaultRegistry.gauge({ name: 'busy', help: 'Busy workers.' }).set(gauge);
for (let i = 0; i < jobs; i++) {
  done.inc({ queue: `q${i % 3}` });
  took.observe(i % 5);
}
if (end === 'throws') throw new Error('as it was told to');
if (end === 'exits') process.exit(3);
if (end === 'waits') {
  parentPort.on('message', () => parentPort.close());
  parentPort.postMessage('ready');
}
