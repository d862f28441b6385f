import { TallystickError, show } from '../model/errors.js';
import type { CoarseClock } from '../platform/coarse-clock.js';

/** What happens to a recording that a limit refuses. */
export type OnLimit = 'overflow' | 'drop' | 'throw';

/** Why a recording was refused. */
export type RefusalReason = 'series' | 'rate' | 'label_value';

/** Bounds on what label values from outside can cost; for one metric, or for all metrics of a registry together. */
export interface Limits {
  /** Most series; a whole number of at least 0, or `Infinity`. Default: 10 000 for a metric, 1 000 000 for a registry. */
  readonly series?: number;
  /** Most new series a second, with a burst of one second's worth; above 0. Default: no such limit. */
  readonly newSeriesPerSecond?: number;
  /** Longest label value of a new series, in bytes of UTF-8; at least 1. Default: 2 048 for a metric. */
  readonly labelValueBytes?: number;
  /**
   * Where refused recordings go: to the metric's overflow series, whose label values are all `__overflow__` (default), nowhere, or back to
   * the caller as an error.
   */
  readonly onLimit?: OnLimit;
}

/** Where no limit is given: what a mistaken label can cost is about a megabyte a metric, in memory and in each scrape. */
export const metricDefaults: Required<Limits> = { series: 10_000, newSeriesPerSecond: Infinity, labelValueBytes: 2048, onLimit: 'overflow' };
export const registryDefaults: Required<Omit<Limits, 'onLimit'>> = { series: 1_000_000, newSeriesPerSecond: Infinity, labelValueBytes: Infinity };

/**
 * Fills in defaults and checks limits.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkLimits<Defaults extends Limits>(subject: string, limits: unknown, defaults: Defaults): Limits & Defaults {
  if (limits === undefined) return defaults;
  if (typeof limits !== 'object' || limits === null) throw new TallystickError('INVALID_OPTIONS', `${subject}: limits is ${show(limits)}; give an object, for instance { series: 1000 }`);
  const given = limits as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(defaults, name)) throw new TallystickError('INVALID_OPTIONS', `${subject}: limits.${name} is no limit here; there are ${Object.keys(defaults).join(', ')}`);
  }
  const check = (name: string, rule: string, holds: (value: number) => boolean): void => {
    const value = given[name];
    if (value === undefined || (typeof value === 'number' && holds(value))) return;
    throw new TallystickError('INVALID_OPTIONS', `${subject}: limits.${name} is ${show(value)}; give ${rule}`);
  };
  check('series', 'a whole number of at least 0, or Infinity', (value) => value === Infinity || (Number.isInteger(value) && value >= 0));
  check('newSeriesPerSecond', 'a number above 0, or Infinity', (value) => value > 0);
  check('labelValueBytes', 'a whole number of at least 1, or Infinity', (value) => value === Infinity || (Number.isInteger(value) && value >= 1));
  if (given['onLimit'] !== undefined && !['overflow', 'drop', 'throw'].includes(given['onLimit'] as string)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: limits.onLimit is ${show(given['onLimit'])}; give "overflow", "drop" or "throw"`);
  }
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** Counts the series of a metric, or of a registry, against its limits. A metric's budget draws on its registry's, too. */
export class Budget {
  readonly labelValueBytes: number;
  /** Series that exist, overflow series not among them. */
  size: number;
  private readonly most: number;
  private readonly perSecond: number;
  private readonly clock: CoarseClock;
  private readonly shared: Budget | undefined;
  /** New series that may still come before time must pass; at most one second's worth. */
  private tokens: number;
  private filledAt: number;

  constructor(limits: Required<Omit<Limits, 'onLimit'>>, clock: CoarseClock, shared: Budget | undefined) {
    this.labelValueBytes = Math.min(limits.labelValueBytes, shared?.labelValueBytes ?? Infinity);
    this.size = 0;
    this.most = limits.series;
    this.perSecond = limits.newSeriesPerSecond;
    this.clock = clock;
    this.shared = shared;
    // At least one, or a rate below one a second would never let a series in.
    this.tokens = Math.max(1, limits.newSeriesPerSecond);
    this.filledAt = -Infinity;
  }

  /** Whether no further series would be let in for want of room, whatever its labels. */
  get isFull(): boolean {
    return this.size >= this.most || this.shared?.isFull === true;
  }

  /** Takes one more series into account; or says why not, and takes nothing. */
  admit(): RefusalReason | undefined {
    if (this.isFull) return 'series';
    if (!this.hasToken() || this.shared?.hasToken() === false) return 'rate';
    this.take();
    this.shared?.take();
    return undefined;
  }

  /** How many more series there is room for. */
  get room(): number {
    return Math.min(this.most - this.size, this.shared?.room ?? Infinity);
  }

  /** So many series less. */
  release(series: number): void {
    this.size -= series;
    this.shared?.release(series);
  }

  private hasToken(): boolean {
    if (this.perSecond === Infinity) return true;
    const now = this.clock.read();
    // A clock that stepped back gives nothing, and counts anew from there.
    const passed = Math.max(0, now - this.filledAt);
    this.tokens = Math.min(Math.max(1, this.perSecond), this.tokens + passed * this.perSecond);
    this.filledAt = now;
    return this.tokens >= 1;
  }

  private take(): void {
    this.size += 1;
    if (this.perSecond !== Infinity) this.tokens -= 1;
  }
}
