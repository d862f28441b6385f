import type { BlockArena } from '../../src/store/block-arena.js';
import type { LabelTable } from '../../src/store/label-table.js';
import { valueColumns } from '../../src/store/label-table.js';
import type { SeriesTable } from '../../src/store/series-table.js';
import type { Access, Place } from './explorer.js';

type Page = Float64Array | Int32Array | Uint8Array;

/**
 * Records the stores of the real code, plain and atomic, in the order in which it makes them: pages are put behind doubles that note what is written,
 * and `Atomics` is told apart. Of loads only the atomic ones are noted, as the others are of what the writer itself has written.
 */
export class Tracing {
  private readonly accesses: Access[];
  private readonly pages: Map<object, { readonly page: Page; readonly nameOf: (index: number) => Place | undefined }>;
  private readonly atomicStore: (view: Int32Array, index: number, value: number) => number;
  private readonly atomicLoad: (view: Int32Array, index: number) => number;

  constructor() {
    this.accesses = [];
    this.pages = new Map();
    this.atomicStore = Atomics.store.bind(Atomics);
    this.atomicLoad = Atomics.load.bind(Atomics);
    Object.assign(Atomics, {
      store: (view: Int32Array, index: number, value: number) => {
        const known = this.pages.get(view);
        if (known !== undefined) this.note('atomic store', known.nameOf(index), value);
        return this.atomicStore((known?.page ?? view) as Int32Array, index, value);
      },
      load: (view: Int32Array, index: number) => {
        const known = this.pages.get(view);
        const place = known?.nameOf(index);
        if (place !== undefined) this.accesses.push({ kind: 'atomic load', to: place, place });
        return this.atomicLoad((known?.page ?? view) as Int32Array, index);
      },
    });
  }

  /** Puts `Atomics` back as it was. */
  end(): void {
    Object.assign(Atomics, { store: this.atomicStore, load: this.atomicLoad });
  }

  /** What was noted since this was asked last. */
  take(): Access[] {
    return this.accesses.splice(0);
  }

  /** Watches the first page of everything that a table shows to readers. @param from how its row 0 is called */
  watchTable(table: SeriesTable, from = 0): void {
    const { labelIds, cells, states, labelCount } = table;
    states.share();
    this.replace(labelIds.pages, (at) => `row ${from + Math.floor(at / labelCount)} label ${at % labelCount}`);
    this.replace(cells.pages, (at) => `row ${from + Math.floor(at / cells.stride)} cell ${at % cells.stride}`);
    this.replace(states.column.pages, (at) => `row ${from + at} state`);
    Object.assign(states, { cleared: this.double(states.cleared, (at) => `cleared ${['version', 'start', 'end'][at]!}`) });
  }

  /** The same for label values. How many series carry one is for the writer alone. */
  watchLabels(labels: LabelTable): void {
    const columns = ['start', 'length', undefined] as const;
    this.replace(labels.values.pages, (at) => columns[at % valueColumns] && `value ${Math.floor(at / valueColumns)} ${columns[at % valueColumns]!}`);
    this.replace(labels.blocks.words, (at) => `word ${at}`);
    this.replace(labels.blocks.pages, (at) => `word ${at >> 2}`);
  }

  watchBlocks(blocks: BlockArena): void {
    this.replace(blocks.cells.pages, (at) => `block ${at >> 4} cell ${at & 15}`);
    this.replace(blocks.links.pages, (at) => `block ${at >> 1} ${at % 2 === 0 ? 'key' : 'next'}`);
  }

  private replace(pages: readonly Page[], nameOf: (index: number) => Place | undefined): void {
    (pages as Page[])[0] = this.double(pages[0]!, nameOf);
  }

  private note(kind: 'store' | 'atomic store', place: Place | undefined, value: number): void {
    if (place !== undefined) this.accesses.push({ kind, place, value });
  }

  private double(page: Page, nameOf: (index: number) => Place | undefined): never {
    const written = (index: number, value: number): void => {
      page[index] = value;
      // A word that is written byte by byte is one access, as of the last byte.
      if (!(page instanceof Uint8Array)) this.note('store', nameOf(index), value);
      else if ((index & 3) === 3) this.note('store', nameOf(index), new Int32Array(page.buffer)[index >> 2]!);
    };
    const double = new Proxy(page, {
      get: (target, property) => {
        if (property === 'fill') return (value: number, from: number, to: number) => void Array.from({ length: to - from }, (_, i) => written(from + i, value));
        const found: unknown = Reflect.get(target, property, target);
        return typeof found === 'function' ? (found as () => unknown).bind(target) : found;
      },
      set: (_target, property, value: number) => {
        written(Number(property), value);
        return true;
      },
    });
    this.pages.set(double, { page, nameOf });
    return double as never;
  }
}
