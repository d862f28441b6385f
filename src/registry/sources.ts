import type { CollectedFamily } from '../model/collected.js';
import type { NameValidation } from '../model/names.js';
import { TallystickError, show } from '../model/errors.js';
import type { FamilyView } from '../store/family-view.js';
import { loadFamily } from './collected-family.js';

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
  /** The families of this moment; a promise only where that takes time. */
  families(): readonly FamilyView[] | Promise<readonly FamilyView[]>;
  /** What an asynchronous one gave last; empty at first. */
  lastKnown(): readonly FamilyView[];
}

/** A collector of the application's as a source. */
export class CollectorSource implements FamilySource {
  readonly name: string;
  readonly member: Collector;
  private readonly nameValidation: NameValidation;
  private running: Promise<readonly FamilyView[]> | undefined;
  private last: readonly FamilyView[];

  constructor(collector: Collector, nameValidation: NameValidation) {
    const { name, collect } = (collector ?? {}) as Partial<Collector>;
    if (typeof name !== 'string' || name === '' || typeof collect !== 'function') {
      throw new TallystickError('INVALID_OPTIONS', `registry: register(${show(collector)}); give an instrument, or a collector with a name and a collect function`);
    }
    this.name = name;
    this.member = collector;
    this.nameValidation = nameValidation;
    this.running = undefined;
    this.last = [];
  }

  /** Asks the collector; while an asynchronous one has not answered, it is not asked again. */
  families(): readonly FamilyView[] | Promise<readonly FamilyView[]> {
    if (this.running !== undefined) return this.running;
    const yielded = this.member.collect();
    if (!isPromise(yielded)) return this.load(yielded);
    this.running = Promise.resolve(yielded)
      .then((families) => (this.last = this.load(families)))
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  lastKnown(): readonly FamilyView[] {
    return this.last;
  }

  private load(families: Iterable<CollectedFamily>): readonly FamilyView[] {
    if (typeof families?.[Symbol.iterator] !== 'function') {
      throw new TallystickError('INVALID_FAMILY', `collector ${show(this.name)}: collect() gave ${show(families)}; give an array of families or another iterable`);
    }
    return Array.from(families, (family) => loadFamily(family, this.nameValidation));
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function';
}
