// @ts-check
/** Records by 600 handles in a worker, in a registry that is shared, and tells how long that takes. */
import { parentPort, workerData } from 'node:worker_threads';
import { incShared } from '../cases/threads.js';

parentPort?.postMessage(await incShared(workerData.name));
