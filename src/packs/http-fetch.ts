import { type HttpExchange, type HttpMetrics, lengthOf } from './http-metrics.js';

/** What is looked at in a context of Hono. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request; readonly path: string; readonly routePath?: string };
  res: Response;
}

/**
 * A fetch handler that records every request; whatever else it is called with is passed on. The duration ends when the handler has answered, the
 * size of the answer is that of its body as read to the end. Routes are those that `routes` declares.
 */
export function trackFetch<Rest extends unknown[]>(
  metrics: HttpMetrics,
  handle: (request: Request, ...rest: Rest) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async function (this: unknown, request, ...rest) {
    const exchange = metrics.begin(request.method);
    const path = pathOf(request);
    try {
      const response = await handle.call(this, request, ...rest);
      return answered(exchange, request, response, { path });
    } catch (error) {
      failed(exchange, request, { path });
      throw error;
    }
  };
}

/** Middleware for Hono: `app.use(honoMiddleware(http))` before the routes. */
export function honoMiddleware(metrics: HttpMetrics): (context: HonoContextLike, next: () => Promise<void>) => Promise<void> {
  return async (context, next) => {
    const { req } = context;
    const exchange = metrics.begin(req.raw.method);
    try {
      await next();
    } catch (error) {
      failed(exchange, req.raw, { path: req.path });
      throw error;
    }
    const response = answered(exchange, req.raw, context.res, { path: req.path, route: honoRoute(req.routePath) });
    if (response !== context.res) context.res = response;
  };
}

interface Asked {
  readonly path: string;
  readonly route?: string | undefined;
}

function answered(exchange: HttpExchange, request: Request, response: Response, asked: Asked): Response {
  const known = request.method === 'HEAD' || response.body === null ? 0 : lengthOf(response.headers.get('content-length'));
  exchange.end({ ...asked, statusCode: response.status, requestBytes: requestBytes(request), responseBytes: known });
  return known === undefined ? counted(response, (bytes) => exchange.responseSize(asked, bytes)) : response;
}

/** Whatever turns the error into an answer will say 500, or so it is to be supposed. */
function failed(exchange: HttpExchange, request: Request, asked: Asked): void {
  exchange.end({ ...asked, statusCode: 500, requestBytes: requestBytes(request) });
}

/** The same response, whose body counts its bytes while it is read: nothing is read ahead, and nothing is kept. */
function counted(response: Response, done: (bytes: number) => void): Response {
  // What somebody reads already cannot be counted.
  if (response.body === null || response.body.locked) return response;
  const reader = response.body.getReader();
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done: isOver, value } = await reader.read();
        if (isOver) {
          done(bytes);
          controller.close();
          return;
        }
        bytes += value.byteLength;
        controller.enqueue(value);
      },
      async cancel(reason) {
        done(bytes);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, response);
}

function requestBytes(request: Request): number | undefined {
  return lengthOf(request.headers.get('content-length')) ?? (request.body === null ? 0 : undefined);
}

function pathOf(request: Request): string {
  return new URL(request.url).pathname;
}

/** Middleware has a route, too: one that is for every path says nothing of the path. */
function honoRoute(path: string | undefined): string | undefined {
  return path === '*' || path === '/*' ? undefined : path;
}
