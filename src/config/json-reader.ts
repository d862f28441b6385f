import { show } from '../model/errors.js';
import { type Located, type LocatedEntry, UnreadableText, deepestNesting } from './located.js';

const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /true|false|null/y;

/**
 * Reads JSON as `JSON.parse` does, and remembers where everything stands.
 *
 * @throws UnreadableText
 *
 * Source: RFC 8259.
 */
export function readJson(text: string): Located {
  return new JsonReader(text).document();
}

class JsonReader {
  private readonly text: string;
  private at: number;

  constructor(text: string) {
    this.text = text;
    // A byte order mark may be ignored (RFC 8259, section 8.1).
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  document(): Located {
    const value = this.value(0);
    this.skip();
    if (this.at < this.text.length) this.fail('nothing more, as the value has ended');
    return value;
  }

  private value(depth: number): Located {
    this.skip();
    const { at } = this;
    if (depth > deepestNesting) return this.fail(`at most ${deepestNesting} levels of nesting`);
    if (this.take('{')) return { at, entries: this.list('}', () => this.entry(depth + 1)) };
    if (this.take('[')) return { at, items: this.list(']', () => this.value(depth + 1)) };
    const token = this.match(string) ?? this.match(number) ?? this.match(word);
    return token === undefined ? this.fail('a value') : { at, scalar: JSON.parse(token) };
  }

  private entry(depth: number): LocatedEntry {
    this.skip();
    const { at } = this;
    const key = this.match(string) ?? this.fail('a key in double quotes');
    this.skip();
    if (!this.take(':')) this.fail('":" after the key');
    return { key: JSON.parse(key) as string, at, value: this.value(depth) };
  }

  private list<T>(end: string, next: () => T): T[] {
    const found: T[] = [];
    this.skip();
    if (this.take(end)) return found;
    for (;;) {
      found.push(next());
      this.skip();
      if (this.take(end)) return found;
      if (!this.take(',')) this.fail(`"," or ${show(end)}`);
    }
  }

  private skip(): void {
    this.match(space);
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private match(token: RegExp): string | undefined {
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private fail(expected: string): never {
    const came = this.at < this.text.length ? show(String.fromCodePoint(this.text.codePointAt(this.at)!)) : 'the end';
    throw new UnreadableText([{ at: this.at, path: '', message: `is no JSON: here is ${came}; expected is ${expected}` }]);
  }
}
