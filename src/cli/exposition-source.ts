import { createReadStream } from 'node:fs';
import { RunError, printable, reasonOf } from './failures.js';

/** How long a service may take to answer. */
const answerMilliseconds = 30_000;

/** What an exposition may have at most: one from outside must not take the process down. */
const mostBytes = 2 ** 27;

/** An exposition as it came. */
export interface Exposition {
  readonly bytes: Uint8Array;
  /** What the service says it is; nothing for a file, and for a service that says nothing. */
  readonly contentType: string | undefined;
}

/**
 * Reads an exposition from a file, from a URL, or from the standard input, which goes by `-`.
 *
 * @param milliseconds after which to give up
 * @param accept what a service is asked for
 * @throws RunError when it cannot be read, comes too slowly, or is too large
 */
export async function readExposition(from: string, milliseconds: number, accept: string): Promise<Exposition> {
  const signal = AbortSignal.timeout(Math.min(milliseconds, answerMilliseconds));
  try {
    if (from === '-') return { bytes: await bytesOf(process.stdin), contentType: undefined };
    if (!isUrl(from)) return { bytes: await bytesOf(createReadStream(from, { signal })), contentType: undefined };
    const { body, contentType } = await answerOf(from, accept, signal);
    return { bytes: await bytesOf(body), contentType };
  } catch (error) {
    if (error instanceof RunError) throw error;
    const reason = signal.aborted ? 'it did not come in time' : reasonOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
    throw new RunError(`${shownSource(from)} cannot be read: ${reason}`);
  }
}

/** Where an exposition came from, as a report may show it: without what may be secret in a URL. */
export function shownSource(from: string): string {
  if (from === '-') return 'the standard input';
  if (!isUrl(from) || !URL.canParse(from)) return printable(from);
  const { origin, pathname } = new URL(from);
  return printable(origin + pathname);
}

function isUrl(from: string): boolean {
  return /^https?:\/\//i.test(from);
}

/** What `fetch` may be given: names and passwords in a URL go in a header, as it refuses them there, naming them in its error. */
function requestOf(url: string, accept: string): { readonly address: string; readonly headers: Record<string, string> } {
  if (!URL.canParse(url)) throw new RunError(`${printable(url)} is no URL`);
  const address = new URL(url);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (username === '' && password === '') return { address: address.href, headers: { accept } };
  const credentials = [username, password].map(decoded).join(':');
  return { address: address.href, headers: { accept, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } };
}

/** What stands percent-encoded in a URL; as it is, where that is broken. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function answerOf(url: string, accept: string, signal: AbortSignal): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly contentType: string | undefined }> {
  const { address, headers } = requestOf(url, accept);
  const answer = await fetch(address, { signal, headers });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    throw new RunError(`${shownSource(url)} answered with status ${answer.status}`);
  }
  return { body: answer.body, contentType: answer.headers.get('content-type') ?? undefined };
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > mostBytes) throw new RunError(`the exposition has more than ${mostBytes} bytes; give a smaller one`);
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}
