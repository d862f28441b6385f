/** What a handler needs of a request of `node:http`. */
export interface NodeRequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What a handler needs of a response of `node:http`. */
export interface NodeResponseLike {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body?: Uint8Array): unknown;
}

/** A handler from `Request` to `Response`, at once or later. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/**
 * Makes a fetch-style handler one for `node:http` and the frameworks built on it. It is given method, URL and headers, and no body, as
 * GET and HEAD have none and every other method is answered with 405. Whatever goes wrong is answered with 500.
 */
export function toNodeHandler(handle: FetchHandler): (request: NodeRequestLike, response: NodeResponseLike) => Promise<void> {
  return async ({ method = 'GET', url = '/', headers = {} }, response) => {
    let answer: Response;
    let body: Uint8Array;
    try {
      // A URL of two slashes would name a host, and a method such as TRACE is none that a Request takes.
      answer = isAnswered(method) ? await handle(new Request(`http://localhost/${url.replace(/^\/+/, '')}`, { method, headers: headersOf(headers) })) : refusal();
      body = new Uint8Array(await answer.arrayBuffer());
    } catch {
      answer = new Response(null, { status: 500 });
      body = new Uint8Array();
    }
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...(method === 'HEAD' ? {} : { 'content-length': String(body.length) }) });
    response.end(method === 'HEAD' ? undefined : body);
  };
}

/** Those of HTTP/2 that begin with a colon say what method and URL say. */
function headersOf(headers: NonNullable<NodeRequestLike['headers']>): Headers {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':')) given.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return given;
}

/** Whether a method is answered at all. */
export function isAnswered(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The answer to every other method. */
export function refusal(): Response {
  return new Response('Only GET and HEAD are answered here.\n', { status: 405, headers: { allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' } });
}
