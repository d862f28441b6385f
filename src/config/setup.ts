import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import type { MetricsServer, MetricsServerOptions } from '../expose/server.js';
import type { OtlpOptions } from '../export/otlp/options.js';
import type { Pusher } from '../export/push-loop.js';
import { type Registry, defaultRegistry } from '../registry/registry.js';
import { createMetricsClient } from './client.js';
import type { AnyMetrics, MetricsClient, MetricsShape } from './client-types.js';
import { type ConfigWatcher, loadMetricsConfig, watchMetricsConfig } from './file.js';
import type { MetricsConfig } from './parse-config.js';

/** What {@link setupMetrics} is told; what is left out comes from the environment. */
export interface SetupOptions {
  /** The path of the file that declares the metrics, or what was read from it, or the object that it would be. None: metrics are created by the program. */
  readonly config?: string | MetricsConfig | object;
  /** Whether the client follows the file when it changes; default no. */
  readonly watch?: boolean;
  /** Where the metrics are; the default registry when left out. */
  readonly registry?: Registry;
  /** Whether metrics are sent by OTLP, and how. Default: if `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` is set. */
  readonly otlp?: boolean | Omit<OtlpOptions, 'registry' | 'environment'>;
  /**
   * Whether a server is started to be scraped, and how. Default: if `OTEL_PROMETHEUS_ENABLED` says so or, where that is not set, `PROMETHEUS_ENABLED`. Its port
   * is that of `OTEL_PROMETHEUS_PORT` or `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464, its address that of `OTEL_EXPORTER_PROMETHEUS_HOST`, else 127.0.0.1.
   */
  readonly prometheus?: boolean | Omit<MetricsServerOptions, 'registry'>;
  /** Where variables are read; `process.env` when left out. */
  readonly environment?: Environment;
}

/** Environment variables, as `process.env` has them. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What {@link setupMetrics} has started. */
export interface MetricsSetup<M extends MetricsShape = AnyMetrics> {
  readonly client: MetricsClient<M>;
  readonly registry: Registry;
  /** Undefined when none was asked for, or it could not be started. */
  readonly server: MetricsServer | undefined;
  /** Undefined when none was asked for, or it could not be started. */
  readonly exporter: Pusher | undefined;
  /** Sends what is to be sent, and ends all of it; may be called more than once, and never ends with an error. */
  shutdown(): Promise<void>;
}

/** What was set up and has not been shut down. */
const running = /* @__PURE__ */ new Set<MetricsSetup<MetricsShape>>();

/**
 * Sets a service's metrics up: its client, the sending by OTLP, and the server to be scraped, as options and environment say. What cannot be started is
 * logged and left out, as is a configuration with faults: a service does not fail for its metrics.
 *
 * @param service its name; `service.name` for OTLP, unless `OTEL_SERVICE_NAME` is set
 * @throws TallystickError (as a rejection) `INVALID_OPTIONS`, for options that make no sense
 */
export async function setupMetrics<M extends MetricsShape = AnyMetrics>(service: string, options: SetupOptions = {}): Promise<MetricsSetup<M>> {
  checkOptions('setupMetrics', options, ['config', 'watch', 'registry', 'otlp', 'prometheus', 'environment']);
  if (typeof service !== 'string' || service === '') throw new TallystickError('INVALID_OPTIONS', `setupMetrics: service is ${show(service)}; give the name of the service`);
  const { config = {}, watch = false, registry = defaultRegistry, environment = typeof process === 'object' ? process.env : {} } = options;
  if (typeof registry?.noteFault !== 'function') throw new TallystickError('INVALID_OPTIONS', `setupMetrics: registry is ${show(registry)}; give a Registry, or leave it out`);
  const start = async <T>(what: string, begin: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await begin();
    } catch (error) {
      registry.noteFault(`setupMetrics: ${what}`, error);
      return undefined;
    }
  };
  const read = typeof config === 'string' ? await start('configuration', () => loadMetricsConfig(config)) : config;
  const client = createMetricsClient<M>(service, read ?? {}, { registry });
  const watcher = watch && typeof config === 'string' ? await start('watch', () => watchMetricsConfig(config, client, { registry })) : undefined;
  const exporter = await start('otlp', () => startOtlp(service, registry, options.otlp, environment));
  const server = await start('prometheus', () => startServer(registry, options.prometheus, environment));
  const setup: MetricsSetup<M> = { client, registry, server, exporter, shutdown: () => end(setup as unknown as MetricsSetup<MetricsShape>, watcher) };
  running.add(setup as unknown as MetricsSetup<MetricsShape>);
  return setup;
}

/** Shuts down whatever {@link setupMetrics} has started: what is to be sent is sent. Never ends with an error. */
export async function shutdownMetrics(): Promise<void> {
  await Promise.all([...running].map((setup) => setup.shutdown()));
}

async function end(setup: MetricsSetup<MetricsShape>, watcher: ConfigWatcher | undefined): Promise<void> {
  running.delete(setup);
  watcher?.stop();
  for (const close of [() => setup.exporter?.shutdown(), () => setup.server?.close()]) {
    try {
      await close();
    } catch (error) {
      setup.registry.noteFault('shutdownMetrics', error);
    }
  }
}

async function startOtlp(service: string, registry: Registry, given: SetupOptions['otlp'], environment: Environment): Promise<Pusher | undefined> {
  const isAsked = given ?? (isSet(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT') || isSet(environment, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'));
  if (isAsked === false) return undefined;
  // Loaded where it is used only: a service that is scraped needs nothing that pushes.
  const { startOtlpExporter } = await import('../export/otlp/exporter.js');
  const named = isSet(environment, 'OTEL_SERVICE_NAME') ? {} : { serviceName: service };
  return startOtlpExporter({ ...named, ...(typeof given === 'object' ? given : {}), registry, environment });
}

async function startServer(registry: Registry, given: SetupOptions['prometheus'], environment: Environment): Promise<MetricsServer | undefined> {
  const isAsked = given ?? flag(environment, 'OTEL_PROMETHEUS_ENABLED') ?? flag(environment, 'PROMETHEUS_ENABLED') ?? false;
  if (isAsked === false) return undefined;
  const port = portFrom(environment, 'OTEL_PROMETHEUS_PORT') ?? portFrom(environment, 'OTEL_EXPORTER_PROMETHEUS_PORT');
  const host = environment['OTEL_EXPORTER_PROMETHEUS_HOST'];
  const { startMetricsServer } = await import('../expose/server.js');
  return startMetricsServer({ ...(port === undefined ? {} : { port }), ...(host === undefined || host === '' ? {} : { host }), ...(typeof given === 'object' ? given : {}), registry });
}

function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? '').trim() !== '';
}

/** A flag of the environment; undefined where it is not set. @throws TallystickError `INVALID_OPTIONS` */
function flag(environment: Environment, name: string): boolean | undefined {
  const value = environment[name]?.trim().toLowerCase() ?? '';
  if (value === '') return undefined;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  if (['0', 'false', 'no', 'off'].includes(value)) return false;
  throw new TallystickError('INVALID_OPTIONS', `setupMetrics: ${name} is ${show(environment[name])}; give 1, true, yes or on, or 0, false, no or off`);
}

/** @throws TallystickError `INVALID_OPTIONS` */
function portFrom(environment: Environment, name: string): number | undefined {
  if (!isSet(environment, name)) return undefined;
  const value = environment[name]!.trim();
  if (/^\d{1,5}$/.test(value) && Number(value) < 65536) return Number(value);
  throw new TallystickError('INVALID_OPTIONS', `setupMetrics: ${name} is ${show(value)}; give a port from 0 to 65535`);
}
