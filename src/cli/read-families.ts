import type { CollectedFamily } from '../model/collected.js';
import { ParseError, type ParsedFormat } from '../format/parse/parse-error.js';
import { parseStream } from '../format/parse/parse.js';

/** Where a document breaks its format. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

/** What could be read of a document, and what could not. */
export interface ReadFamilies {
  readonly families: readonly CollectedFamily[];
  readonly faults: readonly SyntaxFault[];
}

/** After so many faults the rest is not read: it is not the format that was thought. */
const mostFaults = 20;
const lineFeed = 0x0a;

/** Suffixes of samples: with and without one they may be of the same family. */
const suffixes = /_(?:total|created|bucket|sum|count|gsum|gcount|info)$/;

/**
 * Reads a document. A fault in one of the text formats costs its line and no more, so that everything else can be looked at; a second one in the same
 * family costs that family, and so does a first one in OpenMetrics. Of protobuf what stands before the first fault is read.
 */
export async function readFamilies(document: Uint8Array, format: ParsedFormat): Promise<ReadFamilies> {
  const families: CollectedFamily[] = [];
  const faults: SyntaxFault[] = [];
  let bytes = document;
  let linesBefore = 0;
  let faulty: string | undefined;
  for (;;) {
    const { read, fault } = await readOnce(bytes, format);
    if (fault === undefined || format === 'protobuf') {
      if (fault !== undefined) faults.push(fault);
      families.push(...read);
      return { families, faults };
    }
    const at = startOfLine(bytes, fault.line);
    const family = familyAt(bytes, at);
    const again = family !== undefined && family === faulty;
    faulty = family;
    if (!again) faults.push({ line: linesBefore + fault.line, column: fault.column, found: fault.found, expected: fault.expected });
    if (!again && format.startsWith('text') && faults.length < mostFaults) {
      bytes = withoutLine(bytes, at);
      continue;
    }
    families.push(...read);
    const next = faults.length < mostFaults ? nextFamily(bytes, at) : undefined;
    if (next === undefined) return { families, faults };
    bytes = bytes.subarray(next.at);
    linesBefore += fault.line + next.lines - 1;
  }
}

/** Reads up to the first fault. */
async function readOnce(bytes: Uint8Array, format: ParsedFormat): Promise<{ readonly read: readonly CollectedFamily[]; readonly fault: ParseError | undefined }> {
  const read: CollectedFamily[] = [];
  try {
    for await (const family of parseStream([bytes], { format, quotedNames: true, maxFamilyBytes: Infinity, maxFamilies: Infinity })) read.push(family);
    return { read, fault: undefined };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { read, fault: error };
  }
}

/** A copy with blanks for the line that begins at `at`; if that only lacks its line feed, it gets one and may be sound. */
function withoutLine(bytes: Uint8Array, at: number): Uint8Array {
  const end = bytes.indexOf(lineFeed, at);
  const copy = new Uint8Array(bytes.length + (end < 0 ? 1 : 0));
  copy.set(bytes);
  if (end < 0) copy[bytes.length] = lineFeed;
  else copy.fill(0x20, at, end);
  return copy;
}

function startOfLine(bytes: Uint8Array, line: number): number {
  let at = 0;
  for (let before = 1; before < line; before++) at = bytes.indexOf(lineFeed, at) + 1;
  return at;
}

/** The first line after the one at `from` that belongs to another family, and how many lines further it is. */
function nextFamily(bytes: Uint8Array, from: number): { readonly at: number; readonly lines: number } | undefined {
  const own = familyAt(bytes, from);
  let at = from;
  for (let lines = 1; ; lines++) {
    at = bytes.indexOf(lineFeed, at) + 1;
    if (at === 0 || at >= bytes.length) return undefined;
    const name = familyAt(bytes, at);
    if (name !== undefined && name !== own) return { at, lines };
  }
}

/** The family that the line at `at` seems to belong to; `undefined` for a line that belongs to none. */
function familyAt(bytes: Uint8Array, at: number): string | undefined {
  const end = bytes.indexOf(lineFeed, at);
  const line = new TextDecoder().decode(bytes.subarray(at, Math.min(end < 0 ? bytes.length : end, at + 1024)));
  const [, name] = /^[ \t]*(?:#[ \t]+(?:HELP|TYPE|UNIT)[ \t]+|\{?(?!#))"?([^\s{"#]+)/.exec(line) ?? [];
  return name?.replace(suffixes, '');
}
