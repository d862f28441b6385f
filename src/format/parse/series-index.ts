const largestKept = 1024;

/**
 * Numbers the label sets of a family, whatever the order in which labels are written. A label set is a list of pairs of integers, name and
 * value, in the order of the names' integers; sets are found by a hash that begins at random, so that nobody can choose collisions.
 */
export class SeriesIndex {
  /** How many label sets there are. */
  size: number;
  /** The pairs of all sets, one after the other, and where each begins. */
  private pairs: Int32Array;
  private starts: Int32Array;
  private table: Int32Array;
  private used: number;
  private readonly seed: number;
  /** Room to sort in. */
  private key: Int32Array;

  constructor() {
    this.size = 0;
    this.pairs = new Int32Array(256);
    this.starts = new Int32Array(64);
    this.table = new Int32Array(64);
    this.used = 0;
    this.seed = (Math.random() * 0x1_0000_0000) | 0;
    this.key = new Int32Array(32);
  }

  clear(): void {
    if (this.size === 0) return;
    this.size = 0;
    this.used = 0;
    // What a large family took is given back, lest each small one after it has to empty it.
    this.table = this.table.length > largestKept ? new Int32Array(64) : this.table.fill(0);
    if (this.pairs.length > largestKept) this.pairs = new Int32Array(256);
    if (this.starts.length > largestKept) this.starts = new Int32Array(64);
  }

  /**
   * The number of a label set, which is {@link size} as it was before the call if the set is new; -1 if a label name comes twice.
   *
   * @param given name and value of each label in turn
   * @param left the label that is no part of the set, by its place; -1 for none
   */
  numberOf(given: Int32Array, count: number, left: number): number {
    const length = this.sort(given, count, left);
    if (length < 0) return -1;
    const { key } = this;
    let hash = this.seed;
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ key[i]!, 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    const { table, pairs, starts } = this;
    const mask = table.length - 1;
    let place = hash & mask;
    for (let entry = table[place]!; entry !== 0; entry = table[place]!) {
      const start = starts[entry - 1]!;
      const end = entry === this.size ? this.used : starts[entry]!;
      let i = 0;
      if (end - start === length) {
        while (i < length && pairs[start + i] === key[i]) i++;
        if (i === length) return entry - 1;
      }
      place = (place + 1) & mask;
    }
    table[place] = this.size + 1;
    this.add(length);
    return this.size - 1;
  }

  private add(length: number): void {
    if (this.used + length > this.pairs.length) this.pairs = grown(this.pairs, this.used + length);
    if (this.size === this.starts.length) this.starts = grown(this.starts, this.size + 1);
    this.starts[this.size] = this.used;
    for (let i = 0; i < length; i++) this.pairs[this.used + i] = this.key[i]!;
    this.used += length;
    this.size += 1;
    if (this.size * 2 > this.table.length) this.enlarge();
  }

  private enlarge(): void {
    const table = new Int32Array(this.table.length * 2);
    const mask = table.length - 1;
    for (let entry = 1; entry <= this.size; entry++) {
      const end = entry === this.size ? this.used : this.starts[entry]!;
      let hash = this.seed;
      for (let i = this.starts[entry - 1]!; i < end; i++) {
        hash = Math.imul(hash ^ this.pairs[i]!, 0x5bd1e995);
        hash ^= hash >>> 15;
      }
      let place = hash & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = entry;
    }
    this.table = table;
  }

  /** Puts the pairs into {@link key} by rising name, and returns how many integers these are; -1 if a name comes twice. */
  private sort(given: Int32Array, count: number, left: number): number {
    if (this.key.length < count * 2) this.key = new Int32Array(count * 4);
    const { key } = this;
    let length = 0;
    let before = -1;
    let sorted = true;
    for (let i = 0; i < count; i++) {
      if (i === left) continue;
      const name = given[i * 2]!;
      if (name <= before) sorted = false;
      before = name;
      key[length] = name;
      key[length + 1] = given[i * 2 + 1]!;
      length += 2;
    }
    return sorted ? length : this.sortKey(length);
  }

  private sortKey(length: number): number {
    const { key } = this;
    const pairs = Array.from({ length: length / 2 }, (_, i) => [key[i * 2]!, key[i * 2 + 1]!] as const).sort((a, b) => a[0] - b[0]);
    for (const [i, [name, value]] of pairs.entries()) {
      if (i > 0 && key[i * 2 - 2] === name) return -1;
      key[i * 2] = name;
      key[i * 2 + 1] = value;
    }
    return length;
  }
}

/** The same numbers with room for more. */
export function grown(array: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}
