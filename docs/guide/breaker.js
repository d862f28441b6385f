// @ts-check
import { breakers } from './metrics.js';

/** What a call is refused with while its breaker is open. */
export class OpenError extends Error {}

/** Calls a component, and leaves it alone for a while after it has failed several times in a row. */
export class Breaker {
  /**
   * @param {string} component
   * @param {{ failuresToOpen?: number, openSeconds?: number }} [options]
   */
  constructor(component, { failuresToOpen = 5, openSeconds = 30 } = {}) {
    this.component = component;
    this.failuresToOpen = failuresToOpen;
    this.openSeconds = openSeconds;
    this.failuresInARow = 0;
    this.openedAt = 0;
    /** @type {import('tallystick/packs/circuit-breaker').CircuitState} */
    this.state = 'closed';
    breakers.recordState(component, this.state);
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async call(work) {
    if (this.is('half_open') || (this.is('open') && performance.now() < this.openedAt + this.openSeconds * 1000)) throw new OpenError(`${this.component} is left alone`);
    // One call finds out whether the component is back.
    if (this.is('open')) this.become('half_open');
    const began = performance.now();
    try {
      const result = await work();
      breakers.recordCall(this.component, (performance.now() - began) / 1000, true);
      this.failuresInARow = 0;
      // A call that began before the breaker opened says nothing about now.
      if (this.is('half_open')) this.become('closed');
      return result;
    } catch (error) {
      breakers.recordCall(this.component, (performance.now() - began) / 1000, false);
      breakers.recordLogEntry(this.component, 'error');
      this.failuresInARow += 1;
      if (this.is('half_open') || (this.is('closed') && this.failuresInARow >= this.failuresToOpen)) {
        this.openedAt = performance.now();
        this.become('open');
      }
      throw error;
    }
  }

  /** @param {import('tallystick/packs/circuit-breaker').CircuitState} state */
  is(state) {
    return this.state === state;
  }

  /** @param {import('tallystick/packs/circuit-breaker').CircuitState} state */
  become(state) {
    this.state = state;
    breakers.recordState(this.component, state);
    breakers.recordLogEntry(this.component, state === 'closed' ? 'info' : 'warning');
  }
}
