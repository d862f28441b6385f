import { TallystickError, show } from '../model/errors.js';
import { type Exemplar, checkExemplar } from '../model/exemplar.js';
import { type ExemplarSupply, isWithin } from '../store/exemplar-supply.js';
import type { ExemplarSource } from '../store/family-view.js';
import type { SeriesTable } from '../store/series-table.js';
import type { Store } from '../store/store.js';
import { ExemplarSpread } from './exemplar-spread.js';

/**
 * How long an exemplar is kept before the supplier is asked for another: well below the 15 s at which Prometheus usually scrapes, so that
 * a scrape finds one that is new to it; and long enough that asking costs next to nothing where much is recorded.
 */
export const freshSeconds = 5;
/** Rows whose exemplars are told to another thread at a time. */
const mostChanges = 1000;

/** An exemplar, and when it was taken on a clock that does not step. */
export interface Kept {
  readonly exemplar: Exemplar;
  readonly taken: number;
}

/**
 * The exemplars of an instrument's series: at most one for each counter or bucket (a *slot*), and where there are native buckets at most
 * ten more, spread over the values. What is given replaces what was there; the supplier is asked only for what is no longer fresh.
 */
export class ExemplarStore implements ExemplarSource {
  readonly subject: string;
  /** Where exemplars come from that no recording brings; undefined where nobody gives any. */
  readonly supply: ExemplarSupply | undefined;
  private readonly table: SeriesTable;
  private readonly bounds: readonly number[];
  private readonly store: Store;
  private readonly slots: Map<number, (Kept | undefined)[]>;
  private readonly spreads: Map<number, ExemplarSpread> | undefined;
  /** Undefined as long as nobody asks. */
  private changed: Set<number> | undefined;

  /** @param bounds the finite upper bounds of the classic buckets; none for a counter */
  constructor(subject: string, table: SeriesTable, bounds: readonly number[], spread: boolean, store: Store) {
    this.subject = subject;
    this.supply = store.exemplars;
    this.table = table;
    this.bounds = bounds;
    this.store = store;
    this.slots = new Map();
    this.spreads = spread ? new Map() : undefined;
    this.changed = undefined;
  }

  /** Whether no series has any, and nobody has to be told that one has none any more. */
  get isEmpty(): boolean {
    return this.slots.size === 0 && (this.changed === undefined || this.changed.size === 0);
  }

  /**
   * Checks the exemplar that a recording brings, and copies it. To be called before anything is changed.
   *
   * @throws TallystickError `INVALID_EXEMPLAR`
   */
  check(given: unknown, recorded: number): Exemplar {
    const exemplar = checkExemplar(this.subject, given, recorded, this.store.clock.wallSeconds());
    if (this.slotOf(exemplar.value) === this.slotOf(recorded) && exemplar.value === exemplar.value) return exemplar;
    const rule = exemplar.value === exemplar.value ? `is in another bucket than the ${show(recorded)} that is recorded` : 'is not a number';
    throw new TallystickError('INVALID_EXEMPLAR', `${this.subject}: exemplar value ${show(exemplar.value)} ${rule}; leave it out for what is recorded`);
  }

  /** Keeps an exemplar that has been checked. */
  note(row: number, slot: number, exemplar: Exemplar): void {
    this.keep(row, slot, exemplar, this.store.coarseClock.read());
  }

  /** The same for whoever knows the cells of the series: its page, and where it begins there. */
  noteAt(page: Float64Array, index: number, slot: number, exemplar: Exemplar): void {
    this.note(this.table.cells.rowAt(page, index), slot, exemplar);
  }

  /**
   * Asks the supplier for an exemplar of what has just been recorded, unless there is a fresh one.
   *
   * @param row -1 for a series that has been removed
   */
  sample(row: number, slot: number, value: number): void {
    const { supply } = this;
    if (supply === undefined || row < 0) return;
    const now = supply.clock.read();
    const kept = this.slots.get(row)?.[slot];
    const isDue = this.spreads === undefined ? kept === undefined || !isWithin(now, kept.taken, freshSeconds) : this.spreads.get(row)?.isDue(value, now) !== false;
    if (!isDue) return;
    const labels = supply.labels(this.subject, now);
    if (labels !== undefined) this.keep(row, slot, Object.freeze({ labels, value, timestamp: this.store.clock.wallSeconds() }), now);
  }

  at(row: number, slot: number): Exemplar | undefined {
    return this.slots.get(row)?.[slot]?.exemplar;
  }

  spread(row: number): readonly Exemplar[] {
    return this.spreads?.get(row)?.exemplars() ?? [];
  }

  /** All that a reading of the series shows. */
  all(row: number): readonly Exemplar[] {
    if (this.spreads !== undefined && this.bounds.length === 0) return this.spread(row);
    return (this.slots.get(row) ?? []).flatMap((kept) => (kept === undefined ? [] : [kept.exemplar]));
  }

  takeChanged(): readonly number[] {
    const rows = [...(this.changed ?? this.slots.keys())].slice(0, mostChanges);
    if (this.changed === undefined) this.changed = new Set([...this.slots.keys()].slice(mostChanges));
    else for (const row of rows) this.changed.delete(row);
    return rows;
  }

  tellAgain(): void {
    this.changed = undefined;
  }

  /** Forgets those of a series: it was removed, or begins anew. */
  forget(row: number): void {
    this.changed?.add(row);
    this.slots.delete(row);
    this.spreads?.delete(row);
  }

  /** Forgets all: there are no series any more. */
  forgetAll(): void {
    if (this.changed !== undefined) for (const row of this.slots.keys()) this.changed.add(row);
    this.slots.clear();
    this.spreads?.clear();
  }

  private keep(row: number, slot: number, exemplar: Exemplar, taken: number): void {
    let slots = this.slots.get(row);
    if (slots === undefined) this.slots.set(row, (slots = new Array<Kept | undefined>(this.bounds.length + 1).fill(undefined)));
    slots[slot] = { exemplar, taken };
    this.changed?.add(row);
    if (this.spreads === undefined) return;
    let spread = this.spreads.get(row);
    if (spread === undefined) this.spreads.set(row, (spread = new ExemplarSpread()));
    spread.add(exemplar, taken);
  }

  private slotOf(value: number): number {
    const place = this.bounds.findIndex((bound) => value <= bound);
    return place < 0 ? this.bounds.length : place;
  }
}
