/**
 * Where time comes from. Everything that needs the time is handed a clock, so that a test, or a host with a clock of its own, can
 * stand in for the platform's.
 */
export interface Clock {
  /** Seconds since an arbitrary moment, meant never to step; used for durations, windows and rate limits. */
  monotonicSeconds(): number;
  /** Seconds since the Unix epoch, for what an exposition or a reader of it sees; may step in either direction. */
  wallSeconds(): number;
}

/** The platform's clocks: `performance.now()` for durations, `Date.now()` for wall time. */
export const systemClock: Clock = {
  monotonicSeconds: () => performance.now() / 1000,
  wallSeconds: () => Date.now() / 1000,
};

/**
 * Refuses what is not a clock, before anything keeps it.
 *
 * @throws TypeError when one of the two methods is missing
 */
export function checkClock(clock: Clock): Clock {
  if (typeof clock?.monotonicSeconds !== 'function' || typeof clock.wallSeconds !== 'function') {
    throw new TypeError('clock: an object with monotonicSeconds() and wallSeconds() is expected; leave it out for the platform\'s clock');
  }
  return clock;
}
