import { glance } from '../store/label-table.js';
import type { SeriesTable } from '../store/series-table.js';

const smallestCache = 16;
const largestCache = 4096;
/** Where both places of some values are taken, only every so many misses push one out: a flood of new series would copy strings for nothing. */
const missesPerEviction = 8;
/** V8 keeps a slice of 13 characters or more as a window into its parent; see `store/label-table.ts`. */
const shortestSlice = 13;

/**
 * Remembers which row some label values led to, so that the usual recording with labels compares its strings with those of the last time
 * and is done: neither the values nor the row are looked up in the tables. Bounded, and allowed to forget; a hit is always right.
 *
 * Twice as fast as the tables for 600 series of 3 labels, whose look-ups are 20 ns for the values and 15 ns for the row (`npm run bench`,
 * case `inc with a label object`, Node 20).
 */
export class RowCache {
  private readonly table: SeriesTable;
  private readonly width: number;
  /** `width` strings a place; empty strings where there is nothing. */
  private texts: string[];
  private rows: Int32Array;
  private shift: number;
  private used: number;
  private misses: number;

  constructor(table: SeriesTable) {
    this.table = table;
    this.width = table.labelCount;
    this.texts = [];
    this.rows = noRows;
    this.shift = 32;
    this.used = 0;
    this.misses = 0;
  }

  /** The row of these values, or -1 when it is not remembered. `hash` is the sum of {@link part} over them. */
  find(values: readonly string[], hash: number): number {
    const { width, texts, rows } = this;
    if (rows.length === 0) return -1;
    let place = hash >>> this.shift;
    for (let way = 0; way < 2; way++) {
      const at = place * width;
      let i = 0;
      while (i < width && texts[at + i] === values[i]) i++;
      if (i === width && rows[place]! >= 0) return rows[place]!;
      place ^= 1;
    }
    return -1;
  }

  /** Remembers a row; it may push out another. */
  put(values: readonly string[], hash: number, row: number): void {
    if (this.table.size * 3 > this.rows.length && this.rows.length < largestCache) this.grow();
    let place = hash >>> this.shift;
    if (this.rows[place]! >= 0) {
      place ^= 1;
      this.misses += 1;
      if (this.rows[place]! >= 0 && this.misses % missesPerEviction !== 0) return;
    }
    if (this.rows[place]! < 0) this.used += 1;
    for (let i = 0; i < this.width; i++) {
      const value = values[i]!;
      this.texts[place * this.width + i] = value.length < shortestSlice ? value : this.table.labelText(row, i);
    }
    this.rows[place] = row;
  }

  /** Forgets everything: a row has been removed. */
  clear(): void {
    if (this.used === 0) return;
    this.rows.fill(-1);
    this.used = 0;
  }

  private grow(): void {
    // Two places for a value: a third full, nearly all fit.
    let places = smallestCache;
    while (places < this.table.size * 3 && places < largestCache) places *= 2;
    this.rows = new Int32Array(places).fill(-1);
    this.texts = new Array<string>(places * this.width).fill('');
    this.shift = Math.clz32(places) + 1;
    this.used = 0;
  }
}

const noRows = /* @__PURE__ */ new Int32Array(0);

/** What a value adds to the hash; `multiplier` is that of its place among the labels. */
export function part(value: string, multiplier: number): number {
  return Math.imul(glance(value), multiplier);
}

/** An odd multiplier for each place, none like another in its upper bits. */
export function multipliers(width: number): Int32Array {
  const all = new Int32Array(width);
  let multiplier = 0x9e3779b1;
  for (let place = 0; place < width; place++) {
    all[place] = multiplier;
    multiplier = Math.imul(multiplier, 0xc2b2ae35) ^ 0x5bd1e994;
  }
  return all;
}
