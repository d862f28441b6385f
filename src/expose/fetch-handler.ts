import { type Registry, checkTimeout, oneRegistry } from '../registry/registry.js';
import { type ScrapeOptions, refuseMethod, scrape } from './scrape.js';

export type { ScrapeOptions };

/**
 * A handler from `Request` to `Response`, for Bun, Deno, edge runtimes, Hono and whatever else speaks fetch. It answers GET and HEAD with the
 * exposition, whatever the path: route to it.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError when an argument is no registry, two registries have the same metric, or `timeoutSeconds` is no time
 *
 * @example
 * const registry = new Registry();
 * const handle = createFetchHandler(registry);
 * const response = await handle(new Request('http://localhost/metrics'));
 */
export function createFetchHandler(registries: Registry | readonly Registry[], options: ScrapeOptions = {}): (request: Request) => Promise<Response> {
  const registry = oneRegistry(registries);
  checkTimeout(options.timeoutSeconds);
  return async (request) => {
    const { status, headers, body } = refuseMethod(request.method) ?? (await scrape(registry, options));
    return new Response(request.method === 'HEAD' ? null : body, { status, headers });
  };
}
