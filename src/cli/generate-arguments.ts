import type { ParsedFormat } from '../format/parse/parse-error.js';
import { parsedFormats } from './detect-format.js';
import { UsageError } from './failures.js';
import { quoted, readFlag, readFlags } from './flags.js';

export const generated = ['grafana', 'alerts', 'recording-rules', 'prometheus', 'compose'] as const;

/** What can be generated. */
export type Generated = (typeof generated)[number];

/** What `tallystick generate` was asked for. */
export interface GenerateArguments {
  readonly help: boolean;
  readonly what: Generated;
  /** A path, a URL, or `-` for the standard input; `undefined` where no metrics are needed. */
  readonly from: string | undefined;
  /** A path, or nothing for the standard output. */
  readonly out: string | undefined;
  /** Nothing where it is to be found out. */
  readonly format: ParsedFormat | undefined;
  readonly job: string | undefined;
  readonly title: string | undefined;
  readonly window: string | undefined;
  readonly forScale: number | undefined;
  readonly targets: readonly string[] | undefined;
  readonly rules: readonly string[] | undefined;
  readonly scrapeInterval: string | undefined;
  readonly retention: string | undefined;
  readonly dashboards: readonly string[] | undefined;
  readonly image: string | undefined;
}

const common = ['out', 'help'] as const;

/** The flags of each thing: another one would be ignored without a word. */
const flagsOf = {
  grafana: ['format', 'title', ...common],
  alerts: ['format', 'job', 'window', 'for-scale', ...common],
  'recording-rules': ['format', 'window', ...common],
  prometheus: ['job', 'targets', 'rules', 'scrape-interval', ...common],
  compose: ['image', 'rules', 'dashboards', 'retention', ...common],
} as const satisfies Record<Generated, readonly string[]>;

type Flag = (typeof flagsOf)[Generated][number];

/**
 * Reads the arguments of `tallystick generate`.
 *
 * @throws UsageError
 */
export function readGenerateArguments(args: readonly string[]): GenerateArguments {
  const [first, ...rest] = args;
  const asksHelp = first === '--help' || first === '-h';
  const what = generated.find((one) => one === first);
  if (what === undefined && !asksHelp) throw new UsageError(`${first === undefined ? 'nothing is named to generate' : `${quoted(first)} is nothing that can be generated`}; give one of ${generated.join(', ')}`);
  const chosen = what ?? 'grafana';
  // The file of Compose knows no metrics; that of Prometheus only where they are.
  const mostOperands = chosen === 'compose' || asksHelp ? 0 : 1;
  const { flags, operands } = readFlags<Flag>(asksHelp ? ['--help', ...rest] : rest, flagsOf[chosen], ['help'], mostOperands);
  const help = flags.has('help');
  const [from] = operands;
  if (from === undefined && !help && ['grafana', 'alerts', 'recording-rules'].includes(chosen)) throw new UsageError('no metrics are given; give the path of a file, a URL, or - for the standard input');
  const text = (flag: Flag): string | undefined => readFlag(flags, flag, (given) => (given.trim() === '' ? undefined : given), 'a text');
  const items = (flag: Flag): readonly string[] | undefined => readFlag(flags, flag, listOf, 'names with commas between them');
  return {
    help, what: chosen, from,
    out: text('out'), job: text('job'), title: text('title'), image: text('image'), window: text('window'), scrapeInterval: text('scrape-interval'), retention: text('retention'),
    targets: items('targets'), rules: items('rules'), dashboards: items('dashboards'),
    format: readFlag(flags, 'format', (given) => parsedFormats.find((one) => one === given), `one of ${parsedFormats.join(', ')}`),
    forScale: readFlag(flags, 'for-scale', (given) => (/^\d*\.?\d+(?:e-?\d+)?$/.test(given) && Number(given) > 0 ? Number(given) : undefined), 'a number above 0'),
  };
}

function listOf(text: string): string[] | undefined {
  const items = text.split(',').map((item) => item.trim());
  return items.includes('') ? undefined : items;
}
