/** Collects without a pause in a thread of its own, and checks each pass. */
import { parentPort, workerData } from 'node:worker_threads';
import { Aggregator } from '../../../dist/aggregate/aggregator.js';
import { stream } from '../../../dist/index.js';
import { parseStream } from '../../../dist/format/parse/entry.js';
import { snapshotOf } from '../../../dist/registry/snapshot.js';
import { checkChurn, checkGauges, checkRising, checkSteady, checkTruth } from './checks.js';
import { kinds, perWriter } from './steady.js';

const { name, counts, writers } = workerData;
const faults = [];
// What comes and goes in two threads has another shape in each at times, and that is said.
const noteFault = (what) => (what.includes('temporary_') ? undefined : faults.push(what));
const aggregator = new Aggregator({ name, deadlineMilliseconds: 50, onFault: (message, error) => noteFault(`${message}: ${error}`) });
aggregator.start();

const mostErrors = 40;
const errors = [];
let errorsInAll = 0;
let passes = 0;
let looked = 0;
let streamed = 0;
let isOver = false;
const report = (what) => {
  errorsInAll += 1;
  if (errors.length < mostErrors) errors.push(`pass ${passes}: ${what}`.slice(0, 500));
};
const highest = new Map();

/** Batches by kind, of all writers; @param {0 | 1} which begun or finished */
function batches(which) {
  const all = new Int32Array(counts);
  return kinds.map((_, kind) => Array.from({ length: writers }, (_, writer) => Atomics.load(all, writer * perWriter + which * kinds.length + kind)).reduce((sum, one) => sum + one, 0));
}

async function pass() {
  const least = batches(1);
  const views = await aggregator.registry.collect();
  const most = batches(0);
  const families = views.map(snapshotOf);
  // Until the reader has heard of both, what has begun need not show.
  checkSteady(families, { least: isHeard(families) ? least : least.map(() => 0), most }, report);
  checkRising(families, highest, report);
  looked += checkChurn(families, report);
  checkGauges(families, report);
  passes += 1;
  return families;
}

/** Both main writers' gauges are merged into one with a label for each. */
function isHeard(families) {
  return (families.find((family) => family.name === 'either_perWorker')?.series.length ?? 0) === writers || isOver;
}

/** The text of a pass, written in pieces while others go on, says the same. */
async function streamOnce() {
  const pieces = stream(aggregator.registry, { maxBlockMilliseconds: 1 });
  async function* slowly() {
    for await (const piece of pieces) {
      streamed += piece.length;
      yield piece.slice();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  const families = [];
  for await (const family of parseStream(slowly(), { format: 'text-0.0.4' })) {
    // The text has infos as gauges, and what is no number in other words.
    families.push({ ...family, series: family.series.map((series) => ({ ...series, count: series.count ?? series.buckets?.at(-1).count, buckets: series.buckets?.map((bucket) => ({ ...bucket, le: bucket.le === Infinity ? '+Inf' : bucket.le })), quantiles: series.quantiles?.map((one) => ({ ...one, value: Number.isNaN(one.value) ? 'NaN' : one.value })) })) });
  }
  checkChurn(families, (what) => report(`as text: ${what}`));
}

let streaming;
let finals = [];
parentPort.on('message', async (message) => {
  isOver = true;
  await running;
  await streaming;
  const least = batches(1);
  const families = (await aggregator.registry.collect()).map(snapshotOf);
  checkSteady(families, { least, most: least }, (what) => report(`at the end: ${what}`));
  checkRising(families, highest, report);
  if (message.kind === 'truth') checkTruth(families, message.truths, report);
  const workers = families.find((family) => family.name === 'either_perWorker')?.series.length ?? 0;
  finals.push({ workers, asked: families.find((family) => family.name === 'asked')?.series[0]?.value });
  parentPort.postMessage({ kind: message.kind, passes, looked, streamed, errorsInAll, errors, faults, finals, resident: process.memoryUsage().rss, held: aggregator.registry.cardinality() });
});

async function run() {
  while (!isOver) {
    await pass();
    if (passes % 20 === 0 && streaming === undefined) {
      streaming = streamOnce().catch((error) => report(`as text: ${error.stack}`)).finally(() => {
        streaming = undefined;
      });
    }
  }
}
const running = run().catch((error) => report(String(error.stack)));
