import type { Descriptor, Settings } from '../model/descriptor.js';
import { TallystickError, list, show } from '../model/errors.js';
import { type Aggregator, aggregators, defaultAggregator, workerLabel } from '../model/shape.js';

/** What options of gauges have beside, for where several threads or processes have the same one. */
export interface AggregationOptions {
  /**
   * How the values of several threads or processes become one: `sum` (default), `min`, `max`, `average`; `last` for the one that was set last; `perWorker`
   * for all of them, each with a label `worker`. Without others it changes nothing in what is shown.
   */
  readonly aggregator?: Aggregator;
}

/** The part of an instrument's settings that its aggregator is: nothing for the default one. */
export function aggregatorSettings(aggregator: unknown): Settings {
  return aggregator === undefined || aggregator === defaultAggregator ? {} : { aggregator };
}

/** How many cells a gauge needs for its aggregator beside those for its value: one for when it was set where the last one counts. */
export function aggregatorCells(aggregator: unknown): number {
  return aggregator === 'last' ? 1 : 0;
}

/**
 * Checks the `aggregator` option.
 *
 * @throws TallystickError `INVALID_OPTIONS`; `INVALID_LABEL_NAME` when the label of `perWorker` is among its own
 */
export function checkAggregator(subject: string, aggregator: unknown, { labelNames, constLabels }: Descriptor): Aggregator {
  if (aggregator === undefined) return defaultAggregator;
  if (!(aggregators as readonly unknown[]).includes(aggregator)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: aggregator is ${show(aggregator)}; give one of ${list(aggregators)}`);
  }
  if (aggregator === 'perWorker' && [...labelNames, ...constLabels.map(([name]) => name)].includes(workerLabel)) {
    throw new TallystickError('INVALID_LABEL_NAME', `${subject}: label ${show(workerLabel)} is written by the aggregator "perWorker" itself; rename yours, or take another aggregator`);
  }
  return aggregator as Aggregator;
}
