import { type Worker, getEnvironmentData, threadId } from 'node:worker_threads';
import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { broadcast } from '../platform/channel.js';
import type { Announcement } from '../registry/announcement.js';
import { type Registry, defaultRegistry, oneRegistry } from '../registry/registry.js';
import { channelOf, inheritedKey } from '../registry/sharing.js';
import { checkShareName, checkThreads } from './sharing-rules.js';

export interface AttachOptions {
  /** The name that the server was given as `offThread: { name }`; as the process has put it down for its workers, or else `default`. */
  readonly name?: string;
}

/**
 * Has what this thread records be merged with what others of the process do: in a worker, for a registry of its own, or before Node.js 20.16, where
 * workers cannot see by themselves that they are to share. The server may be started before or after. A registry that is attached already
 * stays so, and counts once.
 *
 * @param registry the default registry when left out
 * @returns what ends it; what has been counted stands, gauges go. The end of the thread ends it, too
 * @throws TallystickError `INVALID_OPTIONS` for what is no registry, a bad name, or a platform whose threads share no memory
 */
export function attach(registry: Registry = defaultRegistry, options: AttachOptions = {}): () => void {
  checkThreads('attach');
  checkOptions('attach', options, ['name']);
  const name = checkShareName('attach', options.name, inheritedName());
  return oneRegistry(registry).share(name, threadId);
}

/**
 * Tells of the end of a worker, so that what it has counted is kept even if it is terminated. It is needed only for workers that were started before
 * this thread had a registry to share; of others the end is seen anyway.
 *
 * @throws TallystickError `INVALID_OPTIONS` for what is no worker, or one that has ended
 */
export function attachWorker(worker: Worker, options: AttachOptions = {}): void {
  checkThreads('attachWorker');
  if (typeof worker?.once !== 'function' || typeof worker.threadId !== 'number') {
    throw new TallystickError('INVALID_OPTIONS', `attachWorker: ${show(worker)} is no worker; give a Worker of node:worker_threads`);
  }
  checkOptions('attachWorker', options, ['name']);
  const name = checkShareName('attachWorker', options.name, inheritedName());
  // The number of a worker that has ended is -1.
  const { threadId: thread } = worker;
  if (thread < 0) throw new TallystickError('INVALID_OPTIONS', 'attachWorker: the worker has ended; attach it when it has been started');
  worker.once('exit', () => broadcast(channelOf(name), { kind: 'ended', thread } satisfies Announcement));
}

function inheritedName(): string | undefined {
  const name = getEnvironmentData(inheritedKey);
  return typeof name === 'string' ? name : undefined;
}
