import type { Exemplar } from '../../model/exemplar.js';
import { ByteBuffer } from '../../platform/byte-buffer.js';
import { Piece } from '../../format/piece.js';
import { appendString, closeMessage, longestVarint } from '../../format/protobuf-wire.js';
import type { LabelTable } from '../../store/label-table.js';
import { type MessageSchema, encodeMessage, messageSchema } from '../protobuf-message.js';
import type { FamilyLines, Line } from './family-lines.js';
import { exemplarLabels } from './messages.js';
import { RequestWriter } from './request-writer.js';

const seriesTag = 0x0a;
const histogramTag = 0x22;
const exemplarTag = 0x1a;
const metadataTag = 0x1a;
const labelTag = 0x0a;
const nameTag = 0x0a;
const labelValueTag = 0x12;

/** `prometheus.Exemplar`. */
interface ExemplarMessage {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly value: number;
  readonly timestamp: number;
}
const label: MessageSchema<ExemplarMessage['labels'][number]> = /* @__PURE__ */ messageSchema<ExemplarMessage['labels'][number]>({ name: [1, 'string'], value: [2, 'string'] });
const exemplarSchema: MessageSchema<ExemplarMessage> = /* @__PURE__ */ messageSchema<ExemplarMessage>({ labels: [1, label], value: [2, 'double'], timestamp: [3, 'int64'] });

/** `prometheus.MetricMetadata`. */
interface MetadataMessage {
  readonly type: number;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
}
const metadataSchema: MessageSchema<MetadataMessage> = /* @__PURE__ */ messageSchema<MetadataMessage>({ type: [1, 'enum'], name: [2, 'string'], help: [4, 'string'], unit: [5, 'string'] });

/** The bytes of a line's labels around the values that come from rows. */
interface LabelBytes {
  readonly parts: readonly { readonly before: Piece; readonly name: Piece; readonly place: number }[];
  readonly rest: Piece;
  /** The most bytes there are beside the values. */
  readonly most: number;
}

/** `prometheus.WriteRequest`, remote write 1.0: each series says its labels in full. */
export class WriterV1 extends RequestWriter {
  private readonly compiled: WeakMap<FamilyLines, readonly LabelBytes[]>;
  private family: FamilyLines | undefined;
  private lines: readonly LabelBytes[];
  private labels: LabelTable | undefined;

  constructor() {
    super(seriesTag, histogramTag, false);
    this.compiled = new WeakMap();
    this.family = undefined;
    this.lines = [];
    this.labels = undefined;
  }

  override turnTo(family: FamilyLines, labels: LabelTable): void {
    let lines = this.compiled.get(family);
    if (lines === undefined) this.compiled.set(family, (lines = family.all.map(compile)));
    this.family = family;
    this.lines = lines;
    this.labels = labels;
  }

  override describe(): void {
    const { descriptor, typeNumber, metadataName } = this.family!;
    this.writeField(metadataTag, encodeMessage(metadataSchema, { type: typeNumber, name: metadataName, help: descriptor.help, unit: descriptor.unit }));
  }

  override get length(): number {
    return this.out.length;
  }

  protected override writeLabels(line: number): void {
    const { out, ids, idBase } = this;
    const { parts, rest, most } = this.lines[line]!;
    const labels = this.labels!;
    out.reserve(most + parts.length * labels.longest);
    const { bytes, view } = out;
    let at = out.length;
    for (let i = 0; i < parts.length; i++) {
      const { before, name, place } = parts[i]!;
      at = before.copyTo(view, at);
      const id = ids[idBase + place]!;
      // A label without a value is none.
      if (labels.byteLength(id) === 0) continue;
      bytes[at] = labelTag;
      const start = at + 2;
      const value = name.copyTo(view, start) + 1;
      const end = labels.copyRawTo(id, view, value);
      if (end - start < 0x80) {
        bytes[value - 1] = end - value;
        bytes[at + 1] = end - start;
        at = end;
      } else {
        at = closeMessage(bytes, start, closeMessage(bytes, value, end, 1), 1);
      }
    }
    out.length = rest.copyTo(view, at);
  }

  protected override writeExemplar(exemplar: Exemplar): void {
    const labels = exemplarLabels(exemplar).map(([name, value]) => ({ name, value }));
    this.writeField(exemplarTag, encodeMessage(exemplarSchema, { labels, value: exemplar.value, timestamp: Math.round(exemplar.timestamp! * 1000) }));
  }

  protected override writeLast(): void {}

  protected override whole(): Uint8Array {
    return this.out.written();
  }
}

function compile(line: Line): LabelBytes {
  const out = new ByteBuffer(256);
  const parts: LabelBytes['parts'][number][] = [];
  let most = 0;
  for (const slot of line) {
    if ('place' in slot) {
      const before = new Piece(out.take());
      appendString(out, nameTag, slot.name);
      out.append(Uint8Array.of(labelValueTag));
      parts.push({ before, name: new Piece(out.take()), place: slot.place });
      continue;
    }
    out.reserve(1 + longestVarint);
    out.bytes[out.length] = labelTag;
    const start = out.length + 2;
    out.length = start;
    appendString(out, nameTag, slot.name);
    appendString(out, labelValueTag, slot.value);
    out.reserve(longestVarint);
    out.length = closeMessage(out.bytes, start, out.length, 1);
  }
  const rest = new Piece(out.take());
  for (const { before, name } of parts) most += before.length + name.length + 3 * longestVarint;
  return { parts, rest, most: most + rest.length };
}
