import type { CollectedSeries } from '../../model/collected.js';
import type { MetricType } from '../../model/descriptor.js';
import { show } from '../../model/errors.js';
import { boundText } from '../numbers.js';
import { blank, hash, lineFeed, tab } from './characters.js';
import { checkCount, wordEnd } from './checks.js';
import { dialectOf } from './dialect.js';
import { Draft } from './draft.js';
import type { FamilyLimits } from './family-parser.js';
import { LineParser } from './line-parser.js';
import { endOfLine, readHelp, readLineEnd, readName, readType } from './metadata.js';
import { readMilliseconds, readValue } from './numbers.js';
import { SampleNames, bucketRole, countRole, sumRole } from './sample-names.js';
import { leName, quantileName } from './sample-scanner.js';
import { SeriesIndex } from './series-index.js';

const keyword = { help: 'HELP', type: 'TYPE' } as const;

/**
 * Text 0.0.4 and 1.0.0 (Prometheus documentation, "Exposition formats"). Lines of a histogram or summary may stand in any order within the
 * family.
 */
export class TextParser extends LineParser {
  private name: string;
  private type: MetricType;
  private typed: boolean;
  private help: string | undefined;
  private names: SampleNames;
  /** Which of the names a sample had. */
  private met: boolean[];
  private series: CollectedSeries[];
  /** Histograms and summaries: the series so far, by their numbers in the index, and the one of the last line. */
  private drafts: Draft[];
  private draft: Draft | undefined;
  /** The place of `le` or `quantile` in the sample before, if it was the last of the labels; else -1. */
  private lastSpecial: number;
  private readonly index: SeriesIndex;
  /** Bounds and quantiles by the integer of the label's value. */
  private readonly numbers: Map<number, number>;

  constructor(format: 'text-0.0.4' | 'text-1.0.0', quotedNames: boolean, limits: FamilyLimits) {
    super(dialectOf(format, quotedNames), limits);
    this.name = '';
    this.type = 'unknown';
    this.typed = false;
    this.help = undefined;
    this.names = SampleNames.none();
    this.met = [];
    this.series = [];
    this.drafts = [];
    this.draft = undefined;
    this.lastSpecial = -1;
    this.index = new SeriesIndex();
    this.numbers = new Map();
  }

  protected override end(): void {
    const { source } = this;
    // "The last line must end with a line feed character."
    if (source.unended) throw source.error(source.at - 1, 'a line feed');
  }

  protected override readLine(): void {
    const { source } = this;
    const { bytes } = source;
    let { at } = source;
    while (bytes[at] === blank || bytes[at] === tab) at++;
    source.at = at;
    if (bytes[at] === hash) this.readComment();
    else if (bytes[at] === lineFeed) source.at = at + 1;
    else this.readSample();
  }

  private readComment(): void {
    const { source } = this;
    source.at += 1;
    source.skipBlanks();
    const { bytes, at } = source;
    let end = at;
    while (bytes[end]! > blank) end++;
    const word = end - at === 4 ? source.ascii(at, end) : '';
    if (word !== keyword.help && word !== keyword.type) {
      end = endOfLine(source);
      source.text(at, end);
      source.at = end + 1;
      return;
    }
    source.at = end;
    source.skipBlanks();
    const nameAt = source.at;
    const name = readName(source);
    const after = bytes[source.at]!;
    if (after !== blank && after !== tab && after !== lineFeed) throw source.error(source.at, 'a blank after the metric name');
    this.enter(name, nameAt);
    source.skipBlanks();
    if (this.met.length > 0) throw source.errorIn(at, end, `${word} before the first sample of ${show(name)}`);
    if (word === keyword.help) {
      if (this.help !== undefined) throw source.errorIn(at, end, `one HELP line for ${show(name)}`);
      this.help = readHelp(source);
      source.at += 1;
      return;
    }
    if (this.typed) throw source.errorIn(at, end, `one TYPE line for ${show(name)}`);
    this.type = readType(source);
    this.typed = true;
    this.names = SampleNames.ofText(name, this.type);
    readLineEnd(source, 'the end of the line after the type');
  }

  private readSample(): void {
    const { source, scanner } = this;
    const { at } = source;
    if (!scanner.name(this.names)) {
      this.enter(scanner.otherName, at);
      if (!scanner.again(this.names)) throw this.nameless(at);
    }
    if (this.met[scanner.place] !== true) this.meet(at);
    scanner.labels();
    source.skipBlanks();
    const valueAt = source.at;
    const value = readValue(source);
    const { bytes } = source;
    let timestamp = NaN;
    if (bytes[source.at] !== lineFeed) {
      source.skipBlanks();
      if (bytes[source.at] !== lineFeed) timestamp = readMilliseconds(source);
    }
    if (this.type === 'histogram' || this.type === 'summary') this.addPart(value, valueAt, timestamp);
    else this.addValue(value, valueAt, timestamp);
    readLineEnd(source, 'the end of the line after the timestamp');
  }

  private addValue(value: number, valueAt: number, timestamp: number): void {
    const { source, scanner, index } = this;
    const before = index.size;
    const number = index.numberOf(scanner.pairs, scanner.count, -1);
    if (number !== before) throw number < 0 ? scanner.twice() : scanner.error('each series once');
    if (this.type === 'counter' && !(value >= 0)) throw source.errorIn(valueAt, wordEnd(source, valueAt), 'a counter of at least 0');
    const labels = scanner.toObject(-1);
    this.series.push(timestamp === timestamp ? { labels, value, timestamp } : { labels, value });
  }

  /** A sample of a histogram or summary. */
  private addPart(value: number, valueAt: number, timestamp: number): void {
    const { source, scanner } = this;
    const role = this.names.roles[scanner.place]!;
    const isHistogram = this.type === 'histogram';
    const wanted = isHistogram ? role === bucketRole : role < bucketRole;
    const draft = this.draftOf(isHistogram ? leName : quantileName, wanted, timestamp);
    draft.line = source.line;
    if (role === sumRole) {
      if (draft.sum !== undefined) throw this.scanner.error('each series once');
      draft.sum = value;
    } else if (role === countRole) {
      if (draft.count !== undefined) throw this.scanner.error('each series once');
      checkCount(source, valueAt, value);
      draft.count = value;
      draft.countLine = source.line;
    } else if (isHistogram) this.addBucket(draft, value, valueAt);
    else this.addQuantile(draft, value);
  }

  /** The series that the present sample belongs to. @param special `le` or `quantile`, which the sample is to have or must not */
  private draftOf(special: number, wanted: boolean, timestamp: number): Draft {
    const { source, scanner, index, draft, lastSpecial } = this;
    // As the line before but for its last label, and that one is no part of the series.
    if (wanted && draft !== undefined && lastSpecial >= 0 && scanner.same === lastSpecial && scanner.count === lastSpecial + 1 && scanner.pairs[lastSpecial * 2] === special) {
      if (timestamp !== draft.timestamp && (timestamp === timestamp || draft.timestamp === draft.timestamp)) throw scanner.error('one timestamp for all samples of a series');
      return draft;
    }
    const place = scanner.find(special);
    if (wanted && place < 0) throw scanner.error(`a label "${scanner.names.texts[special]}"`);
    if (!wanted && place >= 0) throw scanner.labelError(place, `no such label on a sample of this name`);
    const before = index.size;
    const number = index.numberOf(scanner.pairs, scanner.count, place);
    if (number < 0 || (place >= 0 && scanner.find(special, place + 1) >= 0)) throw scanner.twice();
    this.lastSpecial = place === scanner.count - 1 ? place : -1;
    if (number === before) {
      this.draft = new Draft(scanner.toObject(place), timestamp, source.line);
      this.drafts.push(this.draft);
      return this.draft;
    }
    const found = this.drafts[number]!;
    if (timestamp !== found.timestamp && (timestamp === timestamp || found.timestamp === found.timestamp)) throw scanner.error('one timestamp for all samples of a series');
    this.draft = found;
    return found;
  }

  private addBucket(draft: Draft, count: number, valueAt: number): void {
    const { source } = this;
    const le = this.specialNumber('an upper bound');
    const { buckets } = draft;
    const last = buckets === undefined ? undefined : buckets[buckets.length - 1];
    if (last !== undefined && !(le > last.le)) throw this.specialError(`a bound above ${boundText(last.le)}`);
    checkCount(source, valueAt, count);
    if (last !== undefined && count < last.count) throw source.errorIn(valueAt, wordEnd(source, valueAt), `a cumulative count, at least ${last.count}`);
    if (buckets === undefined) draft.buckets = [{ le, count }];
    else buckets.push({ le, count });
  }

  private addQuantile(draft: Draft, value: number): void {
    const quantile = this.specialNumber('a quantile');
    const { quantiles } = draft;
    const last = quantiles?.at(-1);
    if (!(quantile >= 0 && quantile <= 1)) throw this.specialError('a quantile from 0 to 1');
    if (last !== undefined && !(quantile > last.quantile)) throw this.specialError(`a quantile above ${last.quantile}`);
    if (quantiles === undefined) draft.quantiles = [{ quantile, value }];
    else quantiles.push({ quantile, value });
  }

  /** The bound or quantile of the present sample. */
  private specialNumber(what: string): number {
    const { scanner } = this;
    const special = this.type === 'histogram' ? leName : quantileName;
    const place = scanner.find(special);
    const id = scanner.pairs[place * 2 + 1]!;
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = scanner.numberAt(place, what);
    this.numbers.set(id, number);
    return number;
  }

  private specialError(expected: string): Error {
    return this.scanner.valueError(this.scanner.find(this.type === 'histogram' ? leName : quantileName), expected);
  }

  /** Goes on with a family, or begins it if no other has had that name. */
  private enter(name: string, at: number): void {
    if (name === this.name) return;
    const { source } = this;
    if (this.taken.has(name)) throw source.errorIn(at, source.at, `all lines of ${show(name)} in one group`);
    this.endFamily();
    this.countFamily();
    this.taken.add(name);
    this.name = name;
    this.type = 'unknown';
    this.names = SampleNames.ofText(name, 'unknown');
  }

  /** The first sample of a name. */
  private meet(at: number): void {
    const { source, scanner, names } = this;
    const name = names.names[scanner.place]!;
    if (name !== this.name && this.taken.has(name)) throw source.errorIn(at, source.at, `no sample of ${show(this.name)} under the name of another family`);
    this.taken.add(name);
    this.met[scanner.place] = true;
  }

  protected override endFamily(): void {
    if (this.name === '') return;
    const { name, type, help = '' } = this;
    for (const draft of this.drafts) this.complete(draft);
    const series = this.drafts.length > 0 ? this.drafts.map((draft) => draft.toSeries(type === 'summary')) : this.series;
    this.families.push({ name, help, type, series });
    this.name = '';
    this.typed = false;
    this.help = undefined;
    this.met = [];
    this.series = [];
    this.drafts = [];
    this.draft = undefined;
    this.lastSpecial = -1;
    this.index.clear();
    if (this.scanner.endFamily()) this.numbers.clear();
    else if (this.numbers.size > 4096) this.numbers.clear();
  }

  /** What the lines of a histogram must add up to. */
  private complete(draft: Draft): void {
    if (this.type !== 'histogram') return;
    const { source } = this;
    const last = draft.buckets?.at(-1);
    if (last?.le !== Infinity) throw source.errorAtLine(draft.line, 'the last sample of a series without it', `a bucket le="+Inf" in each series of ${show(this.name)}`);
    if (draft.count !== undefined && draft.count !== last.count) {
      throw source.errorAtLine(draft.countLine, String(draft.count), `the count of the bucket le="+Inf", ${last.count}`);
    }
  }

  private nameless(at: number): Error {
    return this.source.errorIn(at, this.source.at, `a sample of the ${this.type} ${show(this.name)}: ${this.names.names.join(', ')}`);
  }
}
