/** What a handler needs of a request of `node:http`. */
export interface NodeRequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** What a handler needs of a response of `node:http`. */
export interface NodeResponseLike {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: Uint8Array): unknown;
}

/** A handler from `Request` to `Response`, at once or later. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/**
 * Makes a fetch-style handler one for `node:http` and the frameworks built on it. It is given method and URL, no headers and no body, which
 * the handlers of these packs do not look at. Whatever goes wrong is answered with 500.
 */
export function toNodeHandler(handle: FetchHandler): (request: NodeRequestLike, response: NodeResponseLike) => Promise<void> {
  return async ({ method = 'GET', url = '/' }, response) => {
    let answer: Response;
    let body: Uint8Array;
    try {
      // A URL of two slashes would name a host, and a method such as TRACE is none that a Request takes.
      answer = isAnswered(method) ? await handle(new Request(`http://localhost/${url.replace(/^\/+/, '')}`, { method })) : refusal();
      body = new Uint8Array(await answer.arrayBuffer());
    } catch {
      answer = new Response(null, { status: 500 });
      body = new Uint8Array();
    }
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...(method === 'HEAD' ? {} : { 'content-length': String(body.length) }) });
    response.end(method === 'HEAD' ? undefined : body);
  };
}

/** Whether a method is answered at all. */
export function isAnswered(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The answer to every other method. */
export function refusal(): Response {
  return new Response('Only GET and HEAD are answered here.\n', { status: 405, headers: { allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' } });
}
