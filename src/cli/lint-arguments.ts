import type { ParsedFormat } from '../format/parse/parse-error.js';
import { severities } from '../lint/finding.js';
import { type LintOptions, checkLintOptions } from '../lint/lint.js';
import { TallystickError } from '../model/errors.js';
import { parsedFormats } from './detect-format.js';
import { UsageError } from './failures.js';
import { readFlag, readFlags } from './flags.js';

/** What `tallystick lint` was asked for. */
export interface LintArguments {
  readonly help: boolean;
  /** A path, a URL, or `-` for the standard input. */
  readonly from: string;
  /** Nothing where it is to be found out. */
  readonly format: ParsedFormat | undefined;
  readonly json: boolean;
  readonly options: LintOptions;
}

const flags = ['format', 'ignore', 'min-severity', 'threshold', 'json', 'help'] as const;

/**
 * Reads the arguments of `tallystick lint`.
 *
 * @throws UsageError
 */
export function readLintArguments(args: readonly string[]): LintArguments {
  const { flags: given, operands } = readFlags(args, flags, ['json', 'help'], 1);
  const help = given.has('help');
  const [from] = operands;
  if (from === undefined && !help) throw new UsageError('nothing is given to lint; give the path of a file, a URL, or - for the standard input');
  const severity = readFlag(given, 'min-severity', (text) => severities.find((one) => one === text), `one of ${severities.join(', ')}`);
  const options: LintOptions = {
    ignore: readFlag(given, 'ignore', listOf, 'codes with commas between them') ?? [],
    thresholds: readFlag(given, 'threshold', thresholdsOf, 'names and numbers, for instance series=5000,buckets=40') ?? {},
    ...(severity === undefined ? {} : { severity }),
  };
  try {
    checkLintOptions(options);
  } catch (error) {
    if (!(error instanceof TallystickError)) throw error;
    throw new UsageError(error.message.replace(/^lint: /, ''));
  }
  return { help, from: from ?? '', format: readFlag(given, 'format', (text) => parsedFormats.find((one) => one === text), `one of ${parsedFormats.join(', ')}`), json: given.has('json'), options };
}

function listOf(text: string): string[] | undefined {
  const items = text.split(',').map((item) => item.trim());
  return items.includes('') ? undefined : items;
}

function thresholdsOf(text: string): Record<string, number> | undefined {
  const pairs = listOf(text)?.map((item) => /^([a-zA-Z]+)=(\d+(?:\.\d+)?(?:e\d+)?)$/.exec(item));
  if (pairs === undefined || pairs.includes(null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, Number(pair![2]!)]));
}
