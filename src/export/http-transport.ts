import { decodeUtf8 } from '../platform/byte-buffer.js';
import { deadlinePassed, withDeadline } from '../platform/timers.js';
import type { Outcome } from './backend.js';

/** How requests are sent: the platform's `fetch`, or another with its interface. */
export type Fetch = (url: string, init: { method: string; headers: Record<string, string>; body?: Uint8Array<ArrayBuffer>; signal: AbortSignal; redirect: 'error' }) => Promise<Response>;

/** Bytes of an answer that are looked at. */
const mostAnswerBytes = 65_536;
/** How long the rest of an answer is waited for. What became of the request stands in its head, and who sends it again for a body that is late counts twice. */
const answerMilliseconds = 1000;
/** Characters of an answer that are shown to people. */
const mostShown = 500;

/** An answer, with as much of its body as is of interest. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * Sends one request and reads the beginning of its answer. A body that is late ends where it does, as the status is known, and so does one that is cut off
 * behind a refusal.
 * Redirects are refused: they would send secrets elsewhere.
 */
export async function request(fetch: Fetch, method: string, url: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer> | undefined, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { method, headers, signal, redirect: 'error', ...(body === undefined ? {} : { body }) });
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  const until = performance.now() + answerMilliseconds;
  try {
    while (reader !== undefined && length < mostAnswerBytes) {
      const part = await withDeadline(reader.read(), Math.max(1, until - performance.now()));
      if (part === deadlinePassed || part.done) break;
      parts.push(part.value);
      length += part.value.length;
    }
  } catch (error) {
    // A receiver that breaks off while it says that all is well may have broken off before it was; one that refuses has refused.
    if (response.ok) throw error;
  }
  // Nobody waits for that either.
  reader?.cancel().catch(() => {});
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return { status: response.status, headers: response.headers, body: whole };
}

/** What an answer says, for people: its beginning, without what would do something to a terminal or make a line of its own in a log. */
export function textOf({ body }: Answer): string {
  return decodeUtf8(body.subarray(0, 4 * mostShown)).slice(0, mostShown).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

/** A reason and what was said of it, for an error. */
export function explained({ reason, said }: { readonly reason?: string | undefined; readonly said?: string | undefined }): string {
  return said === undefined ? (reason ?? 'it does not say why') : `${reason}, ${JSON.stringify(said)}`;
}

/** What an HTTP status means for a payload where the protocol says nothing else: 2xx is sent, those given are tried again, all else is dropped. */
export function outcomeOf(answer: Answer, retried: (status: number) => boolean, nowSeconds: number): Outcome {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const text = textOf(answer);
  const said = text === '' ? {} : { said: text };
  if (!retried(status)) return { kind: 'drop', reason: `status_${status}`, ...said };
  const afterSeconds = retryAfter(headers.get('retry-after'), nowSeconds);
  return { kind: 'retry', reason: `status_${status}`, ...said, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
}

/** Seconds to wait as a `Retry-After` header says, in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | null, nowSeconds: number): number | undefined {
  if (header === null || header.length > 64) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  // Each of the three forms of a date begins with the day of the week; the platform would take `-1` for a year.
  const date = /^[A-Za-z]{3,9},? /.test(header) ? Date.parse(header) / 1000 : NaN;
  return Number.isFinite(date) ? Math.max(0, date - nowSeconds) : undefined;
}
