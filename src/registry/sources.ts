import { TallystickError, show } from '../model/errors.js';
import type { FamilyView } from '../store/family-view.js';
import { type CollectedFamily, loadFamily } from './collected-family.js';

/** Yields whole families when asked: for numbers that are kept somewhere else. */
export interface Collector {
  /** What errors and `tallystick_collector_errors_total` call it. */
  readonly name: string;
  /** Called at every collection. Families may come all at once, one by one, or from a promise. */
  collect(): Iterable<CollectedFamily> | Promise<Iterable<CollectedFamily>>;
}

/** What a registry collects from beside its instruments. */
export interface FamilySource {
  readonly name: string;
  /** What was registered. */
  readonly member: unknown;
  /**
   * The families of this moment; a promise only where that takes time.
   *
   * @param wait how long the caller would wait for a promise, in seconds; undefined when it would not
   */
  families(wait: number | undefined): readonly FamilyView[] | Promise<readonly FamilyView[]>;
}

/** A collector of the application's as a source. */
export class CollectorSource implements FamilySource {
  readonly name: string;
  readonly member: Collector;

  constructor(collector: Collector) {
    const { name, collect } = (collector ?? {}) as Partial<Collector>;
    if (typeof name !== 'string' || name === '' || typeof collect !== 'function') {
      throw new TallystickError('INVALID_OPTIONS', `registry: register(${show(collector)}); give an instrument, or a collector with a name and a collect function`);
    }
    this.name = name;
    this.member = collector;
  }

  families(): readonly FamilyView[] | Promise<readonly FamilyView[]> {
    const yielded = this.member.collect();
    return isPromise(yielded) ? Promise.resolve(yielded).then((families) => this.load(families)) : this.load(yielded);
  }

  private load(families: Iterable<CollectedFamily>): readonly FamilyView[] {
    if (typeof families?.[Symbol.iterator] !== 'function') {
      throw new TallystickError('INVALID_FAMILY', `collector ${show(this.name)}: collect() gave ${show(families)}; give an array of families or another iterable`);
    }
    return Array.from(families, loadFamily);
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function';
}
