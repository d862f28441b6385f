import { connect } from 'node:net';
import { DamageError } from './damage.js';
import type { MemberUpdate } from './member-source.js';
import { type Question, answerHeaderBytes, answerLength, decodeAnswer, encodeQuestion } from './live-protocol.js';

/**
 * Asks a member for what it has now. Waits for as long as the member keeps the connection: who is in a hurry does not wait for the promise.
 *
 * @returns a promise that is rejected with an error of the system where nobody listens or the connection ends too early, and a DamageError or
 *   VersionError for an answer that is none
 */
export function askMember(path: string, question: Question): Promise<MemberUpdate> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let expected = Infinity;
    const socket = connect(path);
    // The wait of a scrape has a timer of its own.
    socket.unref();
    const fail = (error: unknown): void => {
      socket.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    socket.on('error', fail);
    socket.on('connect', () => socket.write(encodeQuestion(question)));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      try {
        if (expected === Infinity && received >= answerHeaderBytes) expected = answerLength(Buffer.concat(chunks));
        if (received > expected) throw new DamageError('the answer is longer than it says');
      } catch (error) {
        fail(error);
      }
    });
    socket.on('end', () => {
      if (!(received >= expected)) return fail(cutOff());
      try {
        resolve(decodeAnswer(joined(chunks, received)));
        socket.destroy();
      } catch (error) {
        fail(error);
      }
    });
    socket.on('close', () => reject(cutOff()));
  });
}

/** The member has ended, or left, before it had answered. */
function cutOff(): Error {
  return Object.assign(new Error('the answer is cut off'), { code: 'ECONNRESET' });
}

/** Chunks as one, in memory that begins at a multiple of 8. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
