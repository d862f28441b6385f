import type { EscapingScheme } from '../../format/format.js';
import { escapeFamilies } from '../../format/escaping.js';
import type { Registry } from '../../registry/registry.js';
import type { FamilyView } from '../../store/family-view.js';
import type { LabelTable } from '../../store/label-table.js';
import type { Payload } from '../backend.js';
import { type Externals, FamilyLines, keyOf } from './family-lines.js';
import type { RequestWriter } from './request-writer.js';
import { SentSeries } from './sent-series.js';
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
  private readonly v1: WriterV1;
  private readonly v2: WriterV2;
  /** The lines of each family as of the last push, and its series where they are kept in mind; by name. */
  private families: Map<string, Known>;
  private writers: readonly RequestWriter[];
  private payloads: RequestPayload[];
  private milliseconds: number;
  private metadataDue: number;
  /** What the writers are turned to. */
  private turnedTo: FamilyLines | undefined;
  private turnedLabels: LabelTable | undefined;

  constructor(options: EncoderOptions, registry: Registry) {
    this.options = options;
    this.registry = registry;
    this.v1 = new WriterV1();
    this.v2 = new WriterV2();
    this.families = new Map();
    this.writers = [];
    this.payloads = [];
    this.milliseconds = 0;
    this.metadataDue = -Infinity;
    this.turnedTo = undefined;
    this.turnedLabels = undefined;
  }

  /** The requests of a collection. */
  encode(collected: readonly FamilyView[], wallSeconds: number, versions: Versions): readonly RequestPayload[] {
    const time = this.begin(wallSeconds, versions);
    const describes = time.milliseconds >= this.metadataDue;
    const before = this.families;
    this.families = new Map();
    for (const view of escapeFamilies(collected, this.registry, this.options.escaping)) this.writeFamily(view, before.get(view.descriptor.name), time, describes);
    for (const [name, known] of before) if (!this.families.has(name)) known.sent?.endAll((ids, base) => this.writeEnd(known, ids, base));
    if (describes) this.metadataDue = time.milliseconds + metadataSeconds * 1000;
    return this.finish();
  }

  /** Requests that end all series; none are kept in mind afterwards. */
  farewell(wallSeconds: number, versions: Versions): readonly RequestPayload[] {
    this.begin(wallSeconds, versions);
    for (const known of this.families.values()) known.sent?.endAll((ids, base) => this.writeEnd(known, ids, base));
    this.families.clear();
    return this.finish();
  }

  /** Forgets all series without a word. */
  forget(): void {
    for (const { sent } of this.families.values()) sent?.endAll(() => {});
    this.families.clear();
  }

  private begin(wallSeconds: number, versions: Versions): PushTime {
    const before = this.milliseconds;
    // Where the clock was set back, time goes on slowly until it is reached again: stores refuse samples that are older than the last. Two,
    // as series are ended one before.
    this.milliseconds = Math.max(Math.round(wallSeconds * 1000), before + 2);
    this.writers = versions === '1.0' ? [this.v1] : versions === '2.0' ? [this.v2] : [this.v2, this.v1];
    this.payloads = [];
    this.turnedTo = undefined;
    for (const writer of this.writers) writer.clear();
    return { milliseconds: this.milliseconds, exemplarsAfter: before };
  }

  private finish(): readonly RequestPayload[] {
    this.cut();
    const { payloads } = this;
    this.payloads = [];
    return payloads;
  }

  private writeFamily(view: FamilyView, before: Known | undefined, time: PushTime, describes: boolean): void {
    const known = this.knownAs(view, before);
    const { lines, sent } = known;
    const { table, timestampCell } = view;
    this.families.set(view.descriptor.name, known);
    sent?.begin();
    // Described in another way, all its series are others; they end before the new ones begin.
    if (before?.sent !== undefined && before.lines !== lines) before.sent.endAll((ids, base) => this.writeEnd(before, ids, base));
    let isDescribed = !describes;
    const cursor = view.cursor();
    while (cursor.next()) {
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
    if (before?.sent !== undefined && before.sent !== sent && before.lines === lines) {
      before.sent.begin();
      before.sent.end(sent, (ids, base) => this.writeEnd(before, ids, base));
    }
    sent?.end(sent, (ids, base) => this.writeEnd(known, ids, base));
  }

  private knownAs(view: FamilyView, before: Known | undefined): Known {
    const { descriptor, table } = view;
    const hasNative = view.native !== undefined && this.options.nativeHistograms;
    const isSame = before !== undefined && (before.lines.descriptor === descriptor || before.lines.key === keyOf(descriptor, hasNative));
    const lines = isSame ? before.lines : new FamilyLines(descriptor, hasNative, this.options.externalLabels);
    if (!this.options.staleMarkers) return { lines, sent: undefined };
    return { lines, sent: isSame && before.sent?.table === table ? before.sent : new SentSeries(lines, table) };
  }

  private writeEnd({ lines, sent }: Known, ids: Int32Array, base: number): void {
    this.turnTo(lines, sent!.table.labels);
    for (const writer of this.writers) {
      writer.turnToRow(ids, base);
      writeEnd(writer, lines, this.milliseconds - 1);
    }
  }

  /** Turns the writers to a family, and closes the request first where the series of one more row would be too many. */
  private turnTo(lines: FamilyLines, labels: LabelTable): void {
    const { maxSamplesPerRequest, maxRequestBytes } = this.options;
    const { samples } = this.writers[0]!;
    if (samples > 0 && (samples + lines.all.length > maxSamplesPerRequest || this.writers.some(({ length }) => length >= maxRequestBytes))) this.cut();
    if (this.turnedTo === lines && this.turnedLabels === labels) return;
    this.turnedTo = lines;
    this.turnedLabels = labels;
    for (const writer of this.writers) writer.turnTo(lines, labels);
  }

  private cut(): void {
    const { samples } = this.writers[0]!;
    this.turnedTo = undefined;
    if (samples === 0) return;
    const [first, second] = this.writers.map((writer) => writer.take());
    const middle = this.writers[0] === this.v2 ? first!.length : 0;
    this.payloads.push({ bytes: second === undefined ? first! : join(first!, second), items: samples, middle });
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
