import { TallystickError } from '../../model/errors.js';
import { systemClock } from '../../platform/clock.js';
import { defaultRegistry, oneRegistry } from '../../registry/registry.js';
import { explained } from '../http-transport.js';
import { PushLoop, type Pusher } from '../push-loop.js';
import { RemoteWriteBackend } from './backend.js';
import { type RemoteWriteOptions, checkRemoteWrite, subject } from './settings.js';

export type { Authorization } from '../authorization.js';
export type { Fetch } from '../http-transport.js';
export type { PushOptions, Pusher, Schedule } from '../push-loop.js';
export type { RemoteWriteOptions } from './settings.js';

const defaults = { intervalSeconds: 15, timeoutSeconds: 10 };

/**
 * Sends the metrics to a store by Prometheus remote write, now and then, until the registry or what it returns is shut down. A store that is down is waited for;
 * at shutdown a last collection is sent, and all series are ended.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 *
 * Source: Prometheus, "Remote-Write 1.0" and "Remote-Write 2.0".
 */
export function startRemoteWrite(options: RemoteWriteOptions): Pusher {
  const settings = checkRemoteWrite(options);
  const { registry = defaultRegistry, clock = systemClock } = options;
  return new PushLoop(subject, new RemoteWriteBackend(settings, oneRegistry(registry), () => clock.wallSeconds()), options, defaults);
}

/**
 * Sends the metrics to a store once, for instance at the end of a batch job; see {@link startRemoteWrite}. Nothing is tried again, and no series
 * is ended, so that stores show the numbers for five more minutes.
 *
 * @throws TallystickError `INVALID_OPTIONS`; as a rejection, and `PUSH_FAILED` when the store does not take them
 */
export async function remoteWrite(options: RemoteWriteOptions): Promise<void> {
  const settings = checkRemoteWrite(options);
  const { registry = defaultRegistry, clock = systemClock, timeoutSeconds = defaults.timeoutSeconds } = options;
  const from = oneRegistry(registry);
  const backend = new RemoteWriteBackend({ ...settings, staleMarkers: false }, from, () => clock.wallSeconds());
  const views = await from.collect({ timeoutSeconds: Math.min(5, timeoutSeconds) });
  for await (const payload of backend.encode(views, clock.wallSeconds())) {
    let reason: string | undefined;
    try {
      const outcome = await backend.send(payload, AbortSignal.timeout(timeoutSeconds * 1000));
      if (outcome.kind !== 'sent' || outcome.rejectedItems !== undefined) reason = explained(outcome);
    } catch (error) {
      reason = error instanceof Error ? `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}` : String(error);
    }
    if (reason !== undefined) throw new TallystickError('PUSH_FAILED', `${subject}: ${settings.url} did not take all: ${reason}; check that it is reachable and receives remote write, or let startRemoteWrite() try again`);
  }
}
