import type { Exemplar } from '../../model/exemplar.js';
import { ByteBuffer } from '../../platform/byte-buffer.js';
import { closeMessage, longestVarint, writeVarint } from '../../format/protobuf-wire.js';
import type { LabelTable } from '../../store/label-table.js';
import { type MessageSchema, encodeMessage, messageSchema } from '../protobuf-message.js';
import type { FamilyLines } from './family-lines.js';
import { exemplarLabels } from './messages.js';
import { RequestWriter } from './request-writer.js';
import { Symbols } from './symbols.js';

const seriesTag = 0x2a;
const histogramTag = 0x1a;
const exemplarTag = 0x22;
const refsTag = 0x0a;
const metadataTag = 0x2a;

/** `io.prometheus.write.v2.Exemplar`. */
interface ExemplarMessage {
  readonly refs: readonly number[];
  readonly value: number;
  readonly timestamp: number;
}
const exemplarSchema: MessageSchema<ExemplarMessage> = /* @__PURE__ */ messageSchema<ExemplarMessage>({ refs: [1, 'uint32'], value: [2, 'double'], timestamp: [3, 'int64'] });

/** `io.prometheus.write.v2.Metadata`. */
interface MetadataMessage {
  readonly type: number;
  readonly help: number;
  readonly unit: number;
}
const metadataSchema: MessageSchema<MetadataMessage> = /* @__PURE__ */ messageSchema<MetadataMessage>({ type: [1, 'enum'], help: [3, 'uint32'], unit: [4, 'uint32'] });

/** The symbols of one label of a line: its name, and its value or -1 minus the place of a row's label. */
interface Pair {
  readonly name: number;
  readonly value: number;
}

/** `io.prometheus.write.v2.Request`, remote write 2.0: each text is said once in a request, and series refer to it. */
export class WriterV2 extends RequestWriter {
  private readonly symbols: Symbols;
  private lines: readonly (readonly Pair[])[];
  private labelCount: number;
  /** The symbols of the present row's label values; 0, the empty one, for none. */
  private readonly values: number[];
  /** The metadata of the present family as a field. */
  private metadata: Uint8Array;

  constructor() {
    super(seriesTag, histogramTag, true);
    this.symbols = new Symbols();
    this.lines = [];
    this.labelCount = 0;
    this.values = [];
    this.metadata = new Uint8Array(0);
  }

  override turnTo({ all, descriptor, typeNumber }: FamilyLines, labels: LabelTable): void {
    const { symbols } = this;
    this.lines = all.map((line) => line.map((slot) => ({ name: symbols.of(slot.name), value: 'place' in slot ? -1 - slot.place : symbols.of(slot.value) })));
    symbols.turnTo(labels);
    this.labelCount = descriptor.labelNames.length;
    const out = new ByteBuffer(32);
    const message = encodeMessage(metadataSchema, { type: typeNumber, help: symbols.of(descriptor.help), unit: symbols.of(descriptor.unit) });
    out.append(Uint8Array.of(metadataTag, message.length));
    out.append(message);
    this.metadata = out.take();
  }

  override describe(): void {}

  override turnToRow(ids: Int32Array, base: number): void {
    super.turnToRow(ids, base);
    const { symbols, values, labelCount } = this;
    for (let place = 0; place < labelCount; place++) values[place] = symbols.ofId(ids[base + place]!);
  }

  override get length(): number {
    return this.out.length + this.symbols.out.length;
  }

  override clear(): void {
    super.clear();
    this.symbols.clear();
  }

  protected override writeLabels(line: number): void {
    const { out, values } = this;
    const pairs = this.lines[line]!;
    out.reserve(2 + (pairs.length * 2 + 1) * longestVarint);
    const { bytes } = out;
    bytes[out.length] = refsTag;
    const start = out.length + 2;
    let at = start;
    for (let i = 0; i < pairs.length; i++) {
      const { name, value } = pairs[i]!;
      const symbol = value >= 0 ? value : values[-1 - value]!;
      // A label without a value is none.
      if (symbol === 0) continue;
      at = writeVarint(bytes, writeVarint(bytes, at, name), symbol);
    }
    out.length = closeMessage(bytes, start, at, 1);
  }

  protected override writeExemplar(exemplar: Exemplar): void {
    const refs = exemplarLabels(exemplar).flatMap(([name, value]) => [this.symbols.of(name), this.symbols.of(value)]);
    this.writeField(exemplarTag, encodeMessage(exemplarSchema, { refs, value: exemplar.value, timestamp: Math.round(exemplar.timestamp! * 1000) }));
  }

  protected override writeLast(): void {
    this.out.append(this.metadata);
  }

  protected override whole(): Uint8Array {
    const { out } = this.symbols;
    out.append(this.out.written());
    return out.written();
  }
}
