// @ts-check
/** Cases that time recordings by the name of the metric beside the same ones on the instrument. */
import { distUrl } from '../libraries.js';
import { perCall } from '../measure.js';
import { order, picks } from '../random.js';
import { combinations, labelNames, metrics24 } from './shapes.js';

const mask = picks - 1;

/** @param {object} config */
async function clientOf(config) {
  const { Registry } = await import(distUrl());
  const { createMetricsClient } = await import(distUrl('config/entry.js'));
  return createMetricsClient('bench', config, { registry: new Registry() });
}

// As a program writes them: engines keep one string for all literals and property names that are alike.
const plain = Object.keys(Object.fromEntries(metrics24().map(({ name }) => [name.replace(/(_total)?$/, '_total'), 0])));
const plainConfig = { counters: plain.map((name) => ({ name, description: 'A counter.', labels: [] })) };
const labelledConfig = { counters: plain.map((name) => ({ name, description: 'A counter.', labels: labelNames })) };

/** 24 counters without labels, in turn. */
export async function direct() {
  const client = await clientOf(plainConfig);
  const counters = plain.map((name) => client.getCounter(name));
  const which = order(plain.length);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) counters[which[i & mask]].inc();
  });
}

/** The same by name. */
export async function named() {
  const client = await clientOf(plainConfig);
  const which = order(plain.length);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) client.recordCounter(plain[which[i & mask]]);
  });
}

/** 24 counters with three labels, in turn. */
export async function directLabelled() {
  const client = await clientOf(labelledConfig);
  const counters = plain.map((name) => client.getCounter(name));
  const all = combinations().slice(0, 25);
  const which = order(plain.length);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { method, route, status } = all[i % 25];
      counters[which[i & mask]].inc({ method, route, status }, 1);
    }
  });
}

/** The same by name. */
export async function namedLabelled() {
  const client = await clientOf(labelledConfig);
  const all = combinations().slice(0, 25);
  const which = order(plain.length);
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) {
      const { method, route, status } = all[i % 25];
      client.recordCounter(plain[which[i & mask]], 1, { method, route, status });
    }
  });
}

/** A metric that is not captured. */
export async function silent() {
  const client = await clientOf({ counters: [{ name: 'silent_total', description: 'Not captured.', capture: false }] });
  return perCall((calls) => {
    for (let i = 0; i < calls; i++) client.recordCounter('silent_total', i);
  });
}
