import type { Console } from './console.js';
import { RunError, UsageError, printable } from './failures.js';
import { commandHelp } from './help.js';
import { version } from './version.js';

/** Carries out a command, and gives the status to end with. */
export type Command = (args: readonly string[], console: Console) => Promise<number>;

/**
 * Picks the command that the first argument names and runs it.
 *
 * @returns its status; 1 when it could not be carried out, 2 when it was not understood
 */
export async function dispatch(args: readonly string[], commands: Readonly<Record<string, Command>>, console: Console): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    console.out(commandHelp);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    console.out(`${version()}\n`);
    return 0;
  }
  if (name === undefined || !Object.hasOwn(commands, name)) {
    console.error(`${name === undefined ? 'tallystick: no command is given' : `tallystick: ${JSON.stringify(printable(name.slice(0, 64)))} is no command`}\n\n${commandHelp}`);
    return 2;
  }
  try {
    return await commands[name]!(rest, console);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RunError)) throw error;
    console.error(`tallystick ${name}: ${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
