import process from 'node:process';
import { directoryVariable } from '../aggregate/group/directory.js';
import { UsageError } from './failures.js';
import { readFlag, readFlags } from './flags.js';
import { parseMilliseconds, parseWhole } from './quantities.js';

/** What `tallystick serve` was asked for. */
export interface ServeArguments {
  readonly help: boolean;
  readonly dir: string;
  readonly port: number;
  readonly host: string;
  readonly deadlineMilliseconds: number;
}

const flags = ['dir', 'port', 'host', 'deadline', 'help'] as const;

/** @throws UsageError */
export function readServeArguments(args: readonly string[]): ServeArguments {
  const { flags: given } = readFlags(args, flags, ['help']);
  const help = given.has('help');
  const dir = readFlag(given, 'dir', nonEmpty, 'the path of a directory') ?? process.env[directoryVariable] ?? '';
  if (dir === '' && !help) throw new UsageError(`no directory is given; give --dir, or set ${directoryVariable}`);
  return {
    help,
    dir,
    port: readFlag(given, 'port', (text) => parseWhole(text, 0, 65_535), 'a whole number from 0 to 65535') ?? 9464,
    host: readFlag(given, 'host', nonEmpty, 'an address, for instance 0.0.0.0') ?? '127.0.0.1',
    deadlineMilliseconds: readFlag(given, 'deadline', parseMilliseconds, 'a time above 0 with its unit, for instance 500ms') ?? 500,
  };
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
