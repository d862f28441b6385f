import { TallystickError, show } from '../model/errors.js';
import { schemaFaults } from './check-schema.js';
import { MetricsConfigError, placed } from './config-error.js';
import { type MetricDeclaration, declarationsOf } from './declarations.js';
import { readJson } from './json-reader.js';
import { type Located, UnreadableText, locate, member, plain } from './located.js';
import { metricsSchema } from './schema.js';
import { type YamlModule, readYaml } from './yaml-reader.js';

/** The metrics of a service, read and checked. It comes from {@link parseMetricsConfig} or {@link loadMetricsConfig}, and never changes. */
export class MetricsConfig {
  /** The file it was read from, or how it is called in errors. */
  readonly file: string;
  /** Whose metrics they are, as the file says; empty if it does not. */
  readonly service: string;
  /** Every metric in the order of the file, those that are not captured among them. */
  readonly metrics: readonly MetricDeclaration[];

  /** Use {@link parseMetricsConfig}. */
  constructor(file: string, service: string, metrics: readonly MetricDeclaration[]) {
    this.file = file;
    this.service = service;
    this.metrics = metrics;
  }
}

/** How a configuration is read. */
export interface ParseConfigOptions {
  /** How errors call it; default `configuration`. */
  readonly file?: string;
  /** The package `yaml`, version 2, imported by the application: then a text is YAML, of which JSON is a part. Without it, a text is JSON. */
  readonly yaml?: YamlModule;
}

/**
 * Reads and checks a configuration.
 *
 * @param source its text; or the object that it would be
 * @throws MetricsConfigError with everything that is wrong
 *
 * @example
 * const config = parseMetricsConfig({ counters: [{ name: 'jobs_total', description: 'Jobs done.', labels: ['queue'] }] });
 * console.log(config.metrics.map(({ name }) => name));
 */
export function parseMetricsConfig(source: string | object, options: ParseConfigOptions = {}): MetricsConfig {
  const { file = 'configuration', yaml } = options;
  if (yaml !== undefined && typeof yaml?.parseDocument !== 'function') throw new TallystickError('INVALID_OPTIONS', `configuration: yaml is ${show(yaml)}; give what import * as yaml from "yaml" gives`);
  const text = typeof source === 'string' ? source : undefined;
  let root: Located;
  try {
    root = text === undefined ? locate(source) : yaml === undefined ? readJson(text) : readYaml(text, yaml);
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    throw new MetricsConfigError(placed(file, text, error.faults));
  }
  const faults = schemaFaults(root, metricsSchema);
  if (faults.length > 0) throw new MetricsConfigError(placed(file, text, faults));
  const { declarations, faults: more } = declarationsOf(root);
  if (more.length > 0) throw new MetricsConfigError(placed(file, text, more));
  const service = member(root, 'service');
  return new MetricsConfig(file, service === undefined ? '' : (plain(service) as string), declarations);
}
