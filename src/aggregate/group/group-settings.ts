import { TallystickError, show } from '../../model/errors.js';
import { checkOptions } from '../../model/options.js';

export interface GroupOptions {
  /**
   * The directory in which the processes of the group meet; it is made if there is none, and must be private to its owner (mode 0700). Left out, it is the one
   * that the environment variable `PROMETHEUS_MULTIPROC_DIR` names, else a temporary one.
   */
  readonly dir?: string;
  /** How often what has changed is written down, in seconds, from 0.01 to 1; default 0.5. A process that is killed loses no more than that. */
  readonly checkpointSeconds?: number;
  /** How long others are waited for, in milliseconds, all at once; 0 or more, default 500. Who does not answer in time counts as last known. */
  readonly deadlineMilliseconds?: number;
}

export const groupOptionNames: readonly string[] = ['dir', 'checkpointSeconds', 'deadlineMilliseconds'];

/** Options, checked; they can be sent to another thread. */
export interface GroupSettings {
  readonly dir: string | undefined;
  readonly checkpointSeconds: number;
  readonly deadlineMilliseconds: number;
}

/** @throws TallystickError `INVALID_OPTIONS` */
export function checkGroupOptions(subject: string, options: GroupOptions): GroupSettings {
  checkOptions(subject, options, groupOptionNames);
  const { dir, checkpointSeconds = 0.5, deadlineMilliseconds = 500 } = options;
  if (dir !== undefined && (typeof dir !== 'string' || dir === '')) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: dir is ${show(dir)}; give the path of a directory, or leave it out`);
  }
  if (!(typeof checkpointSeconds === 'number' && checkpointSeconds >= 0.01 && checkpointSeconds <= 1)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: checkpointSeconds is ${show(checkpointSeconds)}; give a number of seconds from 0.01 to 1`);
  }
  if (!(typeof deadlineMilliseconds === 'number' && deadlineMilliseconds >= 0)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: deadlineMilliseconds is ${show(deadlineMilliseconds)}; give a number of milliseconds, 0 or more`);
  }
  return { dir, checkpointSeconds, deadlineMilliseconds };
}
