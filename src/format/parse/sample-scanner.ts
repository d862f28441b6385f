import { backslash, closeBrace, comma, digit, equals, letter, lineFeed, nameBytes, openBrace, quote } from './characters.js';
import type { SampleNames } from './sample-names.js';
import { checkedLabelName, mayBeIndex, propertyName, readMetricName, readQuotedName, sparseLabels } from './names.js';
import { readNumber } from './numbers.js';
import { grown } from './series-index.js';
import type { ParseError } from './parse-error.js';
import type { Source } from './source.js';
import { StringTable, emptyHash, hashByte } from './string-table.js';

/** Labels that belong to a sample, not to its series. The integers of their names are the same always. */
export const leName = 0;
export const quantileName = 1;

/**
 * Reads the name and the labels of samples. Lines that follow one another mostly begin in the same way, up to the last label or the one
 * before. So each is compared with the one before it, and what is the same is not read again: a bucket of a histogram of two labels takes
 * 330 ns instead of 430, a counter of three 460 instead of 530 (Node 20).
 */
export class SampleScanner {
  readonly names: StringTable;
  readonly values: StringTable;
  /** Labels of the present sample in the order in which they stand there: the integers of name and value in turn. */
  pairs: Int32Array;
  count: number;
  /** How many of them are those of the sample before. */
  same: number;
  /** Which of the family's names the sample has. */
  place: number;
  /** Its name, where it is none of the family's. */
  otherName: string;
  private readonly source: Source;
  /** Where the sample begins; the rest is counted from there. */
  private start: number;
  private nameEnd: number;
  /** The name stands within the braces. */
  private inBraces: boolean;
  /** A label name was met that may be an index. */
  private hasIndices: boolean;
  private labelStarts: Int32Array;
  private labelEnds: Int32Array;
  /** How much of the sample may be compared with the next. */
  private length: number;
  /** How much of it is as in the sample before. */
  private common: number;

  constructor(source: Source) {
    this.names = new StringTable(source, ['le', 'quantile']);
    this.values = new StringTable(source, []);
    this.pairs = new Int32Array(64);
    this.count = 0;
    this.same = 0;
    this.place = 0;
    this.otherName = '';
    this.source = source;
    this.start = 0;
    this.nameEnd = 0;
    this.inBraces = false;
    this.hasIndices = false;
    this.labelStarts = new Int32Array(32);
    this.labelEnds = new Int32Array(32);
    this.length = 0;
    this.common = 0;
  }

  /** What comes is not to be compared with the last sample: its bytes may be others by now, or its family has ended. */
  forget(): void {
    this.length = 0;
    this.same = 0;
  }

  /** Goes over the name. False if it is none of these; then it is in {@link otherName}, and {@link again} comes next. */
  name(names: SampleNames): boolean {
    const { source, length } = this;
    const { bytes, at } = source;
    const before = this.start;
    let common = 0;
    while (common < length && bytes[before + common] === bytes[at + common]) common++;
    this.start = at;
    this.common = common;
    if (common > this.nameEnd && length > 0) {
      source.at = at + this.nameEnd;
      return true;
    }
    this.common = 0;
    this.inBraces = source.dialect.quotedNames && bytes[at] === openBrace;
    if (this.inBraces) {
      this.otherName = this.nameInBraces();
      this.place = names.names.indexOf(this.otherName);
    } else {
      this.place = names.match(bytes, at, this.place < 0 ? 0 : this.place);
      if (this.place >= 0) source.at = at + names.byteLength(this.place);
      else this.otherName = readMetricName(source);
    }
    this.nameEnd = source.at - at;
    return this.place >= 0;
  }

  /** As {@link name}, for the name that was read just now: the names of the family that it begins. */
  again(names: SampleNames): boolean {
    this.place = names.names.indexOf(this.otherName);
    return this.place >= 0;
  }

  /** Goes over the labels and what encloses them. */
  labels(): void {
    const { source, labelEnds, common } = this;
    const { bytes } = source;
    const { loose } = source.dialect;
    this.length = 0;
    let same = 0;
    if (common > 0) while (same < this.count && labelEnds[same]! <= common) same++;
    this.same = same;
    this.count = same;
    let first = false;
    if (same > 0) source.at = this.start + labelEnds[same - 1]!;
    else if (!this.inBraces) {
      const { at } = source;
      if (loose) source.skipBlanks();
      if (bytes[source.at] !== openBrace) {
        // What follows at once would be a value all the same: half of the name `my.1`, or of `a-1`.
        if (loose && source.at === at && bytes[at] !== lineFeed) throw source.error(at, 'a blank or "{" after the metric name');
        this.length = this.nameEnd + 1;
        return;
      }
      source.at += 1;
      first = true;
    }
    for (;;) {
      if (loose) source.skipBlanks();
      const byte = bytes[source.at];
      if (byte === closeBrace) break;
      if (!first) {
        if (byte !== comma) throw source.error(source.at, '"," or "}" after a label');
        source.at += 1;
        if (loose) source.skipBlanks();
        if (loose && bytes[source.at] === closeBrace) break;
      }
      first = false;
      this.label();
    }
    source.at += 1;
    this.length = source.at - this.start;
  }

  /** The place of the first label with this name, of those from `from` on; -1 if there is none. */
  find(name: number, from: number = 0): number {
    const { pairs, count } = this;
    for (let i = from; i < count; i++) if (pairs[i * 2] === name) return i;
    return -1;
  }

  /** The number that `le` or `quantile` is, at this place. @param what how an error calls it */
  numberAt(place: number, what: string): number {
    const { source } = this;
    const { at } = source;
    const start = this.valueAt(place);
    source.at = start;
    const ends = (): boolean => source.bytes[source.at] === quote;
    let number = NaN;
    try {
      number = readNumber(source);
    } catch {
      source.at = start;
    }
    if (number !== number || !ends()) throw this.valueError(place, `${what}, which is a number`);
    source.at = at;
    return number;
  }

  /** What is wrong with a label, from its name to its value. */
  labelError(place: number, expected: string): ParseError {
    return this.source.errorIn(this.start + this.labelStarts[place]!, this.start + this.labelEnds[place]!, expected);
  }

  /** What is wrong with the value of a label. */
  valueError(place: number, expected: string): ParseError {
    return this.source.errorIn(this.valueAt(place), this.start + this.labelEnds[place]! - 1, expected);
  }

  /** What is wrong with the name and the labels. */
  error(expected: string): ParseError {
    return this.source.errorIn(this.start, this.start + (this.length > this.nameEnd + 1 ? this.length : this.nameEnd), expected);
  }

  /** Which of the labels has the name of another one before it. */
  twice(): ParseError {
    const seen = new Set<number>();
    for (let place = 0; place < this.count; place++) {
      const name = this.pairs[place * 2]!;
      if (seen.has(name)) return this.labelError(place, 'each label once');
      seen.add(name);
    }
    return this.error('each label once');
  }

  /** Where the value of `le` or `quantile` stands between its quotation marks. */
  private valueAt(place: number): number {
    const { bytes } = this.source;
    let at = this.start + this.labelStarts[place]!;
    while (bytes[at] !== equals) at++;
    while (bytes[at] !== quote) at++;
    return at + 1;
  }

  /** The labels but for one, as an object. A name that begins with `__` never comes here, so no name reaches a prototype. */
  toObject(left: number): Record<string, string> {
    const { pairs, count, names } = this;
    const values = this.values.texts;
    const labels: Record<string, string> = this.hasIndices ? sparseLabels() : {};
    for (let i = 0; i < count; i++) if (i !== left) labels[names.texts[pairs[i * 2]!]!] = values[pairs[i * 2 + 1]!]!;
    return labels;
  }

  /** A family has ended: strings that are kept no longer lose their integers. True if they did. */
  endFamily(): boolean {
    this.forget();
    this.names.forgetMany();
    return this.values.forgetMany();
  }

  /** One label, from its name to the closing quotation mark. */
  private label(): void {
    const { source, count } = this;
    if (this.labelStarts.length === count) {
      this.pairs = grown(this.pairs, count * 4);
      this.labelStarts = grown(this.labelStarts, count * 2);
      this.labelEnds = grown(this.labelEnds, count * 2);
    }
    const labelStart = source.at;
    const name = this.labelName();
    const { bytes, dialect } = source;
    if (dialect.loose) source.skipBlanks();
    source.take(equals, '"=" after a label name');
    if (dialect.loose) source.skipBlanks();
    source.take(quote, 'a quotation mark before a label value');
    const start = source.at;
    let at = start;
    let hash = emptyHash;
    let byte = bytes[at]!;
    while (byte !== quote) {
      if (byte === backslash || byte === lineFeed) break;
      hash = hashByte(hash, byte);
      byte = bytes[++at]!;
    }
    this.pairs[count * 2] = name;
    if (byte === quote) {
      this.pairs[count * 2 + 1] = this.values.idOf(start, at, hash);
      source.at = at + 1;
    } else {
      source.at = start - 1;
      this.pairs[count * 2 + 1] = this.values.idOfText(source.quoted());
    }
    this.labelStarts[count] = labelStart - this.start;
    this.labelEnds[count] = source.at - this.start;
    this.count = count + 1;
  }

  private labelName(): number {
    const { source } = this;
    const { bytes, dialect } = source;
    const start = source.at;
    if (dialect.quotedNames && bytes[start] === quote) {
      const name = checkedLabelName(source, start, readQuotedName(source));
      this.hasIndices ||= mayBeIndex(name);
      return this.names.idOfText(name);
    }
    let at = start;
    let hash = emptyHash;
    if (nameBytes[bytes[at]!] === letter) {
      for (let byte = bytes[at]!; (nameBytes[byte]! & (letter | digit)) !== 0; byte = bytes[++at]!) hash = hashByte(hash, byte);
    }
    if (at === start) throw source.error(at, 'a label name');
    source.at = at;
    const known = this.names.texts.length;
    const id = this.names.idOf(start, at, hash);
    if (id === known) this.names.texts[id] = propertyName(checkedLabelName(source, start, this.names.texts[id]!));
    return id;
  }

  /** `{"metric.name"`: the name that stands before the labels. */
  private nameInBraces(): string {
    const { source } = this;
    source.at += 1;
    if (source.dialect.loose) source.skipBlanks();
    const { at } = source;
    if (source.bytes[at] !== quote) throw source.error(at, 'the metric name in quotation marks, before any label');
    const name = readQuotedName(source);
    if (source.bytes[source.at] === equals) throw source.errorIn(at, source.at, 'the metric name in quotation marks, before any label');
    return name;
  }
}
