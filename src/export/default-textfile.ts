import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { type Registry, defaultRegistry } from '../registry/registry.js';
import { writeTextfile } from './textfile.js';

export interface DefaultTextfileOptions {
  /** What the file and, in the home folder, the folder are called by: a file name without a path. */
  readonly program: string;
  /** The environment variable that names the folder for logs; `LOG_DIR` when left out. */
  readonly variable?: string;
  /** Where the variable is looked up; that of the process when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** That of the user when left out. */
  readonly homeFolder?: string;
}

const subject = 'default textfile';

/**
 * Where a program writes its metrics when nothing else was said: `<folder for logs>/<program>.prom` when the variable is set, else
 * `~/.<program>/<program>.prom`.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function defaultTextfilePath(options: DefaultTextfileOptions): string {
  checkOptions(subject, options, ['program', 'variable', 'environment', 'homeFolder']);
  const { program, variable = 'LOG_DIR', environment = process.env, homeFolder = homedir() } = options;
  if (typeof program !== 'string' || program === '' || program.startsWith('.') || basename(program) !== program || /[\\\p{Cc}]/u.test(program)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: program is ${show(program)}; give a name that a file can have, without a path`);
  }
  const folder = environment[variable];
  return folder === undefined || folder === '' ? join(resolve(homeFolder), `.${program}`, `${program}.prom`) : join(resolve(folder), `${program}.prom`);
}

/**
 * Writes the metrics to the default path of a program; the folder is made when there is none. A reader sees the old file or the new one, whole.
 *
 * @param registries one, or several to be shown as one
 * @returns the path
 * @throws TallystickError `INVALID_OPTIONS`; `PUSH_FAILED` when the file cannot be written; as rejections
 */
export async function writeDefaultTextfile(options: DefaultTextfileOptions, registries: Registry | readonly Registry[] = defaultRegistry): Promise<string> {
  const path = defaultTextfilePath(options);
  await writeTextfile(path, registries);
  return path;
}
