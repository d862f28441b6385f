/** A worker that computes a gauge when it is asked, and blocks its event loop when it is told to. */
import { parentPort } from 'node:worker_threads';
import { Registry } from 'tallystick';
import { attach } from 'tallystick/aggregate';

const registry = new Registry();
let asked = 0;
registry.gauge({ name: 'own_asked', help: 'How often it was asked.', collect: () => ++asked });
attach(registry);
parentPort.on('message', () => {
  parentPort.postMessage('blocked');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8000);
});
parentPort.postMessage('ready');
