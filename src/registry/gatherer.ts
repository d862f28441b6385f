import type { Descriptor } from '../model/descriptor.js';
import { TallystickError } from '../model/errors.js';
import { sampleNames } from '../model/sample-names.js';
import { deadlinePassed, withDeadline } from '../platform/timers.js';
import type { Catalog, Collectable } from '../store/catalog.js';
import type { FamilyView } from '../store/family-view.js';
import { longestMilliseconds } from '../store/housekeeper.js';
import type { Store } from '../store/store.js';
import { Faults } from './faults.js';
import { PushMetrics } from './push-metrics.js';
import { ScrapeMetrics } from './scrape-metrics.js';
import { refusalViews, selfViews } from './self-metrics.js';
import type { FamilySource } from './sources.js';

/** Tells the families that are to be collected. */
type Wanted = (descriptor: Descriptor) => boolean;
const all: Wanted = () => true;

const failed: unique symbol = Symbol('failed');

/** That a registry is shared, and by how many. */
export interface Share {
  holders: number;
  readonly close: () => void;
}

/**
 * Gathers the families of a registry: its instruments, its collectors, and the registries it was merged from. A failure costs its own
 * families only, and is noted.
 */
export class Gatherer {
  readonly faults: Faults;
  readonly sources: FamilySource[];
  /** What serves this registry notes here; undefined where the registry does not tell of itself. */
  readonly scrapes: ScrapeMetrics | undefined;
  /** What pushes this registry's metrics notes here. */
  readonly pushes: PushMetrics;
  /** Under which names this registry is shared with other threads: whoever shares it once more joins, as it would count twice otherwise. */
  readonly shares: Map<string, Share>;
  private readonly catalog: Catalog;
  private readonly parts: readonly Gatherer[];
  /** Promises of which the end is heard of. */
  private readonly watched: WeakSet<Promise<unknown>>;
  /** How long the last collection took. */
  private lastSeconds: number;

  constructor(catalog: Catalog, faults: Faults, parts: readonly Gatherer[], describes: boolean) {
    this.faults = faults;
    this.sources = [];
    this.scrapes = describes ? new ScrapeMetrics() : undefined;
    this.pushes = new PushMetrics(faults);
    this.shares = new Map();
    this.catalog = catalog;
    this.parts = parts;
    this.watched = new WeakSet();
    this.lastSeconds = 0;
  }

  /** Every family that is wanted, sorted by name; waits for what is asynchronous, but no longer than so many seconds. */
  async collect(seconds: number, wanted: Wanted = all): Promise<readonly FamilyView[]> {
    const started = this.catalog.store.clock.monotonicSeconds();
    const views = this.arrange(await this.gather(seconds, this.keepHouse(), wanted), wanted);
    this.lastSeconds = Math.max(0, this.catalog.store.clock.monotonicSeconds() - started);
    return views;
  }

  /** Every family, sorted by name; what is asynchronous shows as it was last known. */
  collectSync(): readonly FamilyView[] {
    const started = this.catalog.store.clock.monotonicSeconds();
    const views = this.arrange(this.gatherSync(this.keepHouse()));
    this.lastSeconds = Math.max(0, this.catalog.store.clock.monotonicSeconds() - started);
    return views;
  }

  /**
   * Brings what functions compute up to date in the cells, and gives what stands in no cells that others could read: the families of collectors,
   * and what the registry tells of itself.
   */
  async computed(seconds: number): Promise<readonly FamilyView[]> {
    const tables = new Set(this.allMembers().map(({ keeping }) => keeping.table));
    return (await this.collect(seconds)).filter(({ table }) => !tables.has(table));
  }

  /** Whether there is anything that {@link computed} would compute: functions, collectors, exemplars, or something to tell of itself. */
  get isAskable(): boolean {
    if (this.scrapes !== undefined || this.sources.length > 0) return true;
    if (!this.faults.isEmpty || !this.pushes.isEmpty) return true;
    const asks = (member: Collectable): boolean => member.collectFunction !== undefined || member.keeping.refusals.entries().length > 0 || member.view().exemplars !== undefined;
    return this.catalog.sorted().some(asks) || this.parts.some((part) => part.isAskable);
  }

  /** The catalogs of this registry and of those it was merged from. */
  allCatalogs(): Catalog[] {
    return [...new Set([this.catalog, ...this.parts.flatMap((part) => part.allCatalogs())])];
  }

  /** The instrument of that name in one of the registries this one was merged from. */
  foreign(name: string): Collectable | undefined {
    for (const part of this.parts) {
      const found = part.catalog.get(name) ?? part.foreign(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Lets what has expired go, in as little time for all metrics together as there would be for one.
   *
   * @returns until when removed series may be freed
   */
  private keepHouse(): number {
    const until = performance.now() + longestMilliseconds;
    for (const { housekeeper } of this.allStores()) housekeeper.work(until);
    return performance.now() + longestMilliseconds;
  }

  protected async gather(seconds: number, until: number, wanted: Wanted): Promise<FamilyView[]> {
    const members = this.catalog.sorted().filter(({ descriptor }) => wanted(descriptor));
    const refreshed = members.map(async (member): Promise<readonly FamilyView[]> => {
      const answer = await this.settle(member.descriptor.name, () => member.refresh(until), seconds);
      const view = answer === failed ? failed : this.attempt(member.descriptor.name, () => member.view());
      return view === failed ? [] : [view];
    });
    const yielded = this.sources.map(async (source): Promise<readonly FamilyView[]> => {
      const families = await this.settle(source.name, () => source.families(), seconds);
      if (families === failed) return [];
      return families === deadlinePassed ? source.lastKnown() : families;
    });
    return (await Promise.all([...refreshed, ...yielded, ...this.parts.map((part) => part.gather(seconds, until, wanted))])).flat();
  }

  protected gatherSync(until: number): FamilyView[] {
    const views: FamilyView[] = [];
    for (const member of this.catalog.sorted()) {
      if (this.attempt(member.descriptor.name, () => member.refresh(until)) === failed) continue;
      const view = this.attempt(member.descriptor.name, () => member.view());
      if (view !== failed) views.push(view);
    }
    for (const source of this.sources) {
      const answer = this.attempt(source.name, () => source.families());
      if (answer !== failed) views.push(...(answer instanceof Promise ? source.lastKnown() : answer));
    }
    return views.concat(...this.parts.map((part) => part.gatherSync(until)));
  }

  /** Runs a collector; what it throws is noted. */
  private attempt<T>(name: string, run: () => T): T | typeof failed {
    try {
      const answer = run();
      // Nobody waits for it here, but somebody must hear of its end.
      if (answer instanceof Promise && !this.watched.has(answer)) {
        this.watched.add(answer);
        answer.catch((error: unknown) => this.faults.note(name, 'error', error));
      }
      return answer;
    } catch (error) {
      this.faults.note(name, 'error', error);
      return failed;
    }
  }

  /** Runs a collector and waits for it, but no longer than the deadline. */
  private async settle<T>(name: string, run: () => T | Promise<T>, seconds: number): Promise<T | typeof failed | typeof deadlinePassed> {
    try {
      const answer = run();
      if (!(answer instanceof Promise)) return answer;
      const settled = await withDeadline(answer, seconds * 1000);
      if (settled === deadlinePassed) this.faults.note(name, 'timeout', undefined);
      return settled;
    } catch (error) {
      this.faults.note(name, 'error', error);
      return failed;
    }
  }

  /** Sorts families by name, and leaves out those whose samples would share a name with an earlier one. */
  private arrange(views: readonly FamilyView[], wanted: Wanted = all): readonly FamilyView[] {
    const taken = new Set<string>();
    const kept: FamilyView[] = [];
    for (const view of views) {
      if (!wanted(view.descriptor)) continue;
      const names = sampleNames(view.descriptor);
      if (names.some((name) => taken.has(name))) {
        const { name } = view.descriptor;
        this.faults.note(name, 'clash', new TallystickError('DUPLICATE_NAME', `${view.descriptor.type} ${JSON.stringify(name)}: shares a name with another family; rename one of the two`));
        continue;
      }
      for (const name of names) taken.add(name);
      kept.push(view);
    }
    for (const view of this.ownViews()) if (!taken.has(view.descriptor.name) && wanted(view.descriptor)) kept.push(view);
    return kept.sort((a, b) => compareStrings(a.descriptor.name, b.descriptor.name));
  }

  /** What the registry tells of itself, and of the faults it has counted. */
  ownViews(): readonly FamilyView[] {
    const described = this.scrapes === undefined ? [] : [...selfViews(this.allMembers(), this.allStores(), this.lastSeconds), ...this.scrapes.views()];
    return [...Faults.views(this.allFaults()), ...PushMetrics.views(this.allPushes()), ...refusalViews(this.allMembers()), ...described];
  }

  /** The instruments of this registry and of those it was merged from. */
  allMembers(): Collectable[] {
    return [...this.catalog.sorted(), ...this.parts.flatMap((part) => part.allMembers())];
  }

  allStores(): Store[] {
    return [...new Set([this.catalog.store, ...this.parts.flatMap((part) => part.allStores())])];
  }

  private allPushes(): PushMetrics[] {
    return [...new Set([this.pushes, ...this.parts.flatMap((part) => part.allPushes())])];
  }

  private allFaults(): Faults[] {
    return [...new Set([this.faults, ...this.parts.flatMap((part) => part.allFaults())])];
  }
}

function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
