import { unitMask, unitShift } from '../../store/byte-blocks.js';
import { type LabelTable, lengthColumn, startColumn } from '../../store/label-table.js';
import { counted } from '../ledger.js';
import type { MergedFamily } from '../merged-family.js';
import type { Merger } from '../merger.js';
import { ByteWriter } from './byte-writer.js';
import { FamilyRows } from './family-rows.js';
import {
  type LogHeader,
  beginRecord,
  containsRecord,
  endRecord,
  familyGoneRecord,
  familyRecord,
  labelRecord,
  rowGoneRecord,
  rowRecord,
  socketRecord,
  writeId,
  writeLogHeader,
} from './log-format.js';
import { writeShape } from './shape-codec.js';

/** A record is ended when it holds about so many bytes, so that what is damaged costs no more than that. */
const recordBytes = 1 << 16;
/** A log is begun anew when more than half of the rows it tells of are gone, but not for fewer than these. */
const fewestGone = 1024;

/** A family as the log knows it. */
export interface LoggedFamily {
  readonly number: number;
  readonly family: MergedFamily;
  readonly rows: FamilyRows;
}

/**
 * Keeps the shape log of a member in memory and brings it up to date with what was merged: what came and went since the last time is appended. See
 * `log-format.ts`.
 */
export class LogWriter {
  /** Changes when the log is begun anew. */
  epoch: number;
  private readonly header: Omit<LogHeader, 'epoch'>;
  private readonly socketPath: string | undefined;
  private readonly isWanted: (family: MergedFamily) => boolean;
  private writer: ByteWriter;
  private families: Map<MergedFamily, LoggedFamily>;
  private nextFamily: number;
  /** By label value, 1 where the log knows it: then it is retained, so that its integer stands for nothing else as long as the log goes on. */
  private known: Uint8Array;
  private labels: LabelTable | undefined;
  private told: number;
  private gone: number;

  /**
   * @param epoch the first one, a whole number from 1 to 2³² - 1
   * @param socketPath where the member listens, if not beside the log
   */
  constructor(header: Omit<LogHeader, 'epoch'>, epoch: number, socketPath?: string) {
    this.header = header;
    this.socketPath = socketPath;
    // Of those that have ended nothing else stays.
    this.isWanted = header.role === 'ledger' ? (family) => counted.includes(family.shape.descriptor.type) : () => true;
    this.epoch = epoch - 1;
    this.writer = new ByteWriter(0);
    this.families = new Map();
    this.nextFamily = 0;
    this.known = new Uint8Array(0);
    this.labels = undefined;
    this.told = 0;
    this.gone = 0;
    this.begin();
  }

  /** All of the log. Only good until the next {@link update}. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.writer.buffer.written();
  }

  /** The families it tells of, with their numbers. */
  logged(): Iterable<LoggedFamily> {
    return this.families.values();
  }

  /** Takes in what has come and gone; always of the same merger. */
  update(merger: Merger): void {
    this.labels = merger.labels;
    if (this.gone > fewestGone && this.gone > this.told / 2) this.begin();
    const present = new Set([...merger.families.values()].filter(this.isWanted));
    for (const logged of this.families.values()) if (!present.has(logged.family)) this.removeFamily(logged);
    for (const family of present) if (!this.families.has(family)) this.addFamily(family);
    const changes = [...this.families.values()].map((logged) => ({ logged, ...logged.rows.changes() }));
    // What has gone comes first: what comes may have taken its rows and its label values.
    for (const { logged, gone } of changes) this.writeGone(logged, gone);
    for (const { logged, come } of changes) this.writeLabels(merger.labels, logged, come);
    for (const { logged, come } of changes) this.writeRows(logged, come);
  }

  /** Says of whom a ledger has the counts. */
  contain(ids: readonly string[]): void {
    const start = beginRecord(this.writer, containsRecord);
    for (const id of ids) writeId(this.writer, id);
    endRecord(this.writer, start);
  }

  private begin(): void {
    this.epoch = this.epoch >= 0xffff_ffff ? 1 : this.epoch + 1;
    this.writer = new ByteWriter(4096);
    this.families = new Map();
    this.nextFamily = 0;
    for (let id = 0; id < this.known.length; id++) if (this.known[id] === 1) this.labels!.release(id);
    this.known = new Uint8Array(0);
    this.told = 0;
    this.gone = 0;
    writeLogHeader(this.writer, { ...this.header, epoch: this.epoch });
    if (this.socketPath === undefined) return;
    const start = beginRecord(this.writer, socketRecord);
    this.writer.text(this.socketPath);
    endRecord(this.writer, start);
  }

  private addFamily(family: MergedFamily): void {
    const logged = { number: this.nextFamily++, family, rows: new FamilyRows(family) };
    this.families.set(family, logged);
    const start = beginRecord(this.writer, familyRecord);
    this.writer.uint32(logged.number);
    writeShape(this.writer, family.shape);
    endRecord(this.writer, start);
  }

  private removeFamily({ number, family, rows }: LoggedFamily): void {
    this.families.delete(family);
    this.gone += rows.live;
    const start = beginRecord(this.writer, familyGoneRecord);
    this.writer.uint32(number);
    endRecord(this.writer, start);
  }

  private writeGone({ number }: LoggedFamily, rows: readonly number[]): void {
    this.gone += rows.length;
    this.inRecords(rowGoneRecord, number, rows, (row) => this.writer.uint32(row));
  }

  private writeLabels(labels: LabelTable, { family: { table } }: LoggedFamily, rows: readonly number[]): void {
    const { labelCount } = table;
    if (labelCount === 0 || rows.length === 0) return;
    let start = -1;
    for (const row of rows) {
      const ids = table.labelIds.page(row);
      const base = table.labelIds.base(row);
      for (let i = 0; i < labelCount; i++) {
        if (!this.isNew(labels, ids[base + i]!)) continue;
        if (start < 0) start = beginRecord(this.writer, labelRecord);
        this.writeLabel(labels, ids[base + i]!);
        if (this.writer.length - start < recordBytes) continue;
        endRecord(this.writer, start);
        start = -1;
      }
    }
    if (start >= 0) endRecord(this.writer, start);
  }

  /** Whether the log does not know a label value yet; it is taken to know it from now on. */
  private isNew(labels: LabelTable, id: number): boolean {
    if (id >= this.known.length) {
      const grown = new Uint8Array(Math.max(64, id + 1, this.known.length * 2));
      grown.set(this.known);
      this.known = grown;
    }
    if (this.known[id] === 1) return false;
    this.known[id] = 1;
    labels.retain(id);
    return true;
  }

  private writeLabel({ values, blocks }: LabelTable, id: number): void {
    const page = values.page(id);
    const base = values.base(id);
    const start = page[base + startColumn]!;
    const length = page[base + lengthColumn]! >>> 1;
    const from = (start & unitMask) << 2;
    this.writer.uint32(id);
    this.writer.uint32(page[base + lengthColumn]!);
    this.writer.bytes(blocks.pages[start >>> unitShift]!.subarray(from, from + length));
    this.writer.align(4);
  }

  private writeRows({ number, family: { table } }: LoggedFamily, rows: readonly number[]): void {
    this.told += rows.length;
    const { labelCount } = table;
    this.inRecords(rowRecord, number, rows, (row) => {
      this.writer.uint32(row);
      const ids = table.labelIds.page(row);
      const base = table.labelIds.base(row);
      for (let i = 0; i < labelCount; i++) this.writer.uint32(ids[base + i]!);
    });
  }

  private inRecords(kind: number, family: number, rows: readonly number[], write: (row: number) => void): void {
    let start = -1;
    for (const row of rows) {
      if (start < 0) {
        start = beginRecord(this.writer, kind);
        this.writer.uint32(family);
      }
      write(row);
      if (this.writer.length - start < recordBytes) continue;
      endRecord(this.writer, start);
      start = -1;
    }
    if (start >= 0) endRecord(this.writer, start);
  }
}
