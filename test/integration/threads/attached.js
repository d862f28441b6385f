/** A worker that records into a registry of its own, and attaches it. */
import { parentPort } from 'node:worker_threads';
import { Registry } from 'tallystick';
import { attach } from 'tallystick/aggregate';

const registry = new Registry();
registry.counter({ name: 'own_total', help: 'Recorded in a registry of its own.' }).inc(5);
registry.gauge({ name: 'own_ready', help: 'Whether it is there.' }).set(1);
const end = attach(registry);
parentPort.on('message', (what) => {
  if (what === 'detach') end();
  else parentPort.close();
});
parentPort.postMessage('ready');
