/** No key is this. */
const empty = -(2 ** 31);

/** Numbers to a place: the key, a page of cells, where the block begins there, and one that is not used. */
const width = 4;
const widthShift = 2;
export const pageAt = 1;
export const baseAt = 2;
const fewestPlaces = 4;

/**
 * Which block stands for which key, and where its cells are: open addressing without a hash, as keys that lie together do not collide then. It is as
 * large as the number of blocks makes it, however far apart their keys are.
 */
export class BlockPlaces {
  /** Read by recording itself, without {@link find}: `[key, page, base, –]` for each place. */
  places: Int32Array;
  private size: number;

  constructor() {
    this.places = noPlaces;
    this.size = 0;
  }

  /** Where in {@link places} the key stands, or -1. */
  find(key: number): number {
    const { places } = this;
    const mask = places.length - 1;
    for (let at = firstPlace(places, key); ; at = (at + width) & mask) {
      if (places[at] === key) return at;
      if (places[at] === empty) return -1;
    }
  }

  /** Adds a key that is not there. */
  add(key: number, page: number, base: number): void {
    const taken = this.places;
    // At most half full.
    if ((this.size + 1) * 2 * width > taken.length) {
      this.places = emptyPlaces(Math.max(fewestPlaces * width, taken.length * 2));
      for (let at = 0; at < taken.length; at += width) if (taken[at] !== empty) this.put(taken[at]!, taken[at + pageAt]!, taken[at + baseAt]!);
    }
    this.put(key, page, base);
    this.size += 1;
  }

  clear(): void {
    this.places = noPlaces;
    this.size = 0;
  }

  private put(key: number, page: number, base: number): void {
    const mask = this.places.length - 1;
    let at = firstPlace(this.places, key);
    while (this.places[at] !== empty) at = (at + width) & mask;
    this.places[at] = key;
    this.places[at + pageAt] = page;
    this.places[at + baseAt] = base;
  }
}

/** Where a key stands unless another one took its place. */
function firstPlace(places: Int32Array, key: number): number {
  return (key << widthShift) & (places.length - 1);
}

function emptyPlaces(length: number): Int32Array {
  return new Int32Array(length).fill(empty);
}

/** Before there is anything to remember. */
const noPlaces = /* @__PURE__ */ emptyPlaces(width);
