import type { NameValidation } from '../model/names.js';
import { type Clock, systemClock } from '../platform/clock.js';
import { CoarseClock } from '../platform/coarse-clock.js';
import { BlockArena } from './block-arena.js';
import { Budget, type Limits, registryDefaults } from './budget.js';
import { ExemplarSupply, type SupplyOptions } from './exemplar-supply.js';
import { Housekeeper } from './housekeeper.js';
import { LabelTable } from './label-table.js';

export interface StoreOptions {
  readonly clock?: Clock;
  readonly limits?: Omit<Limits, 'onLimit'>;
  readonly expireAfterSeconds?: number | undefined;
  readonly keepsCreated?: boolean;
  readonly nameValidation?: NameValidation;
  readonly exemplars?: SupplyOptions | undefined;
  readonly keepsNothing?: boolean;
}

/** What the instruments of one registry share: label values, blocks of cells for sketches, and the clock. */
export class Store {
  readonly labels: LabelTable;
  readonly blocks: BlockArena;
  readonly clock: Clock;
  /** The same clock for readers who can do with a quarter of a second. */
  readonly coarseClock: CoarseClock;
  /** What all metrics of the registry may have together. */
  readonly budget: Budget;
  /** After how long without change series expire where the metric does not say; undefined for never. */
  readonly expireAfterSeconds: number | undefined;
  /** Whether series keep the time of their creation where the metric does not say. */
  readonly keepsCreated: boolean;
  /** Which names are allowed where the metric does not say. */
  readonly nameValidation: NameValidation;
  /** Whether instruments record nothing at all. */
  readonly keepsNothing: boolean;
  readonly housekeeper: Housekeeper;
  /** Where recordings without an exemplar get one from; undefined where nobody gives any. */
  readonly exemplars: ExemplarSupply | undefined;

  constructor({ clock = systemClock, limits = registryDefaults, expireAfterSeconds, keepsCreated = false, nameValidation = 'legacy', exemplars, keepsNothing = false }: StoreOptions = {}) {
    this.labels = new LabelTable();
    this.blocks = new BlockArena();
    this.clock = clock;
    this.coarseClock = new CoarseClock(clock);
    this.budget = new Budget({ ...registryDefaults, ...limits }, this.coarseClock, undefined);
    this.expireAfterSeconds = expireAfterSeconds;
    this.keepsCreated = keepsCreated;
    this.nameValidation = nameValidation;
    this.keepsNothing = keepsNothing;
    this.housekeeper = new Housekeeper();
    this.exemplars = exemplars === undefined ? undefined : new ExemplarSupply(exemplars, this.coarseClock);
  }
}
