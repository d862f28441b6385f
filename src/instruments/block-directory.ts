/** No block. */
export const none = -1;

/** Places beyond a key that are made with it. */
const margin = 4;

/**
 * Which block stands for which key, for keys that lie together: an array that begins at the lowest and is widened as keys come.
 */
export class BlockDirectory {
  private blocks: Int32Array;
  private from: number;

  constructor() {
    this.blocks = noBlocks;
    this.from = 0;
  }

  /** The key's block, or {@link none}. */
  get(key: number): number {
    const place = key - this.from;
    return place >= 0 && place < this.blocks.length ? this.blocks[place]! : none;
  }

  set(key: number, block: number): void {
    this.widen(key);
    this.blocks[key - this.from] = block;
  }

  clear(): void {
    this.blocks.fill(none);
  }

  private widen(key: number): void {
    const { length } = this.blocks;
    if (length > 0 && key >= this.from && key < this.from + length) return;
    const from = length === 0 ? key - margin : Math.min(this.from, key - margin);
    const to = length === 0 ? key + margin : Math.max(this.from + length, key + margin);
    const wider = new Int32Array(to - from).fill(none);
    wider.set(this.blocks, length === 0 ? 0 : this.from - from);
    this.blocks = wider;
    this.from = from;
  }
}

const noBlocks = /* @__PURE__ */ new Int32Array(0);
