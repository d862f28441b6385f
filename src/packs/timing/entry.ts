/**
 * What `tallystick/timing` exports: helpers that time functions, methods and blocks of code.
 *
 * @module
 */
export { trackDuration, type AnyFunction, type DecoratedMethod, type DurationTracker, type ResultOf } from './track.js';
export { timed, type TimedBlock } from './timed.js';
export type { CallCounter, InFlightGauge, LabelFunction, NeededLabels, TimedCall, TimedOptions, TimingLabels, TimingOptions, TrackOptions } from './options.js';
