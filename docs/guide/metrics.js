// @ts-check
/** Everything that the service measures. `npm run docs:guide` makes the dashboard and the rules beside this file of it. */
import { Registry } from 'tallystick';
import { CircuitBreakerMetrics } from 'tallystick/packs/circuit-breaker';
import { HttpMetrics } from 'tallystick/packs/http';

export const registry = new Registry();
export const breakers = new CircuitBreakerMetrics({ registry });
export const http = new HttpMetrics({ registry, routes: ['/metrics', '/health', '/components', '/orders/:id', '/search', '/faults/:component'] });
