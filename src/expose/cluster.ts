import { TallystickError } from '../model/errors.js';
import cluster from 'node:cluster';
import { directoryVariable } from '../aggregate/group/directory.js';
import { type GroupOptions, checkGroup } from './group-settings.js';
import { openDirectory } from './open-group.js';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './server.js';

/** Those of {@link MetricsServerOptions}; `offThread` and `group` are on anyway. */
export interface ClusterMetricsOptions extends MetricsServerOptions {
  readonly group?: true | GroupOptions;
}

/**
 * Serves, from the primary of a cluster, what it and all its workers count. To be called before workers are forked: each of those joins by itself before
 * its own code runs, with its default registry, and needs no line for it.
 *
 * @returns once the server listens; workers may be forked before
 * @throws TallystickError `INVALID_OPTIONS` (as a rejection) as `startMetricsServer` does, and in a worker
 */
export async function startClusterMetrics(options: ClusterMetricsOptions = {}): Promise<MetricsServer> {
  if (!cluster.isPrimary) throw new TallystickError('INVALID_OPTIONS', 'cluster metrics: this is a worker, which joins by itself; call this in the primary only');
  const group = checkGroup(options.group ?? true, true)!;
  const dir = openDirectory(group.dir);
  // All of this before anything is waited for, as workers may be forked in the next line.
  process.env[directoryVariable] = dir;
  const { execArgv = process.execArgv } = cluster.settings;
  cluster.setupPrimary({ execArgv: [...execArgv, '--import', new URL('./join.js', import.meta.url).href] });
  return startMetricsServer({ ...options, offThread: options.offThread || true, group: { ...group, dir } });
}
