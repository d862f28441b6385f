import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Registry, checkTimeout, oneRegistry } from '../registry/registry.js';
import { type Answer, type ScrapeOptions, refuseMethod, scrape } from './scrape.js';

/**
 * A request handler for `node:http` and the frameworks built on it. It answers GET and HEAD with the exposition, whatever the path: route
 * to it.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError when an argument is no registry, two registries have the same metric, or `timeoutSeconds` is no time
 */
export function createMetricsHandler(registries: Registry | readonly Registry[], options: ScrapeOptions = {}): (request: IncomingMessage, response: ServerResponse) => void {
  const registry = oneRegistry(registries);
  checkTimeout(options.timeoutSeconds);
  return (request, response) => {
    const refusal = refuseMethod(request.method);
    if (refusal !== undefined) {
      send(request, response, refusal);
      return;
    }
    void scrape(registry, options).then((answer) => send(request, response, answer));
  };
}

/** Sends an answer; the body is left out for HEAD, everything if the client has gone. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
