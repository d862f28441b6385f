import type { Registry } from '../registry/registry.js';
import type { Clock } from '../platform/clock.js';
import { Routes } from './http-routes.js';
import { type InstrumentsOf, type PackOptions, commonOptions, packOptions, register, registryOf } from './pack.js';

/** The metrics of whatever answers HTTP requests. */
export const httpTable = {
  requests: { kind: 'counter', name: 'http_requests_total', help: 'HTTP requests answered.', labelNames: ['method', 'route', 'status_code'] },
  requestDuration: { kind: 'histogram', name: 'http_request_duration_seconds', help: 'Time from the arrival of an HTTP request to the end of its answer.', unit: 'seconds', labelNames: ['method', 'route'] },
  requestsInFlight: { kind: 'gauge', name: 'http_requests_in_flight', help: 'HTTP requests that are being answered.', labelNames: ['method'] },
  requestSize: { kind: 'histogram', name: 'http_request_size_bytes', help: 'Size of the body of an HTTP request, where its head says it.', unit: 'bytes', labelNames: ['method', 'route'], buckets: [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] },
  responseSize: { kind: 'histogram', name: 'http_response_size_bytes', help: 'Size of the body of the answer to an HTTP request.', unit: 'bytes', labelNames: ['method', 'route'], buckets: [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] },
} as const;

export interface HttpOptions extends PackOptions {
  /**
   * Route templates, matched in their order with the path asked for before the framework is believed: `/users/:id`, where `:id` is any one segment,
   * or `/files/*`, where anything may follow. What matches none and is no route of the framework's counts as `unknown`.
   */
  readonly routes?: readonly string[];
  /** How many different routes of a framework's are told apart; further ones count as `unknown`. A whole number of at least 1, default 1 000. */
  readonly maxRoutes?: number;
}

/** How a request was answered. */
export interface HttpOutcome {
  /** The path asked for; a query is ignored. Only matched with templates, never shown. */
  readonly path: string;
  /** The template that a framework matched the path with, if it did. */
  readonly route?: string | undefined;
  readonly statusCode: number;
  /** Left out where it is not known, as the next. */
  readonly requestBytes?: number | undefined;
  readonly responseBytes?: number | undefined;
}

const subject = 'http metrics';

/** RFC 9110, "Methods", and PATCH (RFC 5789). */
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const otherMethod = 'OTHER';

/**
 * Records how HTTP requests are answered. What the middleware of a framework does through it never throws into the application: a fault is counted
 * in `tallystick_collector_errors_total` and logged once.
 *
 * @example
 * const http = new HttpMetrics({ registry: new Registry(), routes: ['/users/:id'] });
 * const exchange = http.begin('GET');
 * exchange.end({ path: '/users/42', statusCode: 200 });
 */
export class HttpMetrics {
  readonly registry: Registry;
  /** The instruments, by the names of {@link httpTable}. */
  readonly instruments: InstrumentsOf<typeof httpTable>;
  private readonly routes: Routes;

  /** @throws TallystickError `SHAPE_MISMATCH` when the registry has one of the names with another shape; `INVALID_OPTIONS` */
  constructor(options: HttpOptions = {}) {
    this.registry = registryOf(subject, options, [...packOptions, 'routes', 'maxRoutes']);
    this.routes = new Routes(subject, options.routes ?? [], options.maxRoutes ?? 1000);
    this.instruments = register(subject, httpTable, commonOptions(options));
  }

  /** Begins to record a request, which counts as in flight until its end is told. A method that HTTP does not know counts as `OTHER`. */
  begin(method: string): HttpExchange {
    return new HttpExchange(this, this.routes, methods.includes(method) ? method : otherMethod);
  }
}

/** A request that is being answered, from {@link HttpMetrics.begin}. */
export class HttpExchange {
  private readonly metrics: HttpMetrics;
  private readonly routes: Routes;
  private readonly method: string;
  private readonly clock: Clock;
  private readonly began: number;
  private isOver: boolean;

  /** Exchanges come from {@link HttpMetrics.begin}. */
  constructor(metrics: HttpMetrics, routes: Routes, method: string) {
    this.metrics = metrics;
    this.routes = routes;
    this.method = method;
    this.clock = metrics.registry.catalog.store.clock;
    this.began = this.clock.monotonicSeconds();
    this.isOver = false;
    try {
      metrics.instruments.requestsInFlight.inc({ method });
    } catch (error) {
      this.note(error);
    }
  }

  /** Records the answer; only the first time it is called. */
  end({ path, route: template, statusCode, requestBytes, responseBytes }: HttpOutcome): void {
    if (this.isOver) return;
    this.isOver = true;
    const { method } = this;
    const { requests, requestDuration, requestsInFlight, requestSize, responseSize } = this.metrics.instruments;
    try {
      requestsInFlight.dec({ method });
      const route = this.routes.find(path, template);
      // A clock handed in by the application may step back.
      requestDuration.observe({ method, route }, Math.max(0, this.clock.monotonicSeconds() - this.began));
      requests.inc({ method, route, status_code: statusText(statusCode) });
      if (isSize(requestBytes)) requestSize.observe({ method, route }, requestBytes);
      if (isSize(responseBytes)) responseSize.observe({ method, route }, responseBytes);
    } catch (error) {
      this.note(error);
    }
  }

  /** Records the size of the answer's body where that is known only after the end; nothing for what is no size. */
  responseSize({ path, route: template }: Pick<HttpOutcome, 'path' | 'route'>, bytes: number | undefined): void {
    if (!isSize(bytes)) return;
    try {
      this.metrics.instruments.responseSize.observe({ method: this.method, route: this.routes.find(path, template) }, bytes);
    } catch (error) {
      this.note(error);
    }
  }

  private note(error: unknown): void {
    this.metrics.registry.noteFault('http', error);
  }
}

/** Three digits, or `unknown`: an application can set its status to anything. */
function statusText(code: number): string {
  return Number.isInteger(code) && code >= 100 && code <= 999 ? String(code) : 'unknown';
}

function isSize(bytes: number | undefined): bytes is number {
  return bytes !== undefined && bytes >= 0 && bytes < Infinity;
}

/** The size that a `Content-Length` header says; undefined when it says none. */
export function lengthOf(header: unknown): number | undefined {
  const text = typeof header === 'number' ? String(header) : header;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
