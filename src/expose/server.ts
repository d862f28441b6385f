import type { TlsOptions } from 'node:tls';
import { type GroupOptions, checkGroup } from './group-settings.js';
import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { type Registry, asArray, defaultRegistry, oneRegistry } from '../registry/registry.js';
import { type MetricsServer, type ServerSettings, serve } from './http-server.js';
import { startOffThread } from './off-thread.js';
import { type OffThreadOptions, checkOffThread } from './off-thread-options.js';
import { type ScrapeOptions, checkScrapeOptions, scrapeOptionNames } from './scrape.js';

export type { MetricsServer } from './http-server.js';

export interface MetricsServerOptions extends ScrapeOptions {
  /** What to show; the default registry when left out. Several are shown as one. */
  readonly registry?: Registry | readonly Registry[];
  /** From 0 to 65535; 0 takes any free one; default 9464. */
  readonly port?: number;
  /** The address to listen on; default 127.0.0.1. Give `0.0.0.0` or `::` to be reached from other machines. */
  readonly host?: string;
  /** To be reached by HTTPS: `cert` and `key` in PEM, or `pfx`, and whatever else `node:tls` knows, such as `ca` and `requestCert` for client certificates. */
  readonly tls?: TlsOptions;
  /**
   * Serves from a thread of its own, which reads what this one and its workers record: a scrape then costs this thread nothing, and is answered while
   * it is blocked. Default: no.
   */
  readonly offThread?: boolean | OffThreadOptions;
  /**
   * Shows what all processes of the host have counted that share a directory, and has them show what this one has. It needs `offThread`. Default: no.
   */
  readonly group?: boolean | GroupOptions;
}

/** The port that OpenTelemetry's Prometheus exporters made usual. */
const defaultPort = 9464;

/**
 * Serves `/metrics` and `/healthz` from a server of its own, on loopback unless told otherwise.
 *
 * @returns once the server listens
 * @throws TallystickError `INVALID_OPTIONS` (as a rejection) for a bad option, a port that is taken, an address that is not this machine's, or a platform
 *   whose threads share no memory where `offThread` is asked for
 */
export async function startMetricsServer(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  if (Array.isArray(options) || typeof (options as Partial<Registry>).collectSync === 'function') {
    throw new TallystickError('INVALID_OPTIONS', 'metrics server: options are a registry; give it as an option: startMetricsServer({ registry })');
  }
  checkOptions('metrics server', options, ['registry', 'port', 'host', 'tls', 'offThread', 'group', ...scrapeOptionNames]);
  const { registry: registries = defaultRegistry } = options;
  const settings = settingsOf(options);
  const offThread = checkOffThread(options.offThread);
  const group = checkGroup(options.group, offThread !== undefined);
  // Several registries that have the same metric are refused here, too.
  const registry = oneRegistry(registries);
  if (offThread !== undefined) return startOffThread(asArray(registries), settings, offThread, group);
  const server = await serve(registry, settings);
  for (const one of asArray(registries)) one.onShutdown(server.close);
  return server;
}

function settingsOf({ port = defaultPort, host = '127.0.0.1', tls, ...options }: MetricsServerOptions): ServerSettings {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TallystickError('INVALID_OPTIONS', `metrics server: port is ${show(port)}; give a whole number from 0 to 65535, 0 for any free one`);
  }
  if (typeof host !== 'string' || host === '') throw new TallystickError('INVALID_OPTIONS', `metrics server: host is ${show(host)}; give an address, or leave it out for 127.0.0.1`);
  const scrape: ScrapeOptions = Object.fromEntries(scrapeOptionNames.map((name) => [name, options[name]]));
  checkScrapeOptions(scrape);
  return { port, host, tls, scrape };
}
