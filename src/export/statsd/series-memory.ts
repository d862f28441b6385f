/** Collections in which a family may be missing, for instance because its collector failed, before what is known of it is forgotten. */
const longestAbsence = 60;

interface Family {
  readonly series: Map<string, Remembered>;
  /** The collection it was last seen in. */
  readonly seen: number;
}

interface Remembered {
  readonly created: number;
  readonly numbers: readonly number[];
}

/**
 * What counting series showed at the last collection, so that what they have risen by since can be told. A series that is new, has been reset or
 * was made again has risen from 0.
 */
export class SeriesMemory {
  private families: Map<string, Family>;
  private coming: Map<string, Family>;
  private collection: number;

  constructor() {
    this.families = new Map();
    this.coming = new Map();
    this.collection = 0;
  }

  /** Begins a collection; one that was begun and not ended never was. */
  begin(): void {
    this.coming = new Map();
  }

  /** Notes that a family was collected: series that it no longer has are forgotten. */
  see(family: string): void {
    this.coming.set(family, { series: new Map(), seen: this.collection + 1 });
  }

  /**
   * What a series has risen by; its family must have been seen.
   *
   * @param created when it began to count, NaN where that is not known
   * @param numbers what it shows now
   * @param rising how many of them, from the first on, never fall unless the series begins anew
   */
  rises(family: string, series: string, created: number, numbers: readonly number[], rising: number): readonly number[] {
    this.coming.get(family)!.series.set(series, { created, numbers });
    const before = this.families.get(family)?.series.get(series);
    // Unknown times are equal, too.
    if (before === undefined || before.numbers.length !== numbers.length || !Object.is(before.created, created)) return numbers;
    for (let i = 0; i < rising; i++) if (numbers[i]! < before.numbers[i]!) return numbers;
    return numbers.map((number, i) => number - before.numbers[i]!);
  }

  /** Ends a collection: what it showed is what the next one is compared with. */
  end(): void {
    this.collection += 1;
    for (const [name, family] of this.families) {
      if (!this.coming.has(name) && this.collection - family.seen <= longestAbsence) this.coming.set(name, family);
    }
    this.families = this.coming;
    this.coming = new Map();
  }
}
