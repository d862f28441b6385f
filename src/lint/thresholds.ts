import { TallystickError, list, show } from '../model/errors.js';

/** From which numbers on something is worth a finding. Each is the largest that is still accepted, unless it says otherwise. */
export interface LintThresholds {
  /** Series of a metric; 1 000. */
  readonly series: number;
  /** Different values of a label; 100. */
  readonly labelValues: number;
  /** Values of a label that look like identifiers, two; from the third on it is taken for one that has no end. */
  readonly identifiers: number;
  /** Characters of a label value; 256. */
  readonly labelValueCharacters: number;
  /** Labels of a metric; 10. */
  readonly labels: number;
  /** Characters of a help text; 300. */
  readonly helpCharacters: number;
  /** Finite buckets of a histogram; 30. */
  readonly buckets: number;
  /** Buckets of all series of a histogram together; 10 000. */
  readonly bucketSeries: number;
  /** How many times the one before a bound may be; 10. */
  readonly boundFactor: number;
  /** The share of observations that may lie in the first bucket, from 0 to 1; 0.95. */
  readonly firstShare: number;
  /** The share of observations that may lie above the last finite bound, from 0 to 1; 0.1. */
  readonly infiniteShare: number;
  /** The fewest observations from which anything is told about buckets; 100. */
  readonly observations: number;
  /** Series of a summary that has quantiles; 20. */
  readonly summarySeries: number;
}

/** The thresholds where nothing else is said. */
export const defaultThresholds: LintThresholds = /* @__PURE__ */ Object.freeze({
  series: 1000,
  labelValues: 100,
  identifiers: 2,
  labelValueCharacters: 256,
  labels: 10,
  helpCharacters: 300,
  buckets: 30,
  bucketSeries: 10_000,
  boundFactor: 10,
  firstShare: 0.95,
  infiniteShare: 0.1,
  observations: 100,
  summarySeries: 20,
});

/**
 * The thresholds given, and the default ones for the rest.
 *
 * @throws TallystickError `INVALID_OPTIONS` for an unknown one, and for what is no number of at least 0
 */
export function checkThresholds(given: Partial<LintThresholds> = {}): LintThresholds {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TallystickError('INVALID_OPTIONS', `lint: thresholds is ${show(given)}; give an object of numbers`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultThresholds, name)) throw new TallystickError('INVALID_OPTIONS', `lint: unknown threshold ${show(name)}; they are ${list(Object.keys(defaultThresholds))}`);
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) throw new TallystickError('INVALID_OPTIONS', `lint: threshold ${show(name)} is ${show(value)}; give a number of at least 0`);
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaultThresholds, ...(Object.fromEntries(set) as Partial<LintThresholds>) };
}
