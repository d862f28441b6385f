import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '../registry/registry.js';
import { Endpoint } from './endpoint.js';
import { nodePlatform } from './node-platform.js';
import type { Answer, ScrapeOptions } from './scrape.js';

/**
 * A request handler for `node:http` and the frameworks built on it. It answers GET and HEAD with the exposition, whatever the path: route
 * to it.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError when an argument is no registry, two registries have the same metric, or an option is wrong
 */
export function createMetricsHandler(registries: Registry | readonly Registry[], options: ScrapeOptions = {}): (request: IncomingMessage, response: ServerResponse) => void {
  const endpoint = new Endpoint(registries, options, nodePlatform);
  return (request, response) => {
    endpoint
      .answer({ method: request.method, url: request.url ?? '', header: (name) => headerOf(request, name) })
      .then((answer) => send(request, response, answer))
      .catch((error: unknown) => {
        // What has been sent cannot be taken back; a broken connection says that it is not whole.
        endpoint.registry.noteFault('scrape', error);
        response.destroy();
      });
  };
}

/** Node.js joins headers that came more than once, or takes the first, where they may not. */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Sends an answer; the body is left out for HEAD, everything if the client has gone. */
export async function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (isGone(request, response) || response.headersSent) return;
  response.writeHead(status, headers);
  if (request.method === 'HEAD') {
    response.end();
  } else if (body instanceof Uint8Array) {
    response.end(body);
  } else {
    // Leaving the loop ends the writing, too.
    for await (const chunk of body) {
      if (!response.write(chunk)) await drained(request, response);
      if (isGone(request, response)) return;
    }
    response.end();
  }
}

/**
 * Whether the client has gone. An answer that waits behind others of the same connection is told nothing when that ends: neither is it
 * destroyed nor does it close.
 */
function isGone({ socket }: IncomingMessage, response: ServerResponse): boolean {
  return response.destroyed || socket.destroyed;
}

/** Resolves when the client has read what was sent, or has gone. */
function drained(request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (isGone(request, response)) {
      resolve();
      return;
    }
    const { socket } = request;
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      socket.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
    socket.once('close', done);
  });
}
