import { TallystickError, show } from '../model/errors.js';
import { type Clock, checkClock, systemClock } from '../platform/clock.js';
import type { Registry } from '../registry/registry.js';

/** What every backend's options have. */
export interface PushOptions {
  /** What to push; the default registry when left out. Several are pushed as one. */
  readonly registry?: Registry | readonly Registry[];
  /** Seconds from one push to the next, give or take a tenth so that instances do not push in step; above 0. */
  readonly intervalSeconds?: number;
  /** How long one attempt may take, and the end of the loop, in seconds; above 0. */
  readonly timeoutSeconds?: number;
  /** Bytes that may wait for a receiver that is down; what is older goes first. Default 8 MiB. */
  readonly maxBufferBytes?: number;
  /** Where the loop reads the time; the platform's clocks when left out. */
  readonly clock?: Clock;
  /** How the loop waits; the platform's timers when left out. */
  readonly schedule?: Schedule;
}

/** The names of {@link PushOptions}. */
export const pushOptionNames: readonly (keyof PushOptions)[] = ['registry', 'intervalSeconds', 'timeoutSeconds', 'maxBufferBytes', 'clock', 'schedule'];

/** Has something run once, later; what it returns forgets it. It must not keep the process alive. */
export type Schedule = (run: () => void, seconds: number) => () => void;

/** What a protocol takes where the options do not say. */
export interface PushDefaults {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
}

/** What a loop is set to. */
export type PushSettings = Required<Omit<PushOptions, 'registry'>>;

const defaultBufferBytes = 8 * 1024 * 1024;

/**
 * Fills in defaults and checks.
 *
 * @throws TallystickError `INVALID_OPTIONS`; TypeError for what is no clock
 */
export function pushSettings(subject: string, options: PushOptions, defaults: PushDefaults): PushSettings {
  const { maxBufferBytes = defaultBufferBytes, clock = systemClock, schedule = later } = options;
  if (!(typeof maxBufferBytes === 'number' && maxBufferBytes >= 0)) throw new TallystickError('INVALID_OPTIONS', `${subject}: maxBufferBytes is ${show(maxBufferBytes)}; give a number of bytes, 0 or more`);
  if (typeof schedule !== 'function') throw new TallystickError('INVALID_OPTIONS', `${subject}: schedule is ${show(schedule)}; give a function, or leave it out`);
  return {
    intervalSeconds: checkSeconds(subject, 'intervalSeconds', options.intervalSeconds ?? defaults.intervalSeconds),
    timeoutSeconds: checkSeconds(subject, 'timeoutSeconds', options.timeoutSeconds ?? defaults.timeoutSeconds),
    maxBufferBytes,
    clock: checkClock(clock),
    schedule,
  };
}

/** @throws TallystickError `INVALID_OPTIONS` */
export function checkSeconds(subject: string, option: string, seconds: unknown): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds < 2 ** 31 / 1000) return seconds;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(seconds)}; give a number of seconds above 0`);
}

function later(run: () => void, seconds: number): () => void {
  const timer = setTimeout(run, seconds * 1000);
  timer.unref();
  return () => clearTimeout(timer);
}
