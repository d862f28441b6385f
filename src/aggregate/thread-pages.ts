import type { Announcement, ColumnName, FamilyNews, PageNews } from '../registry/announcement.js';
import type { FamilyShape } from '../model/shape.js';
import type { RowReading } from './row-reading.js';

/** The pages of one family of another thread, as far as they are known here. */
export class FamilyPages {
  readonly shape: FamilyShape;
  readonly cleared: Int32Array;
  readonly ids: Int32Array[];
  readonly cells: Float64Array[];
  readonly states: Int32Array[];
  /** What rows had that were read last, by row; only where cells lead to more. */
  readonly readings: Map<number, RowReading>;

  constructor({ shape, cleared, pages }: FamilyNews) {
    this.shape = shape;
    this.cleared = cleared;
    this.ids = [];
    this.cells = [];
    this.states = [];
    this.readings = new Map();
    for (const page of pages) this.add(page);
  }

  add({ column, number, page }: PageNews): void {
    switch (column) {
      case 'ids':
        this.ids[number] = page as Int32Array;
        return;
      case 'cells':
        this.cells[number] = page as Float64Array;
        return;
      case 'states':
        this.states[number] = page as Int32Array;
        return;
      default:
        throw new Error(`unreachable: ${column} is no column of a family`);
    }
  }
}

/** The pages of one source: what a thread has said of one catalog. */
export class ThreadPages {
  readonly source: string;
  readonly thread: number;
  readonly ancestors: readonly number[];
  /** NaN for a clock of the application's own. */
  readonly timeOrigin: number;
  readonly families: Map<number, FamilyPages>;
  readonly labelValues: Int32Array[];
  /** The bytes of label values, by words of four. */
  readonly labelWords: Int32Array[];
  readonly blockCells: Float64Array[];
  readonly blockLinks: Int32Array[];
  /** The thread is over: nobody writes any more. */
  isOver: boolean;
  /** By how many seconds in advance windows are looked at: as they will be then. */
  ahead: number;
  private readonly flags: Int32Array;

  constructor({ source, thread, ancestors = [], timeOrigin, flags, families, pages }: Extract<Announcement, { kind: 'open' }>) {
    this.source = source;
    this.thread = thread;
    this.ancestors = ancestors;
    this.timeOrigin = timeOrigin;
    this.flags = flags;
    this.families = new Map(families.map((news) => [news.family, new FamilyPages(news)]));
    this.labelValues = [];
    this.labelWords = [];
    this.blockCells = [];
    this.blockLinks = [];
    this.isOver = false;
    this.ahead = 0;
    for (const page of pages) this.addPage(page);
  }

  /** Whether there is something that only the thread itself can compute. */
  get isAskable(): boolean {
    return Atomics.load(this.flags, 0) !== 0;
  }

  addFamily(news: FamilyNews): void {
    this.families.set(news.family, new FamilyPages(news));
  }

  addPage(news: PageNews): void {
    if (news.family >= 0) {
      // Of a family that was withdrawn meanwhile, nothing more is wanted.
      this.families.get(news.family)?.add(news);
      return;
    }
    this.column(news.column)[news.number] = news.column === 'labelBytes' ? wordsOf(news.page) : news.page;
  }

  withdraw(family: number): void {
    this.families.delete(family);
  }

  private column(name: ColumnName): PageNews['page'][] {
    switch (name) {
      case 'labelValues':
        return this.labelValues;
      case 'labelBytes':
        return this.labelWords;
      case 'blockCells':
        return this.blockCells;
      case 'blockLinks':
        return this.blockLinks;
      default:
        throw new Error(`unreachable: ${name} is a column of a family`);
    }
  }
}

function wordsOf(page: PageNews['page']): Int32Array {
  return new Int32Array(page.buffer, page.byteOffset, page.byteLength >>> 2);
}
