import { encodeUtf8 } from '../platform/byte-buffer.js';
import { writeText } from '../format/expose.js';
import { textContentType } from '../format/text.js';
import type { Registry } from '../registry/registry.js';

export interface ScrapeOptions {
  /** How long a scrape waits for asynchronous functions and collectors, in seconds; default 5. What is late shows as last known. */
  readonly timeoutSeconds?: number;
}

/** An answer to a request, whatever carries it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Also for HEAD, whose answer has the headers only. */
  readonly body: Uint8Array<ArrayBuffer>;
}

const plain = 'text/plain; charset=utf-8';

/** An answer in a line of text. */
export function say(status: number, line: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = encodeUtf8(`${line}\n`);
  return { status, headers: { 'content-type': plain, 'content-length': String(body.length), ...headers }, body };
}

/** The refusal of every method but GET and HEAD. Nothing of the request is echoed. */
export function refuseMethod(method: string | undefined): Answer | undefined {
  return method === 'GET' || method === 'HEAD' ? undefined : say(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
}

/** Collects and writes an exposition; a failure is an answer, never an exception. */
export async function scrape(registry: Registry, options: ScrapeOptions): Promise<Answer> {
  try {
    const body = writeText(await registry.collect(options));
    return { status: 200, headers: { 'content-type': textContentType, 'content-length': String(body.length) }, body };
  } catch (error) {
    registry.noteFault('scrape', error);
    return say(500, 'The metrics could not be collected; the log of the service says why.');
  }
}
