import { type Socket, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DamageError, VersionError } from '../../../src/aggregate/group/damage.js';
import { askMember } from '../../../src/aggregate/group/live-client.js';
import { answerHeaderBytes, decodeAnswer, encodeAnswerHeader, encodeQuestion } from '../../../src/aggregate/group/live-protocol.js';
import { LiveServer } from '../../../src/aggregate/group/live-server.js';
import type { MemberUpdate } from '../../../src/aggregate/group/member-source.js';
import { temporaryDirectory } from '../support/directories.js';

const question = { epoch: 7, bytes: 1234, milliseconds: 500 };
const update: MemberUpdate = { logFrom: 1234, log: Uint8Array.from({ length: 300_000 }, (_, i) => i), values: Uint8Array.from({ length: 800_000 }, (_, i) => i * 7) };

async function listening(answer: (asked: unknown) => Promise<MemberUpdate>): Promise<string> {
  const path = join(temporaryDirectory(), 's');
  const server = new LiveServer(answer);
  await server.listen(path);
  onTestFinished(() => server.close());
  return path;
}

/** A member that says what it is told to say, whatever it is asked. */
async function saying(bytes: Uint8Array): Promise<string> {
  const path = join(temporaryDirectory(), 's');
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return path;
}

describe('Members that talk', () => {
  test('What is asked and what is answered arrives as it was sent, and values can be read where they stand.', async () => {
    const asked: unknown[] = [];
    const path = await listening(async (one) => {
      asked.push(one);
      return update;
    });
    const answer = await askMember(path, question);
    expect(asked).toEqual([question]);
    expect(answer.logFrom).toBe(update.logFrom);
    expect(Buffer.compare(answer.log, update.log)).toBe(0);
    expect(Buffer.compare(answer.values, update.values)).toBe(0);
    expect(answer.values.byteOffset % 8).toBe(0);
  });

  test('Many ask at once, and each is answered.', async () => {
    const path = await listening(async () => update);
    const answers = await Promise.all(Array.from({ length: 40 }, () => askMember(path, question)));
    for (const { values } of answers) expect(values).toHaveLength(update.values.length);
  });

  test('Where nobody listens any more, that is what the error says.', async () => {
    await expect(askMember(join(temporaryDirectory(), 's'), question)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('An answer that cannot be given ends the connection, which is no answer.', async () => {
    const path = await listening(() => Promise.reject(new Error('not now')));
    await expect(askMember(path, question)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('A question that is none ends the connection, and the next one is answered.', async () => {
    const path = await listening(async () => update);
    for (const bytes of [new Uint8Array(100), encodeQuestion(question).fill(9, 4, 8)]) {
      const socket = connect(path);
      socket.on('error', () => {});
      socket.write(bytes);
      const heard: unknown[] = [];
      socket.on('data', (chunk) => heard.push(chunk));
      await new Promise((resolve) => socket.once('close', resolve));
      expect(heard).toEqual([]);
    }
    expect((await askMember(path, question)).logFrom).toBe(1234);
  });

  test('Who asks nothing does not keep others from it.', async () => {
    const path = await listening(async () => update);
    const silent = Array.from({ length: 20 }, () => connect(path));
    onTestFinished(() => silent.forEach((socket) => socket.destroy()));
    await sleep(50);
    expect((await askMember(path, question)).logFrom).toBe(1234);
  });

  test('Answers that are cut off are none; those that are too long, of another version or of nobody are refused.', async () => {
    const header = encodeAnswerHeader({ logFrom: 0, log: new Uint8Array(8), values: new Uint8Array(8) });
    const whole = Uint8Array.from([...header, ...new Uint8Array(16)]);
    expect(decodeAnswer(whole).values).toHaveLength(8);
    await expect(askMember(await saying(whole.slice(0, -1)), question)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(() => decodeAnswer(whole.slice(0, -1))).toThrow(DamageError);
    await expect(askMember(await saying(Uint8Array.from([...whole, 0])), question)).rejects.toThrow(DamageError);
    await expect(askMember(await saying(new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n'.padEnd(60))), question)).rejects.toThrow(DamageError);
    await expect(askMember(await saying(whole.slice().fill(9, 4, 5)), question)).rejects.toThrow(VersionError);
    const endless = encodeAnswerHeader({ logFrom: 0, log: new Uint8Array(8), values: new Uint8Array(8) });
    new DataView(endless.buffer).setFloat64(24, 1e300, true);
    await expect(askMember(await saying(endless.slice(0, answerHeaderBytes)), question)).rejects.toThrow(DamageError);
  });

  test('Any bytes are an answer, or refused.', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (tail, withHeader) => {
        const bytes = withHeader ? Uint8Array.from([...encodeAnswerHeader(update).subarray(0, 16), ...tail]) : tail;
        try {
          decodeAnswer(bytes);
        } catch (error) {
          expect(error instanceof DamageError || error instanceof VersionError).toBe(true);
        }
      }),
    );
  });
});

