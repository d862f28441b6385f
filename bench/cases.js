// @ts-check
/**
 * All cases, in the order of the report.
 *
 * @typedef {{
 *   id: string,
 *   title: string,
 *   unit: 'ns' | 'ms' | 'bytes',
 *   run(library: string): Promise<number[]>,
 *   bar?: number,
 *   most?: number,
 *   mostTimes?: { case: string, times: number },
 *   libraries: readonly string[],
 *   peers?: readonly string[],
 *   slow?: boolean,
 *   runs?: number,
 *   pick?: 'median',
 *   flags?: readonly string[],
 *   note?: string,
 * }} Case
 *
 * `bar`: the official client's figure divided by ours must be at least this. `most`: ours must be no more than this. `mostTimes`: ours must
 * be no more than so many times that other case. `libraries`: what runs in turn. `peers`: more libraries, reported without a bar.
 */
import * as create from './cases/create.js';
import * as memory from './cases/memory.js';
import * as record from './cases/record.js';
import * as scrape from './cases/scrape.js';

const pair = ['tallystick', 'client'];
const all = ['prom-client', 'opentelemetry', 'client_golang'];
const withHandles = ['prom-client', 'client_golang'];
const million = ['--max-old-space-size=8192'];

/** @type {readonly Case[]} */
export const cases = [
  { id: 'bare-add', title: 'bare `Float64Array` add, 600 cells', unit: 'ns', run: record.bareAdd, libraries: ['tallystick'] },
  { id: 'inc-handle', title: 'handle `inc`, 600 handles', unit: 'ns', run: record.incHandle, bar: 25, mostTimes: { case: 'bare-add', times: 2.5 }, libraries: pair, peers: withHandles },
  { id: 'inc-object', title: '`inc` with a label object, 3 labels, 600 series', unit: 'ns', run: record.incObject, bar: 6, libraries: pair, peers: all },
  { id: 'inc-positional', title: '`labels(a, b, c).inc()`, the handle not kept', unit: 'ns', run: record.incPositional, bar: 6, libraries: pair, peers: withHandles },
  { id: 'inc-24', title: '`inc` with label objects of 24 metrics in turn', unit: 'ns', run: record.inc24, bar: 2.4, libraries: pair, peers: ['prom-client', 'opentelemetry'] },
  { id: 'observe', title: 'histogram `observe`, 11 bounds, log-normal values', unit: 'ns', run: record.observe, bar: 10, libraries: pair, peers: all },
  { id: 'observe-object', title: 'histogram `observe` with a label object, 3 labels', unit: 'ns', run: record.observeObject, bar: 7, libraries: pair, peers: all },
  { id: 'summary', title: 'summary `observe`, 5 age buckets', unit: 'ns', run: record.summary, bar: 60, libraries: pair, peers: withHandles },
  { id: 'clock', title: 'reading a clock', unit: 'ns', run: record.clock, libraries: ['Date.now', 'performance.now', 'coarse'] },
  { id: 'scrape-first', title: 'exposition of a million counter series, first', unit: 'ms', run: scrape.countersFirst, bar: 8, libraries: pair, slow: true, flags: million },
  { id: 'scrape-again', title: 'exposition of a million counter series, repeated', unit: 'ms', run: scrape.countersAgain, bar: 10, libraries: pair, slow: true, flags: million },
  { id: 'scrape-histograms', title: 'exposition of 50 000 histogram series of 15 buckets', unit: 'ms', run: scrape.histograms, bar: 10, libraries: pair, slow: true, flags: million },
  { id: 'memory-unique', title: 'resident bytes a series, a million series, one unique label value each', unit: 'bytes', run: memory.unique, bar: 3, libraries: pair, slow: true, flags: million },
  { id: 'memory-grid', title: 'resident bytes a series, 1 000 × 1 000 label values', unit: 'bytes', run: memory.grid, bar: 6, libraries: pair, slow: true, flags: million },
  { id: 'longest', title: 'longest single `inc` while creating a million series', unit: 'ms', run: create.longest, bar: 4, most: 5, libraries: [...pair, 'nothing'], slow: true, runs: 5, pick: 'median', flags: million },
  { id: 'create', title: 'creating a series, mean over a million', unit: 'ns', run: create.mean, bar: 2, libraries: pair, slow: true, flags: million },
  // A young generation of 1 GB holds all that the loop could allocate, so that no collection hides it.
  { id: 'allocated', title: 'bytes allocated by one handle `inc`', unit: 'bytes', run: memory.allocated, most: 0.01, libraries: pair, flags: ['--min-semi-space-size=1024', '--max-semi-space-size=1024'] },
];

/** @param {string} id */
export function findCase(id) {
  const found = cases.find((candidate) => candidate.id === id) ?? create.growthCase(id);
  if (found === undefined) throw new Error(`no case "${id}"; one of ${cases.map((one) => one.id).join(', ')}`);
  return found;
}
