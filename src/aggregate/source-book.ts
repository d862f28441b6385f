import { type Announcement, type FamilyNews, type PageNews, protocolVersion } from '../registry/announcement.js';

type Opening = Extract<Announcement, { readonly kind: 'open' }>;

/** All that has been said of one source. */
interface Entry {
  readonly opening: Opening;
  readonly families: Map<number, FamilyNews>;
  readonly pages: PageNews[];
  isClosed: boolean;
}

/**
 * Keeps what sources have said of themselves, for a reader that comes later: where their pages are, not what stands in them. One that takes the place
 * of another thereby knows at once what blocked threads could not tell it, and threads that have ended.
 */
export class SourceBook {
  private readonly entries: Map<string, Entry>;

  constructor() {
    this.entries = new Map();
  }

  /** Writes down what was said; answers are of the moment, and are not kept. */
  hear(said: Announcement): void {
    switch (said.kind) {
      case 'open':
        // What another version has is not understood here, nor by a reader that comes later.
        if (said.version !== protocolVersion) return;
        this.entries.set(said.source, { opening: said, families: new Map(said.families.map((news) => [news.family, news])), pages: [...said.pages], isClosed: false });
        break;
      case 'family':
        this.entries.get(said.source)?.families.set(said.news.family, said.news);
        break;
      case 'page':
        this.turn(said.source, said.news);
        break;
      case 'withdrawn':
        this.entries.get(said.source)?.families.delete(said.family);
        break;
      case 'closed':
        this.close(this.entries.get(said.source));
        break;
      case 'ended':
        for (const entry of this.entries.values()) if (entry.opening.thread === said.thread || entry.opening.ancestors?.includes(said.thread) === true) this.close(entry);
        break;
      case 'answer':
        break;
    }
  }

  /** Forgets sources whose counts have been taken over. */
  forget(sources: Iterable<string>): void {
    for (const source of sources) this.entries.delete(source);
  }

  /** What a new reader has to be told, in order. */
  *retell(): Generator<Announcement, void, undefined> {
    for (const [source, { opening, families, pages, isClosed }] of this.entries) {
      yield { ...opening, families: [...families.values()], pages: [...pages] };
      if (isClosed) yield { kind: 'closed', source };
    }
  }

  private turn(source: string, news: PageNews): void {
    const entry = this.entries.get(source);
    if (entry === undefined) return;
    const family = entry.families.get(news.family);
    if (news.family < 0) entry.pages.push(news);
    else if (family !== undefined) entry.families.set(news.family, { ...family, pages: [...family.pages, news] });
  }

  private close(entry: Entry | undefined): void {
    if (entry !== undefined) entry.isClosed = true;
  }
}
