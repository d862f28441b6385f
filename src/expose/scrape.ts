import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';
import { checkBlock } from '../format/expose.js';
import { type NegotiationOptions, checkNegotiation } from '../format/negotiate.js';
import { checkTimeout } from '../registry/composition.js';
import { type Authentication, guardOf } from './authentication.js';
import { type CompressionOptions, checkCompression } from './compression.js';

export interface ScrapeOptions {
  /**
   * How long a scrape waits for asynchronous functions and collectors, in seconds; default 5. What is late shows as last known. A scraper that
   * says how long it waits itself (`X-Prometheus-Scrape-Timeout-Seconds`) can shorten it.
   */
  readonly timeoutSeconds?: number;
  /** How long writing an exposition may keep the event loop from other work at a time, in milliseconds; default 5. */
  readonly maxBlockMilliseconds?: number;
  /** Expositions of about this size and more are written in chunks, with pauses; in bytes, default 1 MiB. */
  readonly streamFromBytes?: number;
  /** The formats to choose from by `Accept`, and what to choose when a request does not say. */
  readonly negotiation?: NegotiationOptions;
  /** When answers are compressed for clients that accept it; `false` for never. */
  readonly compression?: CompressionOptions | false;
  /** How many scrapes may be under way at a time; 1 or more, default 8. Further ones are answered with 503. */
  readonly maxConcurrentScrapes?: number;
  /** What a client has to know; without it, everyone who can send a request is answered. */
  readonly auth?: Authentication;
}

/** All of them, for those who take them among others. */
export const scrapeOptionNames: readonly (keyof ScrapeOptions)[] = ['timeoutSeconds', 'maxBlockMilliseconds', 'streamFromBytes', 'negotiation', 'compression', 'maxConcurrentScrapes', 'auth'];

/** An answer to a request, whatever carries it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Also for HEAD, whose answer has the headers only. Chunks come with pauses between them, and end early when their reader returns. */
  readonly body: Uint8Array<ArrayBuffer> | AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
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

/**
 * Checks options when a handler is made, not when it is used.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkScrapeOptions(options: ScrapeOptions): void {
  checkOptions('handler', options, scrapeOptionNames);
  const { timeoutSeconds, maxBlockMilliseconds, streamFromBytes, negotiation, compression, maxConcurrentScrapes = 1, auth } = options;
  checkTimeout(timeoutSeconds);
  checkBlock(maxBlockMilliseconds);
  if (streamFromBytes !== undefined && !(typeof streamFromBytes === 'number' && streamFromBytes >= 0)) {
    throw new TallystickError('INVALID_OPTIONS', `handler: streamFromBytes is ${show(streamFromBytes)}; give a number of bytes, 0 or more`);
  }
  checkNegotiation('handler', negotiation);
  checkCompression(compression);
  if (!((Number.isInteger(maxConcurrentScrapes) && maxConcurrentScrapes >= 1) || maxConcurrentScrapes === Infinity)) {
    throw new TallystickError('INVALID_OPTIONS', `handler: maxConcurrentScrapes is ${show(maxConcurrentScrapes)}; give a whole number of at least 1, or Infinity`);
  }
  guardOf(auth);
}

/** Prometheus writes seconds without an exponent, to the nanosecond at most. */
const secondsHeader = /^\d{1,9}(?:\.\d{1,9})?$/;
/** Of the time that a scraper waits; the rest is for writing, compressing and sending. */
const collectingShare = 0.8;

/** How long to wait for what is asynchronous, where a scraper may say how long it waits for the answer. */
export function shortenTimeout(seconds: number, scrapeTimeout: string | undefined): number {
  if (scrapeTimeout === undefined || !secondsHeader.test(scrapeTimeout)) return seconds;
  const asked = Number(scrapeTimeout) * collectingShare;
  return asked > 0 ? Math.min(seconds, asked) : seconds;
}
