import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';
import { checkBlock, estimate, streamViews, writeViews } from '../format/expose.js';
import { formatFor } from '../format/formats.js';
import { checkTimeout } from '../registry/composition.js';
import type { Registry } from '../registry/registry.js';

export interface ScrapeOptions {
  /** How long a scrape waits for asynchronous functions and collectors, in seconds; default 5. What is late shows as last known. */
  readonly timeoutSeconds?: number;
  /** How long writing an exposition may keep the event loop from other work at a time, in milliseconds; default 5. */
  readonly maxBlockMilliseconds?: number;
  /** Expositions of about this size and more are written in chunks, with pauses; in bytes, default 1 MiB. */
  readonly streamFromBytes?: number;
}

/** An answer to a request, whatever carries it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Also for HEAD, whose answer has the headers only. Chunks come with pauses between them, and end early when their reader returns. */
  readonly body: Uint8Array<ArrayBuffer> | AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
}

const plain = 'text/plain; charset=utf-8';
/** Writing this much takes about the five milliseconds that the event loop may be blocked. */
const defaultStreamFromBytes = 1_048_576;

/** An answer in a line of text. */
export function say(status: number, line: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = encodeUtf8(`${line}\n`);
  return { status, headers: { 'content-type': plain, 'content-length': String(body.length), ...headers }, body };
}

/** The refusal of every method but GET and HEAD. Nothing of the request is echoed. */
export function refuseMethod(method: string | undefined): Answer | undefined {
  return method === 'GET' || method === 'HEAD' ? undefined : say(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
}

/**
 * Checks options when a handler is made, not when it is used.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkScrapeOptions(options: ScrapeOptions): void {
  checkOptions('handler', options, ['timeoutSeconds', 'maxBlockMilliseconds', 'streamFromBytes']);
  const { timeoutSeconds, maxBlockMilliseconds, streamFromBytes } = options;
  checkTimeout(timeoutSeconds);
  checkBlock(maxBlockMilliseconds);
  if (streamFromBytes !== undefined && !(typeof streamFromBytes === 'number' && streamFromBytes >= 0)) {
    throw new TallystickError('INVALID_OPTIONS', `handler: streamFromBytes is ${show(streamFromBytes)}; give a number of bytes, 0 or more`);
  }
}

/** Collects and writes an exposition; a failure is an answer, never an exception. */
export async function scrape(registry: Registry, options: ScrapeOptions): Promise<Answer> {
  try {
    const views = await registry.collect(options);
    const format = formatFor('text-0.0.4');
    if (estimate(views) >= (options.streamFromBytes ?? defaultStreamFromBytes)) {
      return { status: 200, headers: { 'content-type': format.contentType }, body: streamViews(views, registry, format, checkBlock(options.maxBlockMilliseconds)) };
    }
    const body = writeViews(views, registry, format);
    return { status: 200, headers: { 'content-type': format.contentType, 'content-length': String(body.length) }, body };
  } catch (error) {
    registry.noteFault('scrape', error);
    return say(500, 'The metrics could not be collected; the log of the service says why.');
  }
}
