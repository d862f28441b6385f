import { TallystickError, list, show } from '../model/errors.js';
import { labelText } from '../model/labels.js';
import type { LabelTable } from '../store/label-table.js';
import type { SeriesTable } from '../store/series-table.js';
import type { Gate } from './gate.js';
import { RowCache, mostCachedLabels } from './row-cache.js';

/** The integers of some label values, and at which places they stand; -1 for a value that no series carries. */
export interface Pattern {
  readonly places: readonly number[];
  readonly ids: readonly number[];
}

/**
 * From the labels a caller gives to the row of the series: checks them, and makes the series if it is new. Nothing is changed by labels
 * that are refused.
 */
export class SeriesFinder {
  private readonly subject: string;
  private readonly names: readonly string[];
  private readonly table: SeriesTable;
  private readonly labels: LabelTable;
  /** The integers looked for, shared with the table. */
  private readonly wanted: Int32Array;
  private readonly cache: RowCache;
  private readonly gate: Gate;
  private readonly declares: boolean;
  /** Declared values by place; undefined where any is allowed. */
  private readonly allowed: readonly (ReadonlySet<string> | undefined)[];

  constructor(subject: string, names: readonly string[], table: SeriesTable, gate: Gate, allowed: readonly (ReadonlySet<string> | undefined)[]) {
    this.subject = subject;
    // A copy, as reading from a frozen array is not optimised as well (`npm run bench`, case `inc with a label object`, Node 20).
    this.names = [...names];
    this.table = table;
    this.labels = table.labels;
    this.wanted = table.wanted;
    this.cache = new RowCache(table);
    this.gate = gate;
    this.declares = allowed.some((values) => values !== undefined);
    this.allowed = allowed;
  }

  /**
   * The row of the series with these labels, made when it is new.
   *
   * @throws TallystickError `INVALID_LABELS` or `INVALID_LABEL_VALUE`
   */
  row(labels: unknown): number {
    return this.find(labels, true);
  }

  /** The row of the series with these values, in the order of the label names, made when it is new. */
  rowOfValues(values: readonly unknown[]): number {
    return this.findValues(values, true);
  }

  /** The row of the series with these labels; if there is none, it is made or -1. Refuses what is no label of this metric. */
  find(labels: unknown, make = false): number {
    const { names } = this;
    if (typeof labels !== 'object' || labels === null) return this.refuseLabels(labels);
    if (names.length > mostCachedLabels) return this.findTexts(this.textsOf(labels), make);
    let first = '';
    let second = '';
    let third = '';
    let fourth = '';
    let count = 0;
    // One pass over the object's own order: a check for missing and unknown names and the reading of the values at once. `for … in` reads
    // by the object's shape, where `labels[name]` of changing names is a look-up (`npm run bench`, case `inc with a label object`).
    for (const name in labels) {
      const value: unknown = (labels as Record<string, unknown>)[name];
      let place = count;
      if (name !== names[count]) {
        place = names.indexOf(name);
        if (place < 0) return this.refuseLabels(labels);
      }
      const text = typeof value === 'string' ? value : this.text(names[place]!, value);
      if (place === 0) first = text;
      else if (place === 1) second = text;
      else if (place === 2) third = text;
      else fourth = text;
      count += 1;
    }
    if (count !== names.length || (count === 0 && !isPlain(labels))) return this.refuseLabels(labels);
    const row = this.cache.find(first, second, third, fourth);
    return row >= 0 ? row : this.findUncached(first, second, third, fourth, make);
  }

  /** The row of the series with these values; if there is none, it is made or -1. */
  findValues(values: readonly unknown[], make = false): number {
    const { names } = this;
    if (values.length !== names.length) return this.refuseCount(values.length);
    if (names.length > mostCachedLabels) return this.findTexts(names.map((name, place) => this.text(name, values[place])), make);
    const first = this.textAt(values, 0);
    const second = this.textAt(values, 1);
    const third = this.textAt(values, 2);
    const fourth = this.textAt(values, 3);
    const row = this.cache.find(first, second, third, fourth);
    return row >= 0 ? row : this.findUncached(first, second, third, fourth, make);
  }

  /** To be called when a row has been removed. */
  forget(): void {
    this.cache.clear();
  }

  /**
   * Checks labels, which may be some of the metric's, and finds what its series are to be compared with.
   *
   * @throws TallystickError `INVALID_LABELS` or `INVALID_LABEL_VALUE`
   */
  pattern(labels: unknown): Pattern {
    const given = Object.entries(this.checkPartial(labels));
    if (given.length === 0 && !isPlain(labels as object)) return this.refuseLabels(labels);
    return { places: given.map(([name]) => this.names.indexOf(name)), ids: given.map(([, text]) => this.labels.find(text)) };
  }

  /**
   * Checks that labels are some of the metric's, without looking anything up, and copies them.
   *
   * @throws TallystickError `INVALID_LABELS` or `INVALID_LABEL_VALUE`
   */
  checkPartial(labels: unknown): Readonly<Record<string, string>> {
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return this.refuseLabels(labels);
    const texts: Record<string, string> = {};
    for (const name in labels) {
      if (!this.names.includes(name)) return this.refuseLabels(labels, true);
      texts[name] = this.text(name, (labels as Record<string, unknown>)[name]);
    }
    return texts;
  }

  /** Checks labels without looking anything up. */
  check(labels: unknown): void {
    if (typeof labels !== 'object' || labels === null) return this.refuseLabels(labels);
    let count = 0;
    for (const name in labels) {
      if (name !== this.names[count] && !this.names.includes(name)) return this.refuseLabels(labels);
      const value: unknown = (labels as Record<string, unknown>)[name];
      if (typeof value !== 'string') this.text(name, value);
      count += 1;
    }
    if (count !== this.names.length) return this.refuseLabels(labels);
  }

  /** As {@link check}, and refuses values that are not among the declared ones. */
  checkValues(labels: unknown): void {
    this.check(labels);
    for (let place = 0; place < this.names.length; place++) {
      const name = this.names[place]!;
      if (this.allowed[place] !== undefined) this.checkAllowed(place, this.text(name, (labels as Record<string, unknown>)[name]));
    }
  }

  /** Refuses a value that is not among the declared ones of its label. */
  checkAllowed(place: number, text: string): void {
    const allowed = this.allowed[place];
    if (allowed === undefined || allowed.has(text)) return;
    throw new TallystickError('INVALID_LABEL_VALUE', `${this.subject}: label ${show(this.names[place])} is ${show(text)}; labelValues allows only ${list([...allowed].slice(0, 16))}`);
  }

  /** Looks values up in the tables. */
  private findUncached(first: string, second: string, third: string, fourth: string, make: boolean): number {
    const { wanted, names, labels } = this;
    if (names.length === 0) return this.table.find();
    // Negative as soon as one value is known to no series, and then the row need not be looked for; nor the other values where a flood is
    // refused.
    const refuses = make && !this.declares && this.gate.budget.isFull;
    if (refuses && !labels.mayHave(first)) return this.gate.refuse('series');
    let known = (wanted[0] = labels.find(first));
    if (known < 0 && refuses) return this.gate.refuse('series');
    if (names.length > 1) known |= wanted[1] = labels.find(second);
    if (names.length > 2) known |= wanted[2] = labels.find(third);
    if (names.length > 3) known |= wanted[3] = labels.find(fourth);
    const row = known < 0 ? -1 : this.table.find();
    if (row >= 0) this.cache.put(row, first, second, third, fourth);
    else if (make) return refuses ? this.gate.refuse('series') : this.create([first, second, third, fourth]);
    return row;
  }

  private findTexts(texts: readonly string[], make: boolean): number {
    for (let place = 0; place < texts.length; place++) this.wanted[place] = this.labels.find(texts[place]!);
    const row = this.table.find();
    return row < 0 && make ? this.create(texts) : row;
  }

  /** Makes the series of these values, for which {@link wanted} holds what the look-up has found. */
  private create(texts: readonly string[]): number {
    const width = this.names.length;
    for (let place = 0; place < width; place++) this.checkAllowed(place, texts[place]!);
    const elsewhere = this.gate.admit(texts, width);
    if (elsewhere >= 0) return elsewhere;
    for (let place = 0; place < width; place++) if (this.wanted[place]! < 0) this.wanted[place] = this.labels.intern(texts[place]!);
    return this.table.insert();
  }

  /** The values of a label object in the order of the label names. */
  private textsOf(labels: object): string[] {
    this.check(labels);
    return this.names.map((name) => this.text(name, (labels as Record<string, unknown>)[name]));
  }

  private textAt(values: readonly unknown[], place: number): string {
    if (place >= this.names.length) return '';
    const value = values[place];
    return typeof value === 'string' ? value : this.text(this.names[place]!, value);
  }

  private text(name: string, value: unknown): string {
    const text = labelText(value);
    if (text === undefined) {
      throw new TallystickError('INVALID_LABEL_VALUE', `${this.subject}: label ${show(name)} is ${show(value)}; give a string, number, boolean or bigint`);
    }
    return text;
  }

  private refuseCount(given: number): never {
    throw new TallystickError('INVALID_LABELS', `${this.subject}: ${given} label value${given === 1 ? '' : 's'} given; ${this.expected()}`);
  }

  private refuseLabels(labels: unknown, partial = false): never {
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels) || !isPlain(labels)) {
      throw new TallystickError('INVALID_LABELS', `${this.subject}: labels is ${show(labels)}; ${this.expected()}`);
    }
    const given: string[] = [];
    for (const name in labels) given.push(name);
    const unknown = given.filter((name) => !this.names.includes(name));
    const missing = partial ? [] : this.names.filter((name) => !given.includes(name));
    const faults = [unknown.length > 0 ? `unknown label ${list(unknown.slice(0, 8))}` : '', missing.length > 0 ? `missing label ${list(missing)}` : ''];
    throw new TallystickError('INVALID_LABELS', `${this.subject}: ${faults.filter(Boolean).join(' and ')}; ${this.expected()}`);
  }

  private expected(): string {
    return this.names.length === 0 ? 'this metric has no labels, record on it directly' : `the labels are ${list(this.names)}`;
  }
}

/** Whether an object is one of labels, not a Map, a Date or the like, which would seem to be one without any. */
function isPlain(labels: object): boolean {
  return Object.prototype.toString.call(labels) === '[object Object]';
}
