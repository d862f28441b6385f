import { storable } from '../model/storable.js';
import { decodeUtf8, encodeUtf8, littleEndian } from '../platform/byte-buffer.js';
import { ByteBlocks, unitMask, unitShift } from './byte-blocks.js';
import { HashIndex, firstPlace } from './hash-index.js';
import { LabelCensus, mostCensused } from './label-census.js';
import { escapeValue, unescapeTo, unescapeValue } from './label-escaping.js';
import { Int32Column } from './pages.js';
import { glance, shortestSlice } from './label-texts.js';
import { TextReader } from './text-reader.js';

/**
 * Label values, each kept once: an integer stands for it everywhere else, and its UTF-8 bytes are kept escaped as the text formats write
 * them, so that a writer only copies. Values are counted by the series that carry them and freed with the last one.
 *
 * A look-up goes first through a small cache of recently seen strings (a comparison of two pointers as a rule), then through a hash over
 * the characters and a comparison with the bytes. No string of the caller's is kept, but for short ones in that bounded cache.
 *
 * It is longer than other files, as finding, adding, copying and freeing a value are all about the same three numbers of it.
 */

/** Places in the cache of strings. A power of two. */
const cachePlaces = 4096;
/** Only every so many misses push a string out: a flood of values would copy strings for nothing. */
const missesPerEviction = 8;

/** Strings of ASCII up to this length are put together from their codes. */
const longestByCharacters = 64;

/** Columns of the value table. */
export const startColumn = 0;
/** Length in bytes, shifted left by one; the lowest bit says that bytes and characters differ (escapes, or not ASCII). */
export const lengthColumn = 1;
/** Series that carry the value; a free entry holds -(next free id) - 2 here. */
const countColumn = 2;
export const valueColumns = 3;

/** What every table has for a cache until it has something to remember. */
const emptyCache: (string | undefined)[] = /* @__PURE__ */ new Array<string | undefined>(cachePlaces).fill(undefined);
const noIds = /* @__PURE__ */ new Int32Array(0);

export class LabelTable {
  /** Start, length and count of each value; shared with readers. */
  readonly values: Int32Column;
  /** Where the escaped bytes are; shared with readers. */
  readonly blocks: ByteBlocks;
  private readonly index: HashIndex;
  private readonly reader: TextReader;
  private cachedStrings: (string | undefined)[];
  private cachedIds: Int32Array;
  private misses: number;
  /** The value last looked for in vain, which {@link intern} is most likely asked to add next. */
  private missedText: string | undefined;
  /** Undefined as long as nobody has asked {@link mayHave}, and where there are too many values. */
  private census: LabelCensus | undefined;
  /** Whether a value was ever kept in another spelling than it may be asked for: what cannot be told at a glance. */
  private isRespelt: boolean;
  /** Ids ever given out. */
  private ids: number;
  private firstFreeId: number;
  /** Distinct values. */
  size: number;
  /** Escaped bytes of all values together. */
  escapedBytes: number;
  /** Escaped bytes of the longest value there has been. */
  longest: number;

  constructor() {
    this.values = new Int32Column(valueColumns);
    this.blocks = new ByteBlocks();
    this.index = new HashIndex();
    this.reader = new TextReader();
    this.cachedStrings = emptyCache;
    this.cachedIds = noIds;
    this.misses = 0;
    this.missedText = undefined;
    this.census = undefined;
    this.isRespelt = false;
    this.ids = 0;
    this.firstFreeId = -1;
    this.size = 0;
    this.escapedBytes = 0;
    this.longest = 0;
  }

  /** The value's integer, or -1 when no series carries it. */
  find(text: string): number {
    const place = cachePlace(text);
    // 5 ns where a Map of strings takes 12 (`npm run bench`, case `inc with a label object`, Node 20).
    if (this.cachedStrings[place] === text) return this.cachedIds[place]!;
    return this.findUncached(text, place);
  }

  /** False for a value that certainly no series carries, told without reading it: for who would refuse it anyway. */
  mayHave(text: string): boolean {
    if (this.isRespelt) return true;
    return (this.census ?? this.takeCensus())?.mayHave(text) ?? true;
  }

  /** The value's integer, made when there is none. It is freed again by {@link release} after as many {@link retain}. */
  intern(text: string): number {
    const { reader } = this;
    reader.readOnce(text);
    // What was looked for last and not found need not be looked for again.
    if (this.missedText !== text) {
      const known = this.lookUp(text);
      if (known >= 0) return known;
    }
    this.missedText = undefined;
    const id = reader.isPlain ? this.add(reader.words, 0, reader.length, reader.hash) : this.addEscaped(escapeValue(encodeUtf8(storable(text))), reader.hash);
    reader.forget();
    return id;
  }

  /**
   * The same for a value of another table, whose bytes stand in these words as {@link blocks} keeps them: without a string on the way where nothing
   * is escaped. Nobody may write to the words meanwhile: the value would not be found under its hash.
   */
  internWords(words: Int32Array, from: number, lengthAndFlag: number): number {
    const length = lengthAndFlag >>> 1;
    if ((lengthAndFlag & 1) !== 0) {
      const bytes = new Uint8Array(length);
      bytes.set(new Uint8Array(words.buffer, words.byteOffset + (from << 2), length));
      return this.intern(unescapeValue(decodeUtf8(bytes)));
    }
    const hash = this.reader.hashOf(words, from, length);
    const segment = this.index.segmentOf(hash);
    const mask = segment.length - 1;
    for (let at = firstPlace(segment, hash); segment[at + 1] !== 0; at = (at + 2) & mask) {
      if (segment[at] === hash && this.equalsWords(segment[at + 1]! - 1, words, from, length)) return segment[at + 1]! - 1;
    }
    return this.add(words, from, length, hash);
  }

  /** Whether a value has these bytes, as {@link internWords} takes them; they begin with the first word. */
  hasWords(id: number, words: Int32Array, lengthAndFlag: number): boolean {
    const page = this.values.page(id);
    const base = this.values.base(id);
    if (page[base + lengthColumn] !== lengthAndFlag) return false;
    const start = page[base + startColumn]!;
    const length = lengthAndFlag >>> 1;
    if ((lengthAndFlag & 1) === 0) return this.equalsWords(id, words, 0, length);
    const stored = this.blocks.pages[start >>> unitShift]!;
    const given = new Uint8Array(words.buffer, words.byteOffset, length);
    const from = (start & unitMask) << 2;
    for (let i = 0; i < length; i++) if (stored[from + i] !== given[i]) return false;
    return true;
  }

  /** Counts one more series that carries the value. */
  retain(id: number): void {
    this.values.page(id)[this.values.base(id) + countColumn]! += 1;
  }

  /** Counts one series less; the last one frees the value. */
  release(id: number): void {
    const page = this.values.page(id);
    const base = this.values.base(id);
    page[base + countColumn]! -= 1;
    if (page[base + countColumn]! > 0) return;
    const text = this.text(id);
    this.census?.remove(text);
    const place = cachePlace(text);
    if (this.cachedIds[place] === id) {
      this.cachedStrings[place] = undefined;
      this.cachedIds[place] = -1;
    }
    this.index.remove(this.hashOf(id, text), id);
    this.escapedBytes -= this.byteLength(id);
    this.blocks.free(page[base + startColumn]!, this.byteLength(id));
    page[base + countColumn] = -this.firstFreeId - 2;
    this.firstFreeId = id;
    this.size -= 1;
  }

  /** Escaped length in bytes. */
  byteLength(id: number): number {
    return this.values.page(id)[this.values.base(id) + lengthColumn]! >>> 1;
  }

  /**
   * Copies the escaped bytes to `target` from `at` on, and returns where they end. By words: up to three bytes beyond the end are written,
   * too, so there must be room for them.
   */
  copyTo(id: number, target: DataView, at: number): number {
    const page = this.values.page(id);
    const base = this.values.base(id);
    const start = page[base + startColumn]!;
    const length = page[base + lengthColumn]! >>> 1;
    const words = this.blocks.words[start >>> unitShift]!;
    let from = start & unitMask;
    for (let i = 0; i < length; i += 4) target.setInt32(at + i, words[from++]!, littleEndian);
    return at + length;
  }

  /** Copies the bytes as they were before they were escaped, else as {@link copyTo}: never more than the escaped ones. */
  copyRawTo(id: number, target: DataView, at: number): number {
    const page = this.values.page(id);
    const base = this.values.base(id);
    const start = page[base + startColumn]!;
    const length = page[base + lengthColumn]!;
    let from = start & unitMask;
    if ((length & 1) !== 0) return unescapeTo(this.blocks.pages[start >>> unitShift]!, from << 2, length >>> 1, target, at);
    const end = at + (length >>> 1);
    const words = this.blocks.words[start >>> unitShift]!;
    for (let i = at; i < end; i += 4) target.setInt32(i, words[from++]!, littleEndian);
    return end;
  }

  /** The value as it came, lone surrogates excepted. */
  text(id: number): string {
    const page = this.values.page(id);
    const base = this.values.base(id);
    const start = page[base + startColumn]!;
    const length = page[base + lengthColumn]!;
    const from = (start & unitMask) << 2;
    const bytes = this.blocks.pages[start >>> unitShift]!.subarray(from, from + (length >>> 1));
    if ((length & 1) !== 0) return unescapeValue(decodeUtf8(bytes));
    // A decoder's call costs several times a short string (`npm run bench`, case `create`).
    return bytes.length <= longestByCharacters ? String.fromCharCode.apply(null, bytes as unknown as number[]) : decodeUtf8(bytes);
  }

  /** Bytes held for values, their look-up included. */
  bytesHeld(): number {
    return this.values.byteLength() + this.index.byteLength() + cachePlaces * 12 + this.blocks.byteLength() + (this.census?.byteLength() ?? 0);
  }

  /** Adds a value that is kept as it is. */
  private add(words: Int32Array, from: number, length: number, hash: number): number {
    const id = this.enter(length, 0, hash);
    const start = this.values.page(id)[this.values.base(id) + startColumn]!;
    const target = this.blocks.words[start >>> unitShift]!;
    for (let at = start & unitMask, i = 0; i << 2 < length; i++) target[at + i] = words[from + i]!;
    if (this.census !== undefined) this.count(id);
    return id;
  }

  private addEscaped(escaped: Uint8Array, hash: number): number {
    const id = this.enter(escaped.length, 1, hash);
    const start = this.values.page(id)[this.values.base(id) + startColumn]!;
    this.blocks.pages[start >>> unitShift]!.set(escaped, (start & unitMask) << 2);
    // Several strings are kept as one with this character: see `storable`.
    if (!this.isRespelt && this.text(id).includes('\ufffd')) this.isRespelt = true;
    if (this.census !== undefined) this.count(id);
    return id;
  }

  /** Takes one more value into the census, unless there are too many by now. */
  private count(id: number): void {
    if (this.size > mostCensused) this.census = undefined;
    else this.census?.add(this.text(id));
  }

  private takeCensus(): LabelCensus | undefined {
    if (this.size > mostCensused) return undefined;
    this.census = new LabelCensus(this.size);
    for (let id = 0; id < this.ids; id++) if (this.values.page(id)[this.values.base(id) + countColumn]! >= 0) this.census.add(this.text(id));
    return this.census;
  }

  /** Makes room for a value. */
  private enter(length: number, flag: number, hash: number): number {
    this.missedText = undefined;
    const id = this.takeId();
    const page = this.values.page(id);
    const base = this.values.base(id);
    if (length > this.longest) this.longest = length;
    page[base + startColumn] = this.blocks.take(length);
    page[base + lengthColumn] = (length << 1) | flag;
    page[base + countColumn] = 0;
    this.index.insert(hash, id);
    this.size += 1;
    this.escapedBytes += length;
    return id;
  }

  private findUncached(text: string, place: number): number {
    this.reader.read(text);
    const id = this.lookUp(text);
    if (id >= 0) {
      this.remember(place, text, id);
      this.reader.forget();
    } else {
      this.missedText = text;
    }
    return id;
  }

  /** Looks for the value that the reader has read. */
  private lookUp(text: string): number {
    const { hash } = this.reader;
    const segment = this.index.segmentOf(hash);
    const mask = segment.length - 1;
    for (let at = firstPlace(segment, hash); segment[at + 1] !== 0; at = (at + 2) & mask) {
      if (segment[at] === hash && this.equals(segment[at + 1]! - 1, text)) return segment[at + 1]! - 1;
    }
    return -1;
  }

  /** Puts a value in the cache, but only as {@link text} spells it: that is where {@link release} looks for it. */
  private remember(place: number, text: string, id: number): void {
    if (this.cachedStrings[place] !== undefined && (this.misses = (this.misses + 1) % missesPerEviction) !== 0) return;
    const plain = (this.values.page(id)[this.values.base(id) + lengthColumn]! & 1) === 0;
    const kept = plain && text.length < shortestSlice ? text : this.text(id);
    if (kept !== text) return;
    if (this.cachedStrings === emptyCache) {
      this.cachedStrings = emptyCache.slice();
      this.cachedIds = new Int32Array(cachePlaces).fill(-1);
    }
    this.cachedStrings[place] = kept;
    this.cachedIds[place] = id;
  }

  /** Whether a value is the one that the reader has read. */
  private equals(id: number, text: string): boolean {
    const page = this.values.page(id);
    const base = this.values.base(id);
    const length = page[base + lengthColumn]!;
    const { reader } = this;
    if ((length & 1) !== 0) return !reader.isPlain && this.text(id) === storable(text);
    if (!reader.isPlain || length >>> 1 !== reader.length) return false;
    return this.equalsWords(id, reader.words, 0, reader.length);
  }

  /** Whether a value is kept as it is, with these bytes. */
  private equalsWords(id: number, words: Int32Array, from: number, length: number): boolean {
    const page = this.values.page(id);
    const base = this.values.base(id);
    if (page[base + lengthColumn] !== length << 1) return false;
    const start = page[base + startColumn]!;
    const stored = this.blocks.words[start >>> unitShift]!;
    for (let at = start & unitMask, i = 0; i << 2 < length; i++) if (stored[at + i] !== words[from + i]) return false;
    return true;
  }

  /** The hash by which a value was added. */
  private hashOf(id: number, text: string): number {
    const page = this.values.page(id);
    const base = this.values.base(id);
    const length = page[base + lengthColumn]!;
    const start = page[base + startColumn]!;
    // The bytes of a value that needs no escapes are those it was read as.
    if ((length & 1) === 0) return this.reader.hashOf(this.blocks.words[start >>> unitShift]!, start & unitMask, length >>> 1);
    this.reader.read(text);
    this.reader.forget();
    return this.reader.hash;
  }

  private takeId(): number {
    const free = this.firstFreeId;
    if (free >= 0) {
      this.firstFreeId = -this.values.page(free)[this.values.base(free) + countColumn]! - 2;
      return free;
    }
    const id = this.ids++;
    this.values.reach(id);
    return id;
  }

}

/** Where a string stands in the cache. */
function cachePlace(text: string): number {
  return Math.imul(glance(text), 0x9e3779b1) >>> 20;
}
