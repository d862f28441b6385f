import type { Outcome } from './backend.js';

/** How requests are sent: the platform's `fetch`, or another with its interface. */
export type Fetch = (url: string, init: { method: string; headers: Record<string, string>; body?: Uint8Array<ArrayBuffer>; signal: AbortSignal; redirect: 'error' }) => Promise<Response>;

/** Bytes of an answer that are looked at. */
const mostAnswerBytes = 65_536;

/** An answer, with as much of its body as is of interest. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Sends one request and reads the beginning of its answer. Redirects are refused: they would send secrets elsewhere. */
export async function request(fetch: Fetch, method: string, url: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer> | undefined, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { method, headers, signal, redirect: 'error', ...(body === undefined ? {} : { body }) });
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined && length < mostAnswerBytes) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    parts.push(value);
    length += value.length;
  }
  if (length >= mostAnswerBytes) await reader?.cancel();
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return { status: response.status, headers: response.headers, body: whole };
}

/** What an HTTP status means for a payload where the protocol says nothing else: 2xx is sent, those given are tried again, all else is dropped. */
export function outcomeOf({ status, headers }: Answer, retried: (status: number) => boolean, nowSeconds: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (!retried(status)) return { kind: 'drop', reason: `status_${status}` };
  const afterSeconds = retryAfter(headers.get('retry-after'), nowSeconds);
  return { kind: 'retry', reason: `status_${status}`, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
}

/** Seconds to wait as a `Retry-After` header says, in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | null, nowSeconds: number): number | undefined {
  if (header === null || header.length > 64) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  // Each of the three forms of a date begins with the day of the week; the platform would take `-1` for a year.
  const date = /^[A-Za-z]{3,9},? /.test(header) ? Date.parse(header) / 1000 : NaN;
  return Number.isFinite(date) ? Math.max(0, date - nowSeconds) : undefined;
}
