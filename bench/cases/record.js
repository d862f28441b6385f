// @ts-check
/** Cases that time one recording. Each picks its series, or its value, from a seeded table, so that no loop can be folded. */
import { bounds, distUrl, meter, open } from '../libraries.js';
import { perCall } from '../measure.js';
import { latencies, order, picks } from '../random.js';
import { combinations, labelNames, methods, metrics24, routes, statuses } from './shapes.js';

const mask = picks - 1;
const series = methods.length * routes.length * statuses.length;

/**
 * The floor: adding to cells of one array, as many as the case `inc-handle` has handles. Which cell it is to be stands in an array, as the
 * handles do: a program that counts has to hold something for each thing it counts, be it a number or a handle.
 */
export async function bareAdd() {
  const cells = new Float64Array(series);
  const places = combinations().map((_, place) => place);
  const which = order(series);
  const samples = perCall((calls) => {
    for (let i = 0; i < calls; i++) cells[places[which[i & mask]]] += 1;
  });
  if (cells.every((cell) => cell === 0)) throw new Error('nothing was added');
  return samples;
}

/** @param {string} name */
export async function incHandle(name) {
  const counter = (await open(name)).counter('requests_total', labelNames);
  const handles = combinations().map(({ method, route, status }) => counter.labels(method, route, status));
  const which = order(series);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) handles[which[i & mask]].inc();
  });
}

/** The same loop as `inc-handle`, in a registry that keeps nothing. */
export async function nullInc() {
  const { Counter, Registry } = await import(distUrl());
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, registry: new Registry({ backend: 'null' }) });
  const handles = combinations().map(({ method, route, status }) => counter.labels(method, route, status));
  const which = order(series);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) handles[which[i & mask]].inc();
  });
}

/** The same loop as `inc-object`, in a registry that keeps nothing. */
export async function nullIncObject() {
  const { Counter, Registry } = await import(distUrl());
  const counter = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, registry: new Registry({ backend: 'null' }) });
  const all = combinations();
  const which = order(series);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { method, route, status } = all[which[i & mask]];
      counter.inc({ method, route, status });
    }
  });
}

/** @param {string} name */
export async function incObject(name) {
  const all = combinations();
  const which = order(series);
  // What a service does: the values come from elsewhere, the object is made for the call.
  if (name === 'opentelemetry') {
    const counter = meter().createCounter('requests_total');
    return perCall((calls) => {
      for (let i = 0; i < calls; i++) {
        const { method, route, status } = all[which[i & mask]];
        counter.add(1, { method, route, status });
      }
    });
  }
  const counter = (await open(name)).counter('requests_total', labelNames);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { method, route, status } = all[which[i & mask]];
      counter.inc({ method, route, status });
    }
  });
}

/** @param {string} name */
export async function incPositional(name) {
  const counter = (await open(name)).counter('requests_total', labelNames);
  const all = combinations();
  const which = order(series);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { method, route, status } = all[which[i & mask]];
      counter.labels(method, route, status).inc();
    }
  });
}

/** @param {string} name */
export async function inc24(name) {
  const metrics = metrics24();
  const which = order(25);
  let turn = 0;
  if (name === 'opentelemetry') {
    const from = meter();
    const counters = metrics.map((metric) => ({ counter: from.createCounter(metric.name), objects: metric.objects }));
    return perCall((calls) => {
      for (let i = 0; i < calls; i++) {
        const { counter, objects } = counters[turn];
        counter.add(1, objects[which[i & mask]]);
        turn = turn === 23 ? 0 : turn + 1;
      }
    });
  }
  const library = await open(name);
  const counters = metrics.map((metric) => ({ counter: library.counter(metric.name, metric.names), objects: metric.objects }));
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { counter, objects } = counters[turn];
      counter.inc(objects[which[i & mask]]);
      turn = turn === 23 ? 0 : turn + 1;
    }
  });
}

/** @param {string} name */
export async function observe(name) {
  const values = latencies();
  const which = order(16);
  if (name === 'opentelemetry') {
    const from = meter();
    const histograms = Array.from({ length: 16 }, (_, i) => from.createHistogram(`duration_${i}_seconds`, { advice: { explicitBucketBoundaries: bounds } }));
    return perCall((calls) => {
      for (let i = 0; i < calls; i++) histograms[which[i & mask]].record(values[i & mask]);
    });
  }
  const library = await open(name);
  const histograms = Array.from({ length: 16 }, (_, i) => library.histogram(`duration_${i}_seconds`));
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) histograms[which[i & mask]].observe(values[i & mask]);
  });
}

/** Native buckets alone, as the case `observe` does it with classic ones. */
export async function observeNative() {
  const values = latencies();
  const which = order(16);
  const histograms = await nativeHistograms({});
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) histograms[which[i & mask]].observe(values[i & mask]);
  });
}

/** Native buckets beside classic ones, by handle. */
export async function observeBoth() {
  const values = latencies();
  const which = order(16);
  const handles = (await nativeHistograms({ buckets: bounds })).map((histogram) => histogram.labels());
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) handles[which[i & mask]].observe(values[i & mask]);
  });
}

/** @param {object} options */
async function nativeHistograms(options) {
  const { Histogram, Registry } = await import(distUrl());
  const registry = new Registry();
  return Array.from({ length: 16 }, (_, i) => new Histogram({ name: `duration_${i}_seconds`, help: 'A histogram.', native: {}, registry, ...options }));
}

/** @param {string} name */
export async function observeObject(name) {
  const values = latencies();
  const all = combinations();
  const which = order(series);
  if (name === 'opentelemetry') {
    const histogram = meter().createHistogram('duration_seconds', { advice: { explicitBucketBoundaries: bounds } });
    return perCall((calls) => {
      for (let i = 0; i < calls; i++) {
        const { method, route, status } = all[which[i & mask]];
        histogram.record(values[i & mask], { method, route, status });
      }
    });
  }
  const histogram = (await open(name)).histogram('duration_seconds', labelNames);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { method, route, status } = all[which[i & mask]];
      histogram.observe({ method, route, status }, values[i & mask]);
    }
  });
}

/** @param {string} name */
export async function summary(name) {
  const library = await open(name);
  const values = latencies();
  const which = order(16);
  const summaries = Array.from({ length: 16 }, (_, i) => library.summary(`duration_${i}_seconds`));
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) summaries[which[i & mask]].observe(values[i & mask]);
  });
}

/** @param {string} name which clock */
export async function clock(name) {
  const { CoarseClock } = await import(distUrl('platform/coarse-clock.js'));
  const { systemClock } = await import(distUrl('platform/clock.js'));
  const coarse = new CoarseClock(systemClock);
  /** @type {Record<string, () => number>} */
  const readers = { 'Date.now': () => Date.now(), 'performance.now': () => performance.now(), coarse: () => coarse.read() };
  const read = readers[name];
  if (read === undefined) throw new Error(`no clock "${name}"`);
  let total = 0;
  const samples = perCall((calls) => {
    let sum = 0;
    for (let i = 0; i < calls; i++) sum += read();
    total += sum;
  });
  coarse.stop();
  if (total === 0) throw new Error('no clock was read');
  return samples;
}
