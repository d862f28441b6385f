import { writeFile } from 'node:fs/promises';
import { declarationText } from '../config/declaration-text.js';
import { loadMetricsConfig } from '../config/file.js';
import { TallystickError } from '../model/errors.js';
import type { Console } from './console.js';
import { RunError, UsageError, printable, reasonOf } from './failures.js';
import { readFlag, readFlags } from './flags.js';
import { typesHelp } from './help.js';

const flags = ['name', 'out', 'help'] as const;

/**
 * `tallystick types`: writes the type of the metrics that a configuration declares.
 *
 * @returns the status to end with: 0, or 1 when the configuration has faults
 * @throws UsageError; RunError when the file cannot be read or written
 */
export async function types(args: readonly string[], console: Console): Promise<number> {
  const { flags: given, operands } = readFlags(args, flags, ['help'], 1);
  if (given.has('help')) {
    console.out(typesHelp);
    return 0;
  }
  const [file] = operands;
  if (file === undefined || file === '-') throw new UsageError('no configuration is given; give the path of a YAML or JSON file');
  const name = readFlag(given, 'name', (text) => (/^[A-Za-z_$][\w$]*$/.test(text) ? text : undefined), 'the name of an interface, for instance Metrics') ?? 'Metrics';
  let text: string;
  try {
    text = declarationText(await loadMetricsConfig(file), name);
  } catch (error) {
    if (!(error instanceof TallystickError)) throw error;
    // Each fault on a line of its own, with file and line, as editors know them.
    console.error(`${error.message.split('\n').map(printable).join('\n')}\n`);
    return 1;
  }
  const out = given.get('out') ?? '-';
  if (out === '-') {
    console.out(text);
    return 0;
  }
  try {
    await writeFile(out, text);
  } catch (error) {
    throw new RunError(`${printable(out)} cannot be written: ${reasonOf(error)}`);
  }
  return 0;
}
