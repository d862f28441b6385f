import type { CollectedFamily } from '../../model/collected.js';
import { TallystickError, list, show } from '../../model/errors.js';
import { checkOptions } from '../../model/options.js';
import { encodeUtf8 } from '../../platform/byte-buffer.js';
import type { FamilyLimits, FamilyParser } from './family-parser.js';
import { OpenMetrics1Parser } from './openmetrics1-parser.js';
import { OpenMetrics2Parser } from './openmetrics2-parser.js';
import type { ParsedFormat } from './parse-error.js';
import { ProtobufParser } from './protobuf.js';
import { TextParser } from './text-parser.js';

export interface ParseOptions {
  /** The format of the document; nothing is guessed. */
  readonly format: ParsedFormat;
  /**
   * Also reads names in quotation marks, `{"http.requests",method="get"} 1`, where the format has none (text 0.0.4, OpenMetrics 1.0), as
   * Prometheus does; default false. Text 1.0.0 and OpenMetrics 2.0 have them anyway.
   */
  readonly quotedNames?: boolean;
}

export interface ParseStreamOptions extends ParseOptions {
  /** Bytes of the document that one family may take; at least 1, default 64 MiB. What is made of them mostly takes about five times that, and twenty times at worst. */
  readonly maxFamilyBytes?: number;
  /** Families that the document may have; at least 1, default 100 000. Their names are remembered, as none may come twice. */
  readonly maxFamilies?: number;
}

const formats: readonly ParsedFormat[] = ['text-0.0.4', 'text-1.0.0', 'openmetrics-1.0.0', 'openmetrics-2.0.0', 'protobuf'];
const options = ['format', 'quotedNames'];
const limitOptions = ['maxFamilyBytes', 'maxFamilies'];
const unlimited: FamilyLimits = { maxFamilyBytes: Infinity, maxFamilies: Infinity };
/** Pieces are read so many bytes at a time, so that not much more than a family is kept. */
const stepBytes = 65_536;

/**
 * Reads a whole exposition.
 *
 * What the format's specification refuses is refused, with the place, what was found and what was expected; the first fault ends it. The
 * time it takes is proportional to the length of the document, whatever is in it.
 *
 * @param document UTF-8, or a string; it is not kept
 * @returns its families, in the order in which they stand there. Label values are strings; times are in seconds; a series that has
 *   several timestamps (OpenMetrics) is there once for each.
 * @throws ParseError `PARSE_ERROR` for what is wrong with the document
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function parse(document: Uint8Array | string, given: ParseOptions): CollectedFamily[] {
  const parser = parserOf('parse', given, options, unlimited);
  if (typeof document !== 'string' && !(document instanceof Uint8Array)) {
    throw new TallystickError('INVALID_OPTIONS', `parse: the document is ${show(document)}; give a Uint8Array or a string`);
  }
  parser.feed(typeof document === 'string' ? encodeUtf8(document) : plainBytes(document));
  parser.finish();
  return parser.families;
}

/**
 * Reads an exposition in pieces, and yields each family when it is complete. What is kept in memory is the present family, the piece, and
 * the names of the families before: whatever is sent, no more than the limits allow.
 *
 * @param pieces the document, cut anywhere: a request, a file that is being read, an array. Each is used until the next is asked for
 * @throws ParseError `PARSE_ERROR` for what is wrong with the document, a limit included; families before the fault have been yielded by then
 * @throws TallystickError `INVALID_OPTIONS`
 */
export async function* parseStream(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, given: ParseStreamOptions): AsyncGenerator<CollectedFamily, void, undefined> {
  const { maxFamilyBytes = 64 * 1024 * 1024, maxFamilies = 100_000 } = given ?? {};
  for (const [name, value] of Object.entries({ maxFamilyBytes, maxFamilies })) {
    if (!(typeof value === 'number' && value >= 1)) throw new TallystickError('INVALID_OPTIONS', `parseStream: ${name} is ${show(value)}; give a number of at least 1`);
  }
  const parser = parserOf('parseStream', given, [...options, ...limitOptions], { maxFamilyBytes, maxFamilies });
  for await (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) throw new TallystickError('INVALID_OPTIONS', `parseStream: a piece is ${show(piece)}; give Uint8Arrays`);
    const bytes = plainBytes(piece);
    for (let at = 0; at < bytes.length; at += stepBytes) yield* completed(parser, () => parser.feed(bytes.subarray(at, at + stepBytes)));
  }
  yield* completed(parser, () => parser.finish());
}

/** The families that a step completes, those before a fault included, and then the fault. */
function* completed(parser: FamilyParser, step: () => void): Generator<CollectedFamily, void, undefined> {
  try {
    step();
  } catch (error) {
    yield* parser.families.splice(0);
    throw error;
  }
  yield* parser.families.splice(0);
}

function parserOf(subject: string, given: ParseOptions, allowed: readonly string[], limits: FamilyLimits): FamilyParser {
  checkOptions(subject, given, allowed);
  const { format, quotedNames = false } = given;
  if (typeof quotedNames !== 'boolean') throw new TallystickError('INVALID_OPTIONS', `${subject}: quotedNames is ${show(quotedNames)}; give true or false`);
  switch (format) {
    case 'text-0.0.4':
    case 'text-1.0.0':
      return new TextParser(format, quotedNames, limits);
    case 'openmetrics-1.0.0':
      return new OpenMetrics1Parser(quotedNames, limits);
    case 'openmetrics-2.0.0':
      return new OpenMetrics2Parser(limits);
    case 'protobuf':
      return new ProtobufParser(limits);
    default:
      throw new TallystickError('INVALID_OPTIONS', `${subject}: format is ${show(format)}; the formats are ${list(formats)}`);
  }
}

/** The same bytes, as every engine reads them fastest: not a Node.js `Buffer`, and on memory that no other thread writes. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
}
