/** A writer in a worker: tells what it has recorded, and stays until it is told to end. */
import { parentPort, workerData } from 'node:worker_threads';
import { write } from './writer.js';

const { close, ...report } = await write(workerData);
parentPort.postMessage(report);
parentPort.once('message', close);
