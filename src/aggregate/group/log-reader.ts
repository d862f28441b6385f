import { ByteBuffer, decodeUtf8 } from '../../platform/byte-buffer.js';
import type { LabelTable } from '../../store/label-table.js';
import { ByteReader } from './byte-reader.js';
import { checksum } from './checksum.js';
import { DamageError } from './damage.js';
import { LogFamily } from './log-family.js';
import {
  type LogHeader,
  containsRecord,
  familyGoneRecord,
  familyRecord,
  labelRecord,
  logHeaderBytes,
  readId,
  readLogHeader,
  recordHeaderBytes,
  rowGoneRecord,
  rowRecord,
  socketRecord,
} from './log-format.js';
import { readShape } from './shape-codec.js';
import { SparseRows } from './sparse-rows.js';

/** The records that are whole at the beginning of these bytes: where the last one of them ends. */
export function wholeRecords(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const end = endOfRecord(bytes, at);
    if (end < 0) return at;
    at = end;
  }
}

/** Where the record ends that begins here; -1 where it is not whole. */
function endOfRecord(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < recordHeaderBytes) return -1;
  const reader = new ByteReader(bytes, at);
  const sum = reader.uint32();
  const length = reader.uint32();
  const end = at + recordHeaderBytes + ((length + 3) & ~3);
  // A length near 2³² becomes a negative one.
  if (end > bytes.length || end < at + recordHeaderBytes) return -1;
  return checksum(bytes.subarray(at + 4, end)) === sum ? end : -1;
}

/** The shape log of another process, kept as the bytes it is: label values are looked up there when they are needed. See `log-format.ts`. */
export class LogReader {
  readonly header: LogHeader;
  readonly families: Map<number, LogFamily>;
  /** Where the member listens, if not beside the log. */
  socketPath: string | undefined;
  /** Of a ledger: the ids of the members whose counts are in it. */
  readonly contains: Set<string>;
  private readonly buffer: ByteBuffer;
  /** The same by words. */
  private words: Int32Array;
  /** Where each label value stands, counted in words; its length comes first. */
  private readonly labels: SparseRows;

  /** @throws VersionError, DamageError for what does not begin as a log does */
  constructor(bytes: Uint8Array) {
    this.header = readLogHeader(bytes);
    this.families = new Map();
    this.socketPath = undefined;
    this.contains = new Set();
    this.buffer = new ByteBuffer(Math.max(4096, bytes.length));
    this.buffer.append(bytes.subarray(0, logHeaderBytes));
    this.words = new Int32Array(this.buffer.bytes.buffer, 0, logHeaderBytes >>> 2);
    this.labels = new SparseRows(1);
    this.append(bytes.subarray(logHeaderBytes));
  }

  /** How much of the log has been read. */
  get length(): number {
    return this.buffer.length;
  }

  /**
   * Takes in what follows, which ends with a record.
   *
   * @throws DamageError; nothing was taken in where bytes have changed, part of it where they say what cannot be
   */
  append(bytes: Uint8Array): void {
    if (wholeRecords(bytes, 0) !== bytes.length) throw new DamageError('a record of the shape log is not whole');
    const start = this.buffer.length;
    this.buffer.append(bytes);
    this.words = new Int32Array(this.buffer.bytes.buffer, 0, this.buffer.length >>> 2);
    const reader = new ByteReader(this.buffer.written(), start);
    while (reader.left > 0) {
      reader.uint32();
      const length = reader.uint32();
      const kind = reader.uint32();
      this.take(kind, new ByteReader(reader.bytes, reader.at, reader.at + length));
      reader.at += (length + 3) & ~3;
    }
  }

  /** Puts a label value in a table of label values. @param at as the families have it */
  intern(labels: LabelTable, at: number): number {
    return labels.internWords(this.words, at + 1, this.words[at]!);
  }

  /** The label value itself; for tests and for who looks into a directory. */
  labelText(at: number): string {
    const length = this.words[at]!;
    return decodeUtf8(this.buffer.bytes.subarray((at + 1) << 2, ((at + 1) << 2) + (length >>> 1)));
  }

  private take(kind: number, reader: ByteReader): void {
    switch (kind) {
      case familyRecord: {
        const number = reader.uint32();
        this.families.set(number, new LogFamily(readShape(reader)));
        return;
      }
      case familyGoneRecord:
        this.families.delete(reader.uint32());
        return;
      case labelRecord:
        while (reader.left > 0) this.takeLabel(reader);
        return;
      case rowRecord: {
        const family = this.family(reader);
        while (reader.left > 0) this.takeRow(family, reader);
        return;
      }
      case rowGoneRecord: {
        const family = this.family(reader);
        while (reader.left > 0) family.remove(reader.uint32());
        return;
      }
      case socketRecord:
        this.socketPath = reader.text();
        return;
      case containsRecord:
        while (reader.left > 0) this.contains.add(readId(reader));
        return;
      default:
        throw new DamageError(`${kind} is no kind of record`);
    }
  }

  private family(reader: ByteReader): LogFamily {
    const family = this.families.get(reader.uint32());
    if (family === undefined) throw new DamageError('rows are of a family that was not told of');
    return family;
  }

  private takeLabel(reader: ByteReader): void {
    const id = reader.uint32();
    const at = reader.at >>> 2;
    const length = reader.uint32() >>> 1;
    reader.need(length);
    reader.at += length;
    reader.align(4);
    this.labels.reach(id)[this.labels.base(id)] = at;
  }

  private takeRow(family: LogFamily, reader: ByteReader): void {
    reader.need(4 * (family.labelCount + 1));
    const row = reader.uint32();
    family.add(row, () => {
      const id = reader.uint32();
      const at = this.labels.page(id)?.[this.labels.base(id)] ?? 0;
      if (at === 0) throw new DamageError('a series has a label value that was not told of');
      return at;
    });
  }
}
