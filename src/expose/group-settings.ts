import { type GroupOptions, type GroupSettings, checkGroupOptions } from '../aggregate/group/group-settings.js';
import { TallystickError, show } from '../model/errors.js';

export type { GroupOptions } from '../aggregate/group/group-settings.js';

const subject = 'metrics server: group';

/**
 * Checks the option `group`.
 *
 * @returns undefined where the process is to be by itself
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkGroup(given: unknown, isOffThread: boolean): GroupSettings | undefined {
  if (given === undefined || given === false) return undefined;
  if (given !== true && (typeof given !== 'object' || given === null)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject} is ${show(given)}; give true, false, or an object of options`);
  }
  if (!isOffThread) throw new TallystickError('INVALID_OPTIONS', `${subject} is ${show(given)} without offThread, and others are answered by the thread that serves; give offThread: true as well`);
  return checkGroupOptions(subject, given === true ? {} : (given as GroupOptions));
}
