import process from 'node:process';
import type { RowExemplars } from '../registry/announcement.js';
import { type FamilyShape, workerLabel } from '../model/shape.js';
import { FamilyReader } from './family-reader.js';
import { LabelMap } from './label-map.js';
import { counted } from './ledger.js';
import type { MergedFamily } from './merged-family.js';
import type { Merger } from './merger.js';
import type { Source } from './source.js';
import type { FamilyPages, ThreadPages } from './thread-pages.js';

/** How a thread is called in the label `worker`: the process, and the thread unless it is the main one. */
export function workerName(thread: number): string {
  return thread === 0 ? String(process.pid) : `${process.pid}-${thread}`;
}

/** How errors call a thread. */
export function originOf(thread: number): string {
  return thread === 0 ? 'the main thread' : `thread ${thread}`;
}

/** What one thread has, for one merger. */
export class ThreadSource implements Source {
  readonly origin: string;
  private readonly pages: ThreadPages;
  private readonly merger: Merger;
  private readonly labels: LabelMap;
  private readonly worker: number;
  private readonly readers: Map<FamilyPages, { readonly target: MergedFamily; readonly reader: FamilyReader }>;
  private readonly exemplarsOf: (family: number) => Iterable<RowExemplars>;
  private readonly only: (shape: FamilyShape) => boolean;

  /**
   * @param exemplarsOf what the thread has told of the exemplars of a family, by its number
   * @param only which families to read; all when left out
   */
  constructor(pages: ThreadPages, merger: Merger, exemplarsOf: (family: number) => Iterable<RowExemplars>, only: (shape: FamilyShape) => boolean = () => true) {
    this.origin = originOf(pages.thread);
    this.pages = pages;
    this.merger = merger;
    this.labels = new LabelMap(pages.labelValues, pages.labelWords, merger.labels);
    this.worker = merger.labels.intern(workerName(pages.thread));
    merger.labels.retain(this.worker);
    this.readers = new Map();
    this.exemplarsOf = exemplarsOf;
    this.only = only;
  }

  contribute(): void {
    const { families } = this.pages;
    for (const [number, family] of families) {
      if (!this.isWanted(family)) continue;
      const reader = this.readerOf(family);
      reader?.contribute();
      reader?.contributeExemplars(this.exemplarsOf(number));
    }
    if (this.readers.size <= families.size) return;
    const present = new Set(families.values());
    for (const family of this.readers.keys()) if (!present.has(family)) this.readers.delete(family);
  }

  /** Looks up what is new between two passes, as far as the time goes. @returns whether that was all */
  catchUp(until: number): boolean {
    for (const family of this.pages.families.values()) {
      if (this.isWanted(family) && this.readerOf(family)?.catchUp(until) === false) return false;
    }
    return true;
  }

  forget(): void {
    this.readers.clear();
  }

  /** Gives back what it holds of the merger's. */
  close(): void {
    this.labels.close();
    this.merger.labels.release(this.worker);
  }

  /** When a thread is over, what it counted stands, and what its gauges said is no longer so. */
  private isWanted({ shape }: FamilyPages): boolean {
    return this.only(shape) && (!this.pages.isOver || counted.includes(shape.descriptor.type));
  }

  private readerOf(family: FamilyPages): FamilyReader | undefined {
    const target = this.merger.family(family.shape, this.origin);
    if (target === undefined) return undefined;
    let known = this.readers.get(family);
    // The merged family may have gone, and another one come, while this one was not there to see it.
    if (known === undefined || known.target !== target) {
      const { aggregator, descriptor } = family.shape;
      const worker = aggregator === 'perWorker' && descriptor.labelNames.at(-1) !== workerLabel ? this.worker : -1;
      known = { target, reader: new FamilyReader(family, this.pages, this.labels, target, worker) };
      this.readers.set(family, known);
    }
    return known.reader;
  }
}
