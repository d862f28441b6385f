import type { MetricType } from '../../model/descriptor.js';
import { show } from '../../model/errors.js';
import { blank, hash, lineFeed, nameBytes } from './characters.js';
import type { Dialect } from './dialect.js';
import { Draft } from './draft.js';
import type { FamilyLimits } from './family-parser.js';
import { LineParser } from './line-parser.js';
import { readHelp, readLineEnd, readName, readType } from './metadata.js';
import { SampleNames } from './sample-names.js';
import { SeriesIndex } from './series-index.js';

/** What both versions of OpenMetrics have in common: metadata, the end, and that nothing stands between what belongs together. */
export abstract class OpenMetricsParser extends LineParser {
  /** As the metadata say it. */
  protected family: string;
  protected type: MetricType;
  protected names: SampleNames;
  protected unit: string | undefined;
  protected readonly index: SeriesIndex;
  /** Series that are complete. */
  protected drafts: Draft[];
  /** The series being read. */
  protected draft: Draft | undefined;
  /** State sets: every state, by the integer of its text. */
  protected readonly states: Map<number, string>;
  private typed: boolean;
  private help: string | undefined;
  private sampled: boolean;
  private ended: boolean;

  constructor(dialect: Dialect, limits: FamilyLimits) {
    super(dialect, limits);
    this.family = '';
    this.type = 'unknown';
    this.names = SampleNames.none();
    this.unit = undefined;
    this.index = new SeriesIndex();
    this.drafts = [];
    this.draft = undefined;
    this.states = new Map();
    this.typed = false;
    this.help = undefined;
    this.sampled = false;
    this.ended = false;
  }

  /** The names that samples of a family have. */
  protected abstract namesOf(family: string, type: MetricType): SampleNames;

  /** The value of a sample and what comes after it. */
  protected abstract readRest(): void;

  /** Refuses a type that the name does not go with. @param at where it stands */
  protected abstract checkType(at: number): void;

  /** What the samples of a series must add up to. */
  protected abstract complete(draft: Draft): void;

  /** The name of the family as this library has it. */
  protected abstract metricName(): string;

  /** Whether the unit fits the name. */
  protected abstract unitFits(unit: string): boolean;

  protected override end(): void {
    const { source } = this;
    if (this.ended) return;
    if (source.unended) throw source.error(source.at - 1, 'a line feed, and "# EOF" at the end');
    throw source.errorAtLine(source.line + 1, 'the end of the document', '"# EOF"');
  }

  protected override readLine(): void {
    const { source, scanner } = this;
    const { bytes, at } = source;
    if (this.ended) throw source.error(at, 'nothing after "# EOF"');
    if (bytes[at] === hash) {
      this.readDescriptor();
      return;
    }
    if (!scanner.name(this.names)) {
      this.enter(scanner.otherName, at);
      if (!scanner.again(this.names)) throw source.errorIn(at, source.at, `a sample of the ${this.type} ${show(this.family)}: ${this.names.names.join(', ')}`);
    }
    this.sampled = true;
    scanner.labels();
    source.take(blank, 'a blank before the value');
    this.readRest();
    readLineEnd(source, 'the end of the line');
  }

  private readDescriptor(): void {
    const { source } = this;
    const start = source.at;
    if (source.takeIf('# EOF')) {
      readLineEnd(source, 'the end of the line after "# EOF"');
      this.endFamily();
      this.ended = true;
      return;
    }
    const keyword = ['TYPE', 'UNIT', 'HELP'].find((word) => source.takeIf(`# ${word} `));
    if (keyword === undefined) throw source.error(start, '"# TYPE ", "# UNIT ", "# HELP " or "# EOF"; there are no other comments');
    const nameAt = source.at;
    this.enter(readName(source), nameAt);
    if (this.sampled) throw source.error(start + 2, `${keyword} before the first sample of ${show(this.family)}`, show(keyword));
    source.take(blank, 'a blank after the metric name');
    const at = source.at;
    const known = keyword === 'TYPE' ? this.typed : keyword === 'UNIT' ? this.unit !== undefined : this.help !== undefined;
    if (known) throw source.error(start + 2, `one ${keyword} line for ${show(this.family)}`, show(keyword));
    if (keyword === 'HELP') this.help = readHelp(source);
    else if (keyword === 'TYPE') this.enterType(at);
    else this.unit = this.readUnit();
    this.checkUnit(at);
    readLineEnd(source, 'the end of the line');
  }

  private enterType(at: number): void {
    const { source, taken } = this;
    this.type = readType(source);
    this.typed = true;
    this.checkType(at);
    this.names = this.namesOf(this.family, this.type);
    for (const name of this.names.names) {
      if (name !== this.family && taken.has(name)) throw source.errorIn(at, source.at, `no type with a sample ${show(name)}, which is the name of another family`);
      taken.add(name);
    }
  }

  private readUnit(): string {
    const { source } = this;
    const { bytes, at: start } = source;
    let at = start;
    while (nameBytes[bytes[at]!] !== 0) at++;
    source.at = at;
    return source.ascii(start, at);
  }

  private checkUnit(at: number): void {
    const { source, unit = '' } = this;
    if (unit === '') return;
    if (this.type === 'info' || this.type === 'stateset') throw source.errorIn(at, source.at, `no unit, as ${show(this.family)} is of the type ${this.type}`);
    if (!this.unitFits(unit)) throw source.errorIn(at, source.at, `a unit that ${show(this.family)} ends in, after a "_"`);
  }

  /** Goes on with a family, or begins it if no other has had that name. */
  private enter(name: string, at: number): void {
    if (name === this.family) return;
    const { source } = this;
    if (name.startsWith('_')) throw source.errorIn(at, source.at, 'a name that does not begin with "_", which is reserved');
    if (this.taken.has(name)) throw source.errorIn(at, source.at, 'a name of no earlier family, as all lines of a family stand together');
    this.endFamily();
    this.countFamily();
    this.taken.add(name);
    this.family = name;
    this.names = this.namesOf(name, 'unknown');
  }

  protected override endFamily(): void {
    if (this.family === '') return;
    this.endSeries();
    const { type, help = '', unit = '' } = this;
    this.families.push({
      name: this.metricName(),
      help,
      type,
      ...(unit === '' ? {} : { unit }),
      series: this.drafts.map((draft) => draft.toSeries(type === 'summary' || draft.buckets === undefined)),
      ...(type === 'stateset' ? { states: [...this.states.values()], stateLabel: this.family } : {}),
    });
    this.family = '';
    this.type = 'unknown';
    this.names = SampleNames.none();
    this.unit = undefined;
    this.drafts = [];
    this.states.clear();
    this.typed = false;
    this.help = undefined;
    this.sampled = false;
    this.index.clear();
    this.forgetStrings();
  }

  /** Lets strings go that are no longer needed. */
  protected forgetStrings(): void {
    this.scanner.endFamily();
  }

  protected endSeries(): void {
    if (this.draft === undefined) return;
    this.complete(this.draft);
    this.draft = undefined;
  }

  /**
   * The series that the present sample belongs to: the one before, or the next. Series do not interleave ("Metric"), nor do their points, whose
   * timestamps rise ("MetricPoint").
   *
   * @param left the label that is no part of it, by its place; -1 for none
   */
  protected draftOf(left: number, timestamp: number): Draft {
    const { source, scanner, index, draft } = this;
    const before = index.size;
    const number = index.numberOf(scanner.pairs, scanner.count, left);
    if (number < 0) throw scanner.twice();
    if (draft !== undefined && number === before - 1) {
      if (timestamp === draft.timestamp || (timestamp !== timestamp && draft.timestamp !== draft.timestamp)) return draft;
      if (timestamp !== timestamp || draft.timestamp !== draft.timestamp) throw scanner.error('a timestamp on all samples of a series, or on none');
      if (timestamp < draft.timestamp) throw scanner.error('timestamps of a series that rise');
    } else if (number < before) {
      throw scanner.error('each series once, and all its samples together');
    }
    this.endSeries();
    this.draft = new Draft(scanner.toObject(left), timestamp, source.line);
    this.drafts.push(this.draft);
    return this.draft;
  }

  /** Whether the line ends here. */
  protected atEnd(): boolean {
    return this.source.bytes[this.source.at] === lineFeed;
  }
}
