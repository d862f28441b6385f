/**
 * A table from 32-bit hashes to non-negative integers, which tells nothing about equality: whoever looks up compares the candidates.
 *
 * It is a directory of segments (extendible hashing; Fagin et al. 1979): the top bits of a hash choose a segment, linear probing finds
 * the place in it. A full segment of 1 024 places is split in two, so that no insertion ever moves more than one segment's entries: there
 * is no rehash of the whole for a caller to wait for. An index of a few entries is one segment of 8 places, which doubles.
 */

const smallestSegment = 8;
const largestSegment = 1024;
/** Entries that are waited for together, see {@link HashIndex.insertLater}. */
const mostWaiting = 32;
/** Holds a segment's entries while they are put apart. */
const scratch = /* @__PURE__ */ new Int32Array(largestSegment * 2);

class Segment {
  /** Hash and value + 1 in turn; 0 in the second place means empty. */
  places: Int32Array;
  size: number;
  /** How many top bits of the hash all entries here share. */
  depth: number;

  constructor(capacity: number, depth: number) {
    this.places = new Int32Array(capacity * 2);
    this.size = 0;
    this.depth = depth;
  }

  /** Puts an entry at the first empty place from its home on; there is one, as segments are never full. */
  put(hash: number, value: number): void {
    const { places } = this;
    const mask = places.length - 1;
    let at = (hash << 1) & mask;
    while (places[at + 1] !== 0) at = (at + 2) & mask;
    places[at] = hash;
    places[at + 1] = value + 1;
    this.size += 1;
  }
}

export class HashIndex {
  /** 2^depth segments; a segment of smaller depth stands at several places. */
  private directory: Segment[];
  /** The places of each segment in the directory, so that a look-up need not ask the segment for them. */
  private places: Int32Array[];
  private depth: number;
  /** Hash and value in turn of the entries that are still to be put in, and how many. */
  private late: Int32Array;
  private waiting: number;
  /** What was read ahead: reading for nothing would be left out. */
  protected readAhead: number;
  /** Number of entries. */
  size: number;

  constructor() {
    this.directory = [new Segment(smallestSegment, 0)];
    this.places = this.directory.map((segment) => segment.places);
    this.depth = 0;
    this.late = noEntries;
    this.waiting = 0;
    this.readAhead = 0;
    this.size = 0;
  }

  /** The places in which entries with this hash stand; see {@link firstPlace}. */
  segmentOf(hash: number): Int32Array {
    if (this.waiting > 0) this.insertWaiting();
    // A shift by 32 is a shift by 0 in JavaScript, hence the two steps.
    return this.places[(hash >>> 1) >>> (31 - this.depth)]!;
  }

  /** Adds an entry. The caller has made sure that the value is not yet there. */
  insert(hash: number, value: number): void {
    let segment = this.directory[(hash >>> 1) >>> (31 - this.depth)]!;
    // Four fifths full; linear probing degrades beyond.
    while (segment.size * 5 >= segment.places.length * 2) {
      this.enlarge(segment, hash);
      segment = this.directory[(hash >>> 1) >>> (31 - this.depth)]!;
    }
    segment.put(hash, value);
    this.size += 1;
  }

  /**
   * Adds an entry as {@link insert} does, but only when there are 32 of them or something is looked up. Where there are very many, the
   * place of each is memory that the processor has to wait for, and for several at once it waits no longer than for one: an insertion is
   * a third of the time cheaper (`npm run bench`, case `create`, Node 20).
   */
  insertLater(hash: number, value: number): void {
    if (this.late === noEntries) this.late = new Int32Array(mostWaiting * 2);
    this.late[this.waiting * 2] = hash;
    this.late[this.waiting * 2 + 1] = value;
    this.waiting += 1;
    this.size += 1;
    if (this.waiting === mostWaiting) this.insertWaiting();
  }

  /** Removes the entry of this hash and value, if it is there. */
  remove(hash: number, value: number): void {
    if (this.waiting > 0) this.insertWaiting();
    const segment = this.directory[(hash >>> 1) >>> (31 - this.depth)]!;
    const { places } = segment;
    const mask = places.length - 1;
    let hole = (hash << 1) & mask;
    while (places[hole] !== hash || places[hole + 1] !== value + 1) {
      if (places[hole + 1] === 0) return;
      hole = (hole + 2) & mask;
    }
    // Closes the gap: whatever follows and may stand nearer to its home moves up.
    for (let next = (hole + 2) & mask; places[next + 1] !== 0; next = (next + 2) & mask) {
      const home = (places[next]! << 1) & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        places[hole] = places[next]!;
        places[hole + 1] = places[next + 1]!;
        hole = next;
      }
    }
    places[hole] = 0;
    places[hole + 1] = 0;
    segment.size -= 1;
    this.size -= 1;
  }

  /** Bytes of all segments. */
  byteLength(): number {
    let bytes = this.directory.length * 8 + this.late.byteLength;
    for (const segment of new Set(this.directory)) bytes += segment.places.byteLength;
    return bytes;
  }

  private insertWaiting(): void {
    const { late, waiting } = this;
    let read = 0;
    // Nothing depends on what is read here, so that no reading waits for another.
    for (let i = 0; i < waiting; i++) {
      const hash = late[i * 2]!;
      const segment = this.places[(hash >>> 1) >>> (31 - this.depth)]!;
      read ^= segment[firstPlace(segment, hash)]!;
    }
    this.readAhead = read;
    this.waiting = 0;
    this.size -= waiting;
    for (let i = 0; i < waiting; i++) this.insert(late[i * 2]!, late[i * 2 + 1]!);
  }

  private enlarge(segment: Segment, hash: number): void {
    const { places } = segment;
    // Equal hashes cannot be told apart by their top bits: where splitting would make a directory out of proportion to what is kept, the
    // segment grows instead. Seeded hashes make that a curiosity.
    if (places.length < largestSegment * 2 || 1 << segment.depth > this.size >>> 4) {
      segment.places = new Int32Array(places.length * 2);
      segment.size = 0;
      for (let at = 0; at < places.length; at += 2) if (places[at + 1] !== 0) segment.put(places[at]!, places[at + 1]! - 1);
      this.setPlaces(segment, this.firstOf(hash, segment.depth), 1 << (this.depth - segment.depth));
      return;
    }
    if (segment.depth === this.depth) {
      // A million entries make a directory of 2 048: copying it is a microsecond.
      this.directory = this.directory.flatMap((entry) => [entry, entry]);
      this.places = this.places.flatMap((entry) => [entry, entry]);
      this.depth += 1;
    }
    const depth = segment.depth + 1;
    const span = 1 << (this.depth - depth);
    const first = this.firstOf(hash, segment.depth);
    const high = new Segment(places.length >>> 1, depth);
    // The lower half stays where it is: nothing is left for the garbage collector, which would not look at it for long.
    const entries = places.length <= scratch.length ? scratch : new Int32Array(places.length);
    entries.set(places);
    places.fill(0);
    segment.depth = depth;
    segment.size = 0;
    for (let at = 0; at < places.length; at += 2) {
      if (entries[at + 1] === 0) continue;
      const entry = entries[at]!;
      ((entry >>> (32 - depth)) & 1 ? high : segment).put(entry, entries[at + 1]! - 1);
    }
    this.directory.fill(high, first + span, first + 2 * span);
    this.setPlaces(high, first + span, span);
  }

  /** Where in the directory the segment of this depth begins that a hash belongs to. */
  private firstOf(hash: number, depth: number): number {
    return ((hash >>> 1) >>> (31 - this.depth)) & ~((1 << (this.depth - depth)) - 1);
  }

  private setPlaces(segment: Segment, first: number, span: number): void {
    this.places.fill(segment.places, first, first + span);
  }
}

const noEntries = /* @__PURE__ */ new Int32Array(0);

/** The first place to look at in a segment; then `(place + 2) & (segment.length - 1)` until `segment[place + 1]` is 0. */
export function firstPlace(segment: Int32Array, hash: number): number {
  return (hash << 1) & (segment.length - 1);
}
