import { storable } from '../model/storable.js';
import { encodeUtf8, littleEndian } from '../platform/byte-buffer.js';

/** Strings of up to so many characters are read by characters; an encoder's call costs as much as reading some twenty. */
const longestByCharacters = 64;

/** Every byte's highest bit: what is found by {@link specials} shows there. */
const highBits = 0x80808080 | 0;

/**
 * Reads a string once for all that is asked about it: its UTF-8 bytes as words of four, a hash of these, and whether the text formats write
 * it as it is. A new value is looked for and copied, and each of its characters costs 1 to 2 ns to read: a string put together of others
 * is found through two more objects every time (`npm run bench`, case `create`, Node 20).
 */
export class TextReader {
  /** The UTF-8 bytes of the string read last, as it is stored, the last word filled up with zeros. What follows is of earlier strings. */
  words: Int32Array;
  /** How many bytes it has. */
  length: number;
  /** Whether it is ASCII with nothing to escape. */
  isPlain: boolean;
  /** Its hash. */
  hash: number;
  /** The string itself; kept for as long as no other is read, as it may be asked for again. */
  private text: string | undefined;
  private readonly short: Int32Array;
  /** Both make hashes unpredictable to whoever chooses the strings. The multiplier is odd. */
  private readonly seed: number;
  private readonly multiplier: number;

  constructor() {
    this.short = new Int32Array(longestByCharacters >>> 2);
    this.words = this.short;
    this.length = 0;
    this.isPlain = true;
    this.hash = 0;
    this.text = undefined;
    this.seed = (Math.random() * 2 ** 32) | 0;
    this.multiplier = (Math.random() * 2 ** 32) | 1;
  }

  /** As {@link read}, unless it is the one read last. */
  readOnce(text: string): void {
    if (this.text !== text) this.read(text);
  }

  /** Reads a string into the fields above. */
  read(text: string): void {
    const { length } = text;
    if (length > longestByCharacters || !littleEndian) return this.readEncoded(text);
    const { short: words, multiplier } = this;
    let hash = this.seed ^ length;
    let codes = 0;
    let special = 0;
    let returns = 0;
    let at = 0;
    let place = 0;
    for (const last = (length - 1) & ~3; at < last; at += 4) {
      const first = text.charCodeAt(at);
      const second = text.charCodeAt(at + 1);
      const third = text.charCodeAt(at + 2);
      const fourth = text.charCodeAt(at + 3);
      const word = first | (second << 8) | (third << 16) | (fourth << 24);
      codes |= first | second | third | fourth;
      special |= specials(word);
      returns |= carriageReturns(word);
      words[place++] = word;
      hash = mix(hash, word, multiplier);
    }
    let lastWord = 0;
    for (let shift = 0; at < length; at++, shift += 8) {
      const code = text.charCodeAt(at);
      codes |= code;
      lastWord |= code << shift;
    }
    special |= specials(lastWord);
    returns |= carriageReturns(lastWord);
    words[place] = lastWord;
    if (codes > 0x7f || (returns & highBits) !== 0) return this.readEncoded(text);
    this.text = text;
    this.words = words;
    this.length = length;
    this.isPlain = (special & highBits) === 0;
    this.hash = finish(hash, lastWord, length, multiplier);
  }

  /** The hash of a string whose bytes stand in these words. */
  hashOf(words: Int32Array, from: number, length: number): number {
    let hash = this.seed ^ length;
    const last = from + ((length - 1) >> 2);
    for (let at = from; at < last; at++) hash = mix(hash, words[at]!, this.multiplier);
    return finish(hash, length === 0 ? 0 : words[last]!, length, this.multiplier);
  }

  /** Forgets the string read last, which may be as long as its owner likes. */
  forget(): void {
    this.text = undefined;
  }

  private readEncoded(text: string): void {
    const bytes = encodeUtf8(storable(text));
    const words = new Int32Array((bytes.length + 3) >>> 2);
    new Uint8Array(words.buffer).set(bytes);
    let special = 0;
    for (let i = 0; i < words.length; i++) special |= specials(words[i]!) | words[i]!;
    this.text = text;
    this.words = words;
    this.length = bytes.length;
    this.isPlain = (special & highBits) === 0;
    this.hash = this.hashOf(words, 0, bytes.length);
  }
}

/**
 * Takes one more word into a hash. The highest bits of a word are folded down before the multiplication, which would otherwise leave a
 * change there where it is, whatever the multiplier: two words could be chosen that undo each other.
 */
function mix(hash: number, word: number, multiplier: number): number {
  const mixed = hash ^ word;
  return Math.imul(mixed ^ (mixed >>> 15), multiplier);
}

/**
 * Ends a hash: every bit of it depends on all words, but the lowest three, which are those of the last byte. Values that are numbered, as
 * `user-1` and `user-2`, so come to stand beside each other in an index, and the processor waits once for eight of them.
 */
function finish(hash: number, lastWord: number, length: number, multiplier: number): number {
  const shift = ((length - 1) & 3) << 3;
  let mixed = mix(hash, lastWord & ~(7 << shift), multiplier);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & ~7) | ((lastWord >>> shift) & 7);
}

/** Sets the highest bit of a byte, in ASCII, if any of the word's is a carriage return, in whose place another character is kept. */
function carriageReturns(word: number): number {
  const carriageReturn = word ^ 0x0d0d0d0d;
  return (carriageReturn - 0x01010101) & ~carriageReturn;
}

/** Sets the highest bit of a byte, in ASCII, if any of the word's is one that the text formats escape: `"`, `\` or line feed. */
function specials(word: number): number {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const lineFeed = word ^ 0x0a0a0a0a;
  return ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((lineFeed - 0x01010101) & ~lineFeed);
}
