import type { CollectedFamily } from '../model/collected.js';
import { ParseError, type ParsedFormat } from '../format/parse/parse-error.js';
import { parseStream } from '../format/parse/parse.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';

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
const decoder: TextDecoder = new TextDecoder();

/** Suffixes of samples: with and without one they may be of the same family. */
const suffixes = /_(?:total|created|bucket|sum|count|gsum|gcount|info)$/;

/**
 * Reads a document. A fault in one of the text formats costs its line and no more, so that everything else can be looked at; a second one in the same
 * family costs that family, and so does any in OpenMetrics, where nothing may stand for a line. Of protobuf what stands before the first fault is read.
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
    const line = linesBefore + fault.line;
    const again = line === faults.at(-1)?.line || (family !== undefined && family === faulty);
    faulty = family;
    if (!again) faults.push({ line, column: fault.column, found: fault.found, expected: fault.expected });
    const mended = again || faults.length >= mostFaults ? undefined : withoutFault(bytes, at, format);
    if (mended !== undefined) {
      bytes = mended;
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

/**
 * A copy without the fault in the line that begins at `at`: with blanks for the line or, if the document ends too early, with what is missing.
 * `undefined` where nothing may stand for a line.
 */
function withoutFault(bytes: Uint8Array, at: number, format: ParsedFormat): Uint8Array | undefined {
  const isText = format.startsWith('text');
  const end = bytes.indexOf(lineFeed, at);
  if (end < 0 && (isText || at >= bytes.length)) return joined(bytes, encodeUtf8(isText ? '\n' : '# EOF\n'));
  return isText ? new Uint8Array(bytes).fill(0x20, at, end) : undefined;
}

function joined(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + more.length);
  whole.set(bytes);
  whole.set(more, bytes.length);
  return whole;
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
  const line = decoder.decode(bytes.subarray(at, Math.min(end < 0 ? bytes.length : end, at + 1024)));
  const [, name] = /^[ \t]*(?:#[ \t]+(?:HELP|TYPE|UNIT)[ \t]+|\{?(?!#))"?([^\s{"#]+)/.exec(line) ?? [];
  return name?.replace(suffixes, '');
}
