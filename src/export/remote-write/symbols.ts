import { ByteBuffer } from '../../platform/byte-buffer.js';
import { appendString } from '../../format/protobuf-wire.js';
import type { LabelTable } from '../../store/label-table.js';

const symbolTag = 0x22;
/** Beyond this, numbers are given out from the beginning again, and what was remembered is forgotten. */
const mostNumbers = 2 ** 30;

/** The symbols of a request of version 2.0: each text once, the empty one first. */
export class Symbols {
  /** The symbols as fields of the request. */
  readonly out: ByteBuffer;
  private readonly places: Map<string, number>;
  /**
   * The symbol of each label value by its integer, plus {@link first}: what is below that belongs to an earlier request. A look-up takes 3 ns
   * so, where the text and its place in the map take some 90.
   */
  private byId: WeakMap<LabelTable, Int32Array>;
  private first: number;
  /** The table that was turned to, and its part of {@link byId}. */
  private labels: LabelTable | undefined;
  private memory: Int32Array;

  constructor() {
    this.out = new ByteBuffer(16_384);
    this.places = new Map();
    this.byId = new WeakMap();
    this.first = 1;
    this.labels = undefined;
    this.memory = noMemory;
    this.clear();
  }

  /** Begins anew. */
  clear(): void {
    this.first += this.places.size;
    if (this.first > mostNumbers) {
      this.first = 1;
      this.byId = new WeakMap();
      this.memory = noMemory;
    }
    this.out.length = 0;
    this.places.clear();
    this.of('');
  }

  /** The place of a text. */
  of(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const place = this.places.size;
    this.places.set(text, place);
    appendString(this.out, symbolTag, text);
    return place;
  }

  /** Turns to the label values of a table, for {@link ofId}. */
  turnTo(labels: LabelTable): void {
    this.labels = labels;
    this.memory = this.byId.get(labels) ?? noMemory;
  }

  /** The place of a label value by its integer. */
  ofId(id: number): number {
    const { memory, first } = this;
    if (id < memory.length && memory[id]! >= first) return memory[id]! - first;
    const place = this.of(this.labels!.text(id));
    if (id >= memory.length) this.grow(id);
    this.memory[id] = place + first;
    return place;
  }

  private grow(id: number): void {
    const grown = new Int32Array(Math.max(64, 2 ** (32 - Math.clz32(id))));
    grown.set(this.memory);
    this.memory = grown;
    this.byId.set(this.labels!, grown);
  }
}

const noMemory = /* @__PURE__ */ new Int32Array(0);
