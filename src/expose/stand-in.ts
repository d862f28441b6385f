import type { SourceBook } from '../aggregate/source-book.js';
import { listen } from '../platform/channel.js';
import type { Announcement } from '../registry/announcement.js';
import { asAnnouncement } from '../registry/heard.js';
import { channelOf } from '../registry/sharing.js';

/** Hears what threads say while there is no server's thread to hear it. */
export class StandIn {
  private readonly book: SourceBook;
  private readonly stopListening: () => void;
  /** What has been heard since a successor was given the book. */
  private missed: Announcement[];
  /** The sources of which the successor has heard by itself, and more lately. */
  private readonly known: Set<string>;

  constructor(name: string, book: SourceBook) {
    this.book = book;
    this.missed = [];
    this.known = new Set();
    this.stopListening = listen(channelOf(name), (message) => this.hear(asAnnouncement(message)));
  }

  /** What a successor is to be told when it starts. */
  retell(): Announcement[] {
    this.missed = [];
    this.known.clear();
    return [...this.book.retell()];
  }

  /** The successor has heard this by itself. */
  heard(news: Announcement): void {
    if (news.kind === 'open') this.known.add(news.source);
  }

  /** Ends the listening, as the successor does it from now on. @returns what it has missed while it was starting */
  handOver(): Announcement[] {
    this.stopListening();
    return this.missed.filter((said) => said.kind === 'ended' || said.kind === 'closed' || !this.known.has(said.source));
  }

  private hear(said: Announcement | undefined): void {
    if (said === undefined || said.kind === 'answer') return;
    this.book.hear(said);
    this.missed.push(said);
  }
}
