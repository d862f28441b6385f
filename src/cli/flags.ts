import { UsageError } from './failures.js';

/** What a command was given: its flags with their values, switches with an empty one, and what is no flag. */
export interface Given<Flag extends string> {
  readonly flags: ReadonlyMap<Flag, string>;
  readonly operands: readonly string[];
}

/**
 * Reads flags, as `--flag value` or `--flag=value`, and operands between them. `-h` is `--help`.
 *
 * @param known every flag of the command
 * @param switches those that take no value
 * @param mostOperands how many arguments may be no flags
 * @throws UsageError for an unknown flag, one that comes twice, and one without its value
 */
export function readFlags<Flag extends string>(args: readonly string[], known: readonly Flag[], switches: readonly Flag[], mostOperands = 0): Given<Flag> {
  const flags = new Map<Flag, string>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (operands.length < mostOperands && (argument === '-' || (argument !== '' && !argument.startsWith('-')))) {
      operands.push(argument);
      continue;
    }
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument === '-h' ? '--help' : argument) ?? [];
    const flag = known.find((one) => one === name);
    if (operands.length >= mostOperands && mostOperands > 0 && !argument.startsWith('-')) throw new UsageError(`${quoted(argument)} is one argument too many; ${mostOperands === 1 ? 'one is' : `${mostOperands} are`} taken`);
    if (flag === undefined) throw new UsageError(`${quoted(argument)} is no flag of this command; --help lists them`);
    if (flags.has(flag)) throw new UsageError(`--${flag} comes twice; give it once`);
    if (switches.includes(flag)) {
      if (inline !== undefined) throw new UsageError(`--${flag} takes no value; leave it out`);
      flags.set(flag, '');
      continue;
    }
    // A lone dash is a value, everything else that begins with one is the next flag.
    const next = args[i + 1];
    const value = inline ?? (next === undefined || (next.startsWith('-') && next !== '-') ? undefined : args[++i]);
    if (value === undefined) throw new UsageError(`--${flag} has no value; --help says what it takes`);
    flags.set(flag, value);
  }
  return { flags, operands };
}

/**
 * The value of a flag as `parse` reads it; `undefined` for a flag that was not given.
 *
 * @param rule what is to be given, for the error
 * @throws UsageError where `parse` gives `undefined`
 */
export function readFlag<Flag extends string, T>(given: ReadonlyMap<Flag, string>, flag: Flag, parse: (text: string) => T | undefined, rule: string): T | undefined {
  const text = given.get(flag);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) throw new UsageError(`--${flag} is ${quoted(text)}; give ${rule}`);
  return value;
}

/** What came, on one line and no longer than that; JSON escapes what could command a terminal, but for the characters below. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text).replace(/[\p{C}\u2028\u2029]/gu, '?');
}
