import { type HttpMetrics, lengthOf } from './http-metrics.js';

/** What is looked at in a request of `node:http`. */
export interface HttpRequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What is looked at in a response of `node:http`. Its `write` and `end` are replaced by ones that count the bytes. */
export interface HttpResponseLike {
  statusCode: number;
  readonly writableFinished: boolean;
  write(chunk: unknown, ...rest: unknown[]): boolean;
  end(...args: unknown[]): unknown;
  once(event: 'finish' | 'close', listener: () => void): unknown;
}

/** The status that shows for a request whose client has gone before the answer was whole; servers have called it so since nginx. */
const clientGone = 499;

/**
 * Records a request of `node:http` until its answer is sent: what a framework's middleware calls.
 *
 * @param route the template that the framework has matched; asked for when the answer ends
 */
export function trackExchange(metrics: HttpMetrics, request: HttpRequestLike, response: HttpResponseLike, route?: () => string | undefined): void {
  const { method = 'GET', url: path = '/' } = request;
  const exchange = metrics.begin(method);
  const requestBytes = lengthOf(request.headers['content-length']) ?? (request.headers['transfer-encoding'] === undefined ? 0 : undefined);
  let template: string | undefined;
  const findRoute = (): void => {
    try {
      template ??= route?.();
    } catch (error) {
      metrics.registry.noteFault('http', error);
    }
  };
  // As it was when the answer ended: what follows may make a router forget where it was.
  const responseBytes = countBytes(response, findRoute);
  const over = (): void => {
    findRoute();
    exchange.end({ path, route: template, statusCode: response.writableFinished ? response.statusCode : clientGone, requestBytes, responseBytes: method === 'HEAD' ? 0 : responseBytes() });
  };
  response.once('finish', over);
  response.once('close', over);
}

/** What `node:http` or `node:http2` calls. With `any`, a listener that is written where a server is made has the request and response of that server. */
type NodeListener = (request: any, response: any) => unknown;

/** A listener for `node:http`, and for what takes its listeners, that records every request. Routes are those that `routes` declares. */
export function trackNode<Listener extends NodeListener>(metrics: HttpMetrics, listener: Listener): Listener {
  return function (this: unknown, request: HttpRequestLike, response: HttpResponseLike): unknown {
    trackExchange(metrics, request, response);
    return listener.call(this, request, response);
  } as Listener;
}

/** Replaces `write` and `end` by ones that count. @returns how many bytes there were so far */
function countBytes(response: HttpResponseLike, onEnd: () => void): () => number {
  const { write, end } = response;
  let bytes = 0;
  response.write = function (this: HttpResponseLike, chunk, ...rest) {
    bytes += sizeOf(chunk, rest[0]);
    return write.call(this, chunk, ...rest);
  };
  response.end = function (this: HttpResponseLike, ...args) {
    onEnd();
    const before = bytes;
    const result = end.apply(this, args);
    // The end() of HTTP/1 writes its chunk by an inner function, that of HTTP/2 by write().
    if (bytes === before) bytes += sizeOf(args[0], args[1]);
    return result;
  };
  return () => bytes;
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return stringSize(chunk, typeof encoding === 'string' ? encoding : 'utf8');
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

/** Where there is `node:http` there is a `Buffer`. */
function stringSize(text: string, encoding: string): number {
  const { Buffer } = globalThis as { Buffer?: { byteLength(text: string, encoding: string): number } };
  return Buffer?.byteLength(text, encoding) ?? text.length;
}
