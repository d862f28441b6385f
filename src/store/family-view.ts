import type { Descriptor } from '../model/descriptor.js';
import type { Exemplar } from '../model/exemplar.js';
import type { WindowPlace } from '../model/shape.js';
import type { BlockArena } from './block-arena.js';
import type { SeriesTable } from './series-table.js';

/** What a family has beside what its type always has. */
export interface FamilyExtras {
  /** Brings the cells of a row up to date just before it is read; for what is computed at reading, such as quantiles. */
  readonly prepare?: ((row: number) => void) | undefined;
  /** Where in a row's cells the time stands at which the series began to count; see `model/layout.ts`. */
  readonly createdCell?: number | undefined;
  /** Where the time stands that its samples are to carry. */
  readonly timestampCell?: number | undefined;
  /** Where its native buckets begin, and what their chains lead to. */
  readonly native?: NativePlace | undefined;
  readonly exemplars?: ExemplarSource | undefined;
  /** Where a summary's window stands, and where the time at which a gauge was set; for readers in other threads. */
  readonly window?: WindowPlace | undefined;
  readonly setAtCell?: number | undefined;
  /** Which rows of the table belong to it; all, when left out. */
  readonly isShown?: ((row: number) => boolean) | undefined;
}

/** Where the native buckets of a family stand. */
export interface NativePlace {
  readonly cell: number;
  readonly blocks: BlockArena;
}

/** Exemplars of a family's series. */
export interface ExemplarSource {
  /** That of a counter (`slot` 0) or of a classic bucket by its place; undefined where there is none. */
  at(row: number, slot: number): Exemplar | undefined;
  /** Those of a native histogram, all with a timestamp, by rising value. */
  spread(row: number): readonly Exemplar[];
  /** Rows that have got another one since this was asked last; the first time, all that have any. For who tells other threads. */
  takeChanged?(): readonly number[];
  /** Has {@link takeChanged} begin anew, for a reader who comes later. */
  tellAgain?(): void;
}

/**
 * All series of one metric, ready to be read: what the registry collects and every writer takes. It copies nothing; a cursor walks the
 * rows in the order of their creation.
 */
export class FamilyView {
  readonly descriptor: Descriptor;
  readonly table: SeriesTable;
  readonly prepare: ((row: number) => void) | undefined;
  /** -1 where series have no such time. */
  readonly createdCell: number;
  /** -1 where samples carry no time. */
  readonly timestampCell: number;
  readonly native: NativePlace | undefined;
  readonly exemplars: ExemplarSource | undefined;
  readonly window: WindowPlace | undefined;
  /** -1 where no such time is kept. */
  readonly setAtCell: number;
  readonly isShown: ((row: number) => boolean) | undefined;

  constructor(descriptor: Descriptor, table: SeriesTable, { prepare, createdCell = -1, timestampCell = -1, native, exemplars, window, setAtCell = -1, isShown }: FamilyExtras = {}) {
    this.descriptor = descriptor;
    this.table = table;
    this.prepare = prepare;
    this.createdCell = createdCell;
    this.timestampCell = timestampCell;
    this.native = native;
    this.exemplars = exemplars;
    this.window = window;
    this.setAtCell = setAtCell;
    this.isShown = isShown;
  }

  /** The same series under another description: for formats that spell names in another way. */
  describedAs(descriptor: Descriptor): FamilyView {
    return new FamilyView(descriptor, this.table, this);
  }

  /** Walks the series from the first on. */
  cursor(): SeriesCursor {
    return new SeriesCursor(this);
  }
}

/** Points at one series of a {@link FamilyView} after the other, without an object for each. */
export class SeriesCursor {
  /** The row of the present series; -1 before the first {@link next}. */
  row: number;
  /** The page with the label-value integers of the series, and where they begin there. */
  labelIds: Int32Array;
  labelBase: number;
  /** The page with its cells (see `model/layout.ts`), and where they begin there. */
  cells: Float64Array;
  cellBase: number;
  private readonly table: SeriesTable;
  private readonly prepare: ((row: number) => void) | undefined;
  private readonly isShown: ((row: number) => boolean) | undefined;
  private position: number;
  /** What is created from now on belongs to the next walk: a series removed and made again would be met twice. */
  private readonly end: number;

  constructor(view: FamilyView) {
    this.row = -1;
    this.labelIds = noIds;
    this.labelBase = 0;
    this.cells = noCells;
    this.cellBase = 0;
    this.table = view.table;
    this.prepare = view.prepare;
    this.isShown = view.isShown;
    this.position = -1;
    this.end = view.table.positions;
  }

  /** Goes to the next series; false when there is none. */
  next(): boolean {
    const { table } = this;
    const { labelCount } = table;
    for (let position = this.position + 1; position < this.end; position++) {
      const row = table.rowAt(position);
      if (row < 0 || (this.isShown !== undefined && !this.isShown(row))) continue;
      if (labelCount > 0) {
        const ids = table.labelIds.page(row);
        const base = table.labelIds.base(row);
        // The mark of a freed row.
        if (ids[base]! < 0) continue;
        this.labelIds = ids;
        this.labelBase = base;
      }
      this.position = position;
      this.row = row;
      this.cells = table.cells.page(row);
      this.cellBase = table.cells.base(row);
      if (this.prepare !== undefined) this.prepare(row);
      return true;
    }
    this.position = this.end;
    return false;
  }

  /** The value of a label by its place among the label names. */
  labelText(place: number): string {
    return this.table.labels.text(this.labelIds[this.labelBase + place]!);
  }
}

const noIds = /* @__PURE__ */ new Int32Array(0);
const noCells = /* @__PURE__ */ new Float64Array(0);
