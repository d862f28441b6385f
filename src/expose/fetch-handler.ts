import { type Registry, oneRegistry } from '../registry/registry.js';
import { type Answer, type ScrapeOptions, checkScrapeOptions, refuseMethod, scrape } from './scrape.js';

export type { ScrapeOptions };

/**
 * A handler from `Request` to `Response`, for Bun, Deno, edge runtimes, Hono and whatever else speaks fetch. It answers GET and HEAD with the
 * exposition, whatever the path: route to it.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError when an argument is no registry, two registries have the same metric, or an option is wrong
 *
 * @example
 * const registry = new Registry();
 * const handle = createFetchHandler(registry);
 * const response = await handle(new Request('http://localhost/metrics'));
 */
export function createFetchHandler(registries: Registry | readonly Registry[], options: ScrapeOptions = {}): (request: Request) => Promise<Response> {
  const registry = oneRegistry(registries);
  checkScrapeOptions(options);
  return async (request) => {
    const { status, headers, body } = refuseMethod(request.method) ?? (await scrape(registry, options));
    return new Response(request.method === 'HEAD' ? null : bodyOf(body), { status, headers });
  };
}

/** Chunks are written when they are asked for, and no longer than somebody asks. */
function bodyOf(body: Answer['body']): BodyInit {
  if (body instanceof Uint8Array) return body;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await body.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await body.return();
      },
    },
    // Nothing ahead of demand: a response that nobody reads costs nothing.
    { highWaterMark: 0 },
  );
}
