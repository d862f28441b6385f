import type { SeriesTable } from '../store/series-table.js';
import { glance, shortestSlice } from '../store/label-texts.js';

/** Metrics of more labels than this have no such cache. */
export const mostCachedLabels = 4;

const smallestCache = 16;
const largestCache = 4096;
/** Places in which some values may stand. A power of two, at most {@link smallestCache}. */
const ways = 4;
/** Where all places of some values are taken, only every so many misses push one out: a flood of new series would copy strings for nothing. */
const missesPerEviction = 8;

/**
 * Remembers which row up to four label values led to, so that the usual recording with labels compares its strings with those of the last
 * time and is done: neither the values nor the row are looked up in the tables. Bounded, and allowed to forget; a hit is always right.
 *
 * The values come one by one and not in an array: an array would be written for every recording, and read again. For 600 series of 3
 * labels a recording takes 30 ns so, 50 ns with an array, and 70 ns with the tables alone (`npm run bench`, case `inc with a label object`,
 * Node 20).
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
    this.texts = noTexts;
    this.rows = noRows;
    this.shift = 28;
    this.used = 0;
    this.misses = 0;
  }

  /** The row of these values, or -1 when it is not remembered. Those beyond the number of labels are ignored. */
  find(first: string, second: string, third: string, fourth: string): number {
    const { width, texts, rows } = this;
    const home = hashOf(width, first, second, third, fourth) >>> this.shift;
    for (let way = 0; way < ways; way++) {
      const place = home ^ way;
      const at = place * width;
      if (
        texts[at] === first &&
        (width === 1 || (texts[at + 1] === second && (width === 2 || (texts[at + 2] === third && (width === 3 || texts[at + 3] === fourth))))) &&
        rows[place]! >= 0
      ) {
        return rows[place]!;
      }
    }
    return -1;
  }

  /** Remembers a row; it may push out another. */
  put(row: number, first: string, second: string, third: string, fourth: string): void {
    if (this.rows === noRows || (this.table.size * 3 > this.rows.length && this.rows.length < largestCache)) this.grow();
    const home = hashOf(this.width, first, second, third, fourth) >>> this.shift;
    let way = 0;
    while (way < ways && this.rows[home ^ way]! >= 0) way += 1;
    if (way === ways) {
      this.misses += 1;
      if (this.misses % missesPerEviction !== 0) return;
      way = (this.misses / missesPerEviction) % ways;
    }
    const place = home ^ way;
    if (this.rows[place]! < 0) this.used += 1;
    const texts = [first, second, third, fourth];
    for (let i = 0; i < this.width; i++) this.texts[place * this.width + i] = texts[i]!.length < shortestSlice ? texts[i]! : this.table.labelText(row, i);
    this.rows[place] = row;
  }

  /** Forgets everything: a row has been removed. */
  clear(): void {
    if (this.used === 0) return;
    this.rows.fill(-1);
    this.used = 0;
  }

  private grow(): void {
    // A third full, with four places for each: nearly all fit.
    let places = smallestCache;
    while (places < this.table.size * 3 && places < largestCache) places *= 2;
    this.rows = new Int32Array(places).fill(-1);
    this.texts = new Array<string>(places * this.width).fill('');
    this.shift = Math.clz32(places) + 1;
    this.used = 0;
  }
}

/** What every cache has until there is something to remember. */
const noRows = /* @__PURE__ */ new Int32Array(smallestCache).fill(-1);
const noTexts: string[] = /* @__PURE__ */ new Array<string>(smallestCache * mostCachedLabels).fill('');

function hashOf(width: number, first: string, second: string, third: string, fourth: string): number {
  let hash = Math.imul(glance(first), 0x9e3779b1);
  if (width === 1) return hash;
  hash = (hash + Math.imul(glance(second), 0x85ebca6b)) | 0;
  if (width === 2) return hash;
  hash = (hash + Math.imul(glance(third), 0xc2b2ae35)) | 0;
  return width === 3 ? hash : (hash + Math.imul(glance(fourth), 0x27d4eb2f)) | 0;
}
