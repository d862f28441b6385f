import { type RequestListener, type Server, createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { TallystickError } from '../model/errors.js';
import type { Registry } from '../registry/registry.js';
import { createMetricsHandler, send } from './metrics-handler.js';
import { type ScrapeOptions, refuseMethod, say } from './scrape.js';

/** What a server needs beside the registry that it shows. It can be sent to another thread, as long as `tls` holds no functions. */
export interface ServerSettings {
  readonly port: number;
  readonly host: string;
  readonly tls: TlsOptions | undefined;
  readonly scrape: ScrapeOptions;
}

export interface MetricsServer {
  /** Where the exposition is, for instance `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends every connection; may be called more than once. `registry.shutdown()` calls it, too. */
  close(): Promise<void>;
}

/** A scraper needs one connection; what opens hundreds is a fault or an attack. */
const mostConnections = 64;
/** How long a client may take to say what it wants. */
const requestTimeoutMilliseconds = 10_000;
/** How long a connection may be silent, so that clients that never read their answer cannot shut others out. */
const idleTimeoutMilliseconds = 60_000;

/**
 * Serves a registry from the thread that calls.
 *
 * @returns once the server listens
 * @throws TallystickError `INVALID_OPTIONS` (as a rejection) for a bad option, a port that is taken, or an address that is not this machine's
 */
export async function serve(registry: Registry, settings: ServerSettings): Promise<MetricsServer> {
  const { port, host, tls, scrape } = settings;
  const metrics = createMetricsHandler(registry, scrape);
  const server = makeServer(tls, (request, response) => {
    const path = pathOf(request.url);
    if (path === '/metrics') metrics(request, response);
    else if (path === '/healthz') void send(request, response, refuseMethod(request.method) ?? say(200, 'ok'));
    else void send(request, response, say(404, 'Nothing is here; there are /metrics and /healthz.'));
  });
  server.maxConnections = mostConnections;
  server.timeout = idleTimeoutMilliseconds;
  await listen(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return { url: urlOf(settings, taken), port: taken, close: () => closeServer(server) };
}

/** Where the exposition is, for one who is on the same machine. */
export function urlOf({ host, tls }: ServerSettings, port: number): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
}

function makeServer(tls: TlsOptions | undefined, listener: RequestListener): Server {
  const limits = { requestTimeout: requestTimeoutMilliseconds, headersTimeout: requestTimeoutMilliseconds, connectionsCheckingInterval: 1000 };
  if (tls === undefined) return createServer(limits, listener);
  if (typeof tls !== 'object' || tls === null || (tls.pfx === undefined && (tls.cert === undefined || tls.key === undefined))) {
    throw new TallystickError('INVALID_OPTIONS', 'metrics server: tls has no certificate; give an object with cert and key in PEM, or with pfx');
  }
  try {
    return createSecureServer({ handshakeTimeout: requestTimeoutMilliseconds, ...tls, ...limits }, listener);
  } catch (error) {
    throw new TallystickError('INVALID_OPTIONS', `metrics server: tls cannot be used (${error instanceof Error ? error.message : String(error)}); check cert and key`);
  }
}

/**
 * The path of a request, without parsing what a hostile client may send as a URL. Proxies may send the absolute form, with scheme and host
 * (RFC 9112, section 3.2.2).
 */
function pathOf(url: string | undefined): string {
  return (url ?? '').replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0]!;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is taken; choose another one, or 0 for any free one' : `cannot be listened on (${error.code ?? error.message})`;
      reject(new TallystickError('INVALID_OPTIONS', `metrics server: port ${port} on ${host} ${reason}`));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      // A client that breaks its connection is its own business.
      server.on('error', () => {});
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
