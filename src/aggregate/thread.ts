import { performance } from 'node:perf_hooks';
import type { Announcement, Answer, RowExemplars } from '../registry/announcement.js';
import { CollectedSource } from './collected-source.js';
import type { Merger } from './merger.js';
import type { Source } from './source.js';
import { ThreadSource } from './thread-source.js';
import { ThreadPages } from './thread-pages.js';

/** After a thread is over, its summaries' observations go on counting for as long as their windows say. */
function longestWindow(pages: ThreadPages): number {
  let seconds = 0;
  for (const { shape } of pages.families.values()) {
    const { window } = shape.places;
    if (window !== undefined) seconds = Math.max(seconds, window.kind === 'sketch' ? window.ageBuckets * window.secondsEach : window.maxAgeSeconds);
  }
  return seconds;
}

/** One source of this process: the pages it has said it has, what it has answered, and how far it is with answering. */
export class Thread {
  readonly pages: ThreadPages;
  /** What it could not answer in time is still to come: since when, in milliseconds of `performance.now()`. */
  askedAt: number | undefined;
  /** When it answered last, likewise; when it was first seen, as long as it has not. */
  answeredAt: number;
  /** When its windows have passed, likewise; undefined as long as it runs. */
  overAt: number | undefined;
  private readonly sources: Map<Merger, ThreadSource>;
  private computed: Source | undefined;
  /** What was told of exemplars, by family and row. */
  private readonly exemplars: Map<number, Map<number, RowExemplars>>;

  constructor(opened: Extract<Announcement, { kind: 'open' }>) {
    this.pages = new ThreadPages(opened);
    this.askedAt = undefined;
    this.answeredAt = performance.now();
    this.overAt = undefined;
    this.sources = new Map();
    this.computed = undefined;
    this.exemplars = new Map();
  }

  /** What it adds to a merger. */
  *sourcesFor(merger: Merger): Iterable<Source> {
    yield this.sourceFor(merger);
    if (this.computed !== undefined && this.overAt === undefined) yield this.computed;
  }

  /** Looks up what is new for a merger, as far as the time goes. @returns whether that was all */
  catchUp(merger: Merger, until: number): boolean {
    return this.sourceFor(merger).catchUp(until);
  }

  /** Takes what the thread has computed. @throws TallystickError for families that break a rule */
  take({ families, exemplars }: Answer): void {
    for (const told of exemplars) {
      let rows = this.exemplars.get(told.family);
      if (rows === undefined) this.exemplars.set(told.family, (rows = new Map()));
      rows.set(told.row, told);
    }
    if (families === undefined) return;
    this.askedAt = undefined;
    this.answeredAt = performance.now();
    this.computed = CollectedSource.of(`thread ${this.pages.thread}`, families);
  }

  /** The thread is over; what it counted stands. */
  end(): void {
    if (this.overAt !== undefined) return;
    this.askedAt = undefined;
    this.overAt = performance.now() + longestWindow(this.pages) * 1000;
    this.pages.isOver = true;
  }

  /** Gives back what it holds of mergers. */
  close(): void {
    for (const source of this.sources.values()) source.close();
    this.sources.clear();
  }

  private sourceFor(merger: Merger): ThreadSource {
    let source = this.sources.get(merger);
    if (source === undefined) this.sources.set(merger, (source = new ThreadSource(this.pages, merger, (family) => this.exemplars.get(family)?.values() ?? [])));
    return source;
  }
}
