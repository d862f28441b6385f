/** A worker that records, and starts one that starts another, each of which records and lives on. */
import { once } from 'node:events';
import { Worker, parentPort, workerData } from 'node:worker_threads';
import { defaultRegistry } from 'tallystick';

const { depth } = workerData;
defaultRegistry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
defaultRegistry.gauge({ name: 'busy', help: 'Busy workers.' }).inc();
if (depth > 1) await once(new Worker(new URL(import.meta.url), { workerData: { depth: depth - 1 } }), 'message');
parentPort.on('message', () => {});
parentPort.postMessage('ready');
