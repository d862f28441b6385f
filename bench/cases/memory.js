// @ts-check
/** Cases that weigh: resident bytes a series, and what a recording allocates. Labels are made for the call and not kept here. */
import { open } from '../libraries.js';
import { residentBytes, quick } from '../measure.js';
import { order, picks } from '../random.js';
import { combinations, labelNames } from './shapes.js';

/**
 * @param {string} name
 * @param {string[]} names
 * @param {number} series
 * @param {(i: number) => Record<string, string>} labels
 */
async function weigh(name, names, series, labels) {
  const counter = (await open(name)).counter('http_requests_total', names);
  await warm(name, names, labels);
  const before = await residentBytes();
  for (let i = 0; i < series; i++) counter.inc(labels(i));
  const after = await residentBytes();
  counter.inc(labels(0));
  return [(after - before) / series];
}

/**
 * Has the code loaded and compiled before the first weighing, on an instrument that is thrown away.
 *
 * @param {string} name
 * @param {string[]} names
 * @param {(i: number) => Record<string, string>} labels
 */
export async function warm(name, names, labels) {
  const library = await open(name);
  const other = library.counter('http_requests_total', names);
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1000; i++) other.inc(labels(i));
    await library.exposition();
  }
}

/** @param {string} name */
export async function unique(name) {
  return weigh(name, ['user'], quick ? 200_000 : 1_000_000, (i) => ({ user: `user-${i.toString(16).padStart(8, '0')}` }));
}

/** @param {string} name */
export async function grid(name) {
  const routes = quick ? 200 : 1000;
  return weigh(name, ['route', 'tenant'], routes * 1000, (i) => ({ route: `/api/v1/resource-${Math.floor(i / 1000)}`, tenant: `tenant-${i % 1000}` }));
}

/** @param {string} name */
export async function allocated(name) {
  const counter = (await open(name)).counter('requests_total', labelNames);
  const handles = combinations().map(({ method, route, status }) => counter.labels(method, route, status));
  const which = order(handles.length);
  /** @param {number} calls */
  const batch = (calls) => {
    for (let i = 0; i < calls; i++) handles[which[i & (picks - 1)]].inc();
  };
  // The peer allocates: as many calls as the young generation surely holds.
  const calls = name === 'tallystick' ? 10_000_000 : 1_000_000;
  batch(3_000_000);
  const samples = [];
  for (let round = 0; round < 3; round++) {
    const before = await settledHeap();
    batch(calls);
    samples.push(Math.max(0, process.memoryUsage().heapUsed - before) / calls);
  }
  return samples;
}

async function settledHeap() {
  await residentBytes();
  return process.memoryUsage().heapUsed;
}
