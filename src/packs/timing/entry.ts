/**
 * What `tallystick/timing` exports: helpers that time functions, methods and blocks of code.
 *
 * @module
 */
export { type DurationTracker, trackDuration } from './track.js';
export { type TimedBlock, timed } from './timed.js';
export type { CallCounter, InFlightGauge, TimedCall, TimedOptions, TimingLabels, TimingOptions, TrackOptions } from './options.js';
