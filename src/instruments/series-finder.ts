import { TallystickError, list, show } from '../model/errors.js';
import { labelText } from '../model/labels.js';
import type { LabelTable } from '../store/label-table.js';
import type { SeriesTable } from '../store/series-table.js';

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
  /** Declared values by place; undefined where any is allowed. */
  private readonly allowed: readonly (ReadonlySet<string> | undefined)[];

  constructor(subject: string, names: readonly string[], table: SeriesTable, allowed: readonly (ReadonlySet<string> | undefined)[]) {
    this.subject = subject;
    this.names = names;
    this.table = table;
    this.labels = table.labels;
    this.wanted = table.wanted;
    this.allowed = allowed;
  }

  /**
   * The row of the series with these labels, made when it is new.
   *
   * @throws TallystickError `INVALID_LABELS` or `INVALID_LABEL_VALUE`
   */
  row(labels: unknown): number {
    const row = this.find(labels);
    return row >= 0 ? row : this.create(this.namedTexts(labels as object));
  }

  /** The row of the series with these values, in the order of the label names, made when it is new. */
  rowOfValues(values: readonly unknown[]): number {
    const row = this.findValues(values);
    return row >= 0 ? row : this.create(this.orderedTexts(values));
  }

  /** The row of the series with these labels, or -1; makes nothing, but refuses what is no label of this metric. */
  find(labels: unknown): number {
    const { names, wanted } = this;
    if (typeof labels !== 'object' || labels === null) return this.refuseLabels(labels);
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
      wanted[place] = typeof value === 'string' ? this.labels.find(value) : this.findOther(names[place]!, value);
      count += 1;
    }
    if (count !== names.length) return this.refuseLabels(labels);
    return this.table.find();
  }

  /** The row of the series with these values, or -1; makes nothing. */
  findValues(values: readonly unknown[]): number {
    const { names, wanted } = this;
    if (values.length !== names.length) return this.refuseCount(values.length);
    for (let place = 0; place < names.length; place++) {
      const value = values[place];
      wanted[place] = typeof value === 'string' ? this.labels.find(value) : this.findOther(names[place]!, value);
    }
    return this.table.find();
  }

  /**
   * The rows whose series carry all of these labels, which may be some of the metric's.
   *
   * @throws TallystickError `INVALID_LABELS` or `INVALID_LABEL_VALUE`
   */
  matching(labels: unknown): number[] {
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return this.refuseLabels(labels);
    const places: number[] = [];
    const ids: number[] = [];
    for (const [name, value] of Object.entries(labels)) {
      const place = this.names.indexOf(name);
      if (place < 0) return this.refuseLabels(labels, true);
      places.push(place);
      ids.push(this.labels.find(this.text(name, value)));
    }
    const rows: number[] = [];
    this.table.forEachRow((row) => {
      const page = this.table.labelIds.page(row);
      const base = this.table.labelIds.base(row);
      if (places.every((place, i) => page[base + place] === ids[i])) rows.push(row);
    });
    return rows;
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

  /** Refuses a value that is not among the declared ones of its label. */
  checkAllowed(place: number, text: string): void {
    const allowed = this.allowed[place];
    if (allowed === undefined || allowed.has(text)) return;
    throw new TallystickError('INVALID_LABEL_VALUE', `${this.subject}: label ${show(this.names[place])} is ${show(text)}; labelValues allows only ${list([...allowed].slice(0, 16))}`);
  }

  /** A series of new labels. They are read again from the caller's object, and everything is checked before anything changes. */
  private create(texts: readonly string[]): number {
    for (const [place, text] of texts.entries()) this.checkAllowed(place, text);
    for (const [place, text] of texts.entries()) this.wanted[place] = this.labels.find(text);
    // An object with getters may have answered differently the second time.
    const row = this.table.find();
    if (row >= 0) return row;
    for (const [place, text] of texts.entries()) this.wanted[place] = this.labels.intern(text);
    return this.table.insert();
  }

  private namedTexts(labels: object): string[] {
    return this.names.map((name) => this.text(name, (labels as Record<string, unknown>)[name]));
  }

  private orderedTexts(values: readonly unknown[]): string[] {
    return this.names.map((name, place) => this.text(name, values[place]));
  }

  private findOther(name: string, value: unknown): number {
    return this.labels.find(this.text(name, value));
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
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
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
