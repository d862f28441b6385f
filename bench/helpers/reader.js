// @ts-check
/** Puts together what the threads of the process record, again and again, as an aggregation thread does that is scraped a hundred times a second. */
import { parentPort, workerData } from 'node:worker_threads';
import { distUrl } from '../libraries.js';

const { Aggregator } = await import(distUrl('aggregate/aggregator.js'));
const aggregator = new Aggregator({ name: workerData.name });
aggregator.start();
parentPort?.postMessage('ready');
let passes = 0;
const timer = setInterval(() => void aggregator.registry.collect().then(() => (passes += 1)), 10);
parentPort?.once('message', async () => {
  clearInterval(timer);
  /** @type {import('../../dist/index.js').FamilyView[]} */
  const families = await aggregator.registry.collect();
  const family = families.find(({ descriptor }) => descriptor.name === 'requests_total');
  let total = 0;
  for (const cursor = family?.cursor(); cursor?.next(); ) total += cursor.cells[cursor.cellBase];
  parentPort?.postMessage({ passes, total });
});
