import type { MetricType } from '../../model/descriptor.js';
import type { Exemplar } from '../../model/exemplar.js';
import { show } from '../../model/errors.js';
import { boundText, canonicalBoundText } from '../numbers.js';
import { blank, hash } from './characters.js';
import { isCanonical, wordEnd } from './checks.js';
import { dialectOf } from './dialect.js';
import type { Draft } from './draft.js';
import { readExemplar } from './exemplars.js';
import type { FamilyLimits } from './family-parser.js';
import { checkSeconds, readSeconds, readValue } from './numbers.js';
import { OpenMetricsParser } from './openmetrics-parser.js';
import { SampleNames, bucketRole, countRole, createdRole, sumRole, valueRole } from './sample-names.js';
import { leName, quantileName } from './sample-scanner.js';

/** OpenMetrics 1.0 (OpenMetrics 1.0, "Text format"). */
export class OpenMetrics1Parser extends OpenMetricsParser {
  /** States of the present point, by the integers of their texts. */
  private readonly pointStates: Set<number>;
  /** Bounds and quantiles by the integer of the label's value. */
  private readonly numbers: Map<number, number>;

  constructor(quotedNames: boolean, limits: FamilyLimits) {
    super(dialectOf('openmetrics-1.0.0', quotedNames), limits);
    this.pointStates = new Set();
    this.numbers = new Map();
  }

  protected override namesOf(family: string, type: MetricType): SampleNames {
    return SampleNames.ofOpenMetrics1(family, type);
  }

  protected override metricName(): string {
    const { family, type } = this;
    return type === 'counter' ? `${family}_total` : type === 'info' ? `${family}_info` : family;
  }

  protected override checkType(): void {}

  protected override unitFits(unit: string): boolean {
    return this.family.endsWith(`_${unit}`);
  }

  protected override forgetStrings(): void {
    if (this.scanner.endFamily() || this.numbers.size > 4096) this.numbers.clear();
  }

  protected override readRest(): void {
    const { source, scanner } = this;
    const { bytes } = source;
    const valueAt = source.at;
    const value = readValue(source);
    let timestamp = NaN;
    if (bytes[source.at] === blank && bytes[source.at + 1] !== hash) {
      source.at += 1;
      timestamp = readSeconds(source);
    }
    const role = this.names.roles[scanner.place]!;
    let exemplar: Exemplar | undefined;
    if (bytes[source.at] === blank && bytes[source.at + 1] === hash) {
      source.at += 1;
      if (role !== bucketRole && (this.type !== 'counter' || role !== valueRole)) throw source.error(source.at, 'an exemplar only at the total of a counter or at a bucket');
      exemplar = readExemplar(source, true);
    }
    const place = this.specialPlace(role);
    const draft = this.draftOf(place, timestamp);
    draft.line = source.line;
    if (exemplar !== undefined) (draft.exemplars ??= []).push(exemplar);
    switch (role) {
      case createdRole:
        this.once(draft.created);
        checkSeconds(source, valueAt, value);
        draft.created = value;
        return;
      case bucketRole:
        this.addBucket(draft, place, value, valueAt, exemplar);
        return;
      case sumRole:
        this.once(draft.sum);
        if (!(this.type === 'gaugehistogram' ? value === value : value >= 0)) throw source.errorIn(valueAt, wordEnd(source, valueAt), this.type === 'gaugehistogram' ? 'a sum that is a number' : 'a sum of at least 0');
        draft.sum = value;
        return;
      case countRole:
        this.once(draft.count);
        this.checkWhole(value, valueAt);
        draft.count = value;
        draft.countLine = source.line;
        return;
      default:
        this.addValue(draft, place, value, valueAt);
    }
  }

  private addValue(draft: Draft, place: number, value: number, valueAt: number): void {
    const { source, scanner, type } = this;
    const fault = (expected: string): Error => source.errorIn(valueAt, wordEnd(source, valueAt), expected);
    switch (type) {
      case 'summary': {
        const quantile = this.specialNumber(place, 'a quantile');
        if (!(quantile >= 0 && quantile <= 1)) throw scanner.valueError(place, 'a quantile from 0 to 1');
        if (value < 0) throw fault('the value of a quantile, at least 0 or NaN');
        (draft.quantiles ??= []).push({ quantile, value });
        return;
      }
      case 'stateset': {
        const id = scanner.pairs[place * 2 + 1]!;
        if (draft.states === undefined) this.pointStates.clear();
        if (this.pointStates.has(id)) throw scanner.error('each state once');
        if (value !== 0 && value !== 1) throw fault('0 or 1, as for every state');
        this.pointStates.add(id);
        const state = scanner.values.texts[id]!;
        this.states.set(id, state);
        draft.states ??= [];
        if (value === 1) draft.states.push(state);
        return;
      }
      case 'info':
        if (value !== 1) throw fault('1, as for every info');
        this.once(draft.value);
        draft.value = value;
        return;
      default:
        if (type === 'counter' && !(value >= 0)) throw fault('a counter of at least 0');
        this.once(draft.value);
        draft.value = value;
    }
  }

  private addBucket(draft: Draft, place: number, count: number, valueAt: number, exemplar: Exemplar | undefined): void {
    const { source, scanner } = this;
    const le = this.specialNumber(place, 'an upper bound');
    const buckets = (draft.buckets ??= []);
    const last = buckets.at(-1);
    if (last !== undefined && !(le > last.le)) throw scanner.valueError(place, `a bound above ${boundText(last.le)}`);
    this.checkWhole(count, valueAt);
    if (last !== undefined && count < last.count) throw source.errorIn(valueAt, wordEnd(source, valueAt), `a cumulative count, at least ${last.count}`);
    if (exemplar !== undefined && !(exemplar.value <= le)) throw source.error(valueAt, `an exemplar of at most ${le}, the bound of its bucket`, String(exemplar.value));
    buckets.push({ le, count });
  }

  /** The place of the label that is no part of the series: bound, quantile or state; -1 for none. */
  private specialPlace(role: number): number {
    const { scanner, type } = this;
    if (type === 'stateset') {
      const place = scanner.find(scanner.names.idOfText(this.family));
      if (place < 0) throw scanner.error(`a label ${show(this.family)} with the state`);
      return place;
    }
    if (type !== 'histogram' && type !== 'gaugehistogram' && type !== 'summary') return -1;
    const special = type === 'summary' ? quantileName : leName;
    const place = scanner.find(special);
    const wanted = type === 'summary' ? role === valueRole : role === bucketRole;
    if (wanted && place < 0) throw scanner.error(`a label "${scanner.names.texts[special]}"`);
    if (!wanted && place >= 0) throw scanner.labelError(place, 'no such label on a sample of this name');
    if (place >= 0 && scanner.find(special, place + 1) >= 0) throw scanner.twice();
    return place;
  }

  private specialNumber(place: number, what: string): number {
    const { scanner } = this;
    const id = scanner.pairs[place * 2 + 1]!;
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = scanner.numberAt(place, what);
    if (!isCanonical(scanner.values.texts[id]!, number)) throw scanner.valueError(place, `its canonical spelling, ${canonicalBoundText(number)}`);
    this.numbers.set(id, number);
    return number;
  }

  private checkWhole(count: number, at: number): void {
    if (!(count >= 0 && Number.isInteger(count))) throw this.source.errorIn(at, wordEnd(this.source, at), 'a whole number of at least 0');
  }

  private once(before: number | undefined): void {
    if (before !== undefined) throw this.scanner.error('each sample once');
  }

  protected override complete(draft: Draft): void {
    const { source, type, family } = this;
    const fault = (found: string, expected: string, line: number = draft.line): Error => source.errorAtLine(line, found, expected);
    if (type === 'counter' && draft.value === undefined) throw fault('the last sample of a series without it', `a sample ${show(`${family}_total`)}`);
    // It says nothing: it was there, and that is all.
    if (type === 'info') draft.value = undefined;
    if (type === 'summary') draft.quantiles = this.sortedQuantiles(draft);
    if (type !== 'histogram' && type !== 'gaugehistogram') return;
    const first = draft.buckets?.[0];
    const last = draft.buckets?.at(-1);
    if (first === undefined || last?.le !== Infinity) throw fault('the last sample of a series without it', `a bucket le="+Inf" in each series of ${show(family)}`);
    const { count, sum } = draft;
    if (count !== undefined && count !== last.count) throw fault(String(count), `the count of the bucket le="+Inf", ${last.count}`, draft.countLine);
    if ((count === undefined) !== (sum === undefined)) throw fault(count === undefined ? 'a sum without a count' : 'a count without a sum', 'both or none');
    if (sum !== undefined && first.le < 0 && type === 'histogram') throw fault('a sum', 'none where a bound is negative, as it is no counter then');
    if (sum !== undefined && first.le >= 0 && sum < 0) throw fault(String(sum), 'a sum of at least 0 where no bound is negative');
  }

  /** Quantiles may be in any order here; in this library they rise. */
  private sortedQuantiles({ quantiles, line }: Draft): { quantile: number; value: number }[] | undefined {
    const sorted = quantiles?.sort((a, b) => a.quantile - b.quantile);
    sorted?.forEach(({ quantile }, place) => {
      if (place > 0 && sorted[place - 1]!.quantile === quantile) throw this.source.errorAtLine(line, `the quantile ${quantile} twice`, 'each quantile of a series once');
    });
    return sorted;
  }
}
