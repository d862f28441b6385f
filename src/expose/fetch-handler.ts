import type { NegotiationOptions } from '../format/negotiate.js';
import type { Registry } from '../registry/registry.js';
import type { Authentication } from './authentication.js';
import type { CompressionOptions } from './compression.js';
import { Endpoint } from './endpoint.js';
import type { Answer, ScrapeOptions } from './scrape.js';
import { webPlatform } from './web-platform.js';

export type { Authentication, CompressionOptions, NegotiationOptions, ScrapeOptions };

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
  const endpoint = new Endpoint(registries, options, webPlatform);
  return async ({ method, url, headers }) => {
    const answer = await endpoint.answer({ method, url, header: (name) => headers.get(name) ?? undefined });
    // Cloudflare's runtime compresses what has a content coding by itself unless it is told that this was done; others do not know the word.
    return new Response(method === 'HEAD' ? null : bodyOf(answer.body), { status: answer.status, headers: answer.headers, ...{ encodeBody: 'manual' } });
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
