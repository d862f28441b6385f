/**
 * Joins the group of the directory that the environment variable `PROMETHEUS_MULTIPROC_DIR` names, with the default registry: `node --import tallystick/join`.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { joinGroup } from './join-group.js';
import { defaultRegistry } from '../registry/registry.js';

// Threads that the process starts are put together with it anyway.
if (isMainThread) {
  try {
    await joinGroup();
  } catch (error) {
    // Metrics are no reason for a service not to start.
    defaultRegistry.noteFault('group', error);
  }
}
