import { show } from '../../model/errors.js';
import { blank, hash, openBrace } from './characters.js';
import { type Composite, readComposite } from './composite.js';
import { dialectOf } from './dialect.js';
import { Draft } from './draft.js';
import { readExemplar } from './exemplars.js';
import type { FamilyLimits } from './family-parser.js';
import { readSeconds, readValue } from './numbers.js';
import { OpenMetricsParser } from './openmetrics-parser.js';
import { SampleNames } from './sample-names.js';
import { leName, quantileName } from './sample-scanner.js';
import { SeriesIndex } from './series-index.js';

/** OpenMetrics 2.0 as of 2.0.0-rc0 ("Text format"): a line a series, distributions as composite values. */
export class OpenMetrics2Parser extends OpenMetricsParser {
  /** State sets: each state of each group, and the points of the present group by their timestamps. */
  private readonly metrics: SeriesIndex;
  private readonly points: Map<number, Draft>;
  private group: number;
  private lastTimestamp: number;

  constructor(limits: FamilyLimits) {
    super(dialectOf('openmetrics-2.0.0', true), limits);
    this.metrics = new SeriesIndex();
    this.points = new Map();
    this.group = -1;
    this.lastTimestamp = NaN;
  }

  protected override namesOf(family: string): SampleNames {
    return SampleNames.ofOpenMetrics2(family);
  }

  protected override metricName(): string {
    return this.family;
  }

  /** It should, but need not, be in the name. */
  protected override unitFits(): boolean {
    return true;
  }

  protected override checkType(at: number): void {
    if (this.type === 'info' && !this.family.endsWith('_info')) throw this.source.errorIn(at, this.source.at, `another type, or a name in place of ${show(this.family)} that ends in "_info"`);
  }

  protected override readRest(): void {
    const { source, type } = this;
    const { bytes } = source;
    const valueAt = source.at;
    const composite = bytes[valueAt] === openBrace ? this.readValue() : undefined;
    const value = composite === undefined ? this.readPlain(valueAt) : NaN;
    if (!this.atEnd() && bytes[source.at] !== blank) throw source.error(source.at, 'a blank or the end of the line after the value');
    let timestamp = NaN;
    if (this.follows() && bytes[source.at + 1] !== hash && bytes[source.at + 1] !== 0x73) {
      source.at += 1;
      timestamp = readSeconds(source);
    }
    const draft = type === 'stateset' ? this.stateDraft(timestamp) : this.seriesDraft(timestamp);
    if (source.takeIf(' st@')) {
      if (type !== 'counter' && type !== 'histogram' && type !== 'summary') throw source.error(source.at - 3, `no start time, as ${show(this.family)} is of the type ${type}`);
      draft.created = readSeconds(source);
    }
    while (this.follows() && bytes[source.at + 1] === hash) {
      source.at += 1;
      if (type !== 'counter' && type !== 'histogram' && type !== 'gaugehistogram') throw source.error(source.at, `no exemplar, as ${show(this.family)} is of the type ${type}`);
      (draft.exemplars ??= []).push(readExemplar(source, false));
    }
    if (composite === undefined) this.addPlain(draft, value);
    else this.addComposite(draft, composite);
  }

  private follows(): boolean {
    return this.source.bytes[this.source.at] === blank;
  }

  private readValue(): Composite {
    const { source, scanner, type } = this;
    const isHistogram = type === 'histogram' || type === 'gaugehistogram';
    if (!isHistogram && type !== 'summary' && type !== 'unknown') throw source.error(source.at, `a number, as ${show(this.family)} is of the type ${type}`);
    source.at += 1;
    const composite = readComposite(source, type);
    const special = isHistogram && composite.buckets !== undefined ? scanner.find(leName) : type === 'summary' ? scanner.find(quantileName) : -1;
    if (special >= 0) throw scanner.labelError(special, 'no such label beside a composite value');
    return composite;
  }

  private readPlain(valueAt: number): number {
    const { source, type } = this;
    if (type === 'histogram' || type === 'gaugehistogram' || type === 'summary') throw source.error(valueAt, `a composite value, as ${show(this.family)} is of the type ${type}`);
    const value = readValue(source);
    const fault = (expected: string): Error => source.errorIn(valueAt, source.at, expected);
    if (type === 'counter' && !(value >= 0)) throw fault('a counter of at least 0');
    if (type === 'info' && value !== 1) throw fault('1, as for every info');
    if (type === 'stateset' && value !== 0 && value !== 1) throw fault('0 or 1, as for every state');
    return value;
  }

  private addPlain(draft: Draft, value: number): void {
    const { scanner } = this;
    if (this.type === 'info') return;
    if (this.type !== 'stateset') {
      draft.value = value;
      return;
    }
    const id = scanner.pairs[scanner.find(scanner.names.idOfText(this.family)) * 2 + 1]!;
    const state = scanner.values.texts[id]!;
    this.states.set(id, state);
    draft.states ??= [];
    if (value === 1) draft.states.push(state);
  }

  private addComposite(draft: Draft, composite: Composite): void {
    draft.count = composite.count;
    draft.sum = composite.sum;
    draft.buckets = composite.buckets;
    draft.native = composite.native;
    draft.quantiles = composite.quantiles;
  }

  /** The series of a sample, of which there is one for each timestamp. */
  private seriesDraft(timestamp: number): Draft {
    const { draft, scanner } = this;
    const found = this.draftOf(-1, timestamp);
    if (found === draft) throw scanner.error('each series once, or timestamps that rise');
    return found;
  }

  /** The point of a state set that the present state belongs to: of the group without the label of the state, at that time. */
  private stateDraft(timestamp: number): Draft {
    const { scanner, index, metrics, points } = this;
    const place = scanner.find(scanner.names.idOfText(this.family));
    if (place < 0) throw scanner.error(`a label ${show(this.family)} with the state`);
    const metricCount = metrics.size;
    const metric = metrics.numberOf(scanner.pairs, scanner.count, -1);
    if (metric < 0) throw scanner.twice();
    if (metric < metricCount && (metric !== metricCount - 1 || !(timestamp > this.lastTimestamp))) throw scanner.error('each state once, or timestamps that rise');
    this.lastTimestamp = timestamp;
    const groupCount = index.size;
    const group = index.numberOf(scanner.pairs, scanner.count, place);
    if (group < groupCount && group !== this.group) throw scanner.error('the states of a group together');
    if (group !== this.group) points.clear();
    this.group = group;
    const known = points.get(timestamp);
    if (known !== undefined) return known;
    const point = new Draft(scanner.toObject(place), timestamp, this.source.line);
    points.set(timestamp, point);
    this.drafts.push(point);
    return point;
  }

  protected override complete(): void {}

  protected override forgetStrings(): void {
    super.forgetStrings();
    this.metrics.clear();
    this.points.clear();
    this.group = -1;
  }
}
