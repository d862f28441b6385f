import { Registry } from '../../src/registry/registry.js';
import type { Limits } from '../../src/store/budget.js';
import { FakeClock } from './fake-clock.js';

/** A registry whose series expire after ten seconds. */
export function expiring(limits: Omit<Limits, 'onLimit'> = {}): { clock: FakeClock; registry: Registry; pass: (seconds: number) => void } {
  const clock = new FakeClock();
  const registry = new Registry({ clock, expireAfterSeconds: 10, limits });
  /** Lets time pass, with a collection at each end. */
  const pass = (seconds: number): void => {
    registry.collectSync();
    clock.advance(seconds);
    registry.collectSync();
  };
  return { clock, registry, pass };
}
