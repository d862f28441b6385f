// @ts-check
/** Cases that create a million series, and the growth of cost with their number. */
import { open } from '../libraries.js';
import { collectGarbage, perCall, quick, residentBytes } from '../measure.js';
import { order, picks } from '../random.js';
import { warm } from './memory.js';

const series = quick ? 200_000 : 1_000_000;
const chunk = 10_000;

/** Label objects of new series, so that the clock runs for the library only. @param {number} from */
function labelsFrom(from) {
  return Array.from({ length: chunk }, (_, i) => ({ route: `/api/v1/resource-${(from + i) % 1000}`, user: `user-${(from + i).toString(16).padStart(8, '0')}` }));
}

/**
 * Milliseconds of the slowest call; collections of garbage that fall into it count. Labels are made one by one, as they come with requests:
 * a stock of them would make the collector copy the benchmark's own strings.
 *
 * @param {string} name
 */
export async function longest(name) {
  // The third in turn: what the machine and the collector do to a call that does nothing. On a busy machine no figure means much below it.
  const counter = name === 'nothing' ? { inc() {} } : (await open(name)).counter('http_requests_total', ['route', 'user']);
  let worst = 0;
  for (let i = 0; i < series; i++) {
    const labels = { route: `/api/v1/resource-${i % 1000}`, user: `user-${i.toString(16).padStart(8, '0')}` };
    const start = performance.now();
    counter.inc(labels);
    const milliseconds = performance.now() - start;
    // The first calls load and compile code, once in the life of a process.
    if (milliseconds > worst && i >= chunk) worst = milliseconds;
  }
  return [worst];
}

/** Nanoseconds to create one series. @param {string} name */
export async function mean(name) {
  const counter = (await open(name)).counter('http_requests_total', ['route', 'user']);
  let milliseconds = 0;
  for (let from = 0; from < series; from += chunk) {
    const objects = labelsFrom(from);
    const start = performance.now();
    for (const labels of objects) counter.inc(labels);
    milliseconds += performance.now() - start;
  }
  return [(milliseconds * 1e6) / series];
}

/** The case `growth-<series>`: what a registry of that many series costs. @param {string} id @returns {import('../cases.js').Case | undefined} */
export function growthCase(id) {
  const count = Number(/^growth-(\d+)$/.exec(id)?.[1]);
  if (!(count > 0)) return undefined;
  return {
    id,
    title: `${count} series`,
    unit: 'ns',
    run: (name) => growth(name, count),
    libraries: ['tallystick', 'client'],
    flags: ['--max-old-space-size=12288'],
  };
}

/**
 * @param {string} name
 * @param {number} count
 * @returns {Promise<number[]>} ns of an `inc` by label object over 600 of the series, ns over random ones of all, exposition ms, resident bytes a series
 */
async function growth(name, count) {
  const library = await open(name);
  const counter = library.counter('http_requests_total', ['tenant', 'route']);
  const routes = Math.min(1000, Math.ceil(Math.sqrt(count)));
  /** @param {number} i */
  const labels = (i) => ({ tenant: `tenant-${Math.floor(i / routes)}`, route: `/api/v1/resource-${i % routes}` });
  await warm(name, ['tenant', 'route'], labels);
  const before = await residentBytes();
  for (let i = 0; i < count; i++) counter.inc(labels(i));
  const bytes = Math.max(0, (await residentBytes()) - before) / count;
  const hot = order(count, 6).map((row, i, all) => /** @type {number} */ (all[i % 600] ?? row));
  const recorded = [hot, order(count, 7)].map((which) => {
    const objects = Array.from(which, labels);
    return Math.min(...perCall((calls) => {
      for (let i = 0; i < calls; i++) counter.inc(objects[i & (picks - 1)]);
    }));
  });
  await collectGarbage();
  let exposition = Infinity;
  for (let round = 0; round < (count < 1e5 ? 20 : 3); round++) {
    const start = performance.now();
    await library.exposition();
    exposition = Math.min(exposition, performance.now() - start);
  }
  return [...recorded, exposition, bytes];
}
