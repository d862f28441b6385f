import type { LabelValue } from '../model/labels.js';
import { type Registry, defaultRegistry } from '../registry/registry.js';
import type { TimedCall } from './timing/options.js';
import { type DurationTracker, trackDuration } from './timing/track.js';

/** Labels of a recording but its status, which comes of how a call ended; or what finds them when the call is over. It may name the status, too. */
export type TrackedLabels<L> = WithoutStatus<L> | ((call: TimedCall) => WithoutStatus<L>);

type WithoutStatus<L> = Omit<L, 'status'> & { readonly status?: LabelValue };

/**
 * Times functions and methods with a recording of a set, which takes labels with a `status` and the seconds: `success` or `failure`, as the
 * call returned or threw, unless the labels say otherwise. Everything else is as with `trackDuration`: what the function returns and throws
 * is unchanged, and what goes wrong in recording is noted with the registry.
 */
export function tracked<L>(record: (labels: L, seconds: number) => void, labels: TrackedLabels<L>, registry: Registry = defaultRegistry): DurationTracker {
  return trackDuration<readonly string[]>({
    labels: labels as (call: TimedCall) => Readonly<Record<string, LabelValue>>,
    record: (seconds, { success, ...rest }) => record({ status: success === true ? 'success' : 'failure', ...rest } as unknown as L, seconds),
    registry,
  });
}
