import type { EscapingScheme } from '../../format/format.js';
import { escapeFamilies } from '../../format/escaping.js';
import type { Registry } from '../../registry/registry.js';
import type { FamilyView } from '../../store/family-view.js';
import type { LabelTable } from '../../store/label-table.js';
import type { Payload } from '../backend.js';
import { type Externals, FamilyLines, keyOf } from './family-lines.js';
import type { RequestWriter } from './request-writer.js';
import { SentSeries, type Vanished } from './sent-series.js';
import { type PushTime, writeEnd, writeSeries } from './series-samples.js';
import { WriterV1 } from './writer-v1.js';
import { WriterV2 } from './writer-v2.js';

/** The body of a request in version 2.0, in version 1.0, or one after the other as long as nobody knows which of them the receiver takes. */
export interface RequestPayload extends Payload {
  /** Where version 2.0 ends and version 1.0 begins. */
  readonly middle: number;
}

/** Which versions bodies are written in. */
export type Versions = '1.0' | '2.0' | 'both';

export interface EncoderOptions {
  readonly externalLabels: Externals;
  readonly escaping: EscapingScheme;
  readonly nativeHistograms: boolean;
  readonly staleMarkers: boolean;
  readonly maxSamplesPerRequest: number;
  readonly maxRequestBytes: number;
}

/** Version 1.0 tells of all families as often as Prometheus does. */
const metadataSeconds = 60;

/** Makes requests of collections, and keeps in mind which series it has sent. */
export class RequestEncoder {
  private readonly options: EncoderOptions;
  private readonly registry: Registry;
  private takesNative: boolean;
  private readonly v1: WriterV1;
  private readonly v2: WriterV2;
  /** The lines of each family as of the last push, and its series where they are kept in mind; by name. */
  private families: Map<string, Known>;
  private writers: readonly RequestWriter[];
  private milliseconds: number;
  private metadataDue: number;
  /** What the writers are turned to. */
  private turnedTo: FamilyLines | undefined;
  private turnedLabels: LabelTable | undefined;

  constructor(options: EncoderOptions, registry: Registry) {
    this.options = options;
    this.registry = registry;
    this.takesNative = options.nativeHistograms;
    this.v1 = new WriterV1();
    this.v2 = new WriterV2();
    this.families = new Map();
    this.writers = [];
    this.milliseconds = 0;
    this.metadataDue = -Infinity;
    this.turnedTo = undefined;
    this.turnedLabels = undefined;
  }

  /**
   * The requests of a collection, one after the other: the application may go on recording between them. Each has what was counted when it
   * was asked for, and all have the same time.
   */
  *encode(collected: readonly FamilyView[], wallSeconds: number, versions: Versions): Generator<RequestPayload, void, undefined> {
    const time = this.begin(wallSeconds, versions);
    const describes = time.milliseconds >= this.metadataDue;
    if (describes) this.metadataDue = time.milliseconds + metadataSeconds * 1000;
    const before = this.families;
    this.families = new Map();
    const views = escapeFamilies(collected, this.registry, this.options.escaping);
    for (const { table } of views) table.hold();
    try {
      for (const view of views) yield* this.writeFamily(view, before.get(view.descriptor.name), time, describes);
      for (const [name, known] of before) {
        if (!this.families.has(name)) yield* this.writeEnds(known, time.milliseconds + 1, known.sent?.endAll());
        before.delete(name);
      }
      yield* this.cut();
    } finally {
      // Nobody has asked for the rest: what was not come to is as it was.
      for (const [name, known] of before) if (!this.families.has(name)) this.families.set(name, known);
      for (const { table } of views) table.release();
    }
  }

  /** Requests that end all series; none are kept in mind afterwards. */
  *farewell(wallSeconds: number, versions: Versions): Generator<RequestPayload, void, undefined> {
    this.begin(wallSeconds, versions);
    for (const known of this.families.values()) yield* this.writeEnds(known, this.milliseconds, known.sent?.endAll());
    this.families.clear();
    yield* this.cut();
  }

  /** Sends no native histograms from now on, nor the ends of those there were. */
  leaveOutNative(): void {
    this.takesNative = false;
  }

  /** Forgets all series without a word. */
  forget(): void {
    for (const { sent } of this.families.values()) for (const _ of sent?.endAll() ?? []);
    this.families.clear();
  }

  private begin(wallSeconds: number, versions: Versions): PushTime {
    const before = this.milliseconds;
    // Where the clock was set back, time goes on slowly until it is reached again: stores refuse samples that are older than the last. Three,
    // as series are ended one before and one after.
    this.milliseconds = Math.max(Math.round(wallSeconds * 1000), before + 3);
    this.writers = versions === '1.0' ? [this.v1] : versions === '2.0' ? [this.v2] : [this.v2, this.v1];
    this.turnedTo = undefined;
    for (const writer of this.writers) writer.clear();
    return { milliseconds: this.milliseconds, exemplarsAfter: before };
  }

  private *writeFamily(view: FamilyView, before: Known | undefined, time: PushTime, describes: boolean): Generator<RequestPayload, void, undefined> {
    const known = this.knownAs(view, before);
    const { lines, sent } = known;
    const { table, timestampCell } = view;
    this.families.set(view.descriptor.name, known);
    sent?.begin();
    // Described in another way, all its series are others; they end before the new ones begin.
    if (before !== undefined && before.lines !== lines) yield* this.writeEnds(before, time.milliseconds - 1, before.sent?.endAll());
    let isDescribed = !describes;
    const cursor = view.cursor();
    for (;;) {
      // Before the cursor moves: what it points at may change while the request is sent.
      if (this.isFullWith(lines)) yield* this.cut();
      if (!cursor.next()) break;
      const { labelIds, labelBase } = cursor;
      this.turnTo(lines, table.labels);
      for (const writer of this.writers) {
        if (!isDescribed) writer.describe();
        writer.turnToRow(labelIds, labelBase);
        writeSeries(writer, lines, view, cursor, time);
      }
      isDescribed = true;
      // Series that say when they were taken are not ended, as by Prometheus: they may come again with a time before that.
      if (sent !== undefined && !(timestampCell >= 0 && cursor.cells[cursor.cellBase + timestampCell]! >= -Infinity)) sent.note(cursor.row, labelIds, labelBase);
    }
    // After the samples of this push, as a series may have been sent and removed since it began.
    if (before?.sent !== undefined && before.sent !== sent && before.lines === lines) {
      before.sent.begin();
      yield* this.writeEnds(before, time.milliseconds + 1, before.sent.end(sent));
    }
    yield* this.writeEnds(known, time.milliseconds + 1, sent?.end(sent));
  }

  private knownAs(view: FamilyView, before: Known | undefined): Known {
    const { descriptor, table } = view;
    const hasNative = view.native !== undefined && this.takesNative;
    const isSame = before !== undefined && ((before.lines.descriptor === descriptor && before.lines.native >= 0 === hasNative) || before.lines.key === keyOf(descriptor, hasNative));
    const lines = isSame ? before.lines : new FamilyLines(descriptor, hasNative, this.options.externalLabels);
    if (!this.options.staleMarkers) return { lines, sent: undefined };
    return { lines, sent: isSame && before.sent?.table === table ? before.sent : new SentSeries(lines, table) };
  }

  private *writeEnds({ lines, sent }: Known, milliseconds: number, vanished: Iterable<Vanished> = []): Generator<RequestPayload, void, undefined> {
    for (const { ids, base } of vanished) {
      if (this.isFullWith(lines)) yield* this.cut();
      this.turnTo(lines, sent!.table.labels);
      for (const writer of this.writers) {
        writer.turnToRow(ids, base);
        writeEnd(writer, lines, milliseconds, this.takesNative);
      }
    }
  }

  /** Whether one more row of a family would be too much for this request. */
  private isFullWith({ all }: FamilyLines): boolean {
    const { maxSamplesPerRequest, maxRequestBytes } = this.options;
    const { samples } = this.writers[0]!;
    return samples > 0 && (samples + all.length > maxSamplesPerRequest || this.writers.some(({ length }) => length >= maxRequestBytes));
  }

  private turnTo(lines: FamilyLines, labels: LabelTable): void {
    if (this.turnedTo === lines && this.turnedLabels === labels) return;
    this.turnedTo = lines;
    this.turnedLabels = labels;
    for (const writer of this.writers) writer.turnTo(lines, labels);
  }

  /** Ends the request, and begins the next one. */
  private *cut(): Generator<RequestPayload, void, undefined> {
    const { samples } = this.writers[0]!;
    this.turnedTo = undefined;
    if (samples === 0) return;
    const [first, second] = this.writers.map((writer) => writer.take());
    const middle = this.writers[0] === this.v2 ? first!.length : 0;
    yield { bytes: second === undefined ? first! : join(first!, second), items: samples, middle };
  }
}

/** What is remembered of a family. */
interface Known {
  readonly lines: FamilyLines;
  readonly sent: SentSeries | undefined;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
