/** An application with many short-lived workers, a few at a time. */
import { Worker } from 'node:worker_threads';
import { Registry } from 'tallystick';
import { startMetricsServer } from 'tallystick/expose';

const [workers, atOnce, jobs] = process.argv.slice(2).map(Number);
const server = await startMetricsServer({ registry: new Registry(), port: 0, offThread: true });
process.send({ port: server.port });
process.on('disconnect', () => void server.close());

let started = 0;
let ended = 0;

function next() {
  if (started === workers) return;
  started += 1;
  // Every third is terminated, as soon as it has done its work.
  const end = started % 3 === 0 ? 'waits' : 'returns';
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { jobs, end } });
  worker.once('message', () => void worker.terminate());
  worker.once('exit', () => {
    ended += 1;
    if (ended % 20 === 0 || ended === workers) setTimeout(() => process.send({ ended, resident: process.memoryUsage.rss() }), 50);
    next();
  });
}

for (let i = 0; i < atOnce; i++) next();
