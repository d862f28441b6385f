/**
 * Torture: the main thread and a worker record as fast as they can, a third thread reads all the time and checks what it sees:
 * `node run.js [seconds] [seed]`. Prints what was found as one line of JSON.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { perWriter } from './steady.js';
import { write } from './writer.js';

const [seconds = 10, seed = 1] = process.argv.slice(2).map(Number);
const name = 'torture';
const writers = 2;
const counts = new SharedArrayBuffer(writers * perWriter * 4);
const file = (path) => new URL(path, import.meta.url);

const reader = new Worker(file('reader.js'), { workerData: { name, counts, writers } });
const other = new Worker(file('writer-thread.js'), { workerData: { name, writer: 1, seed: seed * 2 + 1, seconds, counts } });
const told = once(other, 'message');
const { close, ...own } = await write({ name, writer: 0, seed: seed * 2, seconds, counts });
const [theirs] = await told;

const ask = async (message) => {
  reader.postMessage(message);
  return (await once(reader, 'message'))[0];
};
await ask({ kind: 'truth', truths: [own.truth, theirs.truth] });
// A thread that is over leaves what it has counted.
await other.terminate();
await new Promise((resolve) => setTimeout(resolve, 1500));
const found = await ask({ kind: 'over' });
await close();
await reader.terminate();
console.log(JSON.stringify({ seconds, runtime: process.version, ...found }));
process.exit(found.errorsInAll === 0 && found.faults.length === 0 ? 0 : 1);
