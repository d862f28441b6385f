import type { GroupSettings } from '../aggregate/group/group-settings.js';
import { checkThreads } from '../aggregate/sharing-rules.js';
import { TallystickError } from '../model/errors.js';
import type { Registry } from '../registry/registry.js';
import type { MetricsServer, ServerSettings } from './http-server.js';
import { type OffThread, refuseFunctions, subject } from './off-thread-options.js';
import { OffThreadServer } from './off-thread-server.js';

/**
 * Serves registries from a thread of its own.
 *
 * @returns once that thread listens
 * @throws TallystickError `INVALID_OPTIONS` (as a rejection) as one on this thread would, and where threads share no memory
 */
export async function startOffThread(registries: readonly Registry[], settings: ServerSettings | undefined, offThread: OffThread, group?: GroupSettings): Promise<MetricsServer> {
  checkThreads(subject);
  if (settings !== undefined) refuseFunctions(settings);
  const threads = await import('node:worker_threads').catch((): never => {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: this platform has no node:worker_threads; leave it out to serve from this thread`);
  });
  return OffThreadServer.start(threads, registries, settings, offThread, group && (await import('./open-group.js')).openGroup(group, registries));
}
