// @ts-check
/** Cases that time a whole exposition in process, in milliseconds. */
import { open } from '../libraries.js';
import { collectGarbage, quick } from '../measure.js';
import { latencies, picks, random } from '../random.js';

/** Counter series: 100 × 100 × 100, in a quick run 100 × 100 × 20. */
const last = quick ? 20 : 100;
/** The compiler takes some scrapes of a quick run to catch up. */
const rounds = quick ? 10 : 5;

/** A library with a counter of so many series. @param {string} name */
export async function fill(name) {
  const library = await open(name);
  const counter = library.counter('http_requests_total', ['tenant', 'route', 'status']);
  const next = random(4);
  for (let tenant = 0; tenant < 100; tenant++) {
    for (let route = 0; route < 100; route++) {
      for (let status = 0; status < last; status++) {
        counter.inc({ tenant: `tenant-${tenant}`, route: `/api/v1/resource-${route}`, status: String(200 + status) }, Math.floor(next() * 1e6));
      }
    }
  }
  await collectGarbage();
  return { library, counter };
}

/** @param {() => Promise<number>} exposition */
async function timed(exposition) {
  const start = performance.now();
  const length = await exposition();
  const milliseconds = performance.now() - start;
  if (length === 0) throw new Error('the exposition is empty');
  return milliseconds;
}

/** @param {string} name */
export async function countersFirst(name) {
  const { library } = await fill(name);
  return [await timed(library.exposition)];
}

/**
 * Between two expositions one series in a hundred is counted up, as a service with many quiet series does.
 *
 * @param {string} name
 * @param {string} [format]
 */
export async function countersAgain(name, format) {
  const { library, counter } = await fill(name);
  const next = random(5);
  const exposition = () => library.exposition(format);
  await timed(exposition);
  const samples = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < last * 100; i++) {
      const tenant = Math.floor(next() * 100);
      const route = Math.floor(next() * 100);
      counter.inc({ tenant: `tenant-${tenant}`, route: `/api/v1/resource-${route}`, status: String(200 + Math.floor(next() * last)) });
    }
    samples.push(await timed(exposition));
  }
  return samples;
}

/** @param {string} name @param {string} [format] */
export async function histograms(name, format) {
  const library = await open(name);
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const histogram = library.histogram('http_request_duration_seconds', ['tenant', 'route'], buckets);
  const values = latencies();
  let turn = 0;
  for (let tenant = 0; tenant < (quick ? 40 : 200); tenant++) {
    for (let route = 0; route < 250; route++) {
      for (let i = 0; i < 8; i++) {
        histogram.observe({ tenant: `tenant-${tenant}`, route: `/api/v1/resource-${route}` }, values[turn++ & (picks - 1)]);
      }
    }
  }
  await collectGarbage();
  const samples = [];
  for (let round = 0; round < rounds; round++) samples.push(await timed(() => library.exposition(format)));
  return samples;
}
