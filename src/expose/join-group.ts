import { type GroupOptions, checkGroupOptions, groupOptionNames } from '../aggregate/group/group-settings.js';
import { checkShareName } from '../aggregate/sharing-rules.js';
import { checkOptions } from '../model/options.js';
import { type Registry, asArray, defaultRegistry, oneRegistry } from '../registry/registry.js';
import { openDirectory } from './open-group.js';
import { startOffThread } from './off-thread.js';

export interface JoinOptions extends GroupOptions {
  /** What to have others show; the default registry when left out. */
  readonly registry?: Registry | readonly Registry[];
  /** What workers have to say that attach themselves: `attach(registry, { name })`. 1 to 64 letters, digits, `_`, `.` or `-`; default `default`. */
  readonly name?: string;
}

/** A process's membership in a group. */
export interface Group {
  /** The directory in which its processes meet. */
  readonly dir: string;
  /** Leaves the group: what was counted stands, gauges go. May be called more than once; `registry.shutdown()` calls it, too. */
  close(): Promise<void>;
}

const subject = 'group';

/**
 * Has the processes that share a directory show what this one counts, whoever of them is asked. This one serves nobody: give the option `group` to
 * `startMetricsServer` for that. A thread of its own does it all, and does not keep the process alive.
 *
 * @returns once others can see this process
 * @throws TallystickError `INVALID_OPTIONS` (as a rejection) for a bad option, a directory that is not private to its owner, or a platform whose threads
 *   share no memory
 */
export async function joinGroup(options: JoinOptions = {}): Promise<Group> {
  checkOptions(subject, options, ['registry', 'name', ...groupOptionNames]);
  const { registry = defaultRegistry, name, ...rest } = options;
  const asked = checkGroupOptions(subject, rest);
  oneRegistry(registry);
  const shareName = checkShareName(subject, name);
  const dir = openDirectory(asked.dir);
  const offThread = { name: shareName, deadlineMilliseconds: asked.deadlineMilliseconds, resourceLimits: undefined };
  const { close } = await startOffThread(asArray(registry), undefined, offThread, { ...asked, dir });
  return { dir, close };
}
