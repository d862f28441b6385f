/**
 * What `tallystick/generate` exports: dashboards, rules and configuration, made from metrics. Nothing else imports this file.
 *
 * @module
 */
export { grafanaDashboard, type Dashboard, type DashboardOptions, type DashboardPanel, type DashboardVariable, type GridPosition } from './dashboard.js';
export { alertRules, type AlertOptions, type AlertThresholds } from './alerts.js';
export { recordingRules, type RecordingOptions } from './recording.js';
export { composeFile, prometheusConfig, type ComposeOptions, type ComposeService, type PrometheusConfigOptions } from './deployment.js';
export type { MetricsSource, ScrapedFormat } from './scraped.js';
