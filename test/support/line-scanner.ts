import type { Exemplar } from '../../src/model/exemplar.js';

const legacyName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const legacyLabel = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const inQuotes = /(?:[^"\\\n]|\\.)*/y;
const number = /(?:NaN|\+Inf|-Inf|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d+)?)/y;

export type Labels = readonly (readonly [name: string, value: string])[];

/** How a sample begins: its name, quoted or not, and its labels. */
export interface SampleHead {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * Reads a line of OpenMetrics from left to right, for the checkers of these tests. It takes one spelling of each thing, the one a careful
 * writer gives it, and throws on every other. It shares no code with the writers.
 */
export class LineScanner {
  private readonly line: string;
  private at: number;

  constructor(line: string) {
    this.line = line;
    this.at = 0;
  }

  fail(what: string): never {
    throw new Error(`${what} at ${this.at} in ${JSON.stringify(this.line)}`);
  }

  isAt(expected: string): boolean {
    return this.line.startsWith(expected, this.at);
  }

  skip(expected: string): boolean {
    if (!this.isAt(expected)) return false;
    this.at += expected.length;
    return true;
  }

  expect(expected: string): void {
    if (!this.skip(expected)) this.fail(`no ${JSON.stringify(expected)}`);
  }

  end(): void {
    if (this.at < this.line.length) this.fail('more than there should be');
  }

  rest(): string {
    const rest = this.line.slice(this.at);
    this.at = this.line.length;
    return rest;
  }

  take(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.line);
    if (match === null) this.fail(`no ${what}`);
    this.at += match[0].length;
    return match[0];
  }

  /** What is not a legacy name stands in quotes, and nothing else does. */
  name(pattern: RegExp = legacyName): string {
    if (!this.skip('"')) return this.take(pattern, 'name');
    const name = this.quoted();
    if (new RegExp(`^(?:${pattern.source})$`).test(name)) this.fail('quotes that are not needed');
    return name;
  }

  /** A text whose opening quote was read. */
  quoted(): string {
    const text = unescapeText(this.take(inQuotes, 'text'));
    this.expect('"');
    return text;
  }

  sampleHead(): SampleHead {
    if (!this.skip('{')) {
      const name = this.take(legacyName, 'name');
      if (!this.skip('{')) return { name, labels: [] };
      return { name, labels: this.labels() };
    }
    if (!this.isAt('"')) this.fail('no quoted name');
    const name = this.name();
    if (this.skip('}')) return { name, labels: [] };
    this.expect(',');
    return { name, labels: this.labels() };
  }

  /** Labels behind their opening brace, at least one. */
  labels(): Labels {
    const labels: (readonly [string, string])[] = [];
    do {
      const name = this.name(legacyLabel);
      this.expect('="');
      if (labels.some(([other]) => other === name)) this.fail(`label ${name} twice`);
      labels.push([name, this.quoted()]);
    } while (this.skip(','));
    this.expect('}');
    return labels;
  }

  number(): number {
    const text = this.take(number, 'number');
    return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
  }

  time(): number {
    const value = this.number();
    if (!Number.isFinite(value)) this.fail('a time that is none');
    return value;
  }

  /** A time behind a space, unless an exemplar or a start time follows, or nothing. */
  timeBehind(): number | undefined {
    return !this.isAt(' #') && !this.isAt(' st@') && this.skip(' ') ? this.time() : undefined;
  }

  /** An exemplar behind ` # {`. */
  exemplar(): Exemplar {
    const labels = this.skip('}') ? [] : this.labels();
    if ([...labels.flat().join('')].length > 128) this.fail('an exemplar of more than 128 characters');
    this.expect(' ');
    const value = this.number();
    const timestamp = this.timeBehind();
    return { labels: Object.fromEntries(labels), value, ...(timestamp === undefined ? {} : { timestamp }) };
  }
}

/** A family's metadata. */
export interface Head {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
}

/**
 * The lines of an exposition in families: TYPE, UNIT where there is one, HELP, then samples.
 *
 * @throws Error when the order is another, a family comes twice, a line is empty or the end is missing
 */
export function splitFamilies(text: string, types: readonly string[]): { readonly head: Head; readonly lines: readonly string[] }[] {
  if (!/(?:^|\n)# EOF\n$/.test(text)) throw new Error('no # EOF at the end');
  const lines = text.split('\n').slice(0, -2);
  const families: { readonly head: Head; readonly lines: string[] }[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]!.startsWith('#')) {
      const family = families.at(-1);
      if (family === undefined) throw new Error(`a sample before its family: ${lines[at]}`);
      family.lines.push(lines[at]!);
      continue;
    }
    const type = metadata('TYPE', lines[at]!);
    const unit = lines[at + 1]?.startsWith('# UNIT ') === true ? metadata('UNIT', lines[++at]!) : { name: type.name, text: '' };
    const help = metadata('HELP', lines[++at] ?? '');
    if (type.name !== unit.name || type.name !== help.name) throw new Error(`metadata of ${type.name}, ${unit.name} and ${help.name} together`);
    if (families.some(({ head }) => head.name === type.name)) throw new Error(`family ${type.name} twice`);
    if (!types.includes(type.text)) throw new Error(`${type.text} is no type`);
    if (unit.text !== '' && (type.text === 'info' || type.text === 'stateset')) throw new Error(`${type.name} has a unit`);
    families.push({ head: { name: type.name, type: type.text, unit: unit.text, help: unescapeText(help.text) }, lines: [] });
  }
  return families;
}

function metadata(keyword: string, line: string): { readonly name: string; readonly text: string } {
  const scanner = new LineScanner(line);
  scanner.expect(`# ${keyword} `);
  const name = scanner.name();
  scanner.expect(' ');
  const text = scanner.rest();
  if (text === '') scanner.fail(`no ${keyword}`);
  return { name, text };
}

/** `\\`, `\"` and `\n`, and no others; an unescaped quote is none. */
export function unescapeText(text: string): string {
  return text.replace(/\\(.?)|"/gs, (escape, character: string | undefined) => {
    if (character === undefined || !'\\"n'.includes(character) || character === '') throw new Error(`${escape} is no escape`);
    return character === 'n' ? '\n' : character;
  });
}
