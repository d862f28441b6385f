// @ts-check
/**
 * Runs a registry at churn on the real clock and watches its memory: `node bench/soak.js [--minutes 10] [--json <file>] [--svg <file>]`.
 *
 * Series of counters and histograms come with label values never seen before and expire soon after, some are removed by hand, at times
 * more come than the limits let in, and two scrapes in turn (at once, and in chunks) read it all. Once a second the memory is written
 * down. In the end the second half is held against a straight line: a rise that stands out from the noise is a leak, and exit code 1.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { distUrl } from './libraries.js';
import { soakLines } from './plots.js';
import { random } from './random.js';
import { line, shown } from './statistics.js';

/** @typedef {{ second: number, rss: number, heap: number, external: number, held: number, series: number, refused: number, expired: number }} Sample bytes, and counts so far */

const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, json: { type: 'string' }, svg: { type: 'string' } } });
const minutes = Number(options.minutes);
if (!(minutes > 0)) throw new Error(`soak: --minutes is ${options.minutes}; give a number above 0`);

const { Counter, Histogram, Registry, stream, toBytes } = await import(distUrl());
/** Seconds a series lives that nothing records in. */
const expireAfterSeconds = 2;
const registry = new Registry({ limits: { series: 60_000 }, expireAfterSeconds });
const limits = { series: 40_000 };
const counter = new Counter({ name: 'sessions_total', help: 'A counter.', labelNames: ['tenant', 'session'], limits, registry });
const histogram = new Histogram({ name: 'session_seconds', help: 'A histogram.', labelNames: ['tenant', 'session'], limits, registry });
const steady = new Counter({ name: 'requests_total', help: 'A counter.', labelNames: ['tenant'], registry });

const next = random(10);
const tickMilliseconds = 50;
let made = 0;
let ticks = 0;

/** New series, and recordings in those there are. Every tenth second ten times as many want in. */
function tick() {
  const flood = Math.floor((ticks * tickMilliseconds) / 1000) % 10 === 9;
  const count = flood ? 4000 : 400;
  ticks += 1;
  for (let i = 0; i < count; i++) {
    const labels = { tenant: `tenant-${i % 100}`, session: `session-${made.toString(36)}-${Math.floor(next() * 2 ** 32).toString(36)}` };
    made += 1;
    counter.inc(labels);
    if (i % 4 === 0) histogram.observe(labels, next());
    if (i % 10 === 0) counter.remove(labels);
    steady.inc({ tenant: labels.tenant });
  }
}

/** @type {Sample[]} */
const samples = [];
let scrapes = 0;
let scraped = 0;
const began = performance.now();
const until = began + minutes * 60_000;

async function scrape() {
  if (scrapes++ % 2 === 0) {
    scraped += toBytes(registry).length;
    return;
  }
  for await (const chunk of stream(registry)) scraped += chunk.length;
}

function sample() {
  const { rss, heapUsed, external } = process.memoryUsage();
  const cardinality = registry.cardinality();
  const all = cardinality.metrics;
  samples.push({
    second: (performance.now() - began) / 1000,
    rss,
    heap: heapUsed,
    external,
    held: all.reduce((/** @type {number} */ sum, /** @type {{ bytes: number }} */ metric) => sum + metric.bytes, cardinality.labelValueBytes),
    series: cardinality.series,
    refused: all.reduce((/** @type {number} */ sum, /** @type {{ refused: number }} */ metric) => sum + metric.refused, 0),
    expired: all.reduce((/** @type {number} */ sum, /** @type {{ expired: number }} */ metric) => sum + metric.expired, 0),
  });
}

for (let second = 1; performance.now() < until; second++) {
  const nextSample = began + second * 1000;
  while (performance.now() < nextSample) {
    tick();
    await new Promise((resolve) => setTimeout(resolve, tickMilliseconds));
  }
  await scrape();
  sample();
  if (second % 30 === 0) console.log(`${second} s: ${shown((samples.at(-1)?.rss ?? 0) / 1e6, 'MB')} resident, ${shown(samples.at(-1)?.series ?? 0)} series`);
}

const half = samples.slice(Math.floor(samples.length / 2));
const fields = /** @type {const} */ (['rss', 'heap', 'external', 'held']);
const fits = Object.fromEntries(fields.map((field) => [field, fitted(field)]));
const last = /** @type {Sample} */ (samples.at(-1));
const result = {
  runtime: `Node ${process.versions.node}`,
  date: new Date().toISOString().slice(0, 10),
  minutes,
  expireAfterSeconds,
  made,
  expired: last.expired,
  refused: last.refused,
  scrapes,
  scrapedMegabytes: Math.round(scraped / 1e6),
  flat: Object.values(fits).every(({ flat }) => flat),
  fits,
  samples: samples.map((one) => ({ ...one, second: Number(one.second.toFixed(1)) })),
};

console.log(`\n${shown(made)} sets of labels in ${minutes} minutes; ${shown(result.expired)} series expired, ${shown(result.refused)} recordings refused, ${scrapes} scrapes of ${shown(result.scrapedMegabytes)} MB in all`);
for (const [field, fit] of Object.entries(fits)) {
  console.log(`${field.padEnd(9)} second half: mean ${shown(fit.mean / 1e6)} MB, rise ${(fit.rise / 1e6).toFixed(2)} MB, noise ± ${(fit.noise / 1e6).toFixed(2)} MB: ${fit.flat ? 'flat' : 'NOT FLAT'}`);
}
if (options.json !== undefined) write(options.json, `${JSON.stringify(result)}\n`);
write(options.svg ?? fileURLToPath(new URL('../docs/benchmarks/soak.svg', import.meta.url)), soakLines(`Memory at churn, ${minutes} minutes, ${result.runtime}`, result.samples));
process.exit(result.flat ? 0 : 1);

/**
 * A line through the second half. It is flat when what it rises by in that time is no more than twice the spread of the samples around it,
 * or than a hundredth of what there is.
 *
 * @param {typeof fields[number]} field
 */
function fitted(field) {
  const { slope, spread, mean } = line(half.map((one) => [one.second, one[field]]));
  const rise = slope * ((half.at(-1)?.second ?? 0) - (half[0]?.second ?? 0));
  return { mean, rise, noise: spread, flat: rise <= Math.max(2 * spread, mean / 100) };
}

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(new URL('results/', import.meta.url), { recursive: true });
  writeFileSync(file, text);
}
