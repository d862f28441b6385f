import { show } from '../../model/errors.js';
import { backslash, blank, carriageReturn, lineFeed, lowerN, quote, tab } from './characters.js';
import type { Dialect } from './dialect.js';
import { ParseError } from './parse-error.js';

const strict = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The bytes being read, and where. Whoever reads them hoists `bytes` and `at` and sets `at` when done. Lines end with a line feed, always:
 * every loop meets one before the end of the bytes, and needs no other check.
 */
export class Source {
  readonly dialect: Dialect;
  bytes: Uint8Array;
  at: number;
  /** The line being read, from 1 on, and where it begins. */
  line: number;
  lineStart: number;
  /** The last line was not ended: its line feed was put there to read it. */
  unended: boolean;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    this.bytes = new Uint8Array(0);
    this.at = 0;
    this.line = 0;
    this.lineStart = 0;
    this.unended = false;
  }

  skipBlanks(): void {
    const { bytes } = this;
    let { at } = this;
    while (bytes[at] === blank || bytes[at] === tab) at++;
    this.at = at;
  }

  /** Goes over one byte that has to be there. */
  take(byte: number, expected: string): void {
    if (this.bytes[this.at] !== byte) throw this.error(this.at, expected);
    this.at += 1;
  }

  /** Goes over these characters if they are there. */
  takeIf(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[this.at + i] !== text.charCodeAt(i)) return false;
    this.at += text.length;
    return true;
  }

  /** The text from `start` to `end`, which has to be UTF-8, and in OpenMetrics without carriage returns ("Overall structure"). */
  text(start: number, end: number): string {
    let text: string;
    try {
      text = strict.decode(this.bytes.subarray(start, end));
    } catch {
      throw this.error(this.firstFault(start, end), 'UTF-8');
    }
    if (!this.dialect.loose && text.includes('\r')) throw this.error(this.bytes.indexOf(carriageReturn, start), 'no carriage return, which OpenMetrics forbids');
    return text;
  }

  /** ASCII characters from `start` to `end`. */
  ascii(start: number, end: number): string {
    return lenient.decode(this.bytes.subarray(start, end));
  }

  /** A string in quotes, `at` being at the first of them; goes over it. */
  quoted(): string {
    const start = this.at + 1;
    const end = this.endOfString(start);
    this.at = end + 1;
    return this.unescaped(start, end, true);
  }

  /** Where the string that begins at `start` ends: at a quotation mark that is not escaped. */
  private endOfString(start: number): number {
    const { bytes } = this;
    for (let at = start; ; at++) {
      if (bytes[at] === backslash) at++;
      else if (bytes[at] === quote) return at;
      if (bytes[at] === lineFeed) throw this.error(at, 'a closing quotation mark');
    }
  }

  /**
   * Text without its escapes: `\\`, `\n` and, where quotation marks are escaped, `\"`. Another backslash stands for itself in OpenMetrics
   * ("Escaping"), and is refused in the text formats.
   */
  unescaped(start: number, end: number, quotes: boolean): string {
    const { bytes, dialect } = this;
    let text = '';
    let from = start;
    for (let at = start; at < end; at++) {
      if (bytes[at] === quote && quotes) throw this.error(at, 'a backslash before a quotation mark');
      if (bytes[at] !== backslash) continue;
      const next = at + 1 < end ? bytes[at + 1]! : lineFeed;
      if (next === lowerN || next === backslash || (quotes && next === quote)) {
        text += this.text(from, at) + (next === lowerN ? '\n' : next === quote ? '"' : '\\');
        from = at + 2;
      } else if (dialect.loose || next === lineFeed) {
        throw this.error(at + 1, quotes ? 'a backslash, "n" or a quotation mark after a backslash' : 'a backslash or "n" after a backslash');
      }
      at += 1;
    }
    return from === start ? this.text(start, end) : text + this.text(from, end);
  }

  /** What is wrong at a byte of the present line. @param found what stands there, if that is more than the character */
  error(at: number, expected: string, found: string = this.character(at)): ParseError {
    return new ParseError(this.dialect.format, this.line, this.columnOf(at), found, expected);
  }

  /** What is wrong with the text from `start` to `end` of the present line. */
  errorIn(start: number, end: number, expected: string): ParseError {
    return this.error(start, expected, start === end ? this.character(start) : show(this.shown(start, end)));
  }

  /** What is wrong with what ended on a line that was read before. */
  errorAtLine(line: number, found: string, expected: string): ParseError {
    return new ParseError(this.dialect.format, line, 1, found, expected);
  }

  /** As much of a text as an error shows. */
  private shown(start: number, end: number): string {
    return lenient.decode(this.bytes.subarray(start, Math.min(end, start + 300)));
  }

  private character(at: number): string {
    const byte = this.bytes[at];
    if (byte === undefined || (byte === lineFeed && this.unended)) return 'the end of the document';
    if (byte === lineFeed) return 'the end of the line';
    let end = at + 1;
    while (((this.bytes[end] ?? 0) & 0xc0) === 0x80 && end < at + 4) end++;
    try {
      const text = strict.decode(this.bytes.subarray(at, end));
      return text === '\ufeff' ? 'a byte order mark' : show(text);
    } catch {
      return `the byte 0x${byte.toString(16).padStart(2, '0')}`;
    }
  }

  private columnOf(at: number): number {
    let column = 1;
    for (let i = this.lineStart; i < at; i++) if ((this.bytes[i]! & 0xc0) !== 0x80) column += 1;
    return column;
  }

  /** The first byte of what is not UTF-8: up to there all is well, which is found by halving. */
  private firstFault(start: number, end: number): number {
    let good = start;
    let bad = end;
    const { bytes } = this;
    // A cut through a character would be a fault of its own, so cuts are made before a first byte.
    const cut = (at: number): number => {
      let moved = at;
      while (moved > good && moved > at - 4 && (bytes[moved]! & 0xc0) === 0x80) moved--;
      return moved;
    };
    while (bad - good > 4) {
      const middle = cut((good + bad) >>> 1);
      if (middle <= good) break;
      try {
        strict.decode(bytes.subarray(good, middle));
        good = middle;
      } catch {
        bad = middle;
      }
    }
    // Character by character from here on.
    for (let at = good; at < bad; ) {
      let next = at + 1;
      while (next < bad && (bytes[next]! & 0xc0) === 0x80 && next < at + 4) next++;
      try {
        strict.decode(bytes.subarray(at, next));
      } catch {
        return at;
      }
      at = next;
    }
    return good;
  }
}
