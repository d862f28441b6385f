import { TallystickError } from '../model/errors.js';
import type { Budget, OnLimit, RefusalReason } from '../store/budget.js';
import { Refusals } from '../store/refusals.js';
import type { SeriesTable } from '../store/series-table.js';

/** What every label of an overflow series says. */
export const overflowValue = '__overflow__';

/** Lets new series of a metric in as long as its budget allows, and says where refused recordings go. */
export class Gate {
  readonly refusals: Refusals;
  readonly budget: Budget;
  private readonly subject: string;
  private readonly table: SeriesTable;
  private readonly onLimit: OnLimit;
  /** The series that refused recordings go to, or -1 as long as there is none. */
  private overflowRow: number;
  /** A row that nobody sees, for recordings that are dropped; -1 as long as there is none. */
  private dropRow: number;

  constructor(subject: string, table: SeriesTable, budget: Budget, onLimit: OnLimit) {
    this.refusals = new Refusals();
    this.budget = budget;
    this.subject = subject;
    this.table = table;
    this.onLimit = onLimit;
    this.overflowRow = -1;
    this.dropRow = -1;
  }

  /**
   * Asks for one more series.
   *
   * @returns -1 when it may be made, else the row where the recording goes instead
   * @throws TallystickError `LIMIT_REACHED` where the limits say so
   */
  admit(texts: readonly string[], width: number): number {
    for (let place = 0; place < width; place++) {
      const text = texts[place]!;
      // Three bytes for a UTF-16 code unit at the most.
      if (text.length * 3 > this.budget.labelValueBytes && bytesOf(text) > this.budget.labelValueBytes) return this.refuse('label_value');
    }
    const reason = this.budget.admit();
    return reason === undefined ? -1 : this.refuse(reason);
  }

  /** Refuses a recording; the answer is as that of {@link admit}. */
  refuse(reason: RefusalReason): number {
    this.refusals.note(reason);
    switch (this.onLimit) {
      case 'overflow':
        return this.overflowRow >= 0 ? this.overflowRow : this.openOverflow();
      case 'drop':
        return this.dropRow >= 0 ? this.dropRow : (this.dropRow = this.table.insertHidden());
      default:
        throw new TallystickError('LIMIT_REACHED', `${this.subject}: a new series is refused: ${explain(reason)}; record with known labels, raise the limit, or choose onLimit: "overflow"`);
    }
  }

  /**
   * Refuses to begin what would end in an error half-way.
   *
   * @throws TallystickError `LIMIT_REACHED` where limits throw and there is no room for so many new series
   */
  checkRoom(series: number): void {
    if (this.onLimit === 'throw' && series > this.budget.room) this.refuse('series');
  }

  /** To be called when a row has been removed. */
  release(row: number): void {
    if (!this.closeOverflow(row)) this.budget.release(1);
  }

  /** Forgets the overflow series if it is this row, which counts against no budget. */
  closeOverflow(row: number): boolean {
    if (row !== this.overflowRow) return false;
    this.overflowRow = -1;
    return true;
  }

  /** To be called when all rows have been removed, those of refused recordings among them. */
  releaseAll(): void {
    this.overflowRow = -1;
    this.dropRow = -1;
    this.budget.release(this.budget.size);
  }

  private openOverflow(): number {
    const { labels, wanted } = this.table;
    wanted.fill(labels.intern(overflowValue));
    const known = this.table.find();
    // A caller may have recorded with these very values before.
    if (known >= 0) this.budget.release(1);
    this.overflowRow = known >= 0 ? known : this.table.insert();
    return this.overflowRow;
  }
}

function explain(reason: RefusalReason): string {
  switch (reason) {
    case 'series':
      return 'there are as many as limits.series allows';
    case 'rate':
      return 'there were as many within a second as limits.newSeriesPerSecond allows';
    case 'label_value':
      return 'a label value is longer than limits.labelValueBytes allows';
  }
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00 ? 1 : 3;
  }
  return bytes;
}
