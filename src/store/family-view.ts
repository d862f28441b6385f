import type { Descriptor } from '../model/descriptor.js';
import type { SeriesTable } from './series-table.js';

/**
 * All series of one metric, ready to be read: what the registry collects and every writer takes. It copies nothing; a cursor walks the
 * rows in the order of their creation.
 */
export class FamilyView {
  readonly descriptor: Descriptor;
  readonly table: SeriesTable;
  /** Brings the cells of a row up to date just before it is read; for what is computed at reading, such as quantiles. */
  readonly prepare: ((row: number) => void) | undefined;

  constructor(descriptor: Descriptor, table: SeriesTable, prepare?: (row: number) => void) {
    this.descriptor = descriptor;
    this.table = table;
    this.prepare = prepare;
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
    this.position = -1;
    this.end = view.table.positions;
  }

  /** Goes to the next series; false when there is none. */
  next(): boolean {
    const { table } = this;
    const { labelCount } = table;
    for (let position = this.position + 1; position < this.end; position++) {
      const row = table.rowAt(position);
      if (row < 0) continue;
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
