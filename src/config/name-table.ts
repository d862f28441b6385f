/** Beyond so many names every look-up goes through the map: choosing places for them would take too long. */
const mostPlaced = 512;
/** Places for each name, so that two seldom meet. */
const placesEach = 8;
const fewestPlaces = 64;
/** Of each name, characters up to this one are looked at. */
const mostCharacters = 32;

/** What no name is, in empty places. */
const nobody = /* @__PURE__ */ `\0${/* @__PURE__ */ Math.random()}`;

/**
 * From names that a program knows to something each. In front of a map stands a table in which a name's place is made of its length and two characters,
 * chosen so that few names share one: a look-up compares one name, which is the same string as a rule. 2 ns where the map takes 4 to 5 (`npm run bench`,
 * case `client`, Node 20).
 */
export class NameTable<T> {
  private readonly map: Map<string, T>;
  /** {@link nobody} where there is none: all are strings, so that comparing them is comparing two pointers. */
  private names: string[];
  private values: (T | undefined)[];
  /** Where the two characters stand. */
  private first: number;
  private second: number;
  /** Whether names came since the places were chosen. */
  private isStale: boolean;

  constructor() {
    this.map = new Map();
    this.names = [nobody];
    this.values = [undefined];
    this.first = 0;
    this.second = 0;
    this.isStale = false;
  }

  /** @throws TypeError for what is no string: checking that first would cost as much as half of the rest */
  get(name: string): T | undefined {
    const { names } = this;
    const place = (name.length + (name.charCodeAt(this.first) << 1) + (name.charCodeAt(this.second) << 4)) & (names.length - 1);
    return names[place] === name ? this.values[place] : this.find(name);
  }

  set(name: string, value: T): void {
    this.map.set(name, value);
    this.forget();
  }

  delete(name: string): void {
    if (this.map.delete(name)) this.forget();
  }

  private find(name: string): T | undefined {
    if (this.isStale) this.arrange();
    return this.map.get(name);
  }

  private forget(): void {
    this.names = [nobody];
    this.values = [undefined];
    this.isStale = true;
  }

  /** Chooses the two characters that tell most names apart, and puts them in their places. */
  private arrange(): void {
    this.isStale = false;
    const { size } = this.map;
    const all = [...this.map.keys()];
    const shortest = Math.min(...all.map((name) => name.length));
    if (size === 0 || size > mostPlaced || shortest === 0) return;
    const places = 1 << Math.ceil(Math.log2(Math.max(fewestPlaces, size * placesEach)));
    const taken = new Uint8Array(places);
    let fewest = Infinity;
    const characters = Math.min(shortest, mostCharacters);
    for (let first = 0; first < characters && fewest > 0; first++) {
      for (let second = first; second < characters && fewest > 0; second++) {
        const clashes = clashesOf(all, first, second, taken);
        if (clashes >= fewest) continue;
        fewest = clashes;
        this.first = first;
        this.second = second;
      }
    }
    const names = new Array<string>(places).fill(nobody);
    const values = new Array<T | undefined>(places).fill(undefined);
    for (const [name, value] of this.map) {
      const place = placeOf(name, this.first, this.second, places);
      if (names[place] !== nobody) continue;
      names[place] = asLiteral(name);
      values[place] = value;
    }
    this.names = names;
    this.values = values;
  }
}

function clashesOf(names: readonly string[], first: number, second: number, taken: Uint8Array): number {
  taken.fill(0);
  let clashes = 0;
  for (const name of names) {
    const place = placeOf(name, first, second, taken.length);
    clashes += taken[place]!;
    taken[place] = 1;
  }
  return clashes;
}

function placeOf(name: string, first: number, second: number, places: number): number {
  return (name.length + (name.charCodeAt(first) << 1) + (name.charCodeAt(second) << 4)) & (places - 1);
}

/** The same string as a literal in a program is: engines keep one of those each, as they do of the names of properties. */
function asLiteral(name: string): string {
  return Object.keys({ [name]: 0 })[0] ?? name;
}
