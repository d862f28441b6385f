import { broadcast, listen } from '../platform/channel.js';
import { systemClock } from '../platform/clock.js';
import { inheritedData, putDownAncestors, threadAncestors, threadNumber, watchThreads, whenThreadEnds } from '../platform/thread.js';
import { nextTurn } from '../platform/timers.js';
import type { Announcement, Question, RowExemplars } from './announcement.js';
import { collectedOf } from './collected-of.js';
import type { Gatherer } from './gatherer.js';
import { asQuestion } from './heard.js';
import { Publication } from './publication.js';
import type { StorePublication } from './store-publication.js';

/** Where threads tell the aggregation thread of that name what they have. */
export function channelOf(name: string): string {
  return `tallystick:${name}`;
}

/** Where that thread asks. */
export function questionsOf(name: string): string {
  return `tallystick:${name}:questions`;
}

/** Under which a process puts down, for the workers it starts, that their default registries are to be shared. */
export const inheritedKey = 'tallystick:share';
/** The name that is meant where none is given. */
export const defaultName = 'default';

/** Counts the sources of this thread: a registry may be shared, closed and shared again. */
let sources = 0;
/** What this thread shares. */
const open = /* @__PURE__ */ new Set<Sharing>();
let isEndWatched = false;
/** Names whose threads' ends are told. */
const watched = /* @__PURE__ */ new Set<string>();

/**
 * Shares a registry with the aggregation thread of the process: says where its numbers stand, and answers questions for what only this thread can
 * compute.
 */
export class Sharing {
  private readonly gatherer: Gatherer;
  private readonly name: string;
  private readonly publications: readonly { readonly publication: Publication; readonly source: string }[];
  private readonly stopListening: () => void;
  private isClosed: boolean;
  private isAnswering: boolean;
  /** The question that is to be answered next. */
  private next: Ask | undefined;

  constructor(gatherer: Gatherer, name: string, thread: number = threadNumber()) {
    this.gatherer = gatherer;
    this.name = name;
    this.isClosed = false;
    this.isAnswering = false;
    this.next = undefined;
    // Before anything is said, so that no hello is missed.
    this.stopListening = listen(questionsOf(name), (message) => this.hear(asQuestion(message)));
    this.publications = gatherer.allCatalogs().map((catalog, place) => {
      const source = `${thread}/${++sources}`;
      const timeOrigin = catalog.store.clock === systemClock ? performance.timeOrigin : NaN;
      // What the registry as a whole computes is asked for once.
      const isAskable = place === 0 ? () => gatherer.isAskable : () => false;
      return { source, publication: new Publication(catalog, { source, thread, ancestors: threadAncestors(), timeOrigin, isAskable, post: (announcement) => this.say(announcement) }) };
    });
    tellEnds(name);
    if (!isEndWatched) whenThreadEnds(() => [...open].forEach((sharing) => sharing.close()));
    isEndWatched = true;
    open.add(this);
  }

  /** Ends it: what was counted stands. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    open.delete(this);
    this.stopListening();
    for (const { publication } of this.publications) publication.close();
  }

  private say(announcement: Announcement): void {
    broadcast(channelOf(this.name), announcement);
  }

  private hear(question: Question | undefined): void {
    // What somebody else says there is none of ours.
    if (question === undefined) return;
    if (question.kind === 'hello') this.sayAll();
    // Asked are all; most have nothing to say.
    else if (this.gatherer.isAskable) {
      this.next = question;
      if (!this.isAnswering) void this.answerAll();
    }
  }

  private sayAll(): void {
    for (const { publication } of this.publications) {
      publication.announce();
      for (const { members } of publication.parts) for (const member of members) member.view().exemplars?.tellAgain?.();
    }
  }

  private async answerAll(): Promise<void> {
    this.isAnswering = true;
    while (this.next !== undefined && !this.isClosed) {
      // Questions that have waited for a thread that was blocked are heard first: one answer, which is of this moment, is enough for all.
      await nextTurn();
      const question: Ask = this.next;
      this.next = undefined;
      try {
        await this.answer(question);
      } catch (error) {
        this.gatherer.faults.note('answer', 'serving', error);
      }
    }
    this.isAnswering = false;
  }

  private async answer({ question, seconds }: Ask): Promise<void> {
    const { source } = this.publications[0]!;
    const families = (await this.gatherer.computed(seconds)).map(collectedOf);
    if (this.isClosed) return;
    for (const part of this.publications.flatMap(({ publication }) => publication.parts)) {
      const exemplars = exemplarsOf(part);
      if (part.source === source) this.say({ kind: 'answer', source, question, answer: { families, exemplars } });
      else if (exemplars.length > 0) this.say({ kind: 'answer', source: part.source, question, answer: { families: undefined, exemplars } });
    }
  }
}

type Ask = Extract<Question, { readonly kind: 'ask' }>;

/**
 * Shares a registry under a name; where it is shared under that name already, that goes on until the last one ends it.
 *
 * @returns what ends it; may be called more than once
 */
export function share(gatherer: Gatherer, name: string, thread?: number): () => void {
  const { shares } = gatherer;
  let held = shares.get(name);
  if (held === undefined) {
    const sharing = new Sharing(gatherer, name, thread);
    shares.set(name, (held = { holders: 0, close: () => sharing.close() }));
  }
  const mine = held;
  mine.holders += 1;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    mine.holders -= 1;
    if (mine.holders > 0) return;
    shares.delete(name);
    mine.close();
  };
}

/** Shares the default registry of a worker whose process has an aggregation thread for it, or will have one. */
export function shareIfInherited(gatherer: Gatherer): void {
  const name = inheritedData(inheritedKey);
  if (typeof name === 'string') share(gatherer, name);
}

/** Has the aggregation thread know of the end of every thread that this one starts: those that are terminated cannot tell it themselves. */
export function tellEnds(name: string): void {
  if (watched.has(name)) return;
  watched.add(name);
  putDownAncestors();
  watchThreads((thread) => broadcast(channelOf(name), { kind: 'ended', thread } satisfies Announcement));
}

function exemplarsOf(part: StorePublication): RowExemplars[] {
  return [...part.members].flatMap((member) => {
    const family = part.numberOf(member);
    const { exemplars } = member.view();
    if (family === undefined || exemplars?.takeChanged === undefined) return [];
    const { column } = member.keeping.table.states;
    const slots = Math.max(1, member.descriptor.bounds.length + 1);
    return exemplars.takeChanged().map((row) => ({
      family,
      row,
      state: column.page(row)[column.base(row)]!,
      slots: Array.from({ length: slots }, (_, slot) => exemplars.at(row, slot)),
      spread: exemplars.spread(row),
    }));
  });
}
