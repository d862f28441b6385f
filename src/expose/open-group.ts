import { GroupDirectory, directoryVariable } from '../aggregate/group/directory.js';
import type { GroupMemberSettings } from '../aggregate/group/group-member.js';
import type { GroupSettings } from '../aggregate/group/group-settings.js';
import { newId } from '../aggregate/group/names.js';

/**
 * Opens the directory of a group, and makes up who this process is there. Processes that are started from now on find it by the environment, unless it
 * was given in code.
 *
 * @throws TallystickError `INVALID_OPTIONS` where the directory cannot be used
 */
export function openGroup(settings: GroupSettings): GroupMemberSettings & { readonly dir: string } {
  const { path } = GroupDirectory.open(settings.dir);
  if (settings.dir === undefined) process.env[directoryVariable] = path;
  return { ...settings, dir: path, id: newId() };
}
