import { protocolVersion } from '../../registry/announcement.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { DamageError } from './damage.js';
import { checkVersions, formatVersion, magic, mostLogBytes } from './log-format.js';
import type { MemberUpdate } from './member-source.js';
import { mostValueBytes } from './values-format.js';

/**
 * How members ask one another, over a connection for each question: the asker says how much he knows of the other's shape log and how long he waits; the
 * other answers with the rest of the log and the values of that moment, and ends the connection.
 */
export const questionBytes = 40;
export const answerHeaderBytes = 40;

export interface Question {
  /** The epoch of the log that is known, and how much of it; 0 for nothing. */
  readonly epoch: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

export function encodeQuestion({ epoch, bytes, milliseconds }: Question): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(questionBytes);
  begin(writer);
  writer.uint32(epoch);
  writer.float64(bytes);
  writer.float64(milliseconds);
  writer.float64(0);
  return writer.buffer.written();
}

/** @throws VersionError, DamageError */
export function decodeQuestion(bytes: Uint8Array): Question {
  const reader = new ByteReader(bytes);
  checkVersions(reader);
  return { epoch: reader.uint32(), bytes: reader.float64(), milliseconds: reader.float64() };
}

/** What comes before the values and the log of an answer. */
export function encodeAnswerHeader({ logFrom, log, values }: MemberUpdate): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(answerHeaderBytes);
  begin(writer);
  writer.uint32(0);
  writer.float64(logFrom);
  writer.float64(log.length);
  writer.float64(values.length);
  return writer.buffer.written();
}

/** How long the whole answer is, as its header says. @throws VersionError, DamageError */
export function answerLength(header: Uint8Array): number {
  const { log, values } = lengths(header);
  return answerHeaderBytes + log + values;
}

/** @throws VersionError, DamageError */
export function decodeAnswer(bytes: Uint8Array): MemberUpdate {
  const { logFrom, log, values } = lengths(bytes);
  if (bytes.length !== answerHeaderBytes + log + values) throw new DamageError('the answer is cut off');
  return { logFrom, values: bytes.subarray(answerHeaderBytes, answerHeaderBytes + values), log: bytes.subarray(answerHeaderBytes + values) };
}

function begin(writer: ByteWriter): void {
  writer.uint32(magic);
  writer.uint32(formatVersion);
  writer.uint32(protocolVersion);
}

function lengths(header: Uint8Array): { readonly logFrom: number; readonly log: number; readonly values: number } {
  const reader = new ByteReader(header);
  checkVersions(reader);
  reader.uint32();
  const logFrom = reader.float64();
  const log = reader.float64();
  const values = reader.float64();
  const isLength = (length: number, most: number): boolean => Number.isInteger(length) && length >= 0 && length <= most;
  if (!isLength(logFrom, mostLogBytes) || !isLength(log, mostLogBytes) || !isLength(values, mostValueBytes)) throw new DamageError('the answer is longer than it may be');
  return { logFrom, log, values };
}
