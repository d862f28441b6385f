import { TallystickError, list, show } from '../model/errors.js';
import type { MetricsServerOptions } from '../expose/server.js';
import type { OtlpOptions } from '../export/otlp/options.js';
import type { Pusher } from '../export/push-loop.js';
import type { StatsdOptions } from '../export/statsd/exporter.js';
import { Registry, asArray, defaultRegistry } from '../registry/registry.js';

/** Where metrics go: scraped over HTTP, sent as StatsD lines or by OTLP, or nowhere. */
export type BackendName = 'prometheus' | 'statsd' | 'otlp' | 'null';

/** The backend and its options, which are those of `startMetricsServer`, `startStatsd` and `startOtlpExporter`. */
export type BackendOptions =
  | ({ readonly backend: 'prometheus' } & MetricsServerOptions)
  | ({ readonly backend: 'statsd' } & StatsdOptions)
  | ({ readonly backend: 'otlp' } & OtlpOptions)
  | { readonly backend: 'null'; readonly registry?: Registry };

/** A backend that runs. */
export interface MetricsBackend {
  readonly backend: BackendName;
  /**
   * Where instruments are to be registered: the one given, the first one of several, or the default one. For `null` without one given, a registry that keeps
   * nothing, so that recording costs nothing.
   */
  readonly registry: Registry;
  /** Where it is scraped; for `prometheus`. */
  readonly url: string | undefined;
  /** Collects and sends now, where something is sent; never ends with an error. */
  flush(): Promise<void>;
  /** Sends what is to be sent, and ends the backend; may be called more than once. */
  shutdown(): Promise<void>;
}

const names: readonly BackendName[] = ['prometheus', 'statsd', 'otlp', 'null'];

/**
 * Starts the backend of a closed choice, for services that have it from their configuration: no code that records knows which one it is. Each loads what
 * it needs when it is started.
 *
 * @example
 * const { registry, shutdown } = await startMetricsBackend({ backend: 'null' });
 * new Counter({ name: 'jobs_total', help: 'Jobs done.', registry }).inc();
 * await shutdown();
 *
 * @throws TallystickError (as a rejection) `INVALID_OPTIONS`, for a backend that is none and for its options
 */
export async function startMetricsBackend(options: BackendOptions): Promise<MetricsBackend> {
  if (typeof options !== 'object' || options === null || !names.includes(options.backend)) {
    const given = typeof options === 'object' && options !== null ? (options as { readonly backend?: unknown }).backend : options;
    throw new TallystickError('INVALID_OPTIONS', `startMetricsBackend: backend is ${show(given)}; give one of ${list(names)}`);
  }
  switch (options.backend) {
    case 'prometheus': {
      const { backend, ...rest } = options;
      const { startMetricsServer } = await import('../expose/server.js');
      const { url, close } = await startMetricsServer(rest);
      return { backend, registry: firstOf(rest.registry), url, flush: nothing, shutdown: close };
    }
    case 'statsd': {
      const { backend, ...rest } = options;
      const { startStatsd } = await import('../export/statsd/exporter.js');
      return pushing(backend, firstOf(rest.registry), startStatsd(rest));
    }
    case 'otlp': {
      const { backend, ...rest } = options;
      const { startOtlpExporter } = await import('../export/otlp/exporter.js');
      return pushing(backend, firstOf(rest.registry), startOtlpExporter(rest));
    }
    case 'null':
      return { backend: 'null', registry: options.registry ?? new Registry({ backend: 'null' }), url: undefined, flush: nothing, shutdown: nothing };
  }
}

function pushing(backend: BackendName, registry: Registry, pusher: Pusher): MetricsBackend {
  return { backend, registry, url: undefined, flush: () => pusher.flush(), shutdown: () => pusher.shutdown() };
}

function firstOf(registries: Registry | readonly Registry[] = defaultRegistry): Registry {
  return asArray(registries)[0]!;
}

async function nothing(): Promise<void> {}
