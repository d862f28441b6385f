import type { CircuitBreakerMetrics, CircuitState, ComponentSummary } from './circuit-breaker-collector.js';
import { isAnswered, refusal } from './node-handler.js';

/** Above this share of failed calls, in percent, a component is unhealthy. */
const unhealthyAbovePercent = 50;

/** One component as the health endpoint shows it. Rates are in percent, times in milliseconds, null when there were no calls. */
export interface ComponentHealth {
  readonly component: string;
  readonly status: 'healthy' | 'unhealthy';
  readonly state: CircuitState;
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly successRate: number;
  readonly failureRate: number;
  readonly averageLatencyMs: number | null;
  readonly p99LatencyMs: number | null;
}

/** What the health endpoint says. */
export interface HealthReport {
  /** Unhealthy when a component is. */
  readonly status: 'healthy' | 'unhealthy';
  readonly components: readonly ComponentHealth[];
}

/** How all components are: one is unhealthy when more than 50 % of its calls have failed. */
export function healthOf(collector: CircuitBreakerMetrics): HealthReport {
  const components = summariesOf(collector).map(healthOfComponent);
  return { status: components.some((each) => each.status === 'unhealthy') ? 'unhealthy' : 'healthy', components };
}

/** A handler that answers with {@link healthOf} in JSON, whatever the path: 200 when all is well, 503 when a component is unhealthy. */
export function createHealthHandler(collector: CircuitBreakerMetrics): (request: Request) => Response {
  return (request) => {
    const report = healthOf(collector);
    return json(request, report.status === 'healthy' ? 200 : 503, report);
  };
}

/**
 * A handler that answers with the summaries of components in JSON, whatever the path: `?component=bill` takes those whose name has `bill` in
 * it, in whatever case; without it, all.
 */
export function createQueryHandler(collector: CircuitBreakerMetrics): (request: Request) => Response {
  return (request) => {
    const part = (new URL(request.url).searchParams.get('component') ?? '').toLowerCase();
    return json(request, 200, { components: summariesOf(collector).filter(({ component }) => component.toLowerCase().includes(part)) });
  };
}

function summariesOf(collector: CircuitBreakerMetrics): ComponentSummary[] {
  return collector.components().flatMap((component) => collector.summary(component) ?? []);
}

function healthOfComponent({ component, state, total, successful, failed, successRate, failureRate, averageLatencySeconds, p99 }: ComponentSummary): ComponentHealth {
  const status = failureRate > unhealthyAbovePercent ? 'unhealthy' : 'healthy';
  return { component, status, state, total, successful, failed, successRate, failureRate, averageLatencyMs: milliseconds(averageLatencySeconds), p99LatencyMs: milliseconds(p99) };
}

function milliseconds(seconds: number): number | null {
  return Number.isNaN(seconds) ? null : seconds * 1000;
}

function json(request: Request, status: number, value: unknown): Response {
  if (!isAnswered(request.method)) return refusal();
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(request.method === 'HEAD' ? null : `${JSON.stringify(value)}\n`, { status, headers });
}
