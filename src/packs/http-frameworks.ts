import type { HttpMetrics } from './http-metrics.js';
import { type HttpRequestLike, type HttpResponseLike, trackExchange } from './http-node.js';

/** What is looked at in a request of Express. */
export interface ExpressRequestLike extends HttpRequestLike {
  readonly baseUrl?: string;
  readonly originalUrl?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly route?: { readonly path?: unknown } | undefined;
}

/** What is looked at in a context of Koa and of its router. */
export interface KoaContextLike {
  readonly req: HttpRequestLike;
  readonly res: HttpResponseLike;
  readonly _matchedRoute?: unknown;
}

/** What is looked at in Fastify: a plugin adds a hook to it. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: (request: FastifyRequestLike, reply: { readonly raw: HttpResponseLike }, done: () => void) => void): unknown;
}

/** What is looked at in a request of Fastify. */
export interface FastifyRequestLike {
  readonly raw: HttpRequestLike;
  readonly is404?: boolean;
  readonly routeOptions?: { readonly url?: string | undefined };
}

/** Middleware for Express: `app.use(expressMiddleware(http))` before the routes. */
export function expressMiddleware(metrics: HttpMetrics): (request: ExpressRequestLike, response: HttpResponseLike, next: () => void) => void {
  return (request, response, next) => {
    // Express shortens `url` where a router is mounted, and keeps what was asked for.
    const { method, headers, originalUrl, url } = request;
    trackExchange(metrics, { method, headers, url: originalUrl ?? url }, response, () => expressRoute(request));
    next();
  };
}

/** Middleware for Koa: `app.use(koaMiddleware(http))` before the router. */
export function koaMiddleware(metrics: HttpMetrics): (context: KoaContextLike, next: () => Promise<unknown>) => Promise<unknown> {
  return (context, next) => {
    trackExchange(metrics, context.req, context.res, () => pathText(context._matchedRoute));
    return next();
  };
}

/** A plugin for Fastify: `app.register(fastifyPlugin(http))` before the routes. */
export function fastifyPlugin(metrics: HttpMetrics): (app: FastifyLike, options: unknown, done: () => void) => void {
  const plugin = (app: FastifyLike, _options: unknown, done: () => void): void => {
    app.addHook('onRequest', (request, reply, next) => {
      trackExchange(metrics, request.raw, reply.raw, () => (request.is404 === true ? undefined : request.routeOptions?.url));
      next();
    });
    done();
  };
  // Fastify's sign for a plugin that is meant for the whole application, not for a part of it.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

/** Where the router that answered was mounted, and the path of its route there; undefined when no route was found. */
function expressRoute({ baseUrl = '', params = {}, route }: ExpressRequestLike): string | undefined {
  const path = pathText(route?.path);
  if (path === undefined) return undefined;
  // The place of a router is what was asked for, and not its template: what is known to be a parameter is called by its name again.
  const names = new Map(Object.entries(params).map(([name, value]) => [value, `:${name}`]));
  const mounted = baseUrl.split('/').map((segment) => names.get(decoded(segment)) ?? segment);
  return `${mounted.join('/')}${path === '/' && baseUrl !== '' ? '' : path}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A path as a router declares it: text, a regular expression, or several of these. */
function pathText(path: unknown): string | undefined {
  if (typeof path === 'string' || path instanceof RegExp) return String(path);
  return Array.isArray(path) ? path.map(String).join('|') : undefined;
}
