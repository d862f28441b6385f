import type { Budgets } from './budget.js';
import { UsageError } from './failures.js';
import { readFlag, readFlags } from './flags.js';
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
  const { flags: given } = readFlags(args, flags, ['help']);
  if (given.has('from')) {
    const idle = synthetic.find((flag) => given.has(flag));
    if (idle !== undefined) throw new UsageError(`--${idle} and --from exclude each other; an exposition says itself what its metrics are`);
  }
  const memoryBytes = readFlag(given, 'memory', parseBytes, 'a size above 0 with its unit, for instance 512MB');
  const scrapeMilliseconds = readFlag(given, 'scrape-time', parseMilliseconds, 'a time above 0 with its unit, for instance 1s');
  const delayMilliseconds = readFlag(given, 'delay', parseMilliseconds, 'a time above 0 with its unit, for instance 10ms');
  return {
    help: given.has('help'),
    kind: readFlag(given, 'kind', (text) => kinds.find((kind) => kind === text), `one of ${kinds.join(', ')}`) ?? 'counter',
    labels: whole(given, 'labels', 1, 30) ?? 3,
    buckets: whole(given, 'buckets', 1, 500) ?? 12,
    from: readFlag(given, 'from', nonEmpty, 'the path of a file, or a URL'),
    max: whole(given, 'max', 1, 1e8) ?? 1e6,
    seconds: whole(given, 'seconds', 1, 86_400) ?? 600,
    budgets: {
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(scrapeMilliseconds === undefined ? {} : { scrapeMilliseconds }),
      ...(delayMilliseconds === undefined ? {} : { delayMilliseconds }),
    },
    json: readFlag(given, 'json', nonEmpty, 'the path of a file, or - for the standard output'),
    html: readFlag(given, 'html', (text) => (text === '-' ? undefined : nonEmpty(text)), 'the path of a file'),
  };
}

function whole(given: ReadonlyMap<Flag, string>, flag: Flag, least: number, most: number): number | undefined {
  return readFlag(given, flag, (text) => parseWhole(text, least, most), `a whole number from ${least} to ${most >= 1e6 ? '1e' + String(Math.log10(most)) : most}`);
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
