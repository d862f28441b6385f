import type { Budgets } from './budget.js';
import { UsageError } from './failures.js';
import { parseBytes, parseMilliseconds, parseWhole } from './quantities.js';
import { type Kind, kinds } from './shape.js';

/** What `tallystick cardinality` was asked for. */
export interface CardinalityArguments {
  readonly help: boolean;
  readonly kind: Kind;
  readonly labels: number;
  readonly buckets: number;
  readonly from: string | undefined;
  readonly max: number;
  readonly seconds: number;
  readonly budgets: Budgets;
  /** A path, or `-` for the standard output. */
  readonly json: string | undefined;
  readonly html: string | undefined;
}

const flags = ['kind', 'labels', 'buckets', 'from', 'max', 'seconds', 'memory', 'scrape-time', 'delay', 'json', 'html', 'help'] as const;
type Flag = (typeof flags)[number];

/** Given with `--from`, these would have nothing to say. */
const synthetic: readonly Flag[] = ['kind', 'labels', 'buckets'];

/**
 * Reads the flags of `tallystick cardinality`, as `--flag value` or `--flag=value`.
 *
 * @throws UsageError for an unknown flag, one that comes twice, and a value that breaks its rule
 */
export function readCardinalityArguments(args: readonly string[]): CardinalityArguments {
  const given = readFlags(args);
  if (given.has('from')) {
    const idle = synthetic.find((flag) => given.has(flag));
    if (idle !== undefined) throw new UsageError(`--${idle} and --from exclude each other; an exposition says itself what its metrics are`);
  }
  const memoryBytes = read(given, 'memory', parseBytes, 'a size above 0 with its unit, for instance 512MB');
  const scrapeMilliseconds = read(given, 'scrape-time', parseMilliseconds, 'a time above 0 with its unit, for instance 1s');
  const delayMilliseconds = read(given, 'delay', parseMilliseconds, 'a time above 0 with its unit, for instance 10ms');
  return {
    help: given.has('help'),
    kind: read(given, 'kind', (text) => kinds.find((kind) => kind === text), `one of ${kinds.join(', ')}`) ?? 'counter',
    labels: whole(given, 'labels', 1, 30) ?? 3,
    buckets: whole(given, 'buckets', 1, 500) ?? 12,
    from: read(given, 'from', nonEmpty, 'the path of a file, or a URL'),
    max: whole(given, 'max', 1, 1e8) ?? 1e6,
    seconds: whole(given, 'seconds', 1, 86_400) ?? 600,
    budgets: {
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(scrapeMilliseconds === undefined ? {} : { scrapeMilliseconds }),
      ...(delayMilliseconds === undefined ? {} : { delayMilliseconds }),
    },
    json: read(given, 'json', nonEmpty, 'the path of a file, or - for the standard output'),
    html: read(given, 'html', (text) => (text === '-' ? undefined : nonEmpty(text)), 'the path of a file'),
  };
}

function readFlags(args: readonly string[]): Map<Flag, string> {
  const given = new Map<Flag, string>();
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argument === '-h' ? '--help' : argument) ?? [];
    const flag = flags.find((known) => known === name);
    if (flag === undefined) throw new UsageError(`${quoted(argument)} is no flag of this command; --help lists them`);
    if (given.has(flag)) throw new UsageError(`--${flag} comes twice; give it once`);
    if (flag === 'help') {
      if (inline !== undefined) throw new UsageError('--help takes no value; leave it out');
      given.set(flag, '');
      continue;
    }
    // A lone dash is a value, everything else that begins with one is the next flag.
    const next = args[i + 1];
    const value = inline ?? (next === undefined || (next.startsWith('-') && next !== '-') ? undefined : args[++i]);
    if (value === undefined) throw new UsageError(`--${flag} has no value; --help says what it takes`);
    given.set(flag, value);
  }
  return given;
}

function read<T>(given: ReadonlyMap<Flag, string>, flag: Flag, parse: (text: string) => T | undefined, rule: string): T | undefined {
  const text = given.get(flag);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) throw new UsageError(`--${flag} is ${quoted(text)}; give ${rule}`);
  return value;
}

function whole(given: ReadonlyMap<Flag, string>, flag: Flag, least: number, most: number): number | undefined {
  return read(given, flag, (text) => parseWhole(text, least, most), `a whole number from ${least} to ${most >= 1e6 ? '1e' + String(Math.log10(most)) : most}`);
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** What came, on one line and no longer than that; JSON escapes what could command a terminal, but for the characters below. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text).replace(/[\p{C}\u2028\u2029]/gu, '?');
}
