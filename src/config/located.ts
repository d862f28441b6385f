/** A value of a configuration and where it stands, whatever it was written in. */
export interface Located {
  /** Where it begins in the text, in UTF-16 units; -1 for what was no text. */
  readonly at: number;
  /** A scalar, or undefined for arrays and objects, which have {@link items} or {@link entries}. */
  readonly scalar?: unknown;
  readonly items?: readonly Located[];
  readonly entries?: readonly LocatedEntry[];
}

/** A key of an object and its value. */
export interface LocatedEntry {
  readonly key: string;
  readonly at: number;
  readonly value: Located;
}

/** Where nothing deeper is looked at: no configuration nests like that, and one that contains itself must not take the process down. */
export const deepestNesting = 32;

/** An object of the program as a configuration, in which nothing has a place. */
export function locate(value: unknown, depth = 0): Located {
  if (typeof value !== 'object' || value === null || depth > deepestNesting) return { at: -1, scalar: value };
  if (Array.isArray(value)) return { at: -1, items: value.map((item: unknown) => locate(item, depth + 1)) };
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return { at: -1, entries: entries.map(([key, item]) => ({ key, at: -1, value: locate(item, depth + 1) })) };
}

/** The plain value. Of keys that come twice, which are refused elsewhere, the last one counts. */
export function plain({ items, entries, scalar }: Located): unknown {
  if (items !== undefined) return items.map(plain);
  if (entries !== undefined) return Object.fromEntries(entries.map(({ key, value }) => [key, plain(value)]));
  return scalar;
}

/** The value of a key, if there is one. */
export function member(node: Located | undefined, key: string): Located | undefined {
  return node?.entries?.find((entry) => entry.key === key)?.value;
}

/** What is wrong with a text, and where. */
export interface LocatedFault {
  readonly at: number;
  /** For instance `counters[0].name`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A text that cannot be read at all. */
export class UnreadableText extends Error {
  readonly faults: readonly LocatedFault[];

  constructor(faults: readonly LocatedFault[]) {
    super('unreadable');
    this.faults = faults;
  }
}

/** Line and column of a place, both from 1. */
export function positionOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - lineStart + 1 };
}
