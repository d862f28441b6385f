/** What is known of a series from the collection before. */
export interface Remembered<Values> {
  /** When its present run of counting began, in wall-clock seconds. */
  readonly start: number;
  /** When it began to count by its own account; NaN when it does not say. */
  readonly created: number;
  /** The time of its last point. */
  readonly seen: number;
  /** Its count, which only falls when counting begins anew. */
  readonly total: number;
  /** Its numbers, where the next point is the difference to them. */
  readonly values: Values | undefined;
}

/** How often a family may be missing from collections before its series are forgotten: a collector may fail, and come back. */
const mostMissed = 10;

/**
 * The series of one family, from one collection to the next. Nothing is kept of a series that is gone: as many are remembered as there
 * are.
 */
export class FamilyHistory<Values> {
  /** Collections in a row that did not have this family. */
  missed: number;
  private before: Map<string, Remembered<Values>>;
  private after: Map<string, Remembered<Values>>;

  constructor() {
    this.missed = 0;
    this.before = new Map();
    this.after = new Map();
  }

  /** Begins a collection that has the family. */
  begin(): void {
    this.missed = 0;
    this.before = this.after;
    this.after = new Map();
  }

  /** Keeps those that this collection has not come to, because their family broke off. */
  keepRest(): void {
    for (const [key, remembered] of this.before) if (!this.after.has(key)) this.after.set(key, remembered);
  }

  /** What the series was at its last point; undefined when it is new, or has begun anew since. */
  last(key: string, created: number, total: number): Remembered<Values> | undefined {
    const known = this.before.get(key);
    return known === undefined || total < known.total || !Object.is(created, known.created) ? undefined : known;
  }

  put(key: string, remembered: Remembered<Values>): void {
    this.after.set(key, remembered);
  }

  /** What was remembered of others can go. */
  end(): void {
    this.before = new Map();
  }

  get size(): number {
    return this.after.size;
  }
}

/** The histories of all families. */
export class SeriesHistory {
  /** When the collection before this one was; for the first, when the exporter was started. */
  previousSeconds: number;
  /** No collection was before this one. */
  isFirst: boolean;
  private readonly families: Map<string, FamilyHistory<unknown>>;
  private readonly met: Set<FamilyHistory<unknown>>;

  constructor(startSeconds: number) {
    this.previousSeconds = startSeconds;
    this.isFirst = true;
    this.families = new Map();
    this.met = new Set();
  }

  /** The history of a family that is in this collection. @param key what it is known by, the same only where its numbers can be compared */
  family<Values>(key: string): FamilyHistory<Values> {
    let family = this.families.get(key);
    if (family === undefined) this.families.set(key, (family = new FamilyHistory()));
    family.begin();
    this.met.add(family);
    return family as FamilyHistory<Values>;
  }

  /** Ends a collection. */
  end(seconds: number): void {
    for (const [key, family] of this.families) {
      if (this.met.has(family)) family.end();
      else if (++family.missed > mostMissed) this.families.delete(key);
    }
    this.met.clear();
    this.previousSeconds = seconds;
    this.isFirst = false;
  }

  /** Series that are remembered. */
  get size(): number {
    let sum = 0;
    for (const family of this.families.values()) sum += family.size;
    return sum;
  }
}
