/**
 * What `tallystick/otlp` exports: metrics sent by OTLP/HTTP, to an OpenTelemetry collector or whatever else takes them.
 *
 * @module
 */
import { TallystickError } from '../../model/errors.js';
import { checkClock, systemClock } from '../../platform/clock.js';
import { defaultRegistry, oneRegistry } from '../../registry/registry.js';
import type { Outcome } from '../backend.js';
import { explained } from '../http-transport.js';
import { PushLoop, type Pusher } from '../push-loop.js';
import type { OtlpOptions } from './options.js';
import { OtlpBackend } from './otlp-backend.js';
import { type OtlpSettings, settingsFrom, subject } from './settings.js';

export type { OtlpOptions } from './options.js';
export type { AttributeValue } from './resource.js';
export type { Environment } from './environment.js';
export type { Authorization } from '../authorization.js';
export type { Fetch } from '../http-transport.js';
export type { PushOptions, Pusher, Schedule } from '../push-loop.js';

/**
 * Sends metrics again and again by OTLP/HTTP, from now on: every 60 seconds, unless the options or `OTEL_METRIC_EXPORT_INTERVAL` say otherwise. Nothing
 * it meets is thrown into the program: a receiver that is down is waited for, within a bounded buffer.
 *
 * @throws TallystickError `INVALID_OPTIONS`, for an option or an environment variable
 *
 * Source: OpenTelemetry, "OTLP Specification", "OTLP/HTTP".
 */
export function startOtlpExporter(options: OtlpOptions = {}): Pusher {
  const settings = settingsFrom(options);
  return new PushLoop(subject, backendOf(options, settings), options, settings);
}

/**
 * Sends metrics once, for programs that end.
 *
 * @throws TallystickError (as a rejection) `INVALID_OPTIONS` as {@link startOtlpExporter}; `PUSH_FAILED` when not all was taken
 */
export async function pushOtlp(options: OtlpOptions = {}): Promise<void> {
  const settings = settingsFrom(options);
  const backend = backendOf(options, settings);
  const { timeoutSeconds: seconds } = settings;
  const views = await oneRegistry(options.registry ?? defaultRegistry).collect({ timeoutSeconds: Math.min(5, seconds) });
  for await (const payload of backend.encode(views, (options.clock ?? systemClock).wallSeconds())) {
    let outcome: Outcome;
    try {
      outcome = await backend.send(payload, AbortSignal.timeout(seconds * 1000));
    } catch (error) {
      outcome = { kind: 'retry', reason: error instanceof Error ? `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}` : String(error) };
    }
    const rejected = outcome.kind === 'sent' ? (outcome.rejectedItems ?? 0) : payload.items;
    if (rejected === 0) continue;
    throw new TallystickError('PUSH_FAILED', `${subject}: ${settings.url} did not take ${rejected} of ${payload.items} data points: ${explained(outcome)}; check that it is reachable and takes these metrics, or let startOtlpExporter() try again`);
  }
}

function backendOf(options: OtlpOptions, settings: OtlpSettings): OtlpBackend {
  const registry = oneRegistry(options.registry ?? defaultRegistry);
  // What this process counts has begun with it at the earliest; a clock that was handed in need not know of that.
  const began = options.clock === undefined ? performance.timeOrigin / 1000 : checkClock(options.clock).wallSeconds();
  return new OtlpBackend(settings, registry, options.clock ?? systemClock, options.fetch, began);
}
