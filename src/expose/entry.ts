/**
 * What `tallystick/expose` exports. Nothing else imports this file.
 *
 * @module
 */
export { createFetchHandler } from './fetch-handler.js';
export { createMetricsHandler } from './metrics-handler.js';
export { startMetricsServer, type MetricsServer, type MetricsServerOptions } from './server.js';
export type { OffThreadOptions } from './off-thread-options.js';
export type { GroupOptions } from './group-settings.js';
export type { ScrapeOptions } from './scrape.js';
export type { Authentication } from './authentication.js';
export type { CompressionOptions } from './compression.js';
export type { NegotiationOptions } from '../format/negotiate.js';
