import { performance } from 'node:perf_hooks';
import type { Announcement, Answer, RowExemplars } from '../registry/announcement.js';
import { windowSeconds } from '../model/shape.js';
import { CollectedSource } from './collected-source.js';
import type { Merger } from './merger.js';
import type { Source } from './source.js';
import { ThreadSource, originOf } from './thread-source.js';
import { ThreadPages } from './thread-pages.js';

/** After a thread is over, its summaries' observations go on counting for as long as their windows say. */
function longestWindow(pages: ThreadPages): number {
  let seconds = 0;
  for (const { shape } of pages.families.values()) seconds = Math.max(seconds, windowSeconds(shape.places.window));
  return seconds;
}

type Opening = Extract<Announcement, { kind: 'open' }>;

/** One source of this process: the pages it has said it has, what it has answered, and how far it is with answering. */
export class Thread {
  pages: ThreadPages;
  /** What it could not answer in time is still to come: since when, in milliseconds of `performance.now()`. */
  askedAt: number | undefined;
  /** When it answered last, likewise; when it was first seen, as long as it has not. */
  answeredAt: number;
  /** When its windows have passed, likewise; undefined as long as it runs. */
  overAt: number | undefined;
  private readonly sources: Map<Merger, ThreadSource>;
  private computed: CollectedSource | undefined;
  /** What was told of exemplars, by family and row. */
  private readonly exemplars: Map<number, Map<number, RowExemplars>>;

  constructor(opened: Opening) {
    this.pages = new ThreadPages(opened);
    this.askedAt = undefined;
    this.answeredAt = performance.now();
    this.overAt = undefined;
    this.sources = new Map();
    this.computed = undefined;
    this.exemplars = new Map();
  }

  /** The thread has said anew what it has. What it has answered stands, and what it owes. */
  reopen(opened: Opening): void {
    this.close();
    this.pages = new ThreadPages(opened);
    for (const family of this.exemplars.keys()) if (!this.pages.families.has(family)) this.exemplars.delete(family);
  }

  /** What it adds to a merger. */
  *sourcesFor(merger: Merger): Iterable<Source> {
    yield this.sourceFor(merger);
    // What is left when nothing is to be asked any more was taken away.
    if (this.computed !== undefined && (this.overAt !== undefined || this.pages.isAskable)) yield this.computed;
  }

  /** A metric was unregistered. */
  withdraw(family: number): void {
    this.pages.withdraw(family);
    this.exemplars.delete(family);
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
      if (told.spread.length > 0 || told.slots.some((slot) => slot !== undefined)) rows.set(told.row, told);
      else rows.delete(told.row);
    }
    if (families === undefined) return;
    this.askedAt = undefined;
    this.answeredAt = performance.now();
    this.computed = CollectedSource.of(originOf(this.pages.thread), families);
  }

  /** Whether it is over when that thread is. */
  endsWith(thread: number): boolean {
    return this.pages.thread === thread || this.pages.ancestors.includes(thread);
  }

  /** The thread is over; what it counted stands. */
  end(): void {
    if (this.overAt !== undefined) return;
    this.askedAt = undefined;
    this.overAt = performance.now() + longestWindow(this.pages) * 1000;
    this.computed = this.computed?.counted();
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
