// @ts-check
/** One of several processes with a counter of many series, a hundredth of which it counts up ten times a second: `node member.js <library> <series> <directory>`. */
import cluster from 'node:cluster';
import { createRequire } from 'node:module';
import process from 'node:process';
import { distUrl } from '../libraries.js';

const require = createRequire(import.meta.url);
const [library, series = '0', dir] = process.argv.slice(2);
const labelNames = ['tenant', 'route'];

async function counterOf() {
  if (library === 'client') {
    const { AggregatorRegistry, Counter, register } = require('@prometheus-io/client');
    // What a worker needs to answer the primary.
    if (cluster.isWorker) new AggregatorRegistry();
    return new Counter({ name: 'http_requests_total', help: 'A counter.', labelNames, registers: [register] });
  }
  const { Registry } = await import(distUrl());
  const { joinGroup } = await import(distUrl('expose/join-group.js'));
  const registry = new Registry({ limits: { series: Infinity } });
  const counter = registry.counter({ name: 'http_requests_total', help: 'A counter.', labelNames, limits: { series: Infinity } });
  await joinGroup({ dir, registry });
  return counter;
}

const counter = await counterOf();
/** @param {number} place */
const labels = (place) => ({ tenant: `tenant-${Math.floor(place / 100)}`, route: `/api/v1/resource-${place % 100}` });
for (let place = 0; place < Number(series); place++) counter.inc(labels(place));
let next = 0;
setInterval(() => {
  for (let i = 0; i < Number(series) / 100; i++) counter.inc(labels(next++ % Number(series)));
}, 100);
process.send?.('ready');
process.on('disconnect', () => process.exit());
