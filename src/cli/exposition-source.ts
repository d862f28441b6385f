import { createReadStream } from 'node:fs';
import { RunError, printable, reasonOf } from './failures.js';
import { readerLimits } from './exposition-shape.js';

/** How long a service may take to answer. */
const answerMilliseconds = 30_000;

/**
 * Reads an exposition from a file or from a URL.
 *
 * @param milliseconds after which to give up
 * @throws RunError when it cannot be read, comes too slowly, or is too large
 */
export async function readExposition(from: string, milliseconds: number): Promise<string> {
  const signal = AbortSignal.timeout(Math.min(milliseconds, answerMilliseconds));
  try {
    return await textOf(isUrl(from) ? await answerOf(from, signal) : createReadStream(from, { signal }));
  } catch (error) {
    if (error instanceof RunError) throw error;
    const reason = signal.aborted ? 'it did not come in time' : reasonOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
    throw new RunError(`${shownSource(from)} cannot be read: ${reason}`);
  }
}

/** Where an exposition came from, as a report may show it: without what may be secret in a URL. */
export function shownSource(from: string): string {
  if (!isUrl(from) || !URL.canParse(from)) return printable(from);
  const { origin, pathname } = new URL(from);
  return printable(origin + pathname);
}

function isUrl(from: string): boolean {
  return /^https?:\/\//i.test(from);
}

async function answerOf(url: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const answer = await fetch(url, { signal, headers: { accept: 'text/plain; version=0.0.4, text/plain; q=0.5' } });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    throw new RunError(`${shownSource(url)} answered with status ${answer.status}`);
  }
  return answer.body;
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let characters = 0;
  for await (const chunk of chunks) {
    const part = decoder.decode(chunk, { stream: true });
    characters += part.length;
    if (characters > readerLimits.characters) throw new RunError(`the exposition has more than ${readerLimits.characters} characters; give a smaller one`);
    parts.push(part);
  }
  return parts.join('') + decoder.decode();
}
