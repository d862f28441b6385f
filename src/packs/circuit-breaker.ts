/**
 * What `tallystick/packs/circuit-breaker` exports: the metrics of circuit breakers and of logs.
 *
 * @module
 */
export {
  CircuitBreakerMetrics,
  type CircuitBreakerOptions,
  type CircuitState,
  type ComponentSummary,
  circuitBreakerTable,
  defaultCircuitBreakerMetrics,
} from './circuit-breaker-collector.js';
export { type ComponentHealth, type HealthReport, createHealthHandler, createQueryHandler, healthOf } from './circuit-breaker-handlers.js';
export { type FetchHandler, type NodeRequestLike, type NodeResponseLike, toNodeHandler } from './node-handler.js';
