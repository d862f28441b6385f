/**
 * A strict parser of the text format 0.0.4 for tests. It takes no more than a writer should write: HELP, then TYPE, then the samples of
 * each family, one space between parts, no timestamps, and throws on everything else. It shares no code with the writer.
 */

export interface ParsedSample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ParsedSample[];
}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const number = /^(?:NaN|\+Inf|-Inf|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d+)?)$/;
const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const suffixes: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] };

/** @throws Error naming the line that breaks the format */
export function parseText(text: string): ParsedFamily[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const families: ParsedFamily[] = [];
  const seen = new Set<string>();
  const lines = text.slice(0, -1).split('\n');
  for (let at = 0; at < lines.length; ) {
    const { name, help, type } = parseHead(lines[at]!, lines[at + 1]);
    if (families.some((family) => family.name === name)) throw new Error(`family ${name} comes twice`);
    at += 2;
    const samples: ParsedSample[] = [];
    for (; at < lines.length && !lines[at]!.startsWith('#'); at++) {
      const sample = parseSample(lines[at]!);
      if (!(suffixes[type] ?? ['']).some((suffix) => sample.name === name + suffix)) throw new Error(`${sample.name} is no sample of ${type} ${name}`);
      const key = JSON.stringify([sample.name, [...sample.labels].sort()]);
      if (seen.has(key)) throw new Error(`series ${key} comes twice`);
      seen.add(key);
      samples.push(sample);
    }
    families.push({ name, help, type, samples });
  }
  return families;
}

function parseHead(first: string, second: string | undefined): { name: string; help: string; type: string } {
  const help = /^# HELP (\S+) (.+)$/s.exec(first);
  const type = /^# TYPE (\S+) (\S+)$/.exec(second ?? '');
  if (help === null || type === null || help[1] !== type[1]) throw new Error(`not a HELP line and its TYPE line: ${JSON.stringify([first, second])}`);
  const name = help[1]!;
  if (new Scanner(name).take(metricName) !== name) throw new Error(`${name} is no metric name`);
  if (!types.includes(type[2]!)) throw new Error(`${type[2]} is no type`);
  return { name, help: unescape(help[2]!, '\\n'), type: type[2]! };
}

function parseSample(line: string): ParsedSample {
  const scanner = new Scanner(line);
  const name = scanner.take(metricName);
  const labels: (readonly [string, string])[] = [];
  if (scanner.skip('{')) {
    do {
      const label = scanner.take(labelName);
      if (!scanner.skip('="')) throw new Error(`no value of ${label} in ${line}`);
      const value = unescape(scanner.take(/(?:[^"\\]|\\.)*/y), '\\n"');
      if (!scanner.skip('"')) throw new Error(`no end of ${label} in ${line}`);
      if (labels.some(([other]) => other === label)) throw new Error(`label ${label} comes twice in ${line}`);
      labels.push([label, value]);
    } while (scanner.skip(','));
    if (!scanner.skip('}')) throw new Error(`no end of the labels in ${line}`);
  }
  if (!scanner.skip(' ')) throw new Error(`no space before the value in ${line}`);
  const rest = scanner.rest();
  if (!number.test(rest)) throw new Error(`${rest} is no number`);
  return { name, labels, value: parseNumber(rest) };
}

/** A number of the text format. */
export function parseNumber(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function unescape(text: string, allowed: string): string {
  return text.replace(/\\(.?)/gs, (_, character: string) => {
    if (character === '' || !allowed.includes(character)) throw new Error(`\\${character} is no escape`);
    return character === 'n' ? '\n' : character;
  });
}

class Scanner {
  private readonly text: string;
  private at: number;

  constructor(text: string) {
    this.text = text;
    this.at = 0;
  }

  /** What matches here, which may be nothing only where the pattern allows it. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) throw new Error(`unexpected ${JSON.stringify(this.text.slice(this.at, this.at + 20))}`);
    this.at += match[0].length;
    return match[0];
  }

  skip(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  rest(): string {
    return this.text.slice(this.at);
  }
}
