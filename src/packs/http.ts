/**
 * What `tallystick/packs/http` exports: metrics of HTTP requests, and middleware for servers and frameworks, none of which it imports.
 *
 * @module
 */
export type { PackOptions } from './pack.js';
export { HttpExchange, HttpMetrics, type HttpOptions, type HttpOutcome, httpTable } from './http-metrics.js';
export { type HttpRequestLike, type HttpResponseLike, trackExchange, trackNode } from './http-node.js';
export { type ExpressRequestLike, type FastifyLike, type FastifyRequestLike, type KoaContextLike, expressMiddleware, fastifyPlugin, koaMiddleware } from './http-frameworks.js';
export { type HonoContextLike, honoMiddleware, trackFetch } from './http-fetch.js';
