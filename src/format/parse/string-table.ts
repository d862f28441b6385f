import type { Source } from './source.js';

/** Strings of up to so many bytes are remembered by their bytes. */
const longest = 64;
const places = 4096;
/** So many strings are too many to keep for the next family. */
const mostKept = 16_384;

/**
 * Gives each distinct string an integer. A string that was met before is found by its bytes, mostly, in a table of a fixed size; what is not
 * found there is decoded, and looked up in a `Map`: so strings that are chosen to share a place cost no more than that.
 */
export class StringTable {
  /** By integer. */
  texts: string[];
  private readonly hashes: Int32Array;
  private readonly lengths: Uint8Array;
  private readonly ids: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly source: Source;
  private readonly byText: Map<string, number>;
  private readonly first: readonly string[];

  /** @param first strings that have the first integers, always */
  constructor(source: Source, first: readonly string[]) {
    this.texts = [];
    this.hashes = new Int32Array(places);
    this.lengths = new Uint8Array(places);
    this.ids = new Int32Array(places);
    this.bytes = new Uint8Array(places * longest);
    this.source = source;
    this.byText = new Map();
    this.first = first;
    this.fill();
  }

  /**
   * The integer of a string in the bytes of the source.
   *
   * @param hash of these bytes, see {@link hashByte}
   * @throws ParseError where it is not UTF-8
   */
  idOf(start: number, end: number, hash: number): number {
    const length = end - start;
    const place = (hash ^ (hash >>> 15)) & (places - 1);
    if (length <= longest && this.hashes[place] === hash && this.lengths[place] === length) {
      const { bytes } = this;
      const given = this.source.bytes;
      const base = place * longest;
      let i = 0;
      while (i < length && bytes[base + i] === given[start + i]) i++;
      if (i === length && length > 0) return this.ids[place]!;
    }
    const id = this.idOfText(this.source.text(start, end));
    if (length > 0 && length <= longest) {
      this.hashes[place] = hash;
      this.lengths[place] = length;
      this.ids[place] = id;
      this.bytes.set(this.source.bytes.subarray(start, end), place * longest);
    }
    return id;
  }

  idOfText(text: string): number {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.texts.push(text);
    this.byText.set(text, id);
    return id;
  }

  /** Forgets the strings if they are many; integers mean nothing from one family to the next. True if it did. */
  forgetMany(): boolean {
    if (this.texts.length < mostKept) return false;
    this.texts = [];
    this.byText.clear();
    this.lengths.fill(0);
    this.fill();
    return true;
  }

  private fill(): void {
    for (const text of this.first) this.idOfText(text);
  }
}

/** Where a hash begins. */
export const emptyHash = 0x2f0b4c47;

/** A hash and one more byte (FNV-1a). */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}
