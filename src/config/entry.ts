/**
 * What `tallystick/config` exports: metrics declared in a file, and recorded by name.
 *
 * @module
 */
export { type BackendName, type BackendOptions, type MetricsBackend, startMetricsBackend } from './backends.js';
export { createMetricsClient, type ClientOptions } from './client.js';
export type { AnyMetrics, CreateGaugeOptions, CreateHistogramOptions, CreateOptions, CreateSummaryOptions, MetricLabels, MetricsClient, MetricsShape } from './client-types.js';
export { MetricsConfigError, type ConfigFault } from './config-error.js';
export type { MetricDeclaration, MetricKind } from './declarations.js';
export { type ConfigWatcher, type WatchOptions, loadMetricsConfig, watchMetricsConfig } from './file.js';
export { MetricsConfig, type ParseConfigOptions, parseMetricsConfig } from './parse-config.js';
export { type Schema, type SchemaType, metricsSchema } from './schema.js';
export { type MetricsSetup, type SetupOptions, setupMetrics, shutdownMetrics } from './setup.js';
export type { YamlModule } from './yaml-reader.js';
