import type { Descriptor } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import type { ExemplarSupplier } from '../model/exemplar.js';
import { checkOptions } from '../model/options.js';
import { type NameValidation, checkNameValidation } from '../model/names.js';
import { type Clock, checkClock, systemClock } from '../platform/clock.js';
import { type Limits, checkLimits, registryDefaults } from '../store/budget.js';
import { Catalog, defaultCatalog } from '../store/catalog.js';
import { checkExpiry } from '../store/expiry.js';
import type { StoreOptions } from '../store/store.js';
import { type FaultLogger, Faults } from './faults.js';
import { Gatherer } from './gatherer.js';
import { shareIfInherited } from './sharing.js';
import { NullGatherer } from './null-gatherer.js';

export interface RegistryOptions {
  /** Where instruments and windows read the time; the platform's clocks when left out. */
  readonly clock?: Clock;
  /** What all its metrics may have together; by default a million series. A metric has limits of its own beside. */
  readonly limits?: Omit<Limits, 'onLimit'>;
  /** For all its metrics that do not say otherwise: series whose value has not changed for so long are removed. Default: never. */
  readonly expireAfterSeconds?: number;
  /** For all its metrics that do not say otherwise: whether series keep the time at which they began to count. Default: no. */
  readonly created?: boolean;
  /** Which names its metrics may have where they do not say otherwise, those of collectors included: `legacy` (default) or `utf8`, any text. */
  readonly nameValidation?: NameValidation;
  /** Whether the registry shows metrics of its own, called `tallystick_…`: series, bytes, expired series, collection time, scrapes. Default: no. */
  readonly selfMetrics?: boolean;
  /**
   * Asked for the exemplar of a recording that brings none, in counters and histograms: at most once in five seconds for each counter and bucket.
   * What it throws, and labels that are none, are counted in `tallystick_collector_errors_total` and logged once; the recording counts.
   */
  readonly exemplars?: ExemplarSupplier;
  /**
   * `null` keeps nothing: instruments can be made and used as ever, handles record nothing, label objects are not looked at, readings are those of
   * the beginning, and a collection is empty. For measuring what metrics cost, or for switching them off.
   */
  readonly backend?: 'null';
  /** Told once of each kind of fault at collection; `console.warn` when left out. */
  readonly onFault?: FaultLogger;
}

export interface CollectOptions {
  /** How long to wait for asynchronous functions and collectors, in seconds; 0 or more, default 5. What is late shows as last known. */
  readonly timeoutSeconds?: number;
  /** Which families to collect; all when left out. Instruments that are not wanted are not read; collectors are asked, as only they know what they have. */
  readonly wanted?: (descriptor: Descriptor) => boolean;
}

/** How long {@link Registry.collect} waits: half of Prometheus' default scrape timeout of 10 s. */
const defaultTimeoutSeconds = 5;

/** What a registry is made of. */
export interface Built {
  readonly catalog: Catalog;
  readonly gatherer: Gatherer;
  readonly closers: (() => void | Promise<void>)[];
}

/**
 * Makes what a registry is made of.
 *
 * @param parts the registries that are merged; their faults are noted with the first one unless `onFault` is given
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function compose(options: RegistryOptions, parts: readonly Gatherer[] = []): Built {
  checkOptions('registry', options, ['clock', 'limits', 'expireAfterSeconds', 'created', 'nameValidation', 'exemplars', 'selfMetrics', 'backend', 'onFault']);
  checkKind('onFault', options.onFault, 'function');
  checkKind('exemplars', options.exemplars, 'function');
  checkKind('selfMetrics', options.selfMetrics, 'boolean');
  checkKind('created', options.created, 'boolean');
  if (options.backend !== undefined && options.backend !== 'null') throw new TallystickError('INVALID_OPTIONS', `registry: backend is ${show(options.backend)}; the only choice is "null", which keeps nothing: leave it out, and hand the registry to what serves or pushes it`);
  const inherited = options.onFault === undefined ? parts[0]?.faults : undefined;
  const faults = inherited ?? faultsOf(options);
  return assemble(new Catalog(storeOptions(options, faults)), faults, options, parts);
}

function faultsOf({ onFault }: RegistryOptions): Faults {
  return new Faults(onFault ?? ((message, error) => (error === undefined ? console.warn(message) : console.warn(message, error))));
}

function assemble(catalog: Catalog, faults: Faults, { selfMetrics = false, backend }: RegistryOptions, parts: readonly Gatherer[]): Built {
  const Kind = backend === 'null' ? NullGatherer : Gatherer;
  return { catalog, gatherer: new Kind(catalog, faults, parts, selfMetrics), closers: [] };
}

function checkKind(option: string, value: unknown, kind: 'function' | 'boolean'): void {
  if (value === undefined || typeof value === kind) return;
  throw new TallystickError('INVALID_OPTIONS', `registry: ${option} is ${show(value)}; give a ${kind}`);
}

function storeOptions({ clock, limits, expireAfterSeconds, created = false, nameValidation, exemplars, backend }: RegistryOptions, faults: Faults): StoreOptions {
  checkExpiry('registry', expireAfterSeconds);
  return {
    clock: clock === undefined ? systemClock : checkClock(clock),
    limits: checkLimits('registry', limits, registryDefaults),
    expireAfterSeconds,
    keepsCreated: created,
    nameValidation: checkNameValidation('registry', nameValidation),
    keepsNothing: backend === 'null',
    exemplars: exemplars === undefined || backend === 'null' ? undefined : { supplier: exemplars, onFault: (error) => faults.note('exemplars', 'recording', error) },
  };
}

/** Changes when what two copies of the package share changes its form. */
const defaultKey = /* @__PURE__ */ Symbol.for('tallystick.registry.1');

/** What the default registry is made of: its collectors and faults, like its instruments, are one for the program. */
export function defaultBuilt(): Built {
  const shared = globalThis as { [defaultKey]?: Built };
  if (shared[defaultKey] === undefined) {
    shared[defaultKey] = assemble(defaultCatalog(), faultsOf({}), {}, []);
    shareIfInherited(shared[defaultKey].gatherer);
  }
  return shared[defaultKey];
}

/**
 * Checks how long to wait for a collection.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkTimeout(seconds: unknown = defaultTimeoutSeconds): number {
  if (typeof seconds === 'number' && seconds >= 0) return seconds;
  throw new TallystickError('INVALID_OPTIONS', `registry: timeoutSeconds is ${show(seconds)}; give a number of seconds, 0 or more`);
}
