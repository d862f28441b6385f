import { GroupDirectory, directoryVariable } from '../aggregate/group/directory.js';
import type { GroupMemberSettings } from '../aggregate/group/group-member.js';
import type { GroupSettings } from '../aggregate/group/group-settings.js';
import { newId } from '../aggregate/group/names.js';
import { TallystickError, show } from '../model/errors.js';
import type { Registry } from '../registry/registry.js';

/** What a thread is told of the group it is to be a member of, and what gives the place back. */
export interface Membership {
  readonly settings: GroupMemberSettings & { readonly dir: string };
  readonly release: () => void;
}

/** How many memberships a registry has that is told of in a directory. */
const joined = new Map<string, Map<Registry, number>>();

/**
 * Opens the directory of a group. Processes that are started from now on find it by the environment, unless it was given in code.
 *
 * @throws TallystickError `INVALID_OPTIONS` where the directory cannot be used
 */
export function openDirectory(dir: string | undefined): string {
  const { path } = GroupDirectory.open(dir);
  if (dir === undefined) process.env[directoryVariable] = path;
  return path;
}

/**
 * Opens the directory of a group, and makes up who this process is there. One whose registries are told of there already, as it has joined before, only
 * shows the group: nothing is counted twice.
 *
 * @throws TallystickError `INVALID_OPTIONS` where the directory cannot be used, or only some of the registries are told of there
 */
export function openGroup(settings: GroupSettings, registries: readonly Registry[]): Membership {
  const dir = openDirectory(settings.dir);
  let known = joined.get(dir);
  if (known === undefined) joined.set(dir, (known = new Map()));
  const told = registries.filter((registry) => known.has(registry));
  if (told.length > 0 && told.length < registries.length) {
    throw new TallystickError('INVALID_OPTIONS', `group ${show(dir)}: some of the registries are told of there already, and would count twice; join with all of them at once, or with others`);
  }
  for (const registry of registries) known.set(registry, (known.get(registry) ?? 0) + 1);
  const role = told.length > 0 ? 'reader' : 'writer';
  return { settings: { ...settings, dir, id: newId(), role }, release: () => release(dir, registries) };
}

function release(dir: string, registries: readonly Registry[]): void {
  const known = joined.get(dir)!;
  for (const registry of registries) {
    const left = known.get(registry)! - 1;
    if (left > 0) known.set(registry, left);
    else known.delete(registry);
  }
  if (known.size === 0) joined.delete(dir);
}
